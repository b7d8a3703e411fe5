// How far a sender of messages may be ahead of who takes them, in another thread.

/**
 * Bytes that may be on the way. One message goes whatever its length; the next one waits until there is room. It is as much
 * as a stream's window over HTTP/2 begins with, and some 300 MB/s over the 200 µs that the way there and back takes.
 */
const windowBytes = 64 * 2 ** 10;

/** A message counts for so much more than its length, so that there is an end to empty ones too. */
export const messageCostBytes = 64;

/** One per stream and direction. */
export class MessageCredit {
  #onTheWay = 0;
  #isReleased = false;
  #wake: (() => void) | undefined;

  /** A message of so many bytes was sent. A promise: no more may be sent until it resolves. */
  sent(byteLength: number): Promise<void> | undefined {
    this.#onTheWay += byteLength + messageCostBytes;
    if (this.#isReleased || this.#onTheWay <= windowBytes) {
      return undefined;
    }
    return new Promise((resolve) => (this.#wake = resolve));
  }

  /** The other side took messages that cost so much. */
  taken(cost: number): void {
    this.#onTheWay -= cost;
    if (this.#onTheWay <= windowBytes) {
      this.#goOn();
    }
  }

  /** Nothing is waited for any more: the call is over. */
  release(): void {
    this.#isReleased = true;
    this.#goOn();
  }

  #goOn(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
