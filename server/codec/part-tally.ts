// How many small parts a request may have: each takes some hundred bytes here, and two or three of the request.
import { PerchError } from '../errors.ts';

/** Strings, examples, their features and the like, of all inputs together. Numbers are not counted. */
export const mostParts = 1_000_000;

/** Counts the parts of a request. */
export class PartTally {
  #count = 0;

  /** Counts `count` more. Throws REQUEST_TOO_LARGE. */
  add(count = 1): void {
    this.#count += count;
    if (this.#count > mostParts) {
      throw new PerchError(
        'REQUEST_TOO_LARGE',
        `A request may have ${mostParts} strings, or examples with their features and strings; send several requests.`,
      );
    }
  }
}
