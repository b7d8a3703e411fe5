// The gRPC transports beside each other and beside a bare socket: what a call costs of the server's processor time, how
// long it takes alone, how fast large messages go through, and what idle connections and open streams hold of memory.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { conditions, median, percentile, printTable } from './support/conditions.ts';
import { startEchoServer, type EchoServer, type EchoTransport } from './support/echo-server.ts';
import { encodePredict } from './support/predict-client.ts';
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

async function memory(): Promise<void> {
  const table = [['transport', 'idle connection, bytes', 'of it heap', 'open stream, bytes', 'of it heap']];
  for (const transport of transports) {
    const server = await startEchoServer(transport);
    // Code and pools are there before anything is counted.
    const warm = await openClients(server, '/bench.Echo/Bytes', 4);
    await load(warm, 4, predict(3));
    const before = await server.report();
    const idle: RawGrpcClient[] = [];
    for (let opened = 0; opened < idleConnections; opened += openedAtOnce) {
      idle.push(...(await openClients(server, '/bench.Echo/Bytes', openedAtOnce)));
    }
    // Each has made a call, as a client that waits has.
    for (const client of idle) {
      await client.call(predict(3));
    }
    const withConnections = await server.report();
    idle.forEach((client) => client.close());
    const streams = await RawGrpcClient.open(server.address, '/bench.Echo/Never');
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const beforeStreams = await server.report();
    for (let opened = 0; opened < openStreams; opened++) {
      streams.leaveOpen();
    }
    await warm[0]?.call(predict(3));
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const withStreams = await server.report();
    const each = (after: number, then: number, count: number): string => ((after - then) / count).toFixed(0);
    table.push([
      transport,
      each(withConnections.rss, before.rss, idleConnections),
      each(withConnections.heapUsed, before.heapUsed, idleConnections),
      each(withStreams.rss, beforeStreams.rss, openStreams),
      each(withStreams.heapUsed, beforeStreams.heapUsed, openStreams),
    ]);
    streams.close();
    warm.forEach((client) => client.close());
    server.stop();
  }
  console.log(
    `\n## Memory: ${idleConnections} connections that have made a call; ${openStreams} open streams on one connection; RSS after a garbage collection`,
  );
  printTable(table);
}

console.log(`\n# gRPC transports: ${conditions()}`);
console.log('the client writes its frames by hand and runs in the process of the benchmark');
await costs();
await alone(3, 'float_val');
await alone(784, 'float_val');
await alone(150_000, 'tensor_content');
await memory();
console.log(`\nafter it: ${conditions()}`);
process.exit(0);
