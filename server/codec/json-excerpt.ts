// How the JSON values of a request are called in error texts: by their beginning, and by their type.
import { JsonScanner } from './json-scanner.ts';
import { byte } from './json-string.ts';

/** Longest excerpt of a request in an error text, in characters. */
const excerptLimit = 100;

/**
 * The value that is next, as it was written, cut off where it is long. Throws JSON_INVALID where its beginning is not JSON; that
 * all of it is, others have to find out.
 */
export function excerpt(scanner: JsonScanner): string {
  scanner.peek();
  const { bytes, position } = scanner;
  const most = position + 4 * excerptLimit;
  const value = new JsonScanner(bytes, 4 * excerptLimit);
  value.position = position;
  value.beginTurn();
  const end = value.skipSome() ? Math.min(value.position, most) : most;
  return shortened(bytes.toString('utf8', position, end));
}

/** A text of a request, cut off where it is long. */
export function shortened(text: string): string {
  return text.length <= excerptLimit ? text : `${text.slice(0, excerptLimit)}…`;
}

/** RapidJSON's word for the type of the value that begins with this byte. */
export function jsonTypeOf(next: number): string {
  switch (next) {
    case byte.OPEN_OBJECT:
      return 'Object';
    case byte.OPEN_LIST:
      return 'Array';
    case byte.QUOTE:
      return 'String';
    case byte.LOWER_T:
      return 'True';
    case byte.LOWER_F:
      return 'False';
    case byte.LOWER_N:
      return 'Null';
    default:
      return 'Number';
  }
}
