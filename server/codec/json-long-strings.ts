// Strings of megabytes, read piece by piece before they are asked for.
import { brokenString, byte, Unescaping } from './json-string.ts';

/** A string that was read. */
export interface LongString {
  readonly text: Uint8Array;
  /** Behind its closing quote. */
  readonly end: number;
}

/** A string while it is read. */
type Reading =
  | { readonly kind: 'looking'; at: number; hasEscapes: boolean }
  | { readonly kind: 'unescaping'; readonly work: Unescaping; readonly end: number };

/** The long strings of a document, by the position of their opening quote. */
export class LongStrings {
  readonly #bytes: Buffer;
  readonly #pieceBytes: number;
  readonly #known = new Map<number, LongString>();
  readonly #readings = new Map<number, Reading>();

  /** Strings of up to `pieceBytes` are not long; Infinity: none is. */
  constructor(bytes: Buffer, pieceBytes: number) {
    this.#bytes = bytes;
    this.#pieceBytes = pieceBytes;
  }

  /** The long string at this quote, once it is ready; undefined for any other. */
  take(position: number): LongString | undefined {
    return this.#known.size === 0 ? undefined : this.#known.get(position);
  }

  /** Whether the string at this quote is short or was read. Where it is not, reads a piece. Throws JSON_INVALID. */
  isReady(position: number): boolean {
    const start = position + 1;
    if (this.#bytes.length - start <= this.#pieceBytes || this.#known.has(position)) {
      return true;
    }
    const reading = this.#readings.get(position);
    if (reading === undefined) {
      const quote = this.#bytes.indexOf(byte.QUOTE, start);
      // A quote behind a backslash may be none that ends it.
      if (quote >= 0 && quote - start <= this.#pieceBytes && this.#bytes[quote - 1] !== byte.BACKSLASH) {
        return true;
      }
    }
    const next = this.#goOn(position, reading ?? { kind: 'looking', at: start, hasEscapes: false });
    if (next === 'short') {
      return true;
    }
    if ('text' in next) {
      this.#readings.delete(position);
      this.#known.set(position, next);
      return true;
    }
    this.#readings.set(position, next);
    return false;
  }

  #goOn(position: number, reading: Reading): Reading | LongString | 'short' {
    const bytes = this.#bytes;
    const pieceBytes = this.#pieceBytes;
    if (reading.kind === 'unescaping') {
      const { work, end } = reading;
      return work.goOn(pieceBytes) ? { text: work.text, end } : reading;
    }
    let { at, hasEscapes } = reading;
    const stop = at + pieceBytes;
    for (; at < stop; at++) {
      const next = bytes[at] ?? 0;
      if (next === byte.QUOTE) {
        const end = at + 1;
        if (end - position <= pieceBytes) {
          return 'short';
        }
        return hasEscapes
          ? { kind: 'unescaping', work: new Unescaping(bytes, position + 1, at), end }
          : { text: bytes.subarray(position + 1, at), end };
      }
      if (next < byte.SPACE) {
        throw brokenString(bytes, at);
      }
      if (next === byte.BACKSLASH) {
        hasEscapes = true;
        at++;
      }
    }
    return { kind: 'looking', at, hasEscapes };
  }
}
