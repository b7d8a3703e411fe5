// What a header block says.
import type { HeaderField } from '../http2/contract.ts';

/** A header list. Not to be changed: the same object may be given for another block with the same bytes. */
export interface DecodedList {
  /** In their order; empty where the list is too large. A field of a table is the same object each time. */
  readonly fields: readonly HeaderField[];
  /** Whether the list is greater than was asked for. */
  readonly tooLarge: boolean;
  /** Its size as RFC 9113 §6.5.2 counts: 32 and the bytes of name and value for each field. */
  readonly listBytes: number;
}
