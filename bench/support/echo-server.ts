// A server that only echoes, in a process of its own that tells what it used.
import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';

/** What answers: a gRPC transport of this project's choice, or a bare `node:net` socket that sends back what it reads. */
export type EchoTransport = 'perch' | 'grpc-js' | 'socket';

/** What the server's process has used until now. */
export interface EchoReport {
  /** User and system time, microseconds. */
  readonly cpuMicros: number;
  /** After a garbage collection, bytes. */
  readonly rss: number;
  readonly heapUsed: number;
  readonly arrayBuffers: number;
}

/** A server that is up. */
export interface EchoServer {
  /** host:port. */
  readonly address: string;
  report(): Promise<EchoReport>;
  stop(): void;
}

/** Starts one. */
export async function startEchoServer(transport: EchoTransport): Promise<EchoServer> {
  const child = fork(path.join(import.meta.dirname, 'echo-program.ts'), [transport], {
    execArgv: [...process.execArgv, '--expose-gc'],
  });
  const address = await next<string>(child);
  return {
    address,
    report: () => {
      child.send('report');
      return next<EchoReport>(child);
    },
    stop: () => child.kill('SIGKILL'),
  };
}

function next<Message>(child: ChildProcess): Promise<Message> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`the echo server ended with ${code}`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message as Message);
    });
  });
}
