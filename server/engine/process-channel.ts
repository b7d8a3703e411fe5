// An engine host in a child process, which can be killed whatever it does: the default. Its channel is a socket (stdio 3).
import { spawn, type ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import type { ChannelEvents, EngineChannel } from './engine-channel.ts';

/** Starts `workerFile` in a child process. */
export function openProcessChannel(workerFile: string, events: ChannelEvents): EngineChannel {
  // The worker inherits nothing that could change how Node runs it; ELECTRON_RUN_AS_NODE must stay for VS Code's Node.
  const env = { ...process.env };
  delete env.NODE_OPTIONS;
  delete env.PERCH_TOKEN;
  const child = spawn(process.execPath, [workerFile], {
    env,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
  // stdio[3] is a duplex socket for 'pipe'; the typings say only Readable | Writable.
  const socket = child.stdio[3] as unknown as Socket;
  socket.on('data', (chunk: Buffer) => {
    events.received(chunk);
  });
  // EPIPE when the child dies while a call is written: 'close' tells the same with the reason.
  socket.on('error', () => undefined);
  const errorText = keepTail(child);
  let failure: string | undefined;
  child.once('error', (reason) => {
    failure = reason.message;
    if (child.pid === undefined) {
      events.ended('it could not be started', failure);
    }
  });
  // 'close' and not 'exit': what the process wrote at the end is complete then.
  child.once('close', (code, signal) => {
    if (child.pid !== undefined) {
      events.ended(signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`, errorText());
    }
  });
  return {
    pid: child.pid ?? 0,
    write: (pieces) => {
      if (pieces.length === 1 && pieces[0] !== undefined) {
        socket.write(pieces[0]);
        return;
      }
      socket.cork();
      for (const piece of pieces) {
        socket.write(piece);
      }
      socket.uncork();
    },
    kill: () => child.kill('SIGKILL'),
  };
}

/** Keeps the end of what the child writes to stderr: native aborts say why there. */
function keepTail(child: ChildProcess): () => string {
  let tail = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    tail = (tail + chunk.toString()).slice(-2000);
  });
  return () => tail.trim();
}
