// The thread that watches the memory of an engine process, and ends it beyond the limit. See memory-guard.ts.
import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { memoryExceededMark } from '../memory-mark.ts';

/** A model allocates a few GB a second at the most: so often is quick enough, and costs nothing to speak of. */
const intervalMs = 20;

const shared = workerData as Int32Array<SharedArrayBuffer>;

for (;;) {
  const limitMiB = Atomics.load(shared, 0);
  if (limitMiB === 0) {
    Atomics.wait(shared, 0, 0);
    continue;
  }
  const residentMiB = process.memoryUsage.rss() / 2 ** 20;
  if (residentMiB > limitMiB) {
    writeSync(2, `${memoryExceededMark}: ${Math.round(residentMiB)} MiB of ${limitMiB} MiB\n`);
    process.kill(process.pid, 'SIGKILL');
  }
  Atomics.wait(shared, 0, limitMiB, intervalMs);
}
