// Quick fixes that take what the model says into a config.pbtxt. Pure.
import type { OnnxValue } from '../../models/onnx-signature.ts';
import { replaceFix, type Fix } from '../../textproto/diagnostics.ts';
import { insertField } from '../../textproto/edit.ts';
import type { NewField } from '../../textproto/edit-path.ts';
import { stringLiteral } from '../../textproto/strings.ts';
import type { Document, Field } from '../../textproto/syntax-tree.ts';
import type { TextEdit } from '../../textproto/text-edit.ts';
import type { Direction } from './against-comparison.ts';
import { configShape, modelShape, type ConfigShape, type Shape } from './against-shape.ts';
import { removeFields } from './rule-fixes.ts';
import type { RuleMessage } from './rule-tree.ts';

/** How many fixes of one finding are offered. */
const fixLimit = 4;

/** As the printer writes lists. */
export function dimsText(dims: Shape): string {
  return `[${dims.join(', ')}]`;
}

/** Edits that make the dims of a tensor those; undefined where there is no place for them. */
export function dimsEdits(
  text: string,
  tensor: RuleMessage,
  shape: ConfigShape,
): readonly TextEdit[] | undefined {
  const [first, ...others] = tensor.fields('dims');
  const last = ['data_type', 'name'].flatMap((name) => tensor.fields(name)).at(0);
  const list = dimsText(shape.dims);
  const reshape = shape.isScalar && !tensor.has('reshape') ? ['reshape { shape: [] }'] : [];
  if (first === undefined) {
    return last === undefined ? undefined : [insertBehind(text, last, [`dims: ${list}`, ...reshape])];
  }
  if (first.value === undefined) {
    return undefined;
  }
  const edits: TextEdit[] = [{ start: first.value.start, end: first.value.end, text: list }];
  if (reshape.length > 0) {
    edits.push(insertBehind(text, first, reshape));
  }
  return disjoint([...edits, ...removeFields('', text, others).flatMap((fix) => fix.edits)]);
}

/** The same edits, where two of neighbouring fields would both take the space between them. */
function disjoint(edits: readonly TextEdit[]): readonly TextEdit[] {
  let end = 0;
  return edits
    .toSorted((a, b) => a.start - b.start || a.end - b.end)
    .map((edit) => {
      const start = Math.max(edit.start, end);
      end = Math.max(start, edit.end);
      return { ...edit, start, end };
    });
}

/** Takes the dims of the model. */
export function takeDims(
  text: string,
  tensor: RuleMessage,
  model: Shape,
  isBatched: boolean,
): readonly Fix[] {
  const shape = configShape(model, isBatched);
  const edits = tensor.has('reshape') ? undefined : dimsEdits(text, tensor, shape);
  return edits === undefined
    ? []
    : [{ title: `Take the dims from the model: ${dimsText(shape.dims)}`, edits }];
}

/** Takes the type and the dims of the model for a tensor that lacks one of them. */
export function complete(
  text: string,
  tensor: RuleMessage,
  value: OnnxValue,
  isBatched: boolean,
): readonly Fix[] {
  const shape = modelShape(value);
  const [name] = tensor.fields('name');
  if (name === undefined || tensor.has('reshape')) {
    return [];
  }
  const type =
    tensor.has('data_type') || value.dataType === undefined ? [] : [`data_type: ${value.dataType}`];
  const config = shape === undefined || tensor.has('dims') ? undefined : configShape(shape, isBatched);
  const dims =
    config === undefined
      ? []
      : [`dims: ${dimsText(config.dims)}`, ...(config.isScalar ? ['reshape { shape: [] }'] : [])];
  const fields = [...type, ...dims];
  return fields.length === 0
    ? []
    : [{ title: `Take from the model: ${fields.join(' ')}`, edits: [insertBehind(text, name, fields)] }];
}

/** Adds an input or output of the model. */
export function addTensor(
  document: Document,
  direction: Direction,
  value: OnnxValue,
  isBatched: boolean,
): readonly Fix[] {
  const shape = modelShape(value);
  if (value.dataType === undefined || shape === undefined) {
    return [];
  }
  const { dims, isScalar } = configShape(shape, isBatched);
  const list = (sizes: Shape): NewField['value'] => ({
    kind: 'list',
    elements: sizes.map((size) => ({ kind: 'scalar', text: String(size) })),
  });
  const fields: NewField[] = [
    { name: 'name', value: { kind: 'string', value: value.name } },
    { name: 'data_type', value: { kind: 'scalar', text: value.dataType } },
    { name: 'dims', value: list(dims) },
  ];
  if (isScalar) {
    fields.push({
      name: 'reshape',
      value: { kind: 'message', fields: [{ name: 'shape', value: list([]) }] },
    });
  }
  const edits = insertField(document, [], { name: direction, value: { kind: 'message', fields } });
  return edits === undefined ? [] : [{ title: `Add the ${direction} "${value.name}"`, edits }];
}

/** Renames a tensor to one of these names, the first of which is the likeliest. */
export function renameTo(tensor: RuleMessage, names: readonly string[]): readonly Fix[] {
  const name = tensor.text('name');
  return name?.written === undefined
    ? []
    : names
        .slice(0, fixLimit)
        .map((each) => replaceFix(`Rename it to ${stringLiteral(each)}`, name.at, stringLiteral(each)));
}

/** New fields behind another: on lines of their own if that one begins a line. */
export function insertBehind(
  text: string,
  { start, end, separator }: Field,
  fields: readonly string[],
): TextEdit {
  const at = separator === undefined ? end : separator + 1;
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const before = text.slice(lineStart, Math.min(start, lineStart + 200));
  const isFirst = before.trim() === '' && lineStart + before.length === start;
  const eol = text.charAt(lineStart - 2) === '\r' ? '\r\n' : '\n';
  const gap = isFirst ? `${eol}${before}` : ' ';
  // Where fields are separated, these are too.
  const mark = separator === undefined ? '' : text.charAt(separator);
  return { start: at, end: at, text: fields.map((field) => `${gap}${field}${mark}`).join('') };
}
