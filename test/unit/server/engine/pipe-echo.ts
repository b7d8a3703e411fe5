// The program of a thread that sends back what it gets through a shared pipe, asleep while it waits.
import { workerData } from 'node:worker_threads';
import { readWaiting, writeWaiting } from '../../../../server/engine/shared-pipe.ts';
import type { ThreadPipes } from '../../../../server/engine/thread-channel.ts';

const { toWorker, fromWorker } = workerData as ThreadPipes;
const buffer = new Uint8Array(300_000);
for (let count = readWaiting(toWorker, buffer); count > 0; count = readWaiting(toWorker, buffer)) {
  writeWaiting(fromWorker, [
    buffer.subarray(0, count >> 1),
    new Uint8Array(0),
    buffer.subarray(count >> 1, count),
  ]);
}
