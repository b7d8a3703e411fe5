// The tokens of text format, and all those of a file.

/** Characters that are tokens by themselves. Only the first nine are of the format; the others are frequent slips. */
export type Symbol = '{' | '}' | '<' | '>' | '[' | ']' | ':' | ',' | ';' | '-' | '=' | '.' | '/';

/**
 * `placeholder`: a template variable such as `${name}`, already reported. `other`: a run of characters that are no token,
 * to be reported by whoever passes it. `end`: after the last token, empty.
 */
export type TokenKind = 'identifier' | 'number' | 'string' | 'placeholder' | 'other' | 'end' | Symbol;

export interface Token {
  readonly kind: TokenKind;
  /** UTF-16 offsets, [start, end). */
  readonly start: number;
  readonly end: number;
  /** From 0. */
  readonly line: number;
  /** UTF-16 units from the start of the line. */
  readonly column: number;
  /** Nothing but space and comments before it on its line. */
  readonly firstOnLine: boolean;
}

/** From `#` to the end of the line, which is not part of it; or in the style of C, which is an error. */
export interface Comment {
  readonly start: number;
  readonly end: number;
}

const kinds: readonly TokenKind[] = [
  ...(['end', 'identifier', 'number', 'string', 'placeholder', 'other'] as const),
  ...(['{', '}', '<', '>', '[', ']', ':', ',', ';', '-', '=', '.', '/'] as const),
];
const indexOfKind = new Map(kinds.map((kind, index) => [kind, index]));

/** Numbers of a token in the table: its kind, where it starts and ends, its line and its column. */
const width = 5;

/**
 * The tokens of a file by place; the last one is the only one of kind `end`. They are kept as numbers: an object for each
 * would cost more time, in a large file, than all the rest of the parser.
 */
export class TokenTable {
  private numbers = new Int32Array(1024 * width);
  private count = 0;

  get length(): number {
    return this.count;
  }

  push(kind: TokenKind, start: number, end: number, line: number, column: number): void {
    const at = this.count * width;
    if (at === this.numbers.length) {
      const larger = new Int32Array(2 * at);
      larger.set(this.numbers);
      this.numbers = larger;
    }
    const { numbers } = this;
    numbers[at] = indexOfKind.get(kind) ?? 0;
    numbers[at + 1] = start;
    numbers[at + 2] = end;
    numbers[at + 3] = line;
    numbers[at + 4] = column;
    this.count++;
  }

  /** The kind of a token; `end` behind the last one. */
  kind(index: number): TokenKind {
    return (index < this.count ? kinds[this.numbers[index * width] ?? 0] : undefined) ?? 'end';
  }

  /** Offset of a token. */
  start(index: number): number {
    return this.numbers[index * width + 1] ?? 0;
  }

  /** Offset behind a token. */
  end(index: number): number {
    return this.numbers[index * width + 2] ?? 0;
  }

  /** A token; behind the last one, that. */
  at(index: number): Token {
    const known = Math.min(index, this.count - 1);
    const at = known * width;
    const line = this.numbers[at + 3] ?? 0;
    return {
      kind: this.kind(known),
      start: this.start(known),
      end: this.end(known),
      line,
      column: this.numbers[at + 4] ?? 0,
      firstOnLine: known === 0 || line !== this.numbers[at + 3 - width],
    };
  }
}
