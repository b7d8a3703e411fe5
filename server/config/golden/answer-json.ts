// A JSON answer as a value: in TensorFlow Serving's dialect, with integers exact and NaN and Infinity as numbers. Pure.
import { textOf } from '../../codec/json-document.ts';
import { JsonScanner } from '../../codec/json-scanner.ts';
import { byte } from '../../codec/json-string.ts';

/** A bigint is a number that was written as an integer. Of equal keys the first counts, as in requests. */
export type Answer =
  null | boolean | number | bigint | string | readonly Answer[] | ReadonlyMap<string, Answer>;

/**
 * Reads a whole document.
 * @throws PerchError JSON_INVALID, JSON_TOO_DEEP
 */
export function parseAnswer(json: Uint8Array | string): Answer {
  const scanner = new JsonScanner(typeof json === 'string' ? Buffer.from(json) : json);
  const answer = valueOf(scanner);
  scanner.peek();
  if (scanner.position < scanner.bytes.length) {
    throw scanner.error('The document root must not be followed by other values.');
  }
  return answer;
}

function valueOf(scanner: JsonScanner): Answer {
  switch (scanner.peek()) {
    case byte.OPEN_LIST:
      return listOf(scanner);
    case byte.OPEN_OBJECT:
      return objectOf(scanner);
    case byte.QUOTE:
      return textOf(scanner.string());
    case byte.LOWER_T:
    case byte.LOWER_F:
      return scanner.boolean();
    case byte.LOWER_N:
      scanner.skipValue();
      return null;
    default: {
      const value = scanner.number();
      return scanner.isInteger ? scanner.exactInteger() : value;
    }
  }
}

function listOf(scanner: JsonScanner): Answer {
  const list: Answer[] = [];
  scanner.open();
  if (!scanner.closeIfEmpty(byte.CLOSE_LIST)) {
    do {
      list.push(valueOf(scanner));
    } while (scanner.nextElement());
  }
  return list;
}

function objectOf(scanner: JsonScanner): Answer {
  const object = new Map<string, Answer>();
  scanner.open();
  if (!scanner.closeIfEmpty(byte.CLOSE_OBJECT)) {
    do {
      const key = scanner.key();
      const value = valueOf(scanner);
      if (!object.has(key)) {
        object.set(key, value);
      }
    } while (scanner.nextMember());
  }
  return object;
}
