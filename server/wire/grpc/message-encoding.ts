// Compressed messages: gzip and deflate, off the network thread's loop, with bounds on what a small message can become.
import { constants } from 'node:buffer';
import { promisify } from 'node:util';
import { deflate, gunzip, gzip, inflate, type InputType, type ZlibOptions } from 'node:zlib';
import type { CallStatus } from '../../apis/call-status.ts';

/** The encodings that are taken and given. gRPC's "deflate" is the zlib format (RFC 1950), as HTTP's is. */
export const messageEncodings = ['identity', 'deflate', 'gzip'] as const;

/** What `grpc-encoding` says of the messages with the compressed flag. */
export type MessageEncoding = (typeof messageEncodings)[number];

/** Whether `name` is one of them. */
export function isMessageEncoding(name: string): name is MessageEncoding {
  return messageEncodings.some((encoding) => encoding === name);
}

/** An answer as it goes out. */
export interface EncodedMessage {
  readonly bytes: Uint8Array;
  readonly isCompressed: boolean;
}

type Transform = (bytes: InputType, options: ZlibOptions) => Promise<Buffer>;

const inflaters: Readonly<Record<MessageEncoding, Transform | undefined>> = {
  identity: undefined,
  deflate: promisify(inflate),
  gzip: promisify(gunzip),
};

const deflaters: Readonly<Record<MessageEncoding, Transform | undefined>> = {
  identity: undefined,
  deflate: promisify(deflate),
  gzip: promisify(gzip),
};

/**
 * Deflate makes at most 1,032 bytes of one, and a tensor of zeros is an honest message that comes near: below so many
 * bytes every ratio is taken, above them at most `highestRatio`.
 */
const anyRatioBytes = 64 * 2 ** 20;
const highestRatio = 100;

/** More at a time would take libuv's four threads from the file system, and hold that many large messages in memory. */
const mostAtOnce = 2;

/** zlib's output grows by pieces of this size: few trips to its thread for large messages, little memory for small ones. */
const leastPiece = 4 * 2 ** 10;
const largestPiece = 2 ** 20;

/** Smaller answers are sent as they are: zlib's set-up costs more than the bytes. */
const leastCompressed = 1024;

const callIsOver: CallStatus = { status: 'CANCELLED', message: 'The call is over.' };

/** Compresses and inflates for all calls of a thread. */
export class MessageCompressor {
  readonly #maxReceiveBytes: number;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** `maxReceiveBytes`: what a message may inflate to; Infinity for no limit but that on the ratio. */
  constructor(maxReceiveBytes: number) {
    this.#maxReceiveBytes = maxReceiveBytes;
  }

  /**
   * The message, or the status that its call fails with. Never rejects. A message whose call is over when its turn comes is
   * not inflated: whoever sends many and resets them must not keep the others waiting.
   */
  async inflate(
    encoding: MessageEncoding,
    bytes: Uint8Array,
    isOver: () => boolean = () => false,
  ): Promise<Uint8Array | CallStatus> {
    const limit = Math.min(
      this.#maxReceiveBytes,
      Math.max(anyRatioBytes, highestRatio * bytes.length),
      constants.MAX_LENGTH,
    );
    try {
      return (await this.#run(inflaters[encoding], bytes, limit, isOver)) ?? callIsOver;
    } catch (reason) {
      if ((reason as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
        return {
          status: 'RESOURCE_EXHAUSTED',
          message:
            limit === this.#maxReceiveBytes
              ? `Received message that decompresses to a size larger than ${limit}, which grpc.max_receive_message_length allows`
              : `Received message of ${bytes.length} bytes that decompresses to a size larger than ${limit}`,
        };
      }
      return {
        status: 'INTERNAL',
        message: `Unexpected error decompressing data for algorithm ${encoding}`,
      };
    }
  }

  /** `bytes` compressed, or as they are where that is not smaller. */
  async compress(encoding: MessageEncoding, bytes: Uint8Array): Promise<EncodedMessage> {
    if (bytes.length >= leastCompressed) {
      const compressed = await this.#run(deflaters[encoding], bytes, Infinity, () => false);
      if (compressed !== undefined && compressed.length < bytes.length) {
        return { bytes: compressed, isCompressed: true };
      }
    }
    return { bytes, isCompressed: false };
  }

  /** Undefined where it was over when its turn came. */
  async #run(
    transform: Transform | undefined,
    bytes: Uint8Array,
    limit: number,
    isOver: () => boolean,
  ): Promise<Uint8Array | undefined> {
    if (transform === undefined) {
      return bytes;
    }
    if (this.#running === mostAtOnce) {
      // Whoever ends hands its place on.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running++;
    }
    try {
      if (isOver()) {
        return undefined;
      }
      return await transform(bytes, {
        chunkSize: Math.min(largestPiece, Math.max(leastPiece, 4 * bytes.length)),
        ...(limit === Infinity ? {} : { maxOutputLength: Math.max(1, limit) }),
      });
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) {
        this.#running--;
      } else {
        next();
      }
    }
  }
}
