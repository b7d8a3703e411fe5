// A cursor over the text of a regular expression, by code points.
import { isUtf8 } from 'node:buffer';
import { RegexError } from './regex-error.ts';

/** Reads a pattern from its start to its end. Positions count UTF-16 units. */
export class PatternCursor {
  /** The whole pattern. */
  readonly whole: string;
  position = 0;

  /** Throws RegexError where the pattern is not UTF-8. */
  constructor(pattern: Uint8Array) {
    if (!isUtf8(pattern)) {
      throw new RegexError('invalid UTF-8', '');
    }
    this.whole = Buffer.from(pattern).toString('utf8');
  }

  get done(): boolean {
    return this.position >= this.whole.length;
  }

  /** The next code point as text; empty at the end. */
  peek(): string {
    const rune = this.whole.codePointAt(this.position);
    return rune === undefined ? '' : String.fromCodePoint(rune);
  }

  /** Reads the next code point; empty at the end. */
  next(): string {
    const rune = this.peek();
    this.position += rune.length;
    return rune;
  }

  /** Reads `text` if it comes next. */
  skip(text: string): boolean {
    if (!this.whole.startsWith(text, this.position)) {
      return false;
    }
    this.position += text.length;
    return true;
  }

  /** What a sticky expression matches at `start`; the cursor then stands behind it. undefined leaves the cursor. */
  take(expression: RegExp, start: number): RegExpExecArray | undefined {
    expression.lastIndex = start;
    const match = expression.exec(this.whole);
    if (match === null) {
      return undefined;
    }
    this.position = start + match[0].length;
    return match;
  }

  /** The pattern from `start` up to the cursor, for texts; at least one character where there is one. */
  from(start: number): string {
    return this.whole.slice(start, Math.max(this.position, start + 1));
  }
}
