// What is thrown for a header block that cannot be decoded.

/**
 * A mistake of the peer in a header block. Both sides' tables may differ from here on, so that it is a connection error
 * of type COMPRESSION_ERROR (RFC 9113 §4.3).
 */
export class HpackError extends Error {
  override readonly name = 'HpackError';
  /** The rule that was broken, as in "RFC 7541 §6.1". */
  readonly rule: string;

  constructor(rule: string, text: string) {
    super(text);
    this.rule = rule;
  }
}
