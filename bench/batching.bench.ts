// What batching brings on the engine itself, without a network: an MLP at concurrency 1 and 64, with and without it, with
// hosts in processes and in threads, beside bare runs of the very batch sizes that the batcher formed.
import path from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { defaultBatchingParameters } from '../server/engine/batching/batch-parameters.ts';
import { withBatching } from '../server/engine/batching/with-batching.ts';
import type { LoadedVersion } from '../server/lifecycle/version-state.ts';
import { openEnginePool } from '../test/support/engine-pool.ts';
import { bareMix, mixOf, mixText } from './support/batch-mix.ts';
import { conditions, printTable } from './support/conditions.ts';
import { saveModel, temporaryDirectory } from './support/daemon.ts';
import { mlpLayers, mlpRow, writeMlp } from './support/mlp.ts';
import { measure, oneRequest, Rounds, type Call } from './support/rounds.ts';

const rounds = 5;
const roundMs = 1500;
const isolations = ['process', 'thread'] as const;
const row = mlpRow();

const { directory, remove } = await temporaryDirectory();
const file = await saveModel(directory, 'mlp', writeMlp());
const disk = {
  number: 1n,
  directory: path.dirname(file),
  file,
  sizeBytes: 1,
  totalBytes: 1,
  fingerprint: '',
  readiness: { kind: 'complete' },
} as const;

/** An engine with the model in it twice, once batched; `formed` gets the rows of every batch. */
async function openEngine(isolation: (typeof isolations)[number]): Promise<{
  plain: Call;
  batched: Call;
  formed: number[];
  stop: () => Promise<void>;
}> {
  const pool = openEnginePool({ threads: isolation === 'thread' });
  const formed: number[] = [];
  const batching = withBatching(pool, () => Promise.resolve(defaultBatchingParameters), {
    onBatch: ({ paddedRows }) => formed.push(paddedRows),
  });
  const inputs = new Map([
    ['x', { dtype: 'float32', shape: [1, row.length], bytes: new Uint8Array(row.buffer) }] as const,
  ]);
  const { signal } = new AbortController();
  const callOf = (version: LoadedVersion): Call => oneRequest(() => version.run(inputs, ['y'], signal));
  return {
    plain: callOf(await pool.load('mlp', disk, signal)),
    batched: callOf(await batching.load('mlp', disk, signal)),
    formed,
    stop: () => pool.stop(),
  };
}

/** The same model in this process: no hand-over, only the runs. */
const session = await InferenceSession.create(file, { intraOpNumThreads: 1 });
const bareOne = bareMix(session, row, [1]);
const engines = await Promise.all(
  isolations.map(async (isolation) => ({ isolation, ...(await openEngine(isolation)) })),
);

console.log(`\n# Batching, MLP ${mlpLayers.join('-')}, one row a request, no network: ${conditions()}`);
console.log(`${rounds} alternating rounds of ${roundMs} ms; medians; one host, one thread a run`);
for (const warmUp of [bareOne, ...engines.flatMap(({ plain, batched }) => [plain, batched])]) {
  await measure(warmUp, 1, roundMs / 3);
}
const bareName = 'bare, 1 row';
const results = new Rounds();
const mixes = new Map<string, number[]>();
for (let round = 0; round < rounds; round++) {
  results.note(bareName, await measure(bareOne, 1, roundMs));
  for (const { isolation, plain, batched, formed } of engines) {
    results.note(`${isolation}, not batched, 1 in flight`, await measure(plain, 1, roundMs));
    results.note(`${isolation}, batched, 1 in flight`, await measure(batched, 1, roundMs));
    results.note(`${isolation}, not batched, 64 in flight`, await measure(plain, 64, roundMs));
    formed.length = 0;
    results.note(`${isolation}, batched, 64 in flight`, await measure(batched, 64, roundMs));
    const sizes = [...formed];
    results.note(
      `bare, batches as ${isolation} formed`,
      await measure(bareMix(session, row, sizes), 1, roundMs),
    );
    mixes.set(isolation, [...(mixes.get(isolation) ?? []), ...sizes]);
  }
}
printTable([['', 'requests/s', 'p50 µs', 'p99 µs'], ...results.table()]);
for (const isolation of isolations) {
  const batched = `${isolation}, batched, 64 in flight`;
  const aboveBare = (name: string): string =>
    (results.micros(`${isolation}, ${name}, 1 in flight`, 0.5) - results.micros(bareName, 0.5)).toFixed(0);
  const ratio = (base: string): string => results.ratio(batched, base).toFixed(2);
  console.log(`\n${isolation}: rows of a batch, 64 in flight: ${mixText(mixOf(mixes.get(isolation) ?? []))}`);
  console.log(
    `${isolation}: batched to bare at the same batch sizes: ${ratio(`bare, batches as ${isolation} formed`)}`,
  );
  console.log(`${isolation}: batched to unbatched: ${ratio(`${isolation}, not batched, 64 in flight`)}`);
  console.log(
    `${isolation}: µs above bare at concurrency 1: ${aboveBare('not batched')} not batched, ${aboveBare('batched')} batched`,
  );
}
await Promise.all(engines.map(({ stop }) => stop()));
await session.release();
await remove();
