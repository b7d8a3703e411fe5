// What a shadow at 100 % does to the latency of stable: requests at random moments and a modest rate, with and without it.
import { loadavg } from 'node:os';
import { admin, AdminConnection } from '../server/cli/admin-connection.ts';
import { conditions, median, percentile, printTable } from './support/conditions.ts';
import {
  saveModel,
  startDaemonWith,
  temporaryDirectory,
  whenAvailable,
  whenTrialsEnded,
} from './support/daemon.ts';
import { mlpRow, writeMlp } from './support/mlp.ts';
import { openLoop, randomGaps } from './support/open-loop.ts';
import { encodePredict, openPredictClient } from './support/predict-client.ts';
import { childrenOf, cpuSeconds } from './support/processes.ts';

const rounds = 8;
const roundMs = 5000;
const perSecond = 100;
/** A model whose run takes a fraction of a millisecond, and one of some milliseconds. */
const models = [
  ['small', [784, 512, 512, 10]],
  ['large', [784, 2048, 2048, 10]],
] as const;
/** Hosts of one thread each, so that more of them need no more threads than one has. */
const engines = [
  ['default', []],
  ['two hosts', ['--engine_threads=4', '--tensorflow_intra_op_parallelism=1']],
] as const;

const { directory, remove } = await temporaryDirectory();
for (const [name, layers] of models) {
  await saveModel(directory, name, writeMlp(layers));
  await saveModel(directory, name, writeMlp(layers), 2);
}

console.log(`\n# Shadow at 100 %: ${conditions()}`);
console.log(
  `Poisson arrivals, ${perSecond} requests/s over gRPC, ${rounds} alternating rounds of ${roundMs} ms; figures of all rounds together`,
);
const rows = [
  [
    '',
    'hosts',
    'p50 µs off',
    'on',
    'p99 µs off',
    'on',
    'p99 on/off',
    'by medians of rounds',
    'cores busy off',
    'on',
    'compared',
    'dropped',
  ],
];
for (const [engine, flags] of engines) {
  for (const [name, layers] of models) {
    rows.push([`${name} model, ${engine}`, ...(await measureModel(name, layers, flags))]);
  }
}
printTable(rows);
console.log(
  `load at the end ${loadavg()
    .map((load) => load.toFixed(1))
    .join(' ')}`,
);
await remove();

/** The figures of a row. */
async function measureModel(
  name: string,
  layers: readonly number[],
  flags: readonly string[],
): Promise<string[]> {
  const daemon = await startDaemonWith([`--models_directory=${directory}`, ...flags]);
  await whenAvailable(
    daemon,
    models.map(([model]) => `${model}/2`),
  );
  using connection = new AdminConnection(
    { address: daemon.grpcAddress, token: daemon.token, tlsRoots: undefined },
    new AbortController().signal,
  );
  const target = { label: 'stable' };
  await connection.call(
    admin.SetLabel,
    { model: name, label: 'stable', version: '1', waitMs: 60_000 },
    60_000,
  );
  await connection.call(admin.SetTraffic, { model: name, shares: [{ target, percent: 100 }] });
  await whenTrialsEnded(daemon);
  const setShadow = (percent: number): Promise<unknown> =>
    connection.call(admin.SetShadow, { model: name, target: { version: '2' }, percent });
  const row = mlpRow(layers);
  const request = encodePredict(name, 'x', [1, row.length], row);
  const client = openPredictClient(daemon.grpcAddress);
  const busySeconds = async (): Promise<number> => {
    const processes = [daemon.child.pid, ...(await childrenOf(daemon.child.pid))];
    const seconds = await Promise.all(processes.map(cpuSeconds));
    return seconds.reduce((sum, one) => sum + one, 0);
  };
  const gaps = randomGaps(perSecond);
  const figures = new Map<number, { micros: number[]; p99: number[]; busy: number[] }>(
    [0, 100].map((percent) => [percent, { micros: [], p99: [], busy: [] }]),
  );
  let [compared, dropped] = [0, 0];
  await openLoop(gaps, roundMs, () => client.predict(request));
  for (let round = 0; round < rounds; round++) {
    for (const [percent, { micros: all, p99, busy }] of figures) {
      await setShadow(percent);
      const before = await busySeconds();
      const micros = await openLoop(gaps, roundMs, () => client.predict(request));
      busy.push(((await busySeconds()) - before) / (roundMs / 1000));
      all.push(...micros);
      p99.push(percentile(micros, 0.99));
      const { models: states } = await connection.call(admin.ListModels, {});
      const shadow = states.find((state) => state.name === name)?.shadow;
      compared += Number(shadow?.compared ?? 0);
      dropped += Number(shadow?.dropped ?? 0);
    }
  }
  const { engineHosts } = await connection.call(admin.GetServerInfo, {});
  client.close();
  await daemon.stop();
  const of = (percent: number, share: number): number =>
    percentile(figures.get(percent)?.micros ?? [], share);
  const medianOf = (percent: number, what: 'p99' | 'busy'): number =>
    median(figures.get(percent)?.[what] ?? []);
  return [
    String(engineHosts.filter(({ kind }) => kind === 'process').length),
    of(0, 0.5).toFixed(0),
    of(100, 0.5).toFixed(0),
    of(0, 0.99).toFixed(0),
    of(100, 0.99).toFixed(0),
    (of(100, 0.99) / of(0, 0.99)).toFixed(2),
    (medianOf(100, 'p99') / medianOf(0, 'p99')).toFixed(2),
    medianOf(0, 'busy').toFixed(2),
    medianOf(100, 'busy').toFixed(2),
    String(compared),
    String(dropped),
  ];
}
