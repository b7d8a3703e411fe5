// Flow control (RFC 9113 §5.2, §6.9): what a peer may send on the connection, and what it lets this side send.
import { initialWindowBytes, maxWindowBytes } from './frame-type.ts';

/** The connection's window for what the client sends. */
export class ReceiveWindow {
  readonly #byteLength: number;
  /** What the client may still send. */
  #credit = initialWindowBytes;
  /** What was done with, and not told to the client yet. */
  #returned = 0;

  constructor(byteLength: number) {
    this.#byteLength = byteLength;
  }

  get credit(): number {
    return this.#credit;
  }

  /** What the window is larger than HTTP/2's initial one, to be announced at the connection's begin; 0: nothing. */
  enlarge(): number {
    const increment = this.#byteLength - this.#credit;
    this.#credit += increment;
    return increment;
  }

  /** So many bytes have come. */
  arrived(byteLength: number): void {
    this.#credit -= byteLength;
  }

  /** So many bytes are done with. Gives what is to be announced now: half of the window at a time, and 0 else. */
  returned(byteLength: number): number {
    this.#returned += byteLength;
    if (this.#returned * 2 < this.#byteLength) {
      return 0;
    }
    const increment = this.#returned;
    this.#returned = 0;
    this.#credit += increment;
    return increment;
  }
}

/** A window to send in after WINDOW_UPDATE or a changed setting; undefined where it would be too large (RFC 9113 §6.9.1). */
export function grownWindow(window: number, increment: number): number | undefined {
  const grown = window + increment;
  return grown > maxWindowBytes ? undefined : grown;
}
