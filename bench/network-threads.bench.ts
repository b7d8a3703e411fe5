// Network threads beside the main one: what a call costs of the main thread's and of the network threads' processor time,
// in clear and with TLS, how many calls came through here, and how many would with a core for each thread.
import { conditions, median, percentile, printTable } from './support/conditions.ts';
import { startEchoServer, type EchoServer } from './support/echo-server.ts';
import { encodePredict } from './support/predict-client.ts';
import { RawGrpcClient, withPrefix } from './support/raw-grpc-client.ts';
import { makeCertificates } from '../test/support/certificates.ts';

const rounds = 5;
const roundMs = 1500;
const connections = 8;
const threadCounts = [1, 2] as const;

/** One way to serve, and what was measured of it, per call. */
interface Side {
  readonly threads: number;
  readonly server: EchoServer;
  readonly clients: readonly RawGrpcClient[];
  readonly main: number[];
  readonly network: number[];
  readonly others: number[];
  readonly rate: number[];
  readonly micros: number[];
}

const floats = (count: number): Float32Array => Float32Array.from({ length: count }, (_, i) => i / 7);
const predict = (count: number): Buffer =>
  withPrefix(encodePredict('echo', 'x', [1, count], floats(count), 'float_val'));
const certificates = makeCertificates();

/** Calls for a while with so many under way on each client; gives each one's microseconds. */
async function load(clients: readonly RawGrpcClient[], streams: number, message: Buffer): Promise<number[]> {
  const micros: number[] = [];
  const end = performance.now() + roundMs;
  const caller = async (client: RawGrpcClient): Promise<void> => {
    for (let now = performance.now(); now < end; now = performance.now()) {
      await client.call(message);
      micros.push((performance.now() - now) * 1000);
    }
  };
  await Promise.all(clients.flatMap((client) => Array.from({ length: streams }, () => caller(client))));
  return micros;
}

async function openSide(threads: number, path: string, isSecure: boolean, count: number): Promise<Side> {
  const identity = isSecure ? certificates?.server : undefined;
  const server = await startEchoServer('perch', {
    threads,
    ...(identity === undefined ? {} : { tls: { key: identity.key, certificates: identity.certificate } }),
  });
  // As evenly as a system that shares one port would at best.
  const clients = await Promise.all(
    Array.from({ length: count }, (_, i) =>
      RawGrpcClient.open(
        server.addresses[i % server.addresses.length] ?? '',
        path,
        isSecure ? certificates?.authority.certificate : undefined,
      ),
    ),
  );
  return { threads, server, clients, main: [], network: [], others: [], rate: [], micros: [] };
}

async function measure(
  { server, clients, ...figures }: Side,
  streams: number,
  message: Buffer,
): Promise<void> {
  const before = await server.report();
  const begun = performance.now();
  const micros = await load(clients, streams, message);
  const seconds = (performance.now() - begun) / 1000;
  const after = await server.report();
  const main = (after.mainMicros - before.mainMicros) / micros.length;
  const network = (after.networkMicros - before.networkMicros) / micros.length;
  figures.main.push(main);
  figures.network.push(network);
  figures.others.push((after.cpuMicros - before.cpuMicros) / micros.length - main - network);
  figures.rate.push(micros.length / seconds);
  figures.micros.push(percentile(micros, 0.5));
}

async function compare(
  name: string,
  path: string,
  message: Buffer,
  isSecure: boolean,
  streams: number,
): Promise<void> {
  const count = streams === 1 ? 1 : connections;
  const sides: Side[] = [];
  for (const threads of threadCounts) {
    const side = await openSide(threads, path, isSecure, count);
    sides.push(side);
    // Warms up.
    await load(side.clients, streams, message);
  }
  for (let round = 0; round < rounds; round++) {
    for (const side of sides) {
      await measure(side, streams, message);
    }
  }
  const bounds = sides.map(
    ({ threads, main, network }) => 1e6 / Math.max(median(main), median(network) / threads),
  );
  sides.forEach(({ threads, main, network, others, rate, micros, server, clients }, i) => {
    table.push([
      `${name}${isSecure ? ', TLS' : ''}, ${count} x ${streams}`,
      threads.toString(),
      median(main).toFixed(1),
      median(network).toFixed(1),
      median(others).toFixed(1),
      median(micros).toFixed(0),
      median(rate).toFixed(0),
      (bounds[i] ?? NaN).toFixed(0),
      ((bounds[i] ?? NaN) / (bounds[0] ?? NaN)).toFixed(2),
    ]);
    clients.forEach((client) => client.close());
    server.stop();
  });
}

const table = [
  [
    'method, connections x streams',
    'threads',
    'main µs/call',
    'network µs/call',
    'others µs/call',
    'p50 µs',
    'calls/s here',
    'bound calls/s',
    'to one',
  ],
];

console.log(`\n# Network threads: ${conditions()}`);
console.log(
  `medians of ${rounds} alternating rounds of ${roundMs} ms; the client runs beside them and needs a core for itself`,
);
console.log(
  'main, network: processor time of these threads; others: the collector and the compiler. With 1 the main thread is the network thread.',
);
console.log(
  'bound: 1 / max(main, network / threads), which a machine with a free core for every thread could reach at most; only "calls/s here" was measured.',
);
for (const isSecure of certificates === undefined ? [false] : [false, true]) {
  await compare('bytes of 3 floats', '/bench.Echo/Bytes', predict(3), isSecure, 8);
  await compare('Predict of 3 floats', '/bench.Echo/Predict', predict(3), isSecure, 8);
  await compare('Predict of 784 floats', '/bench.Echo/Predict', predict(784), isSecure, 8);
}
await compare('bytes of 3 floats', '/bench.Echo/Bytes', predict(3), false, 32);
await compare('bytes of 3 floats', '/bench.Echo/Bytes', predict(3), false, 1);
printTable(table);
console.log(`\nafter it: ${conditions()}`);
process.exit(0);
