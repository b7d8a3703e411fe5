// soak-daemon.ts in a process of its own: to be visited, asked why connections closed, and measured.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import * as grpc from '@grpc/grpc-js';
import { serviceMethods } from '../../../protos/messages.ts';
import type { Holdings } from '../../support/holdings.ts';

const program = path.join(import.meta.dirname, 'soak-daemon.ts');

/** The token of the admin API. */
export const soakToken = 'a-token-for-the-soak';

/** A connection that closed, as Admin.GetNetwork tells it. */
export interface ToldClose {
  readonly id: number;
  readonly peer: string;
  readonly transport: string;
  readonly ageMs: number;
  readonly close: {
    readonly cause: string;
    readonly text: string;
    readonly advice: string;
    readonly severity: string;
  };
}

/** What Admin.GetNetwork tells of connections. */
export interface ToldNetwork {
  readonly open: readonly {
    readonly peer: string;
    readonly transport: string;
    readonly openStreams: number;
  }[];
  readonly closed: readonly ToldClose[];
}

/** A running daemon. */
export interface SoakProcess {
  readonly port: number;
  /** Its log so far. */
  readonly log: () => string;
  /** Over a UNIX socket, beside everybody else. */
  readonly network: () => Promise<ToldNetwork>;
  /** Closed connections by cause, on the page for Prometheus. */
  readonly closes: () => Promise<ReadonlyMap<string, number>>;
  readonly holdings: () => Promise<Holdings>;
  /** Drains it; resolves to its exit code. */
  readonly stop: () => Promise<number | null>;
}

/** Starts it with these channel arguments, and a UNIX socket at `socketPath`. */
export async function startSoakDaemon(
  channelArguments: Readonly<Record<string, number>>,
  socketPath: string,
): Promise<SoakProcess> {
  const text = Object.entries(channelArguments)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
  const child = spawn(
    process.execPath,
    [
      ...['--expose-gc', '--import', 'tsx', program],
      ...[`--grpc_channel_arguments=${text}`, `--grpc_socket_path=${socketPath}`],
    ],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (piece: string) => (log += piece));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const exited = once(child, 'close') as Promise<[number | null]>;
  const nextLine = async (): Promise<unknown> => {
    const next = await lines.next();
    if (next.done === true) {
      throw new Error(`the daemon ended: ${log}`);
    }
    return JSON.parse(next.value);
  };
  const addresses = (await nextLine()) as { grpc: string; rest: string };
  const { GetNetwork } = serviceMethods('perch.admin.v1.Admin');
  const client = new grpc.Client(`unix:${socketPath}`, grpc.credentials.createInsecure(), {
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 100,
    'grpc.max_receive_message_length': -1,
  });
  const metadata = new grpc.Metadata({ waitForReady: true });
  metadata.set('authorization', `Bearer ${soakToken}`);
  return {
    port: Number(addresses.grpc.split(':')[1]),
    log: () => log,
    network: () =>
      new Promise((resolve, reject) => {
        client.makeUnaryRequest(
          GetNetwork.path,
          GetNetwork.requestSerialize,
          GetNetwork.responseDeserialize,
          {},
          metadata,
          { deadline: Date.now() + 60_000 },
          (error, answer) => (error === null ? resolve(answer as unknown as ToldNetwork) : reject(error)),
        );
      }),
    closes: async () => {
      const page = await (await fetch(`http://${addresses.rest}/monitoring/prometheus/metrics`)).text();
      const series = /^perch_connection_closes_total\{transport="perch",cause="([^"]+)"\} (\d+)$/gm;
      return new Map([...page.matchAll(series)].map(([, cause = '', count]) => [cause, Number(count)]));
    },
    holdings: async () => {
      child.stdin.write('\n');
      return (await nextLine()) as Holdings;
    },
    stop: async () => {
      client.close();
      child.stdin.end();
      const [code] = await exited;
      return code;
    },
  };
}
