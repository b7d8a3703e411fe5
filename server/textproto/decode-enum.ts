// Enum values: by name, or by number.
import { quote, replaceFix } from './diagnostics.ts';
import type { EnumSchema } from './schema.ts';
import { integerOf, nothing, singleContent, slotText, wrongType, type Slot } from './slot.ts';
import { suggest } from './suggest.ts';
import type { NumberValue } from './syntax-tree.ts';

const minNumber = -(2n ** 31n);
const maxNumber = 2n ** 31n - 1n;

/** The name of the enum value, or its number if it has no name; undefined if it is no value, which is reported. */
export function decodeEnum(slot: Slot, type: EnumSchema): string | number | undefined {
  const { value, name, report } = slot;
  if (value.kind === 'number' && value.form !== 'malformed' && value.form !== 'float') {
    return enumNumber(slot, value, type);
  }
  if (value.kind !== 'identifier' || value.negative) {
    const content = value.kind === 'string' ? singleContent(slot, value) : undefined;
    const meant = content === undefined ? undefined : meantEnumValue(content, type);
    wrongType(
      slot,
      `one of ${listed(type)}`,
      meant === undefined ? undefined : replaceFix(`Write ${meant}`, value, meant),
    );
    return undefined;
  }
  const number = type.values.get(value.text);
  if (number !== undefined) {
    return type.names.get(number) ?? number;
  }
  if (nothing.test(value.text)) {
    wrongType(slot, `one of ${listed(type)}`);
    return undefined;
  }
  const meant = meantEnumValue(value.text, type);
  report(
    'textproto/unknown-enum-value',
    value,
    `${name} has no value ${quote(value.text)}${meant === undefined ? `; it takes ${listed(type)}.` : `; did you mean ${meant}?`}`,
    meant === undefined ? undefined : replaceFix(`Change to ${meant}`, value, meant),
  );
  return undefined;
}

/** The numbers without a name are values too where the enum is open, and lose nothing. */
function enumNumber(slot: Slot, value: NumberValue, type: EnumSchema): string | number | undefined {
  const { report, name } = slot;
  const number = integerOf(value);
  if (number < minNumber || number > maxNumber) {
    report(
      'textproto/out-of-range',
      value,
      `${name} takes ${listed(type)}; ${slotText(slot)} is out of range.`,
    );
    return undefined;
  }
  const known = type.names.get(Number(number));
  if (known === undefined) {
    const severity = type.isClosed ? 'error' : 'warning';
    report(
      'textproto/unknown-enum-value',
      value,
      `${name} has no value with the number ${number}.`,
      undefined,
      severity,
    );
    return type.isClosed ? undefined : Number(number);
  }
  const fix = replaceFix(`Write ${known}`, value, known);
  report('textproto/enum-number', value, `${number} is ${known}.`, fix, 'hint');
  return known;
}

/** The value that a wrong name was meant to be: `FP32` for `TYPE_FP32`. */
function meantEnumValue(given: string, type: EnumSchema): string | undefined {
  const names = [...type.values.keys()];
  const upper = given.toUpperCase();
  const [first = ''] = names;
  const common = names.reduce((prefix, other) => sharedStart(prefix, other), first).replace(/[^_]*$/, '');
  return (
    names.find((other) => other === `${common}${upper}`) ??
    names.find((other) => other.endsWith(`_${upper}`)) ??
    suggest(`${common}${given.slice(upper.startsWith(common) ? common.length : 0)}`, names) ??
    suggest(given, names)
  );
}

function sharedStart(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) {
    length++;
  }
  return a.slice(0, length);
}

function listed({ values }: EnumSchema): string {
  const names = [...values.keys()];
  return names.length > 6 ? `${names.slice(0, 5).join(', ')} and others` : names.join(', ');
}
