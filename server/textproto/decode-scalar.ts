// Scalars: from how they are written to their values, with all that can be wrong about them.
import { replaceFix, type Fix } from './diagnostics.ts';
import { floatValue, numberForm } from './numbers.ts';
import type { PlainScalar } from './plain-message.ts';
import type { ScalarType } from './schema.ts';
import { integerOf, nothing, singleContent, slotText, wrongType, type Slot } from './slot.ts';
import { contentBytes, contentText, stringContent, stringLiteral, utf8Text } from './strings.ts';

interface IntegerType {
  readonly bits: 32 | 64;
  readonly min: bigint;
  readonly max: bigint;
}

const signed32: IntegerType = { bits: 32, min: -(2n ** 31n), max: 2n ** 31n - 1n };
const unsigned32: IntegerType = { bits: 32, min: 0n, max: 2n ** 32n - 1n };
const signed64: IntegerType = { bits: 64, min: -(2n ** 63n), max: 2n ** 63n - 1n };
const unsigned64: IntegerType = { bits: 64, min: 0n, max: 2n ** 64n - 1n };

const integerTypes: ReadonlyMap<ScalarType, IntegerType> = new Map([
  ['int32', signed32],
  ['sint32', signed32],
  ['sfixed32', signed32],
  ['uint32', unsigned32],
  ['fixed32', unsigned32],
  ['int64', signed64],
  ['sint64', signed64],
  ['sfixed64', signed64],
  ['uint64', unsigned64],
  ['fixed64', unsigned64],
]);

const booleans: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['True', true],
  ['t', true],
  ['false', false],
  ['False', false],
  ['f', false],
]);
const spokenBooleans: ReadonlyMap<string, string> = new Map([
  ['true', 'true'],
  ['yes', 'true'],
  ['on', 'true'],
  ['enabled', 'true'],
  ['false', 'false'],
  ['no', 'false'],
  ['off', 'false'],
  ['disabled', 'false'],
]);
const infinite = /^(?:inf|infinity)$/i;
const notANumber = /^nan$/i;

/** The value; undefined if it is no value of this type, which is reported. */
export function decodeScalar(slot: Slot, type: ScalarType): PlainScalar | undefined {
  switch (type) {
    case 'string':
    case 'bytes':
      return decodeString(slot, type);
    case 'bool':
      return decodeBoolean(slot);
    case 'float':
    case 'double':
      return decodeFloat(slot, type);
    default:
      return decodeInteger(slot, type, integerTypes.get(type) ?? signed64);
  }
}

function decodeString(slot: Slot, type: 'string' | 'bytes'): string | Uint8Array | undefined {
  const { value, text } = slot;
  if (value.kind !== 'string') {
    const isWord = value.kind === 'identifier' || value.kind === 'number';
    const isUnset = value.kind === 'identifier' && nothing.test(value.text);
    const fix =
      isWord && !isUnset ? replaceFix('Put it in quotes', value, stringLiteral(slotText(slot))) : undefined;
    wrongType(slot, 'a string in quotes', fix);
    return undefined;
  }
  const contents = value.parts.map(({ start, end }) => stringContent(text, start, end));
  if (type === 'bytes') {
    return joined(contents);
  }
  const texts = contents.map(contentText);
  const string = texts.every((part) => part !== undefined) ? texts.join('') : utf8Text(joined(contents));
  if (string === undefined) {
    slot.report('textproto/invalid-utf8', value, `${slot.name} takes text, and these bytes are no UTF-8.`);
  }
  return string;
}

function joined(contents: readonly string[]): Uint8Array {
  const parts = contents.map(contentBytes);
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function decodeBoolean(slot: Slot): boolean | undefined {
  const { value } = slot;
  if (value.kind === 'identifier' && !value.negative && booleans.has(value.text)) {
    return booleans.get(value.text);
  }
  const isWhole =
    value.kind === 'number' && value.form !== 'float' && value.form !== 'malformed' && !value.negative;
  if (isWhole && integerOf(value) <= 1n) {
    return integerOf(value) === 1n;
  }
  const given = value.kind === 'string' ? singleContent(slot, value) : slotText(slot);
  const meant = spokenBooleans.get(given?.toLowerCase() ?? '');
  wrongType(
    slot,
    'true or false',
    meant === undefined ? undefined : replaceFix(`Write ${meant}`, value, meant),
  );
  return undefined;
}

function decodeFloat(slot: Slot, type: 'float' | 'double'): number | undefined {
  const { value } = slot;
  const round = type === 'float' ? Math.fround : (number: number): number => number;
  if (value.kind === 'number' && (value.form === 'decimal' || value.form === 'float')) {
    const number = floatValue(value.text);
    return round(value.negative ? -number : number);
  }
  if (value.kind === 'identifier' && notANumber.test(value.text)) {
    return NaN;
  }
  if (value.kind === 'identifier' && infinite.test(value.text)) {
    return value.negative ? -Infinity : Infinity;
  }
  if (value.kind === 'number' && (value.form === 'octal' || value.form === 'hexadecimal')) {
    wrongType(slot, 'a decimal number');
    return undefined;
  }
  wrongType(slot, 'a number', unquotedNumber(slot));
  return undefined;
}

function decodeInteger(slot: Slot, type: ScalarType, range: IntegerType): number | string | undefined {
  const { value, name, report } = slot;
  if (value.kind !== 'number' || value.form === 'float') {
    wrongType(slot, 'an integer', wholeNumber(slot) ?? unquotedNumber(slot));
    return undefined;
  }
  if (value.form === 'malformed') {
    return undefined;
  }
  const number = integerOf(value);
  // -0 is a negative number too, in the words of protobuf.
  const isBelow = value.negative && range.min === 0n;
  if (isBelow || number < range.min || number > range.max) {
    const limit = isBelow || number < range.min ? `not less than ${range.min}` : `not more than ${range.max}`;
    report('textproto/out-of-range', value, `${name} is of type ${type}, and ${limit}.`);
    return undefined;
  }
  return range.bits === 32 ? Number(number) : String(number);
}

/** Turns 8.0 into 8. */
function wholeNumber({ value }: Slot): Fix | undefined {
  if (value.kind !== 'number' || value.form !== 'float') {
    return undefined;
  }
  const number = floatValue(value.text) * (value.negative ? -1 : 1);
  return Number.isSafeInteger(number) ? replaceFix(`Write ${number}`, value, String(number)) : undefined;
}

function unquotedNumber(slot: Slot): Fix | undefined {
  const content = slot.value.kind === 'string' ? singleContent(slot, slot.value) : undefined;
  const isNumber = content !== undefined && numberForm(content.replace(/^-/, '')) !== 'malformed';
  return isNumber ? replaceFix('Remove the quotes', slot.value, content) : undefined;
}
