// An engine host in a child process, which can be killed whatever it does: the default. Its channel is a socket (stdio 3).
import { spawn, type ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import { constants, setPriority } from 'node:os';
import type { ChannelEvents, EngineChannel } from './engine-channel.ts';

/** Starts `workerFile` in a child process. One that cannot be started, for want of memory or descriptors, is an end. */
export function openProcessChannel(workerFile: string, events: ChannelEvents): EngineChannel {
  let isOver = false;
  const end = (how: string, detail: string): void => {
    if (!isOver) {
      isOver = true;
      events.ended(how, detail);
    }
  };
  const couldNotStart = (reason: unknown): EngineChannel => {
    // Told when the caller has its channel.
    setImmediate(() =>
      end('it could not be started', reason instanceof Error ? reason.message : String(reason)),
    );
    return { pid: 0, write: () => undefined, kill: () => undefined };
  };
  let child: ChildProcess;
  try {
    child = spawn(process.execPath, [workerFile], {
      env: workerEnvironment(),
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
  } catch (reason) {
    return couldNotStart(reason);
  }
  child.once('error', (reason) => {
    if (child.pid === undefined) {
      end('it could not be started', reason.message);
    }
  });
  // A duplex socket for 'pipe', whatever the typings say; not there where descriptors ran out.
  const stdio = child.stdio as unknown as readonly (Socket | undefined)[] | undefined;
  const socket = stdio?.[3];
  if (socket === undefined) {
    return couldNotStart('no channel to it could be opened');
  }
  socket.on('data', (chunk: Buffer) => {
    events.received(chunk);
  });
  // EPIPE when the child dies while a call is written: 'close' tells the same with the reason.
  socket.on('error', () => undefined);
  const errorText = keepTail(child);
  if (child.pid !== undefined) {
    lowerPriority(child.pid);
  }
  // 'close' and not 'exit': what the process wrote at the end is complete then.
  child.once('close', (code, signal) => {
    end(signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`, errorText());
  });
  return {
    pid: child.pid ?? 0,
    write: (pieces) => writeAll(socket, pieces),
    kill: () => child.kill('SIGKILL'),
  };
}

/** Nothing that could change how Node runs the worker, and no token; ELECTRON_RUN_AS_NODE must stay for VS Code's Node. */
export function workerEnvironment(): NodeJS.ProcessEnv {
  const env = { ...process.env };
  delete env.NODE_OPTIONS;
  delete env.PERCH_TOKEN;
  return env;
}

/**
 * Models take what cores are free, and no core from the network thread (or the editor): a health check's 99th percentile
 * under saturation fell from 24 to 15 ms with it (`npm run bench liveness`).
 */
function lowerPriority(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It ended already, or the system does not allow it: it runs at the usual priority.
  }
}

function writeAll(socket: Socket, pieces: readonly Uint8Array[]): void {
  const [only] = pieces;
  if (pieces.length === 1 && only !== undefined) {
    socket.write(only);
    return;
  }
  socket.cork();
  for (const piece of pieces) {
    socket.write(piece);
  }
  socket.uncork();
}

/** Keeps the end of what the child writes to stderr: native aborts say why there. */
function keepTail(child: ChildProcess): () => string {
  let tail = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    tail = (tail + chunk.toString()).slice(-2000);
  });
  return () => tail.trim();
}
