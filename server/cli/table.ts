// Text for terminals: aligned tables, colours, and names from outside made harmless.

/** What a text means; colours are given by meaning. */
export type Tone = 'good' | 'waiting' | 'bad' | 'faint';

/** A cell: text, or text with a meaning. */
export type Cell = string | { readonly text: string; readonly tone: Tone };

/** SGR parameters. */
const colours: Readonly<Record<Tone, string>> = { good: '32', waiting: '33', bad: '31', faint: '2' };

/** `text` in the colour of its meaning, where there are colours. */
export function toned(text: string, tone: Tone, inColour: boolean): string {
  return inColour ? `\u001b[${colours[tone]}m${text}\u001b[0m` : text;
}

/**
 * Characters that steer a terminal or turn the direction of text around, as escapes: names and error texts come from outside.
 * Line breaks are kept on request.
 */
export function harmless(text: string, keepLineBreaks = false): string {
  return text.replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, (character) =>
    keepLineBreaks && character === '\n' ? character : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** Columns as wide as their widest cell, two spaces between them, a heading above; ends with a line break. */
export function table(
  headings: readonly string[],
  rows: readonly (readonly Cell[])[],
  inColour: boolean,
): string {
  const cells = rows.map((row) => row.map((cell) => harmless(typeof cell === 'string' ? cell : cell.text)));
  const widths = headings.map((heading, column) =>
    Math.max(...[heading, ...cells.map((row) => row[column] ?? '')].map((text) => lengthOf(text))),
  );
  const line = (texts: readonly string[], tone: (column: number) => Tone | undefined): string =>
    texts
      .map((text, column) => {
        const isLast = column === texts.length - 1;
        const padding = isLast ? '' : ' '.repeat((widths[column] ?? 0) - lengthOf(text));
        const meaning = tone(column);
        return `${meaning === undefined ? text : toned(text, meaning, inColour)}${padding}`;
      })
      .join('  ')
      .trimEnd();
  const toneOf = (row: number) => (column: number) => {
    const cell = rows[row]?.[column];
    return cell === undefined || typeof cell === 'string' ? undefined : cell.tone;
  };
  const lines = [line(headings, () => 'faint'), ...cells.map((texts, row) => line(texts, toneOf(row)))];
  return lines.map((text) => `${text}\n`).join('');
}

/** In code points: near enough to columns for names of models. */
function lengthOf(text: string): number {
  return Array.from(text).length;
}
