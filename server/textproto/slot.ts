// A value that is to be decoded for a field, and how to say that it is of the wrong type.
import { quote, replaceFix, type Fix, type Report, type Span } from './diagnostics.ts';
import { integerValue } from './numbers.ts';
import { stringContent } from './strings.ts';
import type { MessageSchema } from './schema.ts';
import type { Field, NumberValue, StringValue, Value } from './syntax-tree.ts';

/** The value that is decoded, and whose it is. */
export interface Slot {
  readonly text: string;
  readonly report: Report;
  /** Of the field, for messages. */
  readonly name: string;
  readonly value: Value;
  /** The whole field, where the value is all that it has. */
  readonly whole: Span | undefined;
}

/** What other languages say for nothing. */
export const nothing = /^(?:null|None|nil|undefined)$/;

/** The value of a number that is no float. */
export function integerOf({ text, form, negative }: NumberValue): bigint {
  const number = integerValue(text, form);
  return negative ? -number : number;
}

/** The content of a string that is in one piece. */
export function singleContent({ text }: Slot, { parts }: StringValue): string | undefined {
  const [part] = parts;
  return part !== undefined && parts.length === 1 ? stringContent(text, part.start, part.end) : undefined;
}

/** The value as written. */
export function slotText({ text, value }: Slot): string {
  return text.slice(value.start, value.end);
}

/** Reports a value of the wrong type, unless it is one that was reported already. */
export function wrongType(slot: Slot, expected: string, fix?: Fix): void {
  const { value, name, report, whole } = slot;
  if (value.kind === 'bare' || (value.kind === 'number' && value.form === 'malformed')) {
    return;
  }
  if (value.kind === 'identifier' && nothing.test(value.text)) {
    const remove = whole === undefined ? undefined : replaceFix('Remove the field', whole, '');
    report(
      'textproto/wrong-type',
      value,
      `There is no ${value.text} in text format: leave the field out.`,
      remove,
    );
    return;
  }
  const given =
    value.kind === 'message' ? 'a message' : value.kind === 'list' ? 'a list' : quote(slotText(slot));
  report('textproto/wrong-type', value, `${name} takes ${expected}, not ${given}.`, fix);
}

/** Reports a value that is no message, where a message of type `schema` belongs. */
export function noMessage({ value, name, text, report }: Slot, schema: MessageSchema, field: Field): void {
  if (value.kind === 'bare') {
    return;
  }
  const isWrapper = schema.fullName.startsWith('google.protobuf.') && schema.fullName.endsWith('Value');
  const given = text.slice(value.start, value.end);
  const fix =
    isWrapper && schema.fields.has('value') && field.value === value
      ? replaceFix('Write { value: … }', { start: field.name.end, end: value.end }, ` { value: ${given} }`)
      : undefined;
  const fields = [...schema.fields.keys()].slice(0, 3).join(', ');
  const example = fields === '' ? '{}' : `{ ${fields} … }`;
  report('textproto/wrong-type', value, `${name} takes a message: ${name} ${example}.`, fix);
}
