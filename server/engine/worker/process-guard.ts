// Ends this process when a model needs more memory than it may, or when the daemon is gone: a thread watches, since the main one is blocked.
import path from 'node:path';
import { isMainThread, Worker } from 'node:worker_threads';

/** Where the limit is in the memory that both threads see: the most resident memory in MiB, 0 for no limit. */
const limitAt = 0;

/** Watches as long as the process lives. A worker in a thread of the daemon is not guarded: it cannot end by itself. */
export class ProcessGuard {
  readonly #shared = new Int32Array(new SharedArrayBuffer(8));

  constructor() {
    if (isMainThread) {
      const file = path.join(__dirname, 'process-watch.cjs');
      // It does next to nothing: Node's usual heap would cost memory in every host.
      const resourceLimits = { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1, codeRangeSizeMb: 8 };
      new Worker(file, { workerData: this.#shared, resourceLimits }).unref();
    }
  }

  /** This process may grow by so many bytes from now on; 0: without limit. */
  allow(bytes: number): void {
    const limitMiB = bytes === 0 ? 0 : Math.ceil((process.memoryUsage.rss() + bytes) / 2 ** 20);
    Atomics.store(this.#shared, limitAt, limitMiB);
    Atomics.notify(this.#shared, limitAt);
  }
}
