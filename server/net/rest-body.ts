// The body of a REST request: read up to a limit, inflated on the way, given up when the request is.
import type { IncomingMessage } from 'node:http';
import type { Readable, Transform } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';
import { PerchError } from '../errors.ts';

const mebibyte = 2 ** 20;

/** A compressed body may grow to this many bytes as it likes, and from there on by this factor of what was sent. */
const freeInflatedBytes = 16 * mebibyte;
const inflateRatio = 200;

/** Whether a body follows the headers. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/**
 * Reads the whole body, at most `limit` bytes of it as inflated. Throws REQUEST_TOO_LARGE, BODY_ENCODING_UNKNOWN,
 * UNIMPLEMENTED for another Transfer-Encoding than chunked, which node lets pass in front of it (RFC 9112 §6.1),
 * REQUEST_MALFORMED for compressed bytes that are not, and the reason of `signal` when that fires.
 */
export async function readBody(
  message: IncomingMessage,
  limit: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  if (Number(message.headers['content-length'] ?? 0) > limit) {
    throw tooLarge(limit);
  }
  const transfer = message.headers['transfer-encoding'] ?? 'chunked';
  if (transfer.trim().toLowerCase() !== 'chunked') {
    throw new PerchError(
      'UNIMPLEMENTED',
      `Transfer-Encoding "${transfer}" is not supported; use chunked, and Content-Encoding for compression.`,
    );
  }
  const encoding = (message.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  const inflater = inflaterOf(encoding);
  if (inflater === undefined) {
    return collect(message, Number(message.headers['content-length'] ?? 0), signal, (length) =>
      length > limit ? tooLarge(limit) : undefined,
    );
  }
  message.pipe(inflater);
  try {
    return await collect(inflater, 0, signal, (length) =>
      length > limit ? tooLarge(limit) : suspectBomb(length, inflater.bytesWritten),
    );
  } catch (reason) {
    if (reason instanceof PerchError) {
      throw reason;
    }
    const why = reason instanceof Error ? reason.message : String(reason);
    throw new PerchError('REQUEST_MALFORMED', `The request body is not valid ${encoding}: ${why}.`, {
      cause: reason,
    });
  } finally {
    message.unpipe(inflater);
    inflater.destroy();
  }
}

function tooLarge(limit: number): PerchError {
  return new PerchError(
    'REQUEST_TOO_LARGE',
    `The request body is larger than ${limit / mebibyte} MiB; --rest_api_max_body_mb sets the limit.`,
  );
}

function suspectBomb(inflatedBytes: number, sentBytes: number): PerchError | undefined {
  return inflatedBytes > freeInflatedBytes + sentBytes * inflateRatio
    ? new PerchError(
        'REQUEST_TOO_LARGE',
        `The compressed request body inflates to more than ${inflateRatio} times its size; send it uncompressed.`,
      )
    : undefined;
}

type Inflater = Transform & { readonly bytesWritten: number };

/** The stream that undoes `encoding`; undefined where there is nothing to undo. Throws BODY_ENCODING_UNKNOWN. */
function inflaterOf(encoding: string): Inflater | undefined {
  switch (encoding) {
    case 'identity':
      return undefined;
    case 'gzip':
    case 'x-gzip':
      return createGunzip({ chunkSize: 64 * 1024 });
    case 'deflate':
      return createInflate({ chunkSize: 64 * 1024 });
    default:
      throw new PerchError(
        'BODY_ENCODING_UNKNOWN',
        `Content-Encoding "${encoding}" is not supported; use gzip, deflate or none.`,
      );
  }
}

/** All bytes of `source`, `expected` where that is known, unless `check`, asked after each chunk, finds an error in their number. */
function collect(
  source: Readable,
  expected: number,
  signal: AbortSignal,
  check: (length: number) => PerchError | undefined,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const body = new GrowingBytes(expected);
    const stop = (): void => {
      source.off('data', take);
      source.off('end', end);
      signal.removeEventListener('abort', abort);
    };
    const take = (chunk: Buffer): void => {
      body.add(chunk);
      const error = check(body.length);
      if (error !== undefined) {
        stop();
        body.clear();
        reject(error);
      }
    };
    const end = (): void => {
      stop();
      resolve(body.take());
    };
    const abort = (): void => {
      stop();
      reject(PerchError.from(signal.reason));
    };
    signal.addEventListener('abort', abort);
    source.on('data', take);
    source.once('end', end);
    source.once('error', (reason) => {
      stop();
      reject(reason);
    });
  });
}

/** What is gathered before a large buffer is made: whoever announces much is to send some of it first. */
const announcedBytes = mebibyte;

/** Bytes that come in chunks: a single one is handed on as it is, and no more than a few megabytes are copied at a time. */
class GrowingBytes {
  readonly #expected: number;
  #chunks: Buffer[] = [];
  /** All but the chunks, once there is much. */
  #gathered: Buffer | undefined;
  #gatheredLength = 0;
  #length = 0;

  /** 0: nobody knows how many there will be. */
  constructor(expected: number) {
    this.#expected = expected;
  }

  get length(): number {
    return this.#length;
  }

  add(chunk: Buffer): void {
    this.#length += chunk.length;
    this.#chunks.push(chunk);
    if (this.#length - this.#gatheredLength >= announcedBytes) {
      this.#gather();
    }
  }

  /** All of them; they are held no more. */
  take(): Uint8Array {
    const [only] = this.#chunks;
    if (this.#gathered === undefined && (this.#chunks.length === 1 || this.#length < announcedBytes)) {
      const all = this.#chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.#chunks);
      this.clear();
      return all;
    }
    this.#gather();
    const all = this.#gathered?.subarray(0, this.#length) ?? new Uint8Array();
    this.clear();
    return all;
  }

  /** The listener for errors stays, and must not hold them. */
  clear(): void {
    this.#chunks = [];
    this.#gathered = undefined;
  }

  #gather(): void {
    let gathered = this.#gathered;
    if (gathered === undefined || gathered.length < this.#length) {
      const grown = Buffer.allocUnsafe(Math.max(this.#expected, 2 * this.#length));
      gathered?.copy(grown, 0, 0, this.#gatheredLength);
      gathered = grown;
      this.#gathered = grown;
    }
    for (const chunk of this.#chunks) {
      chunk.copy(gathered, this.#gatheredLength);
      this.#gatheredLength += chunk.length;
    }
    this.#chunks = [];
  }
}
