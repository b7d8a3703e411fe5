// rest-server.ts in a process of its own: to be attacked, measured and asked whether it still serves.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Holdings } from '../../support/holdings.ts';

const program = path.join(import.meta.dirname, 'rest-server.ts');

/** What came on a connection until the server closed it. */
export interface RawAnswer {
  /** 0 where nothing came. */
  readonly status: number;
  readonly text: string;
}

/** A running process. */
export interface RestProcess {
  /** `host:port`. */
  readonly address: string;
  /** Its log so far. */
  readonly log: () => string;
  readonly fetch: (pathAndQuery: string, init?: RequestInit) => Promise<Response>;
  /** A connection; errors on it are swallowed, as a reset is one way to be refused. */
  readonly connect: () => Promise<Socket>;
  /** Sends bytes on a connection of its own, and gives what comes until the server closes it. */
  readonly exchange: (bytes: string | Uint8Array) => Promise<RawAnswer>;
  /** Asserts that a new client is served. */
  readonly assertServing: () => Promise<void>;
  readonly holdings: () => Promise<Holdings>;
  readonly stop: () => Promise<void>;
}

/** Starts it with these flags of `perch serve`. */
export async function startRestProcess(...flags: readonly string[]): Promise<RestProcess> {
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
  const { address } = (await nextLine()) as { address: string };
  const [host = '', port = ''] = address.split(':');
  const open = async (): Promise<Socket> => {
    const socket = connect({ host, port: Number(port) });
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    return socket;
  };
  const send = (pathAndQuery: string, init?: RequestInit): Promise<Response> =>
    fetch(`http://${address}${pathAndQuery}`, init);
  return {
    address,
    log: () => log,
    fetch: send,
    connect: open,
    exchange: async (bytes) => {
      const socket = await open();
      const closed = new Promise((resolve) => socket.once('close', resolve));
      let text = '';
      socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
      socket.write(bytes);
      await closed;
      return { status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1] ?? 0), text };
    },
    assertServing: async () => {
      const response = await send('/v1/models/floats:predict', {
        method: 'POST',
        body: '{"instances": [1.5]}',
      });
      assert.equal(response.status, 200);
      assert.deepEqual(await response.json(), { predictions: [1.5] });
    },
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
