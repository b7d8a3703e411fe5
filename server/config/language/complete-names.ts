// The field names that can come at an offset, with their brackets and places for their values, and whole blocks. Pure.
import type { FieldSchema, MessageSchema } from '../../textproto/schema.ts';
import { styleOf } from '../../textproto/file-style.ts';
import { stringLiteral } from '../../textproto/strings.ts';
import type { Document } from '../../textproto/syntax-tree.ts';
import {
  snippetChoice,
  snippetText,
  sortKey,
  type Completion,
  type CompletionHelp,
} from './completion-item.ts';
import type { NamePlace } from './cursor.ts';
import { fieldSummary } from './field-words.ts';
import { configDims, describeTensor, newestSignature } from './model-facts.ts';
import { elementSnippet, snippetsFor } from './snippets.ts';
import { messageOf, stringField } from './typed-tree.ts';
import { isBatchedHere, messagesNamed } from './value-context.ts';

/** What can come at `place`: fields first, then whole blocks, deprecated fields last. */
export function completeNames(
  document: Document,
  place: NamePlace,
  help: CompletionHelp,
): readonly Completion[] {
  const { schema } = place.frame;
  if (schema === undefined) {
    return [];
  }
  const { unit } = styleOf(document);
  const free = [...schema.fields.values()].filter((field) => isFree(field, place));
  const fields = free.map((field, at) => fieldItem(schema, field, at, place, unit, help));
  return place.hasValue
    ? fields
    : [...tensorItems(document, schema, place, unit, help), ...fields, ...blocks(schema, free, place, unit)];
}

/** Whether the field can be set here: not if it is set already and takes one value, and not beside another of its oneof. */
function isFree({ name, label, oneof }: FieldSchema, { frame }: NamePlace): boolean {
  if (label === 'singular' && frame.names.has(name)) {
    return false;
  }
  return oneof?.fields.every((other) => !frame.names.has(other.name)) ?? true;
}

function fieldItem(
  owner: MessageSchema,
  field: FieldSchema,
  at: number,
  place: NamePlace,
  unit: string,
  { docs }: CompletionHelp,
): Completion {
  const documentation = docs?.(`${owner.fullName}.${field.name}`);
  return {
    label: field.name,
    kind: messageOf(owner, field) === undefined ? 'field' : 'message',
    insertText: place.hasValue
      ? field.name
      : fieldText(owner, field, unit, place.frame.names.has(field.name)),
    replace: place.replace,
    filterText: field.name,
    sortText: sortKey(field.isDeprecated ? 9 : 1, at),
    detail: fieldSummary(field),
    ...(documentation === undefined ? {} : { documentation }),
    ...(field.isDeprecated ? { isDeprecated: true } : {}),
  };
}

/** The field with a place for its value, as a snippet. */
function fieldText(owner: MessageSchema, field: FieldSchema, unit: string, isAgain: boolean): string {
  const { name, label, type } = field;
  if (label === 'map') {
    const value = type.kind === 'message' ? 'value {\n\t\t$0\n\t}' : `value: ${scalarText(field, 2)}`;
    const key = field.mapKey === 'string' ? '"$1"' : '$1';
    return indent(`${name} {\n\tkey: ${key}\n\t${value}\n}`, unit);
  }
  if (type.kind === 'message') {
    // Triton's examples write lists, TensorFlow Serving's write the field again and again.
    if (label === 'repeated' && !isAgain && owner.fullName.startsWith('inference.')) {
      return indent(`${name} [\n\t{\n\t\t$0\n\t}\n]`, unit);
    }
    const isWrapper = type.message.fullName.startsWith('google.protobuf.') && type.message.fields.size === 1;
    const [value] = type.message.fields.values();
    return isWrapper && value !== undefined
      ? `${name} { value: ${scalarText(value, 1)} }`
      : indent(`${name} {\n\t$0\n}`, unit);
  }
  return label === 'repeated' ? `${name}: [${scalarText(field, 1)}]` : `${name}: ${scalarText(field, 1)}`;
}

/** How many enum values a snippet's choice has at most. */
const choiceLimit = 24;

function scalarText({ type, label }: FieldSchema, stop: number): string {
  if (type.kind === 'enum') {
    // The first value mostly says that nothing was said.
    const names = [...type.enum.values].flatMap(([name, number]) => (isNotSaid(name, number) ? [] : [name]));
    return names.length > 0 && names.length <= choiceLimit ? snippetChoice(stop, names) : `$${stop}`;
  }
  if (type.kind === 'scalar' && type.scalar === 'bool' && label !== 'repeated') {
    return snippetChoice(stop, ['true', 'false']);
  }
  const isText = type.kind === 'scalar' && (type.scalar === 'string' || type.scalar === 'bytes');
  return isText ? `"$${stop}"` : `$${stop}`;
}

/** Whether an enum value means that nothing was said. */
export function isNotSaid(name: string, number: number): boolean {
  return number === 0 && /(?:INVALID|UNSPECIFIED)$/.test(name);
}

function blocks(
  schema: MessageSchema,
  free: readonly FieldSchema[],
  { replace }: NamePlace,
  unit: string,
): readonly Completion[] {
  const names = new Set(free.map(({ name }) => name));
  return snippetsFor(schema.fullName)
    .filter(({ field }) => names.has(field))
    .map(({ label, detail, lines }, at) => ({
      label,
      kind: 'snippet',
      insertText: indent(lines.join('\n'), unit),
      replace,
      filterText: label,
      sortText: sortKey(5, at),
      detail,
    }));
}

/** The model's inputs and outputs that the config lacks, whole. */
function tensorItems(
  document: Document,
  schema: MessageSchema,
  { replace }: NamePlace,
  unit: string,
  { around }: CompletionHelp,
): readonly Completion[] {
  const signed = newestSignature(around?.directory);
  if (schema.fullName !== 'inference.ModelConfig' || signed === undefined) {
    return [];
  }
  const isBatched = isBatchedHere(document, signed.signature);
  const sides = [
    { list: 'input', values: signed.signature.inputs },
    { list: 'output', values: signed.signature.outputs },
  ];
  return sides.flatMap(({ list, values }) => {
    const taken = new Set(
      messagesNamed(document.root, list).map((body) => stringField(document.text, body, 'name')),
    );
    return values
      .filter(({ name }) => !taken.has(name))
      .flatMap((value, at): readonly Completion[] => {
        const dims = configDims(value, isBatched);
        if (value.dataType === undefined || dims === undefined || dims.length === 0) {
          return [];
        }
        const name = stringLiteral(value.name);
        const lines = [
          `name: ${snippetText(name)}`,
          `data_type: ${value.dataType}`,
          `dims: [${dims.join(', ')}]`,
        ];
        return [
          {
            label: `${list} ${name}`,
            kind: 'tensor',
            insertText: indent(
              `${list} [\n\t{\n${lines.map((line) => `\t\t${line}\n`).join('')}\t}\n]`,
              unit,
            ),
            replace,
            filterText: `${list} ${value.name}`,
            sortText: sortKey(list === 'input' ? 3 : 4, at),
            detail: `${describeTensor(value)}, from version ${signed.version.name}`,
          },
        ];
      });
  });
}

/** The messages that a value of `field` can be, as snippets: an empty one, and a whole one where there is a block. */
export function messageTexts(
  owner: MessageSchema,
  field: FieldSchema,
  unit: string,
): readonly { readonly label: string; readonly text: string }[] {
  const whole = elementSnippet(owner.fullName, field.name);
  return [
    ...(whole === undefined
      ? []
      : [{ label: `{…} a complete ${field.name}`, text: indent(whole.join('\n'), unit) }]),
    { label: '{…}', text: indent('{\n\t$0\n}', unit) },
  ];
}

function indent(text: string, unit: string): string {
  return text.replaceAll('\t', unit);
}
