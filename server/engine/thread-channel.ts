// An engine host in a thread of the daemon: --engine_isolation=thread. Quicker, and a crash takes the daemon with it.
import { Worker } from 'node:worker_threads';
import type { ChannelEvents, EngineChannel } from './engine-channel.ts';
import { workerEnvironment } from './process-channel.ts';
import { closeSharedPipe, createSharedPipe, QueuedWriter, readAll, type SharedPipe } from './shared-pipe.ts';

/** What the worker's program gets as `workerData`. */
export interface ThreadPipes {
  readonly toWorker: SharedPipe;
  readonly fromWorker: SharedPipe;
}

/** Starts `workerFile` in a thread. */
export function openThreadChannel(workerFile: string, events: ChannelEvents): EngineChannel {
  const pipes: ThreadPipes = { toWorker: createSharedPipe(), fromWorker: createSharedPipe() };
  const worker = new Worker(workerFile, { workerData: pipes, env: workerEnvironment() });
  const writer = new QueuedWriter(pipes.toWorker);
  let failure = '';
  worker.on('error', (reason: unknown) => {
    failure = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
  });
  worker.once('exit', (code) => {
    closeSharedPipe(pipes.toWorker);
    closeSharedPipe(pipes.fromWorker);
    events.ended(`its thread ended with code ${code}`, failure);
  });
  readAll(pipes.fromWorker, (chunk) => events.received(chunk)).catch((reason: unknown) => {
    failure = String(reason);
    void worker.terminate();
  });
  return {
    pid: 0,
    write: (pieces) => writer.write(pieces),
    kill: () => {
      // A worker that waits for a call is woken; one that runs a model ends after the run.
      closeSharedPipe(pipes.toWorker);
      void worker.terminate();
    },
  };
}
