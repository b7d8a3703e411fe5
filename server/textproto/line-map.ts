// Offsets to lines and columns, and back.

/** Counted from 0; columns in UTF-16 units, as editors count them. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface LineMap {
  readonly lineCount: number;
  /** The place of an offset; those outside of the text count as its nearest end. */
  readonly position: (offset: number) => Position;
  /** The offset of a place; lines and columns that do not exist count as the nearest that do. */
  readonly offset: (position: Position) => number;
}

/** The lines of `text`, which end with a line feed, with or without a carriage return before it. */
export function lineMap(text: string): LineMap {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
    starts.push(at + 1);
  }
  const startOf = (line: number): number => starts[line] ?? text.length + 1;
  return {
    lineCount: starts.length,
    position: (offset) => {
      const inside = Math.max(0, Math.min(offset, text.length));
      let low = 0;
      let high = starts.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (startOf(middle) <= inside) {
          low = middle;
        } else {
          high = middle - 1;
        }
      }
      return { line: low, column: inside - startOf(low) };
    },
    offset: ({ line, column }) => {
      const known = Math.max(0, Math.min(line, starts.length - 1));
      return Math.min(startOf(known) + Math.max(0, column), startOf(known + 1) - 1);
    },
  };
}
