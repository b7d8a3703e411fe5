// Ends this process when a model needs more memory than it may: a thread watches, since the main one is blocked.
import path from 'node:path';
import { Worker } from 'node:worker_threads';

/** Where the limit is in the memory that both threads see: the most resident memory in MiB, 0 for no limit. */
const limitAt = 0;

/** Watches from the first limit on. */
export class MemoryGuard {
  readonly #shared = new Int32Array(new SharedArrayBuffer(8));
  #watcher: Worker | undefined;

  /** This process may grow by so many bytes from now on; 0: without limit. */
  allow(bytes: number): void {
    if (bytes === 0 && this.#watcher === undefined) {
      return;
    }
    const limitMiB = bytes === 0 ? 0 : Math.ceil((process.memoryUsage.rss() + bytes) / 2 ** 20);
    Atomics.store(this.#shared, limitAt, limitMiB);
    Atomics.notify(this.#shared, limitAt);
    if (this.#watcher === undefined) {
      this.#watcher = new Worker(path.join(__dirname, 'memory-watch.cjs'), { workerData: this.#shared });
      this.#watcher.unref();
    }
  }
}
