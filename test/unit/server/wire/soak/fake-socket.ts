// A socket without a network: what a net.Socket does of it, and the other end with everything that can go wrong there.
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** Bytes that the kernels on the way take before a write has to wait. */
const kernelBytes = 200_000;

/** What comes at the client's end. */
export interface FarEnd {
  received(bytes: Buffer): void;
  /** FIN: no more will come. */
  ended(): void;
  /** The server's side is gone. */
  closed(): void;
}

/** What has happened on all sockets so far: the simulation waits until it stays as it is. */
export const activity = { count: 0 };

/** The server's end, and the acts of the other one. */
export class FakeSocket extends Duplex {
  readonly remoteFamily = 'IPv4';
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** The end of this is what a leak would be missing. */
  isGone = false;
  readonly #far: FarEnd;
  #isReading = true;
  #isLost = false;
  #kernel: Buffer[] = [];
  #kernelLength = 0;
  /** A write that the kernel has not taken. */
  #waiting: { readonly bytes: Buffer; readonly done: () => void } | undefined;

  constructor(id: number, far: FarEnd) {
    super({ allowHalfOpen: true });
    this.remoteAddress = `10.0.${id >> 14}.1`;
    this.remotePort = 1024 + (id & 0x3fff);
    this.#far = far;
    this.once('close', () => {
      this.isGone = true;
      activity.count++;
    });
  }

  /** As the server has it. */
  get socket(): Socket {
    return this as unknown as Socket;
  }

  /** The client sends; false: it was lost on the way, or nobody is there to take it. */
  send(bytes: Uint8Array): boolean {
    if (this.#isLost || this.destroyed || this.readableEnded) {
      return false;
    }
    activity.count++;
    this.push(bytes);
    return true;
  }

  /** The client closes its side. */
  fin(): void {
    if (!this.#isLost && !this.destroyed) {
      activity.count++;
      this.push(null);
    }
  }

  /** The client's end is reset, or the system has another error for it. */
  fail(code: string): void {
    activity.count++;
    this.destroy(Object.assign(new Error(`read ${code}`), { code }));
  }

  /** From now on nothing comes through, either way, and nobody is told. */
  lose(): void {
    this.#isLost = true;
    this.#isReading = false;
  }

  /** The client reads no more. */
  stopReading(): void {
    this.#isReading = false;
  }

  /** The client reads again. */
  startReading(): void {
    if (this.#isLost || this.#isReading) {
      return;
    }
    this.#isReading = true;
    const kernel = this.#kernel.splice(0);
    this.#kernelLength = 0;
    for (const bytes of kernel) {
      this.#deliver(bytes);
    }
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined) {
      this.#deliver(waiting.bytes);
      waiting.done();
    }
  }

  /** Of net.Socket. */
  destroySoon(): void {
    if (this.writable) {
      this.end();
    }
    if (this.writableFinished) {
      this.destroy();
    } else {
      this.once('finish', () => this.destroy());
    }
  }

  /** Of net.Socket. */
  unref(): this {
    return this;
  }

  override _read(): void {
    // It is pushed.
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    activity.count++;
    if (this.#isReading) {
      this.#deliver(chunk);
      done();
    } else if (this.#kernelLength + chunk.length <= kernelBytes) {
      this.#kernel.push(chunk);
      this.#kernelLength += chunk.length;
      done();
    } else {
      this.#waiting = { bytes: chunk, done };
    }
  }

  override _final(done: () => void): void {
    activity.count++;
    if (!this.#isLost) {
      this.#far.ended();
    }
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    activity.count++;
    if (!this.#isLost) {
      this.#far.closed();
    }
    done(error);
  }

  #deliver(bytes: Buffer): void {
    // The server may use its memory again; a client reads when it comes to it.
    this.#far.received(Buffer.from(bytes));
  }
}
