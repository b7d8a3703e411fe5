// The door of a gRPC server that drains: counts the calls in flight, and refuses new ones once it is closed.
import { PerchError } from '../errors.ts';

const refusal = new PerchError('DRAINING', 'The server is shutting down and takes no new calls.');

const healthCheck = '/grpc.health.v1.Health/Check';

/** One per server. */
export class CallGate {
  #inFlight = 0;
  #isClosed = false;
  #emptied: () => void = () => undefined;
  /** Resolves when the gate is closed and the last call has ended. */
  readonly empty = new Promise<void>((resolve) => {
    this.#emptied = resolve;
  });

  /** A call of the method at `path` begins; undefined: it may, and `leave` is due at its end. */
  enter(path: string): PerchError | undefined {
    // Probes are told NOT_SERVING rather than nothing.
    if (this.#isClosed && path !== healthCheck) {
      return refusal;
    }
    this.#inFlight++;
    return undefined;
  }

  /** A call that was let in has ended. */
  leave(): void {
    this.#inFlight--;
    this.#tellWhenEmpty();
  }

  /** From now on new calls get DRAINING. */
  close(): void {
    this.#isClosed = true;
    this.#tellWhenEmpty();
  }

  #tellWhenEmpty(): void {
    if (this.#isClosed && this.#inFlight === 0) {
      this.#emptied();
    }
  }
}
