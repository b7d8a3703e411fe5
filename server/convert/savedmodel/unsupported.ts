// What a mapping or a kernel says where an operator, an attribute or an element type is beyond it.

/** Caught by the converter: it tries the host's part, and at last reports the node. It never leaves the conversion. */
export class Unsupported extends Error {
  /** @param reason what the limit is, in a few words: `axis that is not constant`. */
  constructor(reason: string) {
    super(reason);
    this.name = 'Unsupported';
  }
}
