// What the bodies of all REST requests have in common: one object, of whose equal keys the first counts.
import { PerchError } from '../errors.ts';
import { excerpt } from './json-excerpt.ts';
import type { JsonScanner } from './json-scanner.ts';
import { byte } from './json-string.ts';

/** The work on a document in pieces: yields where the turn of its scanner has ended, and another has begun when it goes on. */
export type JsonSteps<Result> = Generator<void, Result>;

/** How much of a document is read in a turn, bytes: one to four milliseconds, by what is in it. */
export const turnBytes = 64 * 1024;

/** Ends a turn. */
export function* nextTurn(scanner: JsonScanner): JsonSteps<void> {
  yield;
  scanner.beginTurn();
}

/**
 * Reads the document, an object: `member` takes the value of each key in turn.
 * @throws PerchError JSON_INVALID, JSON_TOO_DEEP, JSON_VALUE_WRONG where the document is no object
 */
export function* readMembers(
  scanner: JsonScanner,
  member: (key: string) => JsonSteps<void> | undefined,
): JsonSteps<void> {
  scanner.position = startOf(scanner.bytes);
  scanner.beginTurn();
  if (scanner.bytes.length === 0) {
    throw new PerchError('JSON_INVALID', 'JSON Parse error: The document is empty');
  }
  if (scanner.peek() === 0 && scanner.position >= scanner.bytes.length) {
    throw scanner.error('The document is empty.');
  }
  if (scanner.peek() !== byte.OPEN_OBJECT) {
    const { position } = scanner;
    yield* skip(scanner);
    throw wrong(`JSON Value: ${excerpt(scanner.at(position))} Is not object`);
  }
  scanner.open();
  if (scanner.closeIfEmpty(byte.CLOSE_OBJECT)) {
    return;
  }
  do {
    while (!scanner.isStringReady()) {
      yield* nextTurn(scanner);
    }
    const work = member(scanner.key());
    if (work !== undefined) {
      yield* work;
    }
  } while (scanner.nextMember());
}

/** Skips the value that is next. */
export function* skip(scanner: JsonScanner): JsonSteps<void> {
  while (!scanner.skipSome()) {
    yield* nextTurn(scanner);
  }
}

/** A document whose syntax has been checked, and where the values of its keys begin. */
export class JsonDocument {
  readonly #scanner: JsonScanner;
  readonly #positions = new Map<string, number>();

  private constructor(scanner: JsonScanner) {
    this.#scanner = scanner;
  }

  /** Only these `keys` can be asked for: there may be millions of others. Throws as `readMembers`. */
  static *read(scanner: JsonScanner, keys: readonly string[]): JsonSteps<JsonDocument> {
    const document = new JsonDocument(scanner);
    const positions = document.#positions;
    yield* readMembers(scanner, (key) => {
      scanner.peek();
      if (!positions.has(key) && keys.includes(key)) {
        positions.set(key, scanner.position);
      }
      return scanner.skipSome() ? undefined : afterThisTurn(scanner);
    });
    return document;
  }

  /** A cursor at the value of this key; undefined where there is no such key. */
  valueOf(key: string): JsonScanner | undefined {
    const position = this.#positions.get(key);
    return position === undefined ? undefined : this.#at(position);
  }

  /** `signature_name`, unchecked but for its type; undefined where there is none. Throws JSON_VALUE_WRONG. */
  signatureName(): string | undefined {
    const scanner = this.valueOf('signature_name');
    if (scanner !== undefined && scanner.peek() !== byte.QUOTE) {
      throw this.error("not formatted correctly. 'signature_name' key must be a string value.");
    }
    return scanner && textOf(scanner.string());
  }

  /** JSON_VALUE_WRONG with the beginning of the document. */
  error(problem: string): PerchError {
    return wrong(`JSON Value: ${excerpt(this.#at(startOf(this.#scanner.bytes)))} ${problem}`);
  }

  #at(position: number): JsonScanner {
    return this.#scanner.at(position);
  }
}

function* afterThisTurn(scanner: JsonScanner): JsonSteps<void> {
  yield* nextTurn(scanner);
  yield* skip(scanner);
}

/** Text from the bytes of a JSON string. */
export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
}

/** Behind a byte order mark, if there is one. */
function startOf(bytes: Uint8Array): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}

function wrong(message: string): PerchError {
  return new PerchError('JSON_VALUE_WRONG', message);
}
