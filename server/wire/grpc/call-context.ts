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

const none: readonly HeaderField[] = [];

/** A handler may narrow its CallContext to this one where it needs what only gRPC has. */
export class GrpcCallContext implements CallContext {
  readonly #origin: CallOrigin;
  #abortion: AbortController | undefined;
  #abortedFor: PerchError | undefined;
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

  /** Fires the signal, now or as soon as it is asked for. */
  abort(reason: PerchError): void {
    this.#abortedFor = reason;
    this.#abortion?.abort(reason);
  }
}
