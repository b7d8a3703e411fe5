// Unary Predict over gRPC on an MLP with 64 requests in flight: batched or not, hosts in processes or in threads, beside
// bare runs of the batch sizes that the daemon formed. And what a request costs of processor time, and where.
import { InferenceSession } from 'onnxruntime-node';
import {
  batchesBetween,
  mixOfHistogram,
  readBatches,
  writeMonitoringConfig,
} from './support/batch-histogram.ts';
import { bareMix, mixText, sequenceOf, type BatchMix } from './support/batch-mix.ts';
import { conditions, printTable } from './support/conditions.ts';
import {
  saveModel,
  startDaemonWith,
  temporaryDirectory,
  whenAvailable,
  whenTrialsEnded,
  type BenchDaemon,
} from './support/daemon.ts';
import { mlpLayers, mlpRow, writeMlp } from './support/mlp.ts';
import { encodePredict, openPredictClient } from './support/predict-client.ts';
import { RequestCosts } from './support/request-costs.ts';
import { measure, oneRequest, Rounds, type Call } from './support/rounds.ts';

const rounds = 5;
const roundMs = 1500;
const inFlight = 64;
const isolations = ['process', 'thread'];
const row = mlpRow();
const request = encodePredict('mlp', 'x', [1, row.length], row);

const models = await temporaryDirectory();
const settings = await temporaryDirectory();
const file = await saveModel(models.directory, 'mlp', writeMlp());
const monitoring = await writeMonitoringConfig(settings.directory);

interface Server {
  readonly name: string;
  readonly isolation: string;
  readonly batching: boolean;
  readonly daemon: BenchDaemon;
  readonly call: Call;
  readonly stop: () => Promise<void>;
}

async function openServer(isolation: string, batching: boolean): Promise<Server> {
  const daemon = await startDaemonWith([
    `--models_directory=${models.directory}`,
    `--monitoring_config_file=${monitoring}`,
    '--engine_threads=1',
    `--engine_isolation=${isolation}`,
    ...(batching ? ['--enable_batching'] : []),
  ]);
  await whenAvailable(daemon, ['mlp/1']);
  await whenTrialsEnded(daemon);
  const client = openPredictClient(daemon.grpcAddress);
  return {
    name: `${isolation}, ${batching ? 'batched' : 'not batched'}`,
    isolation,
    batching,
    daemon,
    call: oneRequest(() => client.predict(request)),
    stop: () => {
      client.close();
      return daemon.stop();
    },
  };
}

const servers = await Promise.all(
  isolations.flatMap((isolation) => [openServer(isolation, false), openServer(isolation, true)]),
);
const session = await InferenceSession.create(file, { intraOpNumThreads: 1 });
const bareOne = bareMix(session, row, [1]);

console.log(`\n# Predict over gRPC, MLP ${mlpLayers.join('-')}, one row in float_val: ${conditions()}`);
console.log(
  `${rounds} alternating rounds of ${roundMs} ms; medians; --engine_threads=1, a bare run has one thread too`,
);
console.log('the client is grpc-js in its own process, with one connection to each daemon');
for (const call of [bareOne, ...servers.map((server) => server.call)]) {
  await measure(call, inFlight, roundMs);
}
const results = new Rounds();
const costs = new RequestCosts();
const mixes = new Map<string, BatchMix>();
const alone = (name: string): string => `${name}, 1 in flight`;
const full = (name: string): string => `${name}, ${inFlight} in flight`;
const bareName = 'bare, 1 row';
const bareMixName = (isolation: string): string => `bare, batches as ${isolation} formed`;
for (let round = 0; round < rounds; round++) {
  results.note(bareName, await measure(bareOne, 1, roundMs));
  for (const { name, isolation, batching, daemon, call } of servers) {
    results.note(alone(name), await measure(call, 1, roundMs));
    const before = await readBatches(daemon);
    results.note(full(name), await costs.measure(full(name), daemon.child.pid, [call, inFlight, roundMs]));
    if (batching) {
      const mix = mixOfHistogram(batchesBetween(before, await readBatches(daemon)));
      mixes.set(isolation, mix);
      const bare = bareMix(session, row, sequenceOf(mix));
      results.note(bareMixName(isolation), await measure(bare, 1, roundMs));
    }
  }
}

printTable([['', 'requests/s', 'p50 µs', 'p99 µs'], ...results.table()]);
console.log('');
printTable(costs.table());
for (const isolation of isolations) {
  const [batched, unbatched] = [`${isolation}, batched`, `${isolation}, not batched`];
  const ratio = (base: string): string => results.ratio(full(batched), base).toFixed(2);
  const aboveBare = (name: string): string =>
    (results.micros(alone(name), 0.5) - results.micros(bareName, 0.5)).toFixed(0);
  console.log(
    `\n${isolation}: rows of a batch in the last round: ${mixText(mixes.get(isolation) ?? new Map())}`,
  );
  console.log(`${isolation}: batched to bare at the same batch sizes: ${ratio(bareMixName(isolation))}`);
  console.log(`${isolation}: batched to unbatched: ${ratio(full(unbatched))}`);
  console.log(
    `${isolation}: µs above bare at concurrency 1: ${aboveBare(unbatched)} not batched, ${aboveBare(batched)} batched`,
  );
}
await Promise.all(servers.map(({ stop }) => stop()));
await session.release();
await models.remove();
await settings.remove();
