// Numbers of text format: which texts are numbers, and what they are worth.
import { quote, replaceFix, type Report, type Span } from './diagnostics.ts';

/** How a number is written; `malformed` if it is none. */
export type NumberForm = 'decimal' | 'octal' | 'hexadecimal' | 'float' | 'malformed';

const decimal = /^(?:0|[1-9][0-9]*)$/;
const octal = /^0[0-7]+$/;
const hexadecimal = /^0[xX][0-9a-fA-F]+$/;
const float = /^(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[fF]?$/;

/** The form of a text that begins as a number. */
export function numberForm(text: string): NumberForm {
  if (decimal.test(text)) {
    return 'decimal';
  }
  if (float.test(text)) {
    return 'float';
  }
  return octal.test(text) ? 'octal' : hexadecimal.test(text) ? 'hexadecimal' : 'malformed';
}

const numberRun = /(?:0[xX][0-9a-zA-Z_.]*|[0-9.]*(?:[eE][+-][0-9])?[0-9a-zA-Z_.]*)/y;

/** The offset behind everything that hangs together with the number at `start`. */
export function numberEnd(text: string, start: number): number {
  numberRun.lastIndex = start;
  return start + (numberRun.exec(text)?.[0].length ?? 1);
}

/** Reports a malformed number. */
export function reportNumber(text: string, at: Span, report: Report): void {
  const leadingZeros = /^0+(?=[1-9])/;
  const ungrouped = text.replaceAll('_', '');
  const trimmed = text.replace(leadingZeros, '');
  if (/^0[bB]/.test(text)) {
    report(
      'textproto/bad-number',
      at,
      `${quote(text)} is no number: there are no binary numbers in text format.`,
    );
  } else if (ungrouped !== text && numberForm(ungrouped) !== 'malformed') {
    const fix = replaceFix(`Write ${ungrouped}`, at, ungrouped);
    report('textproto/bad-number', at, `${quote(text)} is no number: digits cannot be grouped.`, fix);
  } else if (trimmed !== text && numberForm(trimmed) !== 'malformed') {
    const fix = replaceFix(`Write ${trimmed}`, at, trimmed);
    report(
      'textproto/bad-number',
      at,
      `${quote(text)} is no number: with a leading zero it would be octal.`,
      fix,
    );
  } else {
    const fix = replaceFix('Put it in quotes', at, `"${text}"`);
    report('textproto/bad-number', at, `${quote(text)} is no number.`, fix);
  }
}

/** The value of a decimal, octal or hexadecimal number. At most 100 digits count: more fit nowhere. */
export function integerValue(text: string, form: NumberForm): bigint {
  const digits = text
    .replace(/^0[xX]/, '')
    .replace(/^0+(?=.)/, '')
    .slice(0, 100);
  return BigInt(form === 'hexadecimal' ? `0x${digits}` : form === 'octal' ? `0o${digits}` : digits);
}

/** The value of a decimal or float, which may end with f; infinite where it is beyond a double. */
export function floatValue(text: string): number {
  return Number(text.replace(/[fF]$/, ''));
}
