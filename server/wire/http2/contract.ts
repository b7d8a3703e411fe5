// What HTTP/2 and the protocol that is served on it (gRPC) know of each other.
import type { ErrorCodeName } from './error-code.ts';

/** A field of a header list: the name in lower case, the value's bytes as Latin-1. */
export type HeaderField = readonly [name: string, value: string];

/**
 * A request's header list that is well formed (RFC 9113 §8.1-8.3). It is immutable, and the same object may come again for
 * another request with the same header block: what is derived from it can be kept by it.
 */
export interface RequestHead {
  readonly method: string;
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
  /** The fields that are not pseudo-header fields, in their order; `cookie` crumbs are separate. */
  readonly fields: readonly HeaderField[];
}

/** Why a stream ended before its time. */
export type StreamEnd =
  /** The peer sent RST_STREAM. */
  | { readonly kind: 'reset-by-peer'; readonly code: number }
  /** This side ended it for a mistake of the peer on this stream. */
  | { readonly kind: 'stream-error'; readonly code: ErrorCodeName; readonly text: string }
  /** The connection is gone; its close cause says why. */
  | { readonly kind: 'connection-closed' };

/**
 * What is told of a stream, by the connection, in this order: data and end, then nothing; or `ended` at any moment, then
 * nothing. Nothing is told after this side has reset the stream.
 */
export interface StreamHandler {
  /**
   * Bytes of the request's content: [start, end) of `bytes`, never empty. They are there for the time of the call; what is
   * to be kept has to be copied. The stream's window opens again only by `ServerStream.consumed`.
   */
  data(bytes: Uint8Array, start: number, end: number): void;
  /** The request is complete. */
  end(trailers: readonly HeaderField[]): void;
  /** The stream is over before both sides had ended it. */
  ended(end: StreamEnd): void;
  /** What was queued on this stream has gone out, after `sendData` had answered false. */
  drained(): void;
}

/**
 * A stream as the protocol above uses it. Calls after the stream's end do nothing. An answer that ends before the request
 * has ended drops what still comes of the request; if that is much, or does not end soon, RST_STREAM NO_ERROR follows
 * (RFC 9113 §8.1).
 */
export interface ServerStream {
  readonly id: number;
  /** False once it is over, for whatever reason. */
  readonly isOpen: boolean;
  /** HEADERS (and CONTINUATION). `block` is encoded without the dynamic table and may be sent any number of times. */
  sendHeaders(block: Uint8Array, endStream: boolean): void;
  /**
   * DATA, as fast as the windows and the socket allow; the bytes must not change until they have gone out. `lead`, a few
   * bytes, goes before them and may change at once. False: more is queued than should be; `StreamHandler.drained` says
   * when to go on.
   */
  sendData(bytes: Uint8Array, endStream: boolean, lead?: Uint8Array): boolean;
  /** RST_STREAM; what is queued is dropped. */
  reset(code: ErrorCodeName): void;
  /** So many bytes of `data` are done with: the peer may send as many more. */
  consumed(byteLength: number): void;
}

/** The protocol that is served on a connection. */
export interface RequestHandler {
  /** Requests that are over, by how they ended in the protocol's own words; absent where it does not tell. */
  readonly calls?: ReadonlyMap<string, number>;
  /** A request begins; `data` and `end` follow (none where `endStream`, in which case `end` is not called either). */
  request(stream: ServerStream, head: RequestHead, endStream: boolean): StreamHandler;
  /**
   * A request whose header list is larger than SETTINGS_MAX_HEADER_LIST_SIZE, and was not kept: the stream waits for an
   * answer that says so. It must be given at once; where there is none, or no such method, it is reset with
   * ENHANCE_YOUR_CALM.
   */
  headersTooLarge?(stream: ServerStream, listBytes: number, limitBytes: number): void;
}
