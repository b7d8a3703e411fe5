// Prints JSON for people and version control: two spaces, one member a line, lists of plain values filled up to the margin.
import { parseAnswer, type Answer } from './answer-json.ts';

/** Columns that a filled line has at most, where its values allow that. */
const margin = 100;

/**
 * `json` printed anew, in TensorFlow Serving's dialect: integers keep every digit, NaN and the infinities stay bare, a number
 * with a fraction keeps one. `indent`: the columns before the value's first line, for what follows it. No line break at the end.
 * @throws PerchError JSON_INVALID, JSON_TOO_DEEP
 */
export function printJson(json: string, indent = 0): string {
  return printed(parseAnswer(json), { indent, fills: true });
}

/** As `printJson`, with every value of a list on a line of its own: what a diff of two answers is easiest to read in. */
export function printLines(answer: Answer): string {
  return printed(answer, { indent: 0, fills: false });
}

/** The columns before the value's first line, and whether lists of plain values are filled. */
interface Layout {
  readonly indent: number;
  readonly fills: boolean;
}

function printed(value: Answer, layout: Layout): string {
  if (Array.isArray(value)) {
    return printedList(value as readonly Answer[], layout);
  }
  if (value instanceof Map) {
    return printedObject(value as ReadonlyMap<string, Answer>, layout);
  }
  return plain(value);
}

function printedObject(object: ReadonlyMap<string, Answer>, { indent, fills }: Layout): string {
  const inner = indent + 2;
  const members = Array.from(
    object,
    ([name, value]) => `${JSON.stringify(name)}: ${printed(value, { indent: inner, fills })}`,
  );
  return enclosed('{', members, '}', indent, `,\n${' '.repeat(inner)}`);
}

function printedList(list: readonly Answer[], { indent, fills }: Layout): string {
  const inner = indent + 2;
  const isFilled = fills && list.every((value) => !Array.isArray(value) && !(value instanceof Map));
  if (!isFilled) {
    const elements = list.map((value) => printed(value, { indent: inner, fills }));
    return enclosed('[', elements, ']', indent, `,\n${' '.repeat(inner)}`);
  }
  const values = list.map(plain);
  const oneLine = `[${values.join(', ')}]`;
  return indent + oneLine.length <= margin
    ? oneLine
    : enclosed('[', filled(values, margin - inner), ']', indent, `\n${' '.repeat(inner)}`);
}

/** `values` with commas, as few lines as fit. */
function filled(values: readonly string[], width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const [index, value] of values.entries()) {
    const word = index === values.length - 1 ? value : `${value},`;
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

function enclosed(
  open: string,
  parts: readonly string[],
  close: string,
  indent: number,
  between: string,
): string {
  return parts.length === 0
    ? `${open}${close}`
    : `${open}\n${' '.repeat(indent + 2)}${parts.join(between)}\n${' '.repeat(indent)}${close}`;
}

function plain(value: Answer): string {
  if (typeof value === 'number') {
    // Without its fraction it would be an integer, and those are compared by other rules.
    return Number.isInteger(value) && Math.abs(value) < 1e21 ? value.toFixed(1) : String(value);
  }
  return typeof value === 'bigint' ? String(value) : JSON.stringify(value);
}
