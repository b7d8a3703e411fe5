// What a handler sees of its call. Nothing of it is made before it is asked for: most handlers ask for little.
import type { CallContext } from '../../apis/method.ts';
import type { PerchError } from '../../errors.ts';
import type { HeaderField } from '../http2/contract.ts';
import { binaryMetadataValues, metadataField, metadataValues } from './metadata.ts';

/** Where a call came from and when it ends. */
export interface CallOrigin {
  readonly fields: readonly HeaderField[];
  readonly peer: string;
  /** Milliseconds until the deadline, now; Infinity where there is none. */
  remainingMs(): number;
  /** Now, milliseconds since the Unix epoch. */
  epochNow(): number;
}

/** Who must know at once that nobody waits for a call any more, and would not pay for a signal. */
export interface AbortListener {
  aborted(reason: PerchError): void;
}

const none: readonly HeaderField[] = [];

/** A handler may narrow its CallContext to this one where it needs what only gRPC has. */
export class GrpcCallContext implements CallContext {
  readonly #origin: CallOrigin;
  #abortion: AbortController | undefined;
  #abortedFor: PerchError | undefined;
  #listener: AbortListener | undefined;
  #deadlineMs: number | undefined;
  #headers = none;
  #trailers = none;

  constructor(origin: CallOrigin) {
    this.#origin = origin;
  }

  get peer(): string {
    return this.#origin.peer;
  }

  get signal(): AbortSignal {
    if (this.#abortion === undefined) {
      this.#abortion = new AbortController();
      if (this.#abortedFor !== undefined) {
        this.#abortion.abort(this.#abortedFor);
      }
    }
    return this.#abortion.signal;
  }

  /** All fields of the request's head, the very same list for calls with the same head on one connection. */
  get fields(): readonly HeaderField[] {
    return this.#origin.fields;
  }

  get deadlineMs(): number {
    this.#deadlineMs ??= this.#origin.epochNow() + this.#origin.remainingMs();
    return this.#deadlineMs;
  }

  metadata(key: string): readonly string[] {
    return metadataValues(this.#origin.fields, key);
  }

  /** The bytes of a key that ends in `-bin`. */
  binaryMetadata(key: string): readonly Uint8Array[] {
    return binaryMetadataValues(this.#origin.fields, key);
  }

  /** Metadata that goes before the first message. Throws a RangeError where key or value cannot be sent. */
  addHeader(key: string, value: string | Uint8Array): void {
    this.#headers = [...this.#headers, metadataField(key, value)];
  }

  /** Metadata that goes with the status. Throws a RangeError where key or value cannot be sent. */
  addTrailer(key: string, value: string | Uint8Array): void {
    this.#trailers = [...this.#trailers, metadataField(key, value)];
  }

  /** What `addHeader` was given. */
  get headers(): readonly HeaderField[] {
    return this.#headers;
  }

  /** What `addTrailer` was given. */
  get trailers(): readonly HeaderField[] {
    return this.#trailers;
  }

  /** `listener` is told when the signal fires; there is one at most. */
  whenAborted(listener: AbortListener): void {
    this.#listener = listener;
  }

  /** Fires the signal, now or as soon as it is asked for. */
  abort(reason: PerchError): void {
    this.#abortedFor = reason;
    this.#abortion?.abort(reason);
    this.#listener?.aborted(reason);
  }
}
