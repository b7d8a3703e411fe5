// What routing and statistics cost a request: a choice, a record, a shadow's turn; and what reading a window costs.
import type { TensorMap } from '../server/codec/tensor.ts';
import { VersionStatistics } from '../server/observe/version-statistics.ts';
import { assignSlots } from '../server/routing/slot-table.ts';
import { Router, type RoutedRequest, type VersionFacts } from '../server/routing/router.ts';
import { compareAnswers } from '../server/routing/shadow-comparison.ts';
import { conditions, median, percentile, printTable } from './support/conditions.ts';

const rounds = 30;
const model = 'resnet';
const labels = new Map([
  ['stable', 1n],
  ['canary', 2n],
]);
const facts: VersionFacts = {
  versionOfLabel: (label) => labels.get(label),
  isAvailable: (version) => version === 1n || version === 2n,
  stable: () => labels.get('stable'),
};
const router = new Router(1);
const canary = { kind: 'label', label: 'canary' } as const;
const route = assignSlots({
  shares: [
    { target: { kind: 'label', label: 'stable' }, percent: 90 },
    { target: canary, percent: 10 },
  ],
});
router.set(model, { route, shadow: { target: canary, percent: 10 }, revision: 1n });

const keyed = (make: (i: number) => string): RoutedRequest[] =>
  Array.from({ length: 1024 }, (_, i) => ({ key: make(i) }));
const mails = keyed((i) => `user${i}@mail.example`);
const uuids = keyed(() => crypto.randomUUID());
const umlauts = keyed((i) => `Jürgen Müller ${i}`);

/** An answer with `rows` x `classes` scores. */
const scores = (rows: number, classes: number): TensorMap => {
  const values = Float32Array.from({ length: rows * classes }, () => Math.random());
  return new Map([
    ['scores', { dtype: 'float32', shape: [rows, classes], bytes: new Uint8Array(values.buffer) }],
  ]);
};
const four = new Map(['a', 'b', 'c', 'd'].flatMap((name) => [[name, [...scores(8, 1000).values()][0]!]]));

let nowMs = 1e6;
const statistics = new VersionStatistics(() => nowMs);
const record = (outputs: TensorMap | undefined, label?: string): ((i: number) => void) => {
  const request = {
    model,
    version: 1n,
    code: 'OK',
    micros: 1234,
    queueUs: 200,
    runUs: 900,
    batchRows: 8,
    ...(outputs !== undefined && { outputs }),
    ...(label !== undefined && { label }),
  } as const;
  return (i) => {
    // 10,000 requests per second.
    nowMs += 0.1;
    statistics.record({ ...request, micros: 500 + (i % 1000) });
  };
};

const cases: [name: string, times: number, call: (i: number) => unknown][] = [
  ['choose: no route', 100_000, () => router.choose('other', {}, facts)],
  ['choose: version named', 100_000, () => router.choose(model, { version: 1n }, facts)],
  ['choose: anonymous', 100_000, () => router.choose(model, {}, facts)],
  ['choose: key of 20 characters', 100_000, (i) => router.choose(model, mails[i & 1023]!, facts)],
  ['choose: UUID', 100_000, (i) => router.choose(model, uuids[i & 1023]!, facts)],
  ['choose: key that is not ASCII', 100_000, (i) => router.choose(model, umlauts[i & 1023]!, facts)],
  ['choose a shadow', 100_000, () => router.chooseShadow(model, 1n, facts)],
  ['record: no outputs', 20_000, record(undefined)],
  ['record: 1 x 10 scores', 20_000, record(scores(1, 10))],
  ['record: 8 x 10 scores', 20_000, record(scores(8, 10))],
  ['record: 8 x 10 scores, a label too', 20_000, record(scores(8, 10), 'stable')],
  ['record: 8 x 1000 scores', 20_000, record(scores(8, 1000))],
  ['record: 8 x 1000 scores, a label too', 20_000, record(scores(8, 1000), 'stable')],
  ['record: four outputs of 8 x 1000', 20_000, record(four)],
];

console.log(`\n# Routing: ${conditions()}`);
console.log(`${rounds} rounds; microseconds per call`);
const rows = cases.map(([name, times, call]) => {
  const micros = Array.from({ length: rounds }, () => {
    const begun = performance.now();
    for (let i = 0; i < times; i++) {
      call(i);
    }
    return ((performance.now() - begun) * 1000) / times;
  });
  return [name, Math.min(...micros), median(micros), percentile(micros, 0.95)] as const;
});
const print = (all: readonly (readonly [string, number, number, number])[]): void =>
  printTable([
    ['', 'best', 'p50', 'p95'],
    ...all.map(([name, ...figures]) => [name, ...figures.map((figure) => figure.toFixed(3))]),
  ]);
print(rows);

// A version with requests in every second of 15 minutes.
const fill = record(scores(8, 1000));
for (let i = 0; i < 900; i++) {
  nowMs += 1000;
  fill(i);
}
const compared = [scores(64, 1000), scores(64, 1000)] as const;
const few = [scores(8, 10), scores(8, 10)] as const;
const rarely: [name: string, call: () => unknown][] = [
  ['window of 10 s', () => statistics.window(model, 1n, 10)],
  ['window of 60 s', () => statistics.window(model, 1n, 60)],
  ['window of 15 min', () => statistics.window(model, 1n, 900)],
  ['compare 8 x 10 scores', () => compareAnswers(...few)],
  ['compare 64 x 1000 scores', () => compareAnswers(...compared)],
];
print(
  rarely.map(([name, call]) => {
    const micros = Array.from({ length: 200 }, () => {
      const begun = performance.now();
      call();
      return (performance.now() - begun) * 1000;
    });
    return [name, Math.min(...micros), median(micros), percentile(micros, 0.95)];
  }),
);
