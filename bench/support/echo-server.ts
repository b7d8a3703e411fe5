// A server that only echoes, in a process of its own that tells what it used.
import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';

/** What answers: a gRPC transport of this project's choice, or a bare `node:net` socket that sends back what it reads. */
export type EchoTransport = 'perch' | 'grpc-js' | 'socket';

/** How the server is made. */
export interface EchoOptions {
  /** Network threads, each with a port of its own; 1 where absent: the main thread. Only for `perch`. */
  readonly threads?: number;
  /** PEM; in clear where absent. Not for `socket`. */
  readonly tls?: { readonly key: string; readonly certificates: string };
}

/** What the server's process has used until now. */
export interface EchoReport {
  /** User and system time, microseconds. */
  readonly cpuMicros: number;
  /** Of it the main thread's; NaN where the system does not tell. */
  readonly mainMicros: number;
  /** Of it all network threads' that are not the main one. */
  readonly networkMicros: number;
  /** After a garbage collection, bytes. */
  readonly rss: number;
  readonly heapUsed: number;
  readonly arrayBuffers: number;
}

/** A server that is up. */
export interface EchoServer {
  /** host:port; the first one where each thread has its own. */
  readonly address: string;
  readonly addresses: readonly string[];
  report(): Promise<EchoReport>;
  stop(): void;
}

/** Starts one. */
export async function startEchoServer(
  transport: EchoTransport,
  options: EchoOptions = {},
): Promise<EchoServer> {
  const args = [transport, JSON.stringify(options)];
  const child = fork(path.join(import.meta.dirname, 'echo-program.ts'), args, {
    execArgv: [...process.execArgv, '--expose-gc'],
  });
  const addresses = await next<string[]>(child);
  return {
    address: addresses[0] ?? '',
    addresses,
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
