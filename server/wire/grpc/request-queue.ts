// The requests of a streaming call between the wire and the handler, who sets the pace.
import type { CallStatus } from '../../apis/call-status.ts';
import type { PerchError } from '../../errors.ts';
import type { MessageReader, ReceivedMessage } from './message-reader.ts';
import { PieceQueue } from './piece-queue.ts';

/** What a queue needs of its call. */
export interface RequestSource {
  /** So many bytes of content are done with: the client may send as many more. */
  consumed(byteLength: number): void;
  /** The message itself; rejects where the call fails over it. */
  open(message: ReceivedMessage): Promise<Uint8Array>;
  /** Fails the call; gives back what the handler is told. */
  refuse(status: CallStatus): PerchError;
}

/**
 * Can be gone through once. Content is read as the handler asks for messages, and only what was read opens the window
 * again: a window's worth waits here at most.
 */
export class RequestQueue implements AsyncIterable<Uint8Array> {
  readonly #source: RequestSource;
  readonly #reader: MessageReader;
  readonly #waiting = new PieceQueue();
  /** The piece that is being read, from `#at` on. */
  #piece: Uint8Array | undefined;
  #at = 0;
  #state: 'open' | 'complete' | 'unwanted' | PerchError = 'open';
  /** Resolves what the handler waits for. */
  #wake: (() => void) | undefined;

  constructor(source: RequestSource, reader: MessageReader) {
    this.#source = source;
    this.#reader = reader;
  }

  /** Content has come: [start, end) of `bytes`, for the time of the call. */
  add(bytes: Uint8Array, start: number, end: number): void {
    if (this.#state === 'unwanted') {
      this.#source.consumed(end - start);
      return;
    }
    this.#waiting.add(bytes.subarray(start, end), this.#wake !== undefined);
    this.#wakeUp();
  }

  /** No more content will come. */
  end(): void {
    if (this.#state === 'open') {
      this.#state = 'complete';
      this.#wakeUp();
    }
  }

  /** The call is over: the handler gets `reason` instead of what waits. */
  stop(reason: PerchError): void {
    this.#drop();
    this.#state = reason;
    this.#wakeUp();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (;;) {
        const message = this.#read();
        if (message !== undefined) {
          yield message.isCompressed ? await this.#source.open(message) : message.bytes;
        } else if (this.#state === 'open') {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        } else {
          this.#checkEnd();
          return;
        }
      }
    } finally {
      this.#drop();
      if (this.#state === 'open' || this.#state === 'complete') {
        this.#state = 'unwanted';
      }
    }
  }

  /** The next message, if all of it has come. */
  #read(): ReceivedMessage | undefined {
    for (;;) {
      this.#piece ??= this.#waiting.shift();
      if (this.#piece === undefined) {
        return undefined;
      }
      const step = this.#reader.read(this.#piece, this.#at, this.#piece.length);
      switch (step.kind) {
        case 'message':
          this.#readTo(step.at, this.#piece);
          return step.message;
        case 'more':
          this.#readTo(this.#piece.length, this.#piece);
          break;
        case 'problem':
          throw this.#source.refuse(step.status);
      }
    }
  }

  #readTo(at: number, piece: Uint8Array): void {
    const byteLength = at - this.#at;
    if (at === piece.length) {
      this.#piece = undefined;
      this.#at = 0;
    } else {
      this.#at = at;
    }
    this.#source.consumed(byteLength);
  }

  #checkEnd(): void {
    if (typeof this.#state !== 'string') {
      throw this.#state;
    }
    if (this.#reader.isWithinMessage) {
      throw this.#source.refuse(truncatedMessage);
    }
  }

  /** Nobody wants what waits. */
  #drop(): void {
    this.#reader.drop();
    let byteLength = -this.#at;
    for (
      let piece = this.#piece ?? this.#waiting.shift();
      piece !== undefined;
      piece = this.#waiting.shift()
    ) {
      byteLength += piece.length;
    }
    this.#piece = undefined;
    this.#at = 0;
    if (byteLength > 0) {
      this.#source.consumed(byteLength);
    }
  }

  #wakeUp(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}

/** What a call fails with whose requests end within a message. */
export const truncatedMessage: CallStatus = {
  status: 'INTERNAL',
  message: 'The requests ended within a message',
};
