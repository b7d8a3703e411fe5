// The thread that watches an engine process: its memory against the limit, and whether the daemon is there. See process-guard.ts.
import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { memoryExceededMark } from '../memory-mark.ts';

/** A model allocates a few GB a second at the most: so often is quick enough, and costs nothing to speak of. */
const memoryIntervalMs = 20;
/** A run that never ends must not outlive the daemon for long. */
const parentIntervalMs = 1000;

const shared = workerData as Int32Array<SharedArrayBuffer>;
const daemon = process.ppid;
let lookedForDaemonAt = performance.now();

for (;;) {
  const limitMiB = Atomics.load(shared, 0);
  if (limitMiB > 0) {
    const residentMiB = process.memoryUsage.rss() / 2 ** 20;
    if (residentMiB > limitMiB) {
      writeSync(2, `${memoryExceededMark}: ${Math.round(residentMiB)} MiB of ${limitMiB} MiB\n`);
      process.kill(process.pid, 'SIGKILL');
    }
  }
  if (performance.now() - lookedForDaemonAt > parentIntervalMs) {
    lookedForDaemonAt = performance.now();
    if (!isDaemonThere()) {
      process.kill(process.pid, 'SIGKILL');
    }
  }
  Atomics.wait(shared, 0, limitMiB, limitMiB > 0 ? memoryIntervalMs : parentIntervalMs);
}

/** On UNIX an orphan gets another parent; on Windows it keeps the number of the one that is gone. */
function isDaemonThere(): boolean {
  if (process.ppid !== daemon) {
    return false;
  }
  try {
    process.kill(daemon, 0);
    return true;
  } catch {
    return false;
  }
}
