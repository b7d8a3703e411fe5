// What all connections of a server hold together.

/**
 * Bytes that were received and not consumed, and bytes that wait to be sent, of all connections that share the account.
 * While they are above the limit, new streams are refused (REFUSED_STREAM, which clients retry), so that those that are
 * open can end.
 */
export class MemoryAccount {
  readonly limitBytes: number;
  heldBytes = 0;

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes;
  }

  get isFull(): boolean {
    return this.heldBytes > this.limitBytes;
  }
}
