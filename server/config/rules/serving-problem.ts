// A problem of one of TensorFlow Serving's config files, in the words in which the daemon refuses the file. Pure.
import type { ServingCode } from './serving-codes.ts';

/** What the daemon refuses a file for. The daemon says the first one; the editor all of them, each at its field. */
export interface ServingProblem {
  readonly code: ServingCode;
  /** The name of the field that is to blame. */
  readonly field: string;
  readonly words: string;
}
