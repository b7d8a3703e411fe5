// The keepalive doctor against gRPC's C-core: real servers (Python), real clients (Python and grpc-js), the recorder between
// them, and its verdicts beside the predictions. Never part of npm test: needs Python and the package registry. Keeps its
// table in results/keepalive.md.
//   node --import tsx scripts/interop/keepalive.mjs [--python=PYTHON_WITH_GRPCIO]
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { Client, credentials } from '@grpc/grpc-js';
import { format } from 'prettier';
import { defaultClient, defaultServer } from '../../server/doctor/keepalive/connection-facts.ts';
import { predictConnection } from '../../server/doctor/keepalive/predict-connection.ts';
import { TapProxy } from '../../server/doctor/record/tap-proxy.ts';
import { clients } from './lib/clients.mjs';
import { withDirectory } from './lib/tools.mjs';

const resultFile = path.join(import.meta.dirname, 'results', 'keepalive.md');
const { values } = parseArgs({ options: { python: { type: 'string' } } });

const never = Infinity;
const core = { implementation: 'core', keepaliveMs: 700, permitWithoutCalls: true, maxPingsWithoutData: 0 };
const js = { implementation: 'js', keepaliveMs: 700, permitWithoutCalls: true };
const onStream = { permitWithoutCalls: false };
const stream = { activeStream: true };

/** Those of connections.md §2 and, behind them, what they leave out. Times in milliseconds. */
const scenarios = [
  { name: 'core: idle, pings', client: core },
  { name: 'core: allowed', client: core, server: { minPingIntervalMs: 500, permitWithoutCalls: true } },
  {
    name: 'core: too many, though permitted',
    client: core,
    server: { minPingIntervalMs: 2000, permitWithoutCalls: true },
  },
  { name: 'core: silent stream', client: { ...core, ...onStream }, traffic: stream },
  {
    name: 'core: stream with data',
    client: { ...core, ...onStream },
    traffic: { ...stream, serverDataEveryMs: 300 },
  },
  { name: 'core: five strikes', client: core, server: { maxPingStrikes: 5 } },
  { name: 'core: all forgiven', client: core, server: { maxPingStrikes: 0 } },
  { name: 'core: two pings without data', client: { ...core, maxPingsWithoutData: 2 } },
  { name: 'js: idle, pings', client: js },
  { name: 'js: silent stream', client: { ...js, ...onStream }, traffic: stream },
  {
    name: 'js: stream with data',
    client: { ...js, ...onStream },
    traffic: { ...stream, serverDataEveryMs: 300 },
  },
  { name: 'core: max idle', client: { ...core, keepaliveMs: never }, server: { idleMs: 2000 } },
  {
    name: 'core: max age, a stream',
    client: { ...core, keepaliveMs: never },
    server: { ageMs: 2000, graceMs: 1000 },
    traffic: stream,
  },
  {
    name: 'core: path forgets',
    client: { ...core, keepaliveMs: 2500, timeoutMs: 1500 },
    path: { middleboxIdleMs: 1500 },
  },
];

/** Longer than any of them takes. */
const watchMs = 9000;

function factsOf({ client, server, path: between, traffic }) {
  return {
    client: { ...defaultClient(client.implementation), ...client },
    server: { ...defaultServer('core'), ...server },
    path: { rttMs: 0, middleboxIdleMs: never, middlebox: '', terminates: false, ...between },
    traffic: { activeStream: false, serverDataEveryMs: never, callEveryMs: never, ...traffic },
  };
}

const number = (value) => (value === never ? 2 ** 31 - 1 : Number(value));

function clientOptions({ client }) {
  return {
    'grpc.keepalive_time_ms':
      client.implementation === 'js' && client.keepaliveMs === never ? -1 : number(client.keepaliveMs),
    'grpc.keepalive_timeout_ms': number(client.timeoutMs),
    'grpc.keepalive_permit_without_calls': number(client.permitWithoutCalls),
    ...(client.implementation === 'core'
      ? {
          'grpc.http2.max_pings_without_data': client.maxPingsWithoutData,
          'grpc.http2.bdp_probe': 0,
          'grpc.enable_http_proxy': 0,
        }
      : { 'grpc.enable_http_proxy': 0 }),
  };
}

function serverOptions({ server }) {
  return {
    'grpc.http2.min_ping_interval_without_data_ms': number(server.minPingIntervalMs),
    'grpc.keepalive_permit_without_calls': number(server.permitWithoutCalls),
    'grpc.http2.max_ping_strikes': server.maxPingStrikes,
    'grpc.keepalive_time_ms': number(server.keepaliveMs),
    'grpc.keepalive_timeout_ms': number(server.timeoutMs),
    'grpc.max_connection_idle_ms': number(server.idleMs),
    'grpc.max_connection_age_ms': number(server.ageMs),
    'grpc.max_connection_age_grace_ms': number(server.graceMs),
    'grpc.http2.bdp_probe': 0,
  };
}

/** The Python side; `ask` sends a line and resolves to the next one. */
function startPeer(python) {
  const child = spawn(python, [path.join(import.meta.dirname, 'clients', 'keepalive_peer.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = new Promise((resolve) => child.once('close', resolve));
  return {
    ask: async (message) => {
      child.stdin.write(`${JSON.stringify(message)}\n`);
      return JSON.parse((await lines.next()).value);
    },
    stop: async () => {
      child.stdin.end();
      await ended;
    },
  };
}

/** A grpc-js client that makes a call, or opens a stream. */
function startJsClient(address, options, isStream) {
  const client = new Client(address, credentials.createInsecure(), options);
  const same = (bytes) => bytes;
  if (isStream) {
    const call = client.makeServerStreamRequest('/perch.test.Keepalive/Stream', same, same, Buffer.alloc(0));
    call.on('data', () => undefined);
    call.on('error', () => undefined);
  } else {
    client.makeUnaryRequest('/perch.test.Keepalive/Call', same, same, Buffer.alloc(0), () => undefined);
  }
  return client;
}

async function play(python) {
  const all = scenarios.map((scenario) => ({ name: scenario.name, facts: factsOf(scenario) }));
  const peer = startPeer(python);
  const { ports } = await peer.ask({
    servers: all.map(({ facts }) => ({
      options: serverOptions(facts),
      dataEverySeconds:
        facts.traffic.serverDataEveryMs === never ? null : facts.traffic.serverDataEveryMs / 1000,
    })),
  });
  const firsts = new Map();
  const taps = await Promise.all(
    all.map(({ name, facts }, at) =>
      TapProxy.open({
        listenHost: '127.0.0.1',
        listenPort: 0,
        serverHost: '127.0.0.1',
        serverPort: ports[at],
        faults: { dropAfterSilenceMs: facts.path.middleboxIdleMs },
        opened: (connection) => firsts.set(name, firsts.get(name) ?? connection),
      }),
    ),
  );
  const told = all.map(({ facts }, at) => ({
    address: taps[at].address,
    options: clientOptions(facts),
    stream: facts.traffic.activeStream,
    isJs: facts.client.implementation === 'js',
  }));
  const jsClients = told
    .filter(({ isJs }) => isJs)
    .map(({ address, options, stream: isStream }) => startJsClient(address, options, isStream));
  await peer.ask({ clients: told.filter(({ isJs }) => !isJs) });
  await new Promise((resolve) => setTimeout(resolve, watchMs));
  const rows = all.map(({ name, facts }) => {
    const connection = firsts.get(name);
    const verdict = connection?.verdict() ?? { cause: 'no connection' };
    return row(name, predictConnection(facts), verdict.cause, connection?.seen().client.pings ?? 0);
  });
  jsClients.forEach((client) => client.close());
  await Promise.all(taps.map((tap) => tap[Symbol.asyncDispose]()));
  await peer.stop();
  return rows;
}

function row(name, prediction, cause, pings) {
  const closes = prediction.outcome === 'closes';
  const predicted = closes ? prediction.cause : 'still-open';
  const off = closes ? pings - prediction.pings : 0;
  return {
    name,
    predicted: closes ? `${predicted}, ping ${prediction.pings}` : 'stays open',
    seen: cause === 'still-open' ? `stays open, ${pings} pings` : `${cause}, ping ${pings}`,
    agrees: predicted === cause && Math.abs(off) <= 1,
    isExact: off === 0,
  };
}

async function findPython(directory) {
  if (values.python !== undefined) {
    return values.python;
  }
  const { command, problem } = await clients
    .find(({ name }) => name === 'C-core (Python)')
    .prepare(directory);
  if (problem !== undefined) {
    throw new Error(problem);
  }
  return command[0];
}

await withDirectory(async (directory) => {
  const rows = await play(await findPython(directory));
  const agreed = rows.filter(({ agrees }) => agrees).length;
  const exact = rows.filter(({ agrees, isExact }) => agrees && isExact).length;
  const page = [
    '# The keepalive doctor and C-core',
    'What `node --import tsx scripts/interop/keepalive.mjs` found: predictions beside what the recorder saw between real clients (grpcio, grpc-js) and real servers (grpcio 1.85.1), on loopback.',
    [
      '| Scenario | Predicted | Recorded | |',
      '| --- | --- | --- | --- |',
      ...rows.map(
        ({ name, predicted, seen, agrees }) =>
          `| ${name} | ${predicted} | ${seen} | ${agrees ? 'agrees' : '**differs**'} |`,
      ),
    ].join('\n'),
    `${agreed} of ${rows.length} agree on open or closed, cause, and the number of pings give or take one; ${exact} of them on the very number.`,
    '',
  ].join('\n\n');
  console.log(page);
  writeFileSync(resultFile, await format(page, { parser: 'markdown', printWidth: 110 }));
  process.exitCode = agreed === rows.length ? 0 : 1;
});
