// Names, numbers and types of a config's inputs and outputs against the model, in the words of Triton's ONNX Runtime backend
// (triton.md §2.5). Pure.
import type { OnnxValue } from '../../models/onnx-signature.ts';
import { suggest } from '../../textproto/suggest.ts';
import { tensorsOf, type Comparison, type Direction } from './against-comparison.ts';
import { addTensor, complete, renameTo } from './against-fixes.ts';
import { writeInstead } from './rule-fixes.ts';
import type { RuleMessage } from './rule-tree.ts';

/** So many names are said. */
const shownNames = 20;
/** So many missing tensors are offered to be added. */
const addLimit = 8;

/** What is listed, and what else of the model is not. */
export function tensorRules(comparison: Comparison, direction: Direction, isBatched: boolean): void {
  const { root, model, tell } = comparison;
  const values = comparison.signature[`${direction}s`];
  const byName = new Map(values.map((value) => [value.name, value]));
  const tensors = tensorsOf(comparison, direction);
  const listed = new Set(tensors.map((tensor) => tensor.text('name')?.value ?? ''));
  const others = otherNames(root, direction);
  const free = values.filter(({ name }) => !listed.has(name) && !others.has(name));
  const allowed = namesText(values);
  const unknown = tensors.filter((tensor) => isUnknown(tensor, byName));
  for (const tensor of tensors) {
    const name = tensor.text('name');
    const value = byName.get(name?.value ?? '');
    if (value !== undefined) {
      checkType(comparison, direction, tensor, value, isBatched);
    } else if (name !== undefined && name.value !== '') {
      tell(
        `model/unexpected-${direction}`,
        name.at,
        `unexpected inference ${direction} '${name.value}', allowed ${direction}s are: ${allowed}`,
        unknown.length > shownNames ? [] : renameTo(tensor, likelyNames(name.value, free)),
      );
    }
  }
  // What is merely misspelt is not missing too. A file without any is completed by Triton.
  if (tensors.length === 0 || free.length <= unknown.length) {
    return;
  }
  const place = root.fields(direction).at(-1)?.name ?? root.place;
  const fixes = free
    .slice(0, addLimit)
    .flatMap((value) => addTensor(comparison.document, direction, value, isBatched));
  if (direction === 'output') {
    const names = namesText(free);
    tell('model/output-missing', place, `The model gives ${names} too; clients cannot ask for it.`, fixes);
    return;
  }
  const expected = tensors.length + others.size;
  const words = `unable to load model '${model}', configuration expects ${expected} inputs, model provides ${values.length}`;
  tell('model/input-count', place, `${words}: ${namesText(free)} missing`, fixes);
}

/** Whether a tensor has a name, and the model no tensor of that name. */
function isUnknown(tensor: RuleMessage, byName: ReadonlyMap<string, OnnxValue>): boolean {
  const name = tensor.text('name')?.value ?? '';
  return name !== '' && !byName.has(name);
}

/** Tensors of the model that requests do not carry: the server fills them, or keeps them. */
function otherNames(root: RuleMessage, direction: Direction): ReadonlySet<string> {
  const sequences = root.message('sequence_batching');
  const texts = (messages: readonly RuleMessage[] | undefined, field: string): readonly string[] =>
    (messages ?? []).map((each) => each.text(field)?.value ?? '');
  const states = sequences?.messages('state');
  const names =
    direction === 'output'
      ? texts(states, 'output_name')
      : [
          ...texts(states, 'input_name'),
          ...texts(sequences?.messages('control_input'), 'name'),
          ...root
            .messages('batch_input')
            .flatMap((each) => each.texts('target_name').items.map(({ value }) => value)),
        ];
  return new Set(names.filter((name) => name !== ''));
}

/** The names that `given` may be meant for, the likeliest first. */
function likelyNames(given: string, free: readonly OnnxValue[]): readonly string[] {
  const names = free.slice(0, shownNames).map(({ name }) => name);
  const best = suggest(given, names);
  return best === undefined ? names : [best, ...names.filter((name) => name !== best)];
}

/** In Triton's order. */
function namesText(values: readonly OnnxValue[]): string {
  const names = values.map(({ name }) => name).sort();
  const shown = names.slice(0, shownNames).join(', ');
  return names.length > shownNames ? `${shown} and ${names.length - shownNames} more` : shown;
}

function checkType(
  { document, model, tell }: Comparison,
  direction: Direction,
  tensor: RuleMessage,
  value: OnnxValue,
  isBatched: boolean,
): void {
  const given = tensor.choice('data_type');
  if (value.dataType === undefined) {
    const words = `unsupported datatype for ${direction} '${value.name}' for model '${model}'`;
    tell('model/unsupported-type', tensor.text('name')?.at ?? tensor.place, words);
    return;
  }
  if ((given !== undefined && given.written === undefined) || tensor.lacks('dims')) {
    const fixes = complete(document.text, tensor, value, isBatched);
    if (fixes.length > 0) {
      tell('model/incomplete', tensor.place, `The model says what is missing of '${value.name}'.`, fixes);
    }
  }
  if (given?.written !== undefined && given.value !== value.dataType) {
    tell(
      'model/data-type',
      given.at,
      `unable to load model '${model}', configuration expects datatype ${given.value} for ${direction} '${value.name}', model provides ${value.dataType}`,
      writeInstead(given, value.dataType, `Take the data_type from the model: ${value.dataType}`),
    );
  }
}
