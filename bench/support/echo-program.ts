// The program of echo-server.ts: gRPC methods without an engine behind them, on a transport of choice, or a bare socket.
import { createServer } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import type { Method } from '../../server/apis/method.ts';
import { decodePredictRequest } from '../../server/codec/predict-request.ts';
import { encodePredictResponse } from '../../server/codec/predict-response.ts';
import { createLogger } from '../../server/log.ts';
import { openGrpcListener } from '../../server/net/grpc-listener.ts';
import type { EchoReport } from './echo-server.ts';

// As the daemon does.
setFlagsFromString('--heap-growing-percent=200');

const transport = process.argv[2] ?? '';

const methods: readonly Method[] = [
  { kind: 'unary', path: '/bench.Echo/Bytes', handle: (request) => Promise.resolve(request) },
  {
    kind: 'unary',
    path: '/bench.Echo/Predict',
    handle: (request) => {
      const { inputs } = decodePredictRequest(request);
      return Promise.resolve(
        encodePredictResponse({
          modelSpec: { name: 'echo', version: 1n, signatureName: 'serving_default' },
          outputs: inputs,
          asTensorContent: false,
        }),
      );
    },
  },
  // Never answers: what an open stream costs.
  { kind: 'unary', path: '/bench.Echo/Never', handle: () => new Promise(() => undefined) },
];

async function open(): Promise<string> {
  if (transport === 'socket') {
    const server = createServer({ noDelay: true }, (socket) => {
      socket.on('error', () => undefined);
      socket.pipe(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    return `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  }
  const listener = await openGrpcListener({
    methods,
    bindAddress: '127.0.0.1',
    port: 0,
    transport: transport === 'grpc-js' ? 'grpc-js' : 'perch',
    channelArguments: new Map([
      ['grpc.max_concurrent_streams', 100_000],
      ['grpc.max_allowed_incoming_connections', 100_000],
    ]),
    log: createLogger({ format: 'text', minimum: 'error', write: console.error }, 'bench'),
  });
  return listener.address;
}

process.on('message', () => {
  globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  const report: EchoReport = { cpuMicros: user + system, rss, heapUsed, arrayBuffers };
  process.send?.(report);
});
process.send?.(await open());
