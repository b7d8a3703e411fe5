// wire-server.ts in a process of its own: to be attacked, measured and asked whether it still serves.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { H2Connection, type ConnectOptions } from './h2-client/connection.ts';
import { GrpcCall } from './h2-client/grpc-call.ts';
import type { Holdings } from './holdings.ts';
import { wirePath, type WireCounts } from './wire-service.ts';

const program = path.join(import.meta.dirname, 'wire-server.ts');

/** A running process. */
export interface WireProcess {
  readonly pid: number;
  readonly port: number;
  /** 0 where it was started without a certificate. */
  readonly tlsPort: number;
  /** Its log so far. */
  readonly log: () => string;
  /** A connection to its port in clear. */
  readonly connect: (options?: ConnectOptions) => Promise<H2Connection>;
  /** Asserts that a new client is served. */
  readonly assertServing: () => Promise<void>;
  readonly counts: () => Promise<WireCounts>;
  readonly holdings: () => Promise<Holdings>;
  readonly stop: () => Promise<void>;
}

/** Starts it with these flags of wire-server.ts. */
export async function startWireProcess(flags: readonly string[] = []): Promise<WireProcess> {
  const child = spawn(process.execPath, ['--expose-gc', '--import', 'tsx', program, ...flags], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const exited = once(child, 'close');
  const nextLine = async (): Promise<unknown> => {
    const next = await lines.next();
    if (next.done === true) {
      throw new Error(`the server ended: ${log}`);
    }
    return JSON.parse(next.value);
  };
  const { pid, address, tlsAddress } = (await nextLine()) as {
    pid: number;
    address: string;
    tlsAddress?: string;
  };
  const port = Number(address.split(':')[1]);
  const connect = (options: ConnectOptions = {}): Promise<H2Connection> =>
    H2Connection.open({ port, ...options });
  const ask = async (method: string, request: string): Promise<string> => {
    const connection = await connect();
    const { status, messages } = await GrpcCall.unary(connection, method, Buffer.from(request));
    connection.destroy();
    assert.equal(status, 0, `${method}: ${connection.log.describe()}`);
    assert.deepEqual(connection.violations, []);
    return String(messages[0]);
  };
  return {
    pid,
    port,
    tlsPort: Number(tlsAddress?.split(':')[1] ?? 0),
    log: () => log,
    connect,
    assertServing: async () => assert.equal(await ask(wirePath.echo, 'are you well?'), 'are you well?'),
    counts: async () => JSON.parse(await ask(wirePath.counts, '')) as WireCounts,
    holdings: async () => {
      child.stdin.write('\n');
      return (await nextLine()) as Holdings;
    },
    stop: async () => {
      child.stdin.end();
      await exited;
    },
  };
}
