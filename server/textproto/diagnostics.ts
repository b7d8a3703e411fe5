// What can be wrong with a text-format file: the table of codes, and the shape of a finding with its quick fixes.
import type { TextEdit } from './text-edit.ts';

/** Every code with one line of documentation. Codes are stable: users link to them and switch them off. */
export const diagnosticCodes = {
  'textproto/byte-order-mark': 'The file begins with a byte order mark; text format takes plain UTF-8.',
  'textproto/odd-space': 'A space that is none for text format, such as the no-break space of a web page.',
  'textproto/unexpected-character': 'A character that text format has no use for outside of strings.',
  'textproto/smart-quotes': 'Typographic quotation marks; strings take " or \'.',
  'textproto/unterminated-string': 'A string without its closing quote on the same line.',
  'textproto/bad-escape': 'A backslash in a string with something after it that is no escape.',
  'textproto/comment-style': 'A comment with // or /* */; comments begin with #.',
  'textproto/bad-number': 'Something that begins as a number and is none.',
  'textproto/placeholder': 'A template variable that was never filled in.',
  'textproto/unquoted-string': 'Text with characters of a path or a name, without quotes around it.',
  'textproto/extra-separator': 'A comma or semicolon with nothing before it.',
  'textproto/trailing-comma': 'A comma after the last element of a list.',
  'textproto/list-separator': 'A semicolon between list elements, where a comma belongs.',
  'textproto/missing-comma': 'Two list elements without a comma between them.',
  'textproto/missing-bracket': 'A bracket that is opened and never closed.',
  'textproto/unmatched-bracket': 'A closing bracket that closes nothing.',
  'textproto/mismatched-bracket': 'A message that opens with one kind of bracket and closes with another.',
  'textproto/missing-open-brace': 'Fields below a name that has no opening brace.',
  'textproto/list-fields': 'Fields in a list without the braces of an element.',
  'textproto/nested-list': 'A list inside of a list.',
  'textproto/missing-colon': 'A scalar without a colon before it.',
  'textproto/equals-sign': 'An equals sign where a colon belongs.',
  'textproto/missing-value': 'A field name without a value.',
  'textproto/missing-name': 'A value without a field name.',
  'textproto/field-name': 'A field name with characters other than letters, digits and underscores.',
  'textproto/field-number': 'A field number in place of a field name.',
  'textproto/quoted-name': 'A field name in quotes, as in JSON.',
  'textproto/json-braces': 'Braces around the whole file, as in JSON.',
  'textproto/yaml-list': 'A list item with a dash, as in YAML.',
  'textproto/yaml-block': 'An indented block after a colon, as in YAML.',
  'textproto/unexpected': 'Something that cannot stand where it stands.',
  'textproto/too-deep': 'Messages nested more than 100 deep.',
  'textproto/unknown-field': 'A field that the message does not have.',
  'textproto/unknown-extension': 'A name in brackets that is no known extension, or no type URL of an Any.',
  'textproto/unknown-enum-value': 'A name that the enum does not have.',
  'textproto/enum-number': 'An enum value by number, where it has a name.',
  'textproto/wrong-type': 'A value of another type than the field has.',
  'textproto/out-of-range': 'A number that does not fit into the type of the field.',
  'textproto/not-repeated': 'A list for a field that takes one value.',
  'textproto/duplicate-field': 'A field that takes one value, set more than once.',
  'textproto/oneof': 'Two fields of which only one can be set.',
  'textproto/duplicate-key': 'A map key that is set more than once; the last one counts.',
  'textproto/deprecated': 'A deprecated field.',
  'textproto/invalid-utf8': 'Escapes in a string that make no UTF-8.',
} as const;
export type DiagnosticCode = keyof typeof diagnosticCodes;

/**
 * `error`: the daemon refuses the file, or, where it was compared with the model on disk (`model/…`), Triton would. `warning`:
 * it is taken. `hint`: nothing is wrong, but it could be said better.
 */
export type Severity = 'error' | 'warning' | 'hint';

/** A mend that leaves one mistake less. */
export interface Fix {
  /** In the imperative, for a menu. */
  readonly title: string;
  readonly edits: readonly TextEdit[];
}

/** One finding. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly message: string;
  /** UTF-16 offset; `start < end`, inside the file; 0 and 0 in an empty file. */
  readonly start: number;
  readonly end: number;
  readonly severity: Severity;
  readonly fixes?: readonly Fix[];
}

/** Anything with a place in the text, [start, end) in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Takes findings, in any order. Errors unless said otherwise. */
export type Report = (
  code: DiagnosticCode,
  at: Span,
  message: string,
  fix?: Fix,
  severity?: Severity,
) => void;

/** How many findings of a severity a file can have: beyond it is another kind of file, and each costs time and memory. */
export const findingLimit = 1000;

/**
 * A Report that appends to `list`, with ranges moved into the `length` characters of the file and made non-empty. After
 * `findingLimit` findings of a severity it takes no more of it.
 */
export function reportInto(list: Diagnostic[], length: number): Report {
  const counts = { error: 0, warning: 0, hint: 0 };
  return (code, at, message, fix, severity = 'error') => {
    counts[severity]++;
    if (counts[severity] > findingLimit) {
      return;
    }
    const start = Math.max(0, Math.min(at.start, length - 1));
    const end = Math.min(Math.max(at.end, start + 1), length);
    list.push({ code, message, start, end, severity, ...(fix === undefined ? {} : { fixes: [fix] }) });
  };
}

/** Sorts by place. */
export function sortDiagnostics(list: Diagnostic[]): readonly Diagnostic[] {
  return list.sort((a, b) => a.start - b.start || a.end - b.end);
}

/** How findings quote `text`: on one line, and not more than 30 characters of it. */
export function quote(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return `"${line.length > 30 ? `${line.slice(0, 29)}…` : line}"`;
}

/** The fix that puts `text` in place of [start, end). */
export function replaceFix(title: string, at: Span, text: string): Fix {
  return { title, edits: [{ start: at.start, end: at.end, text }] };
}
