// The gRPC transports beside each other and beside a bare socket: what a call costs of the server's processor time, how
// long it takes alone, how fast large messages go through, and what idle connections and open streams hold of memory.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { conditions, median, percentile, printTable } from './support/conditions.ts';
import { exampleModels, startDaemonWith } from './support/daemon.ts';
import {
  startEchoServer,
  type EchoReport,
  type EchoServer,
  type EchoTransport,
} from './support/echo-server.ts';
import { encodePredict } from './support/predict-client.ts';
import { residentMiB } from './support/processes.ts';
import { RawGrpcClient, withPrefix } from './support/raw-grpc-client.ts';

const rounds = 7;
const roundMs = 1500;
const connections = 8;
const streamsEach = 8;
const idleConnections = 10_000;
const openedAtOnce = 500;
const openStreams = 5000;
const transports: readonly EchoTransport[] = ['perch', 'grpc-js'];

const floats = (count: number): Float32Array => Float32Array.from({ length: count }, (_, i) => i / 7);
const predict = (count: number): Buffer =>
  withPrefix(encodePredict('echo', 'x', [1, count], floats(count), 'float_val'));

/** Calls for a while with so many under way on each client; gives the number of answers and each one's microseconds. */
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

function openClients(server: EchoServer, path: string, count: number): Promise<RawGrpcClient[]> {
  return Promise.all(Array.from({ length: count }, () => RawGrpcClient.open(server.address, path)));
}

async function costs(): Promise<void> {
  console.log(
    `\n## Processor time of the server per call, ${connections} connections x ${streamsEach} streams; medians of ${rounds} alternating rounds of ${roundMs} ms`,
  );
  const table = [['method, transport', 'CPU µs/call', 'calls/s', 'calls per CPU second']];
  for (const [path, name, message] of [
    ['/bench.Echo/Bytes', 'bytes of 3 floats', predict(3)],
    ['/bench.Echo/Predict', 'Predict of 3 floats', predict(3)],
    ['/bench.Echo/Bytes', 'bytes of 784 floats', predict(784)],
    ['/bench.Echo/Predict', 'Predict of 784 floats', predict(784)],
  ] as const) {
    const sides = await Promise.all(
      transports.map(async (transport) => {
        const server = await startEchoServer(transport);
        const clients = await openClients(server, path, connections);
        return { transport, server, clients, cpu: [] as number[], rate: [] as number[] };
      }),
    );
    for (let round = 0; round <= rounds; round++) {
      for (const { server, clients, cpu, rate } of sides) {
        const before = await server.report();
        const begun = performance.now();
        const calls = (await load(clients, streamsEach, message)).length;
        const seconds = (performance.now() - begun) / 1000;
        const after = await server.report();
        // The first round warms up.
        if (round > 0) {
          cpu.push((after.cpuMicros - before.cpuMicros) / calls);
          rate.push(calls / seconds);
        }
      }
    }
    for (const { transport, server, clients, cpu, rate } of sides) {
      table.push([
        `${name}, ${transport}`,
        median(cpu).toFixed(1),
        median(rate).toFixed(0),
        (1e6 / median(cpu)).toFixed(0),
      ]);
      clients.forEach((client) => client.close());
      server.stop();
    }
  }
  printTable(table);
}

/** Sends `bytes` to a bare echo socket and waits until as many came back. */
async function bareEcho(socket: Socket, bytes: Buffer): Promise<void> {
  let left = bytes.length;
  const back = new Promise<void>((resolve) => {
    const read = (part: Buffer): void => {
      left -= part.length;
      if (left <= 0) {
        socket.off('data', read);
        resolve();
      }
    };
    socket.on('data', read);
  });
  socket.write(bytes);
  await back;
}

/** One call at a time: through each transport, and the same number of bytes through a bare socket. */
async function alone(count: number, field: 'float_val' | 'tensor_content'): Promise<void> {
  const message = withPrefix(encodePredict('echo', 'x', [1, count], floats(count), field));
  const bare = await startEchoServer('socket');
  const socket = connect({ host: '127.0.0.1', port: Number(bare.address.split(':')[1]), noDelay: true });
  await once(socket, 'connect');
  const sides: { name: string; call: () => Promise<unknown>; micros: number[]; rate: number[] }[] = [
    { name: 'bare socket', call: () => bareEcho(socket, message), micros: [], rate: [] },
  ];
  const ends = [() => socket.destroy(), () => bare.stop()];
  for (const transport of transports) {
    const server = await startEchoServer(transport);
    const client = await RawGrpcClient.open(server.address, '/bench.Echo/Bytes');
    sides.push({ name: transport, call: () => client.call(message), micros: [], rate: [] });
    ends.push(
      () => client.close(),
      () => server.stop(),
    );
  }
  for (let round = 0; round <= rounds; round++) {
    for (const { call, micros, rate } of sides) {
      const end = performance.now() + roundMs / 2;
      const begun = performance.now();
      let calls = 0;
      for (let now = begun; now < end; now = performance.now()) {
        await call();
        calls++;
        if (round > 0) {
          micros.push((performance.now() - now) * 1000);
        }
      }
      if (round > 0) {
        rate.push((calls / (performance.now() - begun)) * 1000);
      }
    }
  }
  const base = sides[0];
  const table = [['', 'p50 µs', 'p99 µs', 'calls/s', 'to bare']];
  for (const { name, micros, rate } of sides) {
    table.push([
      name,
      percentile(micros, 0.5).toFixed(0),
      percentile(micros, 0.99).toFixed(0),
      median(rate).toFixed(0),
      median(rate.map((one, i) => one / (base?.rate[i] ?? NaN))).toFixed(2),
    ]);
  }
  console.log(
    `\n## One call at a time, ${message.length.toLocaleString('en')} bytes each way, ${rounds} alternating rounds`,
  );
  printTable(table);
  ends.forEach((end) => end());
}

/** What the client sends of a call that stays open, by what the server makes of it. */
const openCalls = [
  ['/bench.Echo/Never', 'a head, whose request is waited for', undefined],
  ['/bench.Echo/Never', 'a call, whose handler is waited for', predict(3)],
  ['/bench.Echo/Watch', 'a stream of answers, one of which has gone', predict(3)],
] as const;

async function idleConnectionCost(server: EchoServer): Promise<string[]> {
  const before = await server.report();
  const idle: RawGrpcClient[] = [];
  for (let opened = 0; opened < idleConnections; opened += openedAtOnce) {
    idle.push(...(await openClients(server, '/bench.Echo/Bytes', openedAtOnce)));
  }
  // Each has made a call, as a client that waits has.
  for (const client of idle) {
    await client.call(predict(3));
  }
  const after = await server.report();
  idle.forEach((client) => client.close());
  await pause();
  return eachOf(idleConnections, before, after);
}

async function openStreamCost(server: EchoServer, path: string, message?: Buffer): Promise<string[]> {
  const client = await RawGrpcClient.open(server.address, path);
  const open = async (count: number): Promise<void> => {
    for (let opened = 0; opened < count; opened++) {
      client.leaveOpen(message);
    }
    await pause();
  };
  // The first ones bring code and tables that all of them share.
  await open(openStreams / 5);
  const before = await server.report();
  await open(openStreams);
  const after = await server.report();
  client.close();
  await pause();
  return eachOf(openStreams, before, after);
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2000));

function eachOf(count: number, before: EchoReport, after: EchoReport): string[] {
  return [after.rss - before.rss, after.heapUsed - before.heapUsed].map((bytes) =>
    (bytes / count).toFixed(0),
  );
}

async function memory(): Promise<void> {
  const table = [['transport', 'what', 'bytes each', 'of it heap']];
  for (const transport of transports) {
    const server = await startEchoServer(transport);
    // Code and pools are there before anything is counted.
    const warm = await openClients(server, '/bench.Echo/Bytes', 4);
    await load(warm, 4, predict(3));
    for (const [path, name, message] of openCalls) {
      table.push([transport, name, ...(await openStreamCost(server, path, message))]);
    }
    // Last: what they leave free of memory, others would take without its being seen.
    table.push([transport, 'an idle connection', ...(await idleConnectionCost(server))]);
    warm.forEach((client) => client.close());
    server.stop();
  }
  console.log(
    `\n## Memory: ${idleConnections} connections that have made a call; ${openStreams} open streams on one connection; RSS after a garbage collection`,
  );
  printTable(table);
}

/** The same of the daemon as it is: health watches, on as many connections as its limit of streams makes necessary. */
async function daemonMemory(): Promise<void> {
  const perConnection = 1000;
  const daemon = await startDaemonWith([`--models_directory=${exampleModels}`]);
  const path = '/grpc.health.v1.Health/Watch';
  const watchAll = async (): Promise<void> => {
    const client = await RawGrpcClient.open(daemon.grpcAddress, path);
    for (let opened = 0; opened < perConnection; opened++) {
      client.leaveOpen(withPrefix(Buffer.alloc(0)));
    }
    await pause();
  };
  await watchAll();
  const before = await residentMiB(daemon.child.pid);
  for (let opened = 0; opened < openStreams; opened += perConnection) {
    await watchAll();
  }
  const each = (((await residentMiB(daemon.child.pid)) - before) * 2 ** 20) / openStreams;
  console.log(
    `\n## The daemon: ${openStreams} health watches on ${openStreams / perConnection} connections\n${each.toFixed(0)} bytes of RSS each, garbage included`,
  );
  await daemon.stop();
}

console.log(`\n# gRPC transports: ${conditions()}`);
console.log('the client writes its frames by hand and runs in the process of the benchmark');
/** By the names that may be given as arguments; without any, all of them. */
const parts: Readonly<Record<string, () => Promise<void>>> = {
  costs,
  'alone-small': () => alone(3, 'float_val'),
  'alone-784': () => alone(784, 'float_val'),
  'alone-large': () => alone(150_000, 'tensor_content'),
  memory,
  daemon: daemonMemory,
};
const chosen = process.argv.slice(2);
for (const [name, part] of Object.entries(parts)) {
  if (chosen.length === 0 || chosen.includes(name)) {
    await part();
  }
}
console.log(`\nafter it: ${conditions()}`);
process.exit(0);
