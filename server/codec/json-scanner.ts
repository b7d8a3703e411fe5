// Reads JSON from UTF-8 bytes, token by token, in the dialect of TensorFlow Serving (RapidJSON with NaN and Inf).
import { PerchError } from '../errors.ts';
import { JsonNumberScanner } from './json-number-scanner.ts';
import { LongStrings } from './json-long-strings.ts';
import { brokenString, byte, jsonSyntaxError, unescapeJson } from './json-string.ts';

/** White space in one place, bytes: more would hold up others, and is none of a person's or a program's. */
const mostSpace = 2 ** 20;

/** Lists and objects inside one another, the outermost counted. */
export const jsonDepthLimit = 64;

/**
 * A cursor over a JSON document. Syntax errors are PerchError JSON_INVALID in RapidJSON's words with the offset of the
 * offending byte, `JSON Parse error: Invalid value. at offset: 7`; too much nesting is JSON_TOO_DEEP. Bytes in strings
 * are taken as they are: TensorFlow Serving does not check them to be UTF-8.
 */
export class JsonScanner extends JsonNumberScanner {
  /**
   * Where this turn ends, for those who read in pieces: a position. What is below it is read without asking, and the end of
   * the document needs no other turn.
   */
  turnEnd = Infinity;
  private depth = 0;
  /** The closing brackets of what `skipSome` is in, the innermost last. */
  private readonly skipping: number[] = [];
  private isAtSkippedKey = false;
  private readonly longStrings: LongStrings;
  /** How much is read in a turn. */
  readonly turnBytes: number;

  /** `turnBytes`: how much is read in a turn. A scanner over the same bytes may know long strings already. */
  constructor(bytes: Uint8Array, turnBytes = Infinity, longStrings?: LongStrings) {
    super(bytes);
    this.turnBytes = turnBytes;
    this.longStrings = longStrings ?? new LongStrings(this.bytes, turnBytes);
    this.beginTurn();
  }

  /** Another scanner over these bytes. */
  at(position: number): JsonScanner {
    const scanner = new JsonScanner(this.bytes, this.turnBytes, this.longStrings);
    scanner.position = position;
    scanner.beginTurn();
    return scanner;
  }

  /** From here on as much as a turn may read. */
  beginTurn(): void {
    this.turnEnd = this.position + this.turnBytes;
  }

  /**
   * Whether the string that is next can be read at once. Where it cannot, for its length, a piece of it was looked at, and
   * this is to be asked again in the next turn. True where no string is next.
   */
  isStringReady(): boolean {
    return this.peek() !== byte.QUOTE || this.longStrings.isReady(this.position);
  }

  /** The same for the string in `{"b64": "…"}`, if that is next. */
  isBase64Ready(): boolean {
    const start = this.position;
    const isReady =
      !this.take(byte.OPEN_OBJECT) ||
      (this.isStringReady() &&
        (this.peek() !== byte.QUOTE || !this.isB64Key() || !this.take(byte.COLON) || this.isStringReady()));
    this.position = start;
    return isReady;
  }

  /** The next byte that is no white space, not taken; 0 at the end. */
  peek(): number {
    const next = this.bytes[this.position] ?? 0;
    return next > byte.SPACE ? next : this.peekBehindSpace();
  }

  /** The same where white space may be next. */
  private peekBehindSpace(): number {
    const { bytes } = this;
    const { length } = bytes;
    let { position } = this;
    const end = Math.min(length, position + mostSpace);
    while (position < end && isSpace(bytes[position] ?? 0)) {
      position++;
    }
    if (position === end && end < length) {
      throw jsonSyntaxError(`More than ${mostSpace} bytes of white space in one place.`, position);
    }
    this.position = position;
    return bytes[position] ?? 0;
  }

  /** Takes the next byte if it is this one. */
  take(expected: number): boolean {
    if (this.peek() !== expected) {
      return false;
    }
    this.position++;
    return true;
  }

  /** Enters a list or an object whose bracket is next. */
  open(): void {
    if (++this.depth > jsonDepthLimit) {
      throw new PerchError(
        'JSON_TOO_DEEP',
        `JSON Parse error: nested deeper than ${jsonDepthLimit} levels at offset: ${this.position}`,
      );
    }
    this.position++;
  }

  /** After an element of a list: true after a comma, false after the end of the list, which is thereby left. */
  nextElement(): boolean {
    return this.next(byte.CLOSE_LIST, 'Missing a comma or ] after an array element.');
  }

  /** After a member of an object: true after a comma, false after the end of the object, which is thereby left. */
  nextMember(): boolean {
    return this.next(byte.CLOSE_OBJECT, 'Missing a comma or } after an object member.');
  }

  /** Leaves a list or an object at once if it is empty. */
  closeIfEmpty(bracket: number): boolean {
    if (!this.take(bracket)) {
      return false;
    }
    this.depth--;
    return true;
  }

  /** The name of a member, and the colon. */
  key(): string {
    if (this.peek() !== byte.QUOTE) {
      throw this.error('Missing a name for object member.');
    }
    const key = asBuffer(this.string()).toString('utf8');
    if (!this.take(byte.COLON)) {
      throw this.error('Missing a colon after a name of object member.');
    }
    return key;
  }

  /** A string whose quote is next, as bytes: a view where it has no escapes. */
  string(): Uint8Array {
    const { bytes } = this;
    const known = this.longStrings.take(this.position);
    if (known !== undefined) {
      this.position = known.end;
      return known.text;
    }
    const start = ++this.position;
    for (let position = start; ; position++) {
      const next = bytes[position] ?? 0;
      if (next === byte.QUOTE) {
        this.position = position + 1;
        return bytes.subarray(start, position);
      }
      if (next === byte.BACKSLASH) {
        const end = this.closingQuote(position);
        this.position = end + 1;
        return unescapeJson(bytes, start, end);
      }
      if (next < byte.SPACE) {
        throw brokenString(bytes, position);
      }
    }
  }

  /**
   * If `{"b64": "…"}` is next, the string in it, and it is taken. Any other object, or anything else, is left as it is.
   */
  base64Object(): Uint8Array | undefined {
    const start = this.position;
    if (this.take(byte.OPEN_OBJECT) && this.peek() === byte.QUOTE) {
      if (this.isB64Key() && this.take(byte.COLON) && this.peek() === byte.QUOTE) {
        const text = this.string();
        if (this.take(byte.CLOSE_OBJECT)) {
          return text;
        }
      }
    }
    this.position = start;
    return undefined;
  }

  /** Takes `true` or `false`, whose first letter is next. */
  boolean(): boolean {
    const isTrue = this.bytes[this.position] === byte.LOWER_T;
    this.word(isTrue ? 'true' : 'false');
    return isTrue;
  }

  private isB64Key(): boolean {
    return asBuffer(this.string()).equals(b64Key);
  }

  /** Skips any value, checking its syntax. */
  skipValue(): void {
    const { turnEnd } = this;
    this.turnEnd = Infinity;
    while (!this.skipSome());
    this.turnEnd = turnEnd;
  }

  /** Skips the value that is next, or what a turn has left of it, checking its syntax; whether that was all. */
  skipSome(): boolean {
    const { skipping } = this;
    for (;;) {
      if (this.position >= this.turnEnd || !this.isStringReady()) {
        return false;
      }
      if (this.isAtSkippedKey) {
        this.key();
        this.isAtSkippedKey = false;
        continue;
      }
      const next = this.peek();
      if (next === byte.OPEN_LIST) {
        this.open();
        if (!this.closeIfEmpty(byte.CLOSE_LIST)) {
          skipping.push(byte.CLOSE_LIST);
          continue;
        }
      } else if (next === byte.OPEN_OBJECT) {
        this.open();
        if (!this.closeIfEmpty(byte.CLOSE_OBJECT)) {
          skipping.push(byte.CLOSE_OBJECT);
          this.isAtSkippedKey = true;
          continue;
        }
      } else {
        this.skipScalar(next);
      }
      if (!this.isMoreToSkip()) {
        return true;
      }
    }
  }

  /** After a value: leaves what has ended; whether there is a value or a key to go on with. */
  private isMoreToSkip(): boolean {
    const { skipping } = this;
    for (;;) {
      switch (skipping.at(-1)) {
        case undefined:
          return false;
        case byte.CLOSE_LIST:
          if (this.nextElement()) {
            return true;
          }
          break;
        default:
          if (this.nextMember()) {
            this.isAtSkippedKey = true;
            return true;
          }
      }
      skipping.pop();
    }
  }

  private skipScalar(next: number): void {
    switch (next) {
      case byte.QUOTE:
        this.string();
        return;
      case byte.LOWER_T:
      case byte.LOWER_F:
        this.boolean();
        return;
      case byte.LOWER_N:
        this.word('null');
        return;
      default:
        if (!this.scanNumber()) {
          this.notFinite();
        }
    }
  }

  private next(bracket: number, whatIfNeither: string): boolean {
    const next = this.peek();
    if (next === byte.COMMA) {
      this.position++;
      return true;
    }
    if (next !== bracket) {
      throw this.error(whatIfNeither);
    }
    this.position++;
    this.depth--;
    return false;
  }

  /** Where the string ends that has a backslash at `position`. */
  private closingQuote(position: number): number {
    const { bytes } = this;
    for (let at = position; ; at++) {
      const next = bytes[at] ?? 0;
      if (next === byte.QUOTE) {
        return at;
      }
      if (next < byte.SPACE) {
        throw brokenString(bytes, at);
      }
      if (next === byte.BACKSLASH) {
        at++;
      }
    }
  }
}

const b64Key = Buffer.from('b64');

function isSpace(value: number): boolean {
  return value === byte.SPACE || value === byte.NEWLINE || value === byte.RETURN || value === byte.TAB;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
