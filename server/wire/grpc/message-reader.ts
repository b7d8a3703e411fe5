// Length-prefixed messages out of the content of a request (grpc/doc/PROTOCOL-HTTP2.md, "Length-Prefixed-Message").
import type { CallStatus } from '../../apis/call-status.ts';
import type { MemoryAccount } from '../http2/memory-account.ts';
import type { RequestMemory } from './request-memory.ts';

/** Compressed flag and length. */
export const prefixBytes = 5;

/** What a reader holds to. */
export interface MessageRules {
  /** The longest message; Infinity for no limit. */
  readonly maxBytes: number;
  /** What a compressed message is refused with; undefined where they are taken. */
  readonly compressedRefusal: CallStatus | undefined;
  /** What messages are counted in while they are put together. */
  readonly memory: MemoryAccount;
  /** What messages are copied into that lie in one piece. */
  readonly requests: RequestMemory;
}

/** A message as it came, in memory of its own. */
export interface ReceivedMessage {
  readonly bytes: Uint8Array;
  readonly isCompressed: boolean;
}

/** What came of a piece of content. */
export type ReadStep =
  /** `at`: where the message ends in the piece. */
  | { readonly kind: 'message'; readonly message: ReceivedMessage; readonly at: number }
  /** The piece is used up. */
  | { readonly kind: 'more' }
  /** The call fails, and nothing more may be read. */
  | { readonly kind: 'problem'; readonly status: CallStatus };

const more: ReadStep = { kind: 'more' };

/** So much is allocated on the word of a client. */
const trustedBytes = 64 * 2 ** 10;

/** All of a longer message when one part in so many has come: it costs a client nothing to announce 2 GiB. */
const trustedRatio = 64;

/** Takes a request's content in any pieces, and copies each byte of it once. */
export class MessageReader {
  readonly #rules: MessageRules;
  /** How much of the prefix has come. */
  #prefixGot = 0;
  #isCompressed = false;
  #length = 0;
  /** Its first `#got` bytes are those of a message that does not lie in one piece. */
  #partial: Buffer | undefined;
  #got = 0;

  constructor(rules: MessageRules) {
    this.#rules = rules;
  }

  /** Whether a message has begun and not ended. */
  get isWithinMessage(): boolean {
    return this.#prefixGot > 0;
  }

  /** Reads [start, end) of a piece, up to the end of a message. */
  read(piece: Uint8Array, start: number, end: number): ReadStep {
    let at = start;
    while (this.#prefixGot < prefixBytes) {
      if (at === end) {
        return more;
      }
      const status = this.#prefix(piece[at++] ?? 0);
      if (status !== undefined) {
        return { kind: 'problem', status };
      }
    }
    const partEnd = Math.min(end, at + this.#length - this.#got);
    if (partEnd - at === this.#length) {
      return this.#complete(this.#rules.requests.copy(piece, at, partEnd), partEnd);
    }
    if (partEnd > at && !this.#keep(piece.subarray(at, partEnd))) {
      const message = `There is no memory for a message of ${this.#length} bytes now; try again later`;
      return { kind: 'problem', status: { status: 'RESOURCE_EXHAUSTED', message } };
    }
    return this.#partial !== undefined && this.#got === this.#length
      ? this.#complete(this.#partial, partEnd)
      : more;
  }

  /** The next byte of the prefix; gives back what is wrong with it. */
  #prefix(byte: number): CallStatus | undefined {
    if (this.#prefixGot++ === 0) {
      this.#isCompressed = byte === 1;
      this.#length = 0;
      return byte > 1 ? badFlag(byte) : byte === 1 ? this.#rules.compressedRefusal : undefined;
    }
    this.#length = this.#length * 0x100 + byte;
    return this.#prefixGot === prefixBytes ? tooLarge(this.#length, this.#rules.maxBytes) : undefined;
  }

  /** Forgets a message that has begun: the call is over. */
  drop(): void {
    this.#rules.memory.heldBytes -= this.#got;
    this.#prefixGot = 0;
    this.#partial = undefined;
    this.#got = 0;
  }

  #complete(bytes: Uint8Array, at: number): ReadStep {
    this.drop();
    return { kind: 'message', message: { bytes, isCompressed: this.#isCompressed }, at };
  }

  /**
   * Adds `part` to the message; false: there is no memory for it. A message may go beyond the limit of all as long as the
   * others are within it: so the largest one that is allowed gets through, and all together hold a limit and a message.
   */
  #keep(part: Uint8Array): boolean {
    const { memory } = this.#rules;
    if (memory.heldBytes - this.#got > memory.limitBytes) {
      return false;
    }
    const got = this.#got + part.length;
    const capacity = this.#partial?.length ?? 0;
    const wanted =
      got * trustedRatio >= this.#length
        ? this.#length
        : got > capacity
          ? Math.min(this.#length, Math.max(trustedBytes, 2 * got))
          : capacity;
    if (wanted > capacity) {
      const larger = allocate(wanted);
      if (larger === undefined) {
        return false;
      }
      if (this.#partial !== undefined) {
        larger.set(this.#partial.subarray(0, this.#got));
      }
      this.#partial = larger;
    }
    this.#partial?.set(part, this.#got);
    this.#got = got;
    memory.heldBytes += part.length;
    return true;
  }
}

function tooLarge(length: number, maxBytes: number): CallStatus | undefined {
  return length <= maxBytes
    ? undefined
    : {
        status: 'RESOURCE_EXHAUSTED',
        message: `Received message larger than max (${length} vs. ${maxBytes}), which grpc.max_receive_message_length sets`,
      };
}

function badFlag(flag: number): CallStatus {
  return {
    status: 'INTERNAL',
    message: `Bad GRPC frame type 0x${flag.toString(16).padStart(2, '0')}`,
  };
}

function allocate(byteLength: number): Buffer | undefined {
  try {
    return Buffer.allocUnsafeSlow(byteLength);
  } catch {
    return undefined;
  }
}
