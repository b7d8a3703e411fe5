// The program of echo-server.ts: gRPC methods without an engine behind them, on a transport of choice, or a bare socket.
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import type { Method } from '../../server/apis/method.ts';
import { decodePredictRequest } from '../../server/codec/predict-request.ts';
import { encodePredictResponse } from '../../server/codec/predict-response.ts';
import { atOnce } from '../../server/limits/turns.ts';
import { createLogger } from '../../server/log.ts';
import { openGrpcListener } from '../../server/net/grpc-listener.ts';
import { networkThreadFile } from '../../test/support/engine-pool.ts';
import type { EchoOptions, EchoReport } from './echo-server.ts';

// As the daemon does.
setFlagsFromString('--heap-growing-percent=200');

const transport = process.argv[2] ?? '';
const { threads = 1, tls } = JSON.parse(process.argv[3] ?? '{}') as EchoOptions;

const methods: readonly Method[] = [
  { kind: 'unary', path: '/bench.Echo/Bytes', handle: (request) => Promise.resolve(request) },
  {
    kind: 'unary',
    path: '/bench.Echo/Predict',
    handle: (request) => {
      const { inputs } = atOnce(decodePredictRequest(request));
      return Promise.resolve(
        encodePredictResponse({
          modelSpec: { name: 'echo', version: 1n, signatureName: 'serving_default' },
          outputs: inputs,
          asTensorContent: false,
        }),
      );
    },
  },
  // Never ends: what an open stream costs.
  { kind: 'unary', path: '/bench.Echo/Never', handle: () => new Promise(() => undefined) },
  {
    kind: 'server-stream',
    path: '/bench.Echo/Watch',
    handle: async function* (request) {
      yield request;
      await new Promise(() => undefined);
    },
  },
];

async function open(): Promise<readonly string[]> {
  if (transport === 'socket') {
    const server = createServer({ noDelay: true }, (socket) => {
      socket.on('error', () => undefined);
      socket.pipe(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    return [`127.0.0.1:${typeof address === 'object' ? address?.port : ''}`];
  }
  const listener = await openGrpcListener({
    methods,
    bindAddress: '127.0.0.1',
    port: 0,
    transport: transport === 'grpc-js' ? 'grpc-js' : 'perch',
    threads:
      threads === 1 ? undefined : { count: threads, programFile: networkThreadFile, sharesPort: false },
    tls: tls === undefined ? undefined : { ...tls, notices: [] },
    channelArguments: new Map([
      ['grpc.max_concurrent_streams', 100_000],
      ['grpc.max_allowed_incoming_connections', 100_000],
    ]),
    log: createLogger({ format: 'text', minimum: 'error', write: console.error }, 'bench'),
  });
  return listener.addresses;
}

/** The threads of this process, by the numbers that Linux gives them; none elsewhere. */
function threadIds(): string[] {
  try {
    return readdirSync('/proc/self/task');
  } catch {
    return [];
  }
}

/** Processor time of threads, microseconds. */
function cpuOf(ids: readonly string[]): number {
  const nanos = ids.map((id) =>
    Number(readFileSync(`/proc/self/task/${id}/schedstat`, 'utf8').split(' ')[0]),
  );
  return nanos.reduce((sum, one) => sum + one, 0) / 1000;
}

const atStart = new Set(threadIds());

process.on('message', () => {
  globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  const main = process.pid.toString();
  const report: EchoReport = {
    cpuMicros: user + system,
    mainMicros: atStart.has(main) ? cpuOf([main]) : NaN,
    networkMicros: cpuOf(networkThreads),
    ...{ rss, heapUsed, arrayBuffers },
  };
  process.send?.(report);
});
const addresses = await open();
const networkThreads = threads === 1 ? [] : threadIds().filter((id) => !atStart.has(id));
process.send?.(addresses);
