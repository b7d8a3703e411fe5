// Where the members of a JSON object stand in its text. Values are skipped, not built: numbers keep every digit. Pure.
import { PerchError } from '../../errors.ts';
import { JsonScanner } from '../../codec/json-scanner.ts';
import { byte } from '../../codec/json-string.ts';

/** A part of a text: offsets in UTF-16 units, the end is behind it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A member of an object. */
export interface Member {
  /** Where its name begins. */
  readonly start: number;
  readonly value: Span;
}

/** A JSON text whose parts are looked up in place. */
export class JsonText {
  readonly text: string;
  readonly #bytes: Buffer;

  constructor(text: string) {
    this.text = text;
    this.#bytes = Buffer.from(text);
  }

  /** What stands there. */
  at({ start, end }: Span): string {
    return this.text.slice(start, end);
  }

  /**
   * The value that the whole text is.
   * @throws JsonTextError where it is no JSON, or more than one value
   */
  root(): Span {
    return this.#reading(() => {
      // A byte order mark.
      const scanner = this.#scannerAt(this.text.startsWith('\ufeff') ? 1 : 0);
      scanner.peek();
      const start = scanner.position;
      scanner.skipValue();
      const end = scanner.position;
      scanner.peek();
      if (scanner.position < this.#bytes.length) {
        throw scanner.error('There is something behind the document.');
      }
      return this.#span(start, end);
    });
  }

  isObject({ start }: Span): boolean {
    return this.text[start] === '{';
  }

  isList({ start }: Span): boolean {
    return this.text[start] === '[';
  }

  /** The members of the object at `span`, by name. Throws JsonTextError where a name is there twice. */
  members({ start }: Span): ReadonlyMap<string, Member> {
    return this.#reading(() => {
      const scanner = this.#scannerAt(start);
      const members = new Map<string, Member>();
      scanner.open();
      if (!scanner.closeIfEmpty(byte.CLOSE_OBJECT)) {
        do {
          scanner.peek();
          const keyStart = scanner.position;
          const name = scanner.key();
          scanner.peek();
          const valueStart = scanner.position;
          scanner.skipValue();
          const value = this.#span(valueStart, scanner.position);
          const at = this.#charAt(keyStart);
          if (members.has(name)) {
            throw new JsonTextError(`"${name}" is there twice.`, at);
          }
          members.set(name, { start: at, value });
        } while (scanner.nextMember());
      }
      return members;
    });
  }

  /** The elements of the list at `span`. */
  elements({ start }: Span): readonly Span[] {
    return this.#reading(() => {
      const scanner = this.#scannerAt(start);
      const elements: Span[] = [];
      scanner.open();
      if (!scanner.closeIfEmpty(byte.CLOSE_LIST)) {
        do {
          scanner.peek();
          const from = scanner.position;
          scanner.skipValue();
          elements.push(this.#span(from, scanner.position));
        } while (scanner.nextElement());
      }
      return elements;
    });
  }

  #scannerAt(char: number): JsonScanner {
    const scanner = new JsonScanner(this.#bytes);
    scanner.position =
      this.#bytes.length === this.text.length ? char : Buffer.byteLength(this.text.slice(0, char));
    return scanner;
  }

  #span(start: number, end: number): Span {
    return { start: this.#charAt(start), end: this.#charAt(end) };
  }

  #charAt(byteAt: number): number {
    return this.#bytes.length === this.text.length ? byteAt : this.#bytes.toString('utf8', 0, byteAt).length;
  }

  #reading<T>(read: () => T): T {
    try {
      return read();
    } catch (reason) {
      if (reason instanceof JsonTextError) {
        throw reason;
      }
      const { message } = PerchError.from(reason);
      const [, what = message, at = '0'] = /^JSON Parse error: (.*?) at offset: (\d+)$/s.exec(message) ?? [];
      throw new JsonTextError(what, this.#charAt(Number(at)));
    }
  }
}

/** What is wrong with a text, and where: an offset in UTF-16 units. */
export class JsonTextError extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}
