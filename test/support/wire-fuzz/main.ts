// The fuzzer as a program: --frames=N (10,000,000) frames from --seed=N (1) on. Prints what it did; exits with 1 at the first
// finding, with the seed that brings it back. Measures memory where Node runs with --expose-gc.
import { parseArgs } from 'node:util';
import { Fuzzer } from './fuzzer.ts';

const { values } = parseArgs({
  options: { frames: { type: 'string', default: '10000000' }, seed: { type: 'string', default: '1' } },
});
const frames = Number(values.frames);
const first = Number(values.seed);

/** What is left after the collection of garbage, MiB. */
function heapMebibytes(): number {
  (globalThis as { gc?: () => void }).gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

const fuzzer = new Fuzzer();
const { counts } = fuzzer;
const report = (): void => {
  const seconds = Math.round(performance.now() / 1000);
  console.log(
    `${counts.frames} frames in ${counts.conversations} conversations, ${counts.answerFrames} frames of answers, ${seconds} s, heap ${heapMebibytes().toFixed(1)} MiB`,
  );
};
let next = frames / 10;
for (let seed = first; counts.frames < frames; seed++) {
  await fuzzer.run(seed);
  if (seed % 1_000 === 0) {
    await fuzzer.settle();
  }
  if (counts.frames >= next) {
    report();
    next += frames / 10;
  }
}
await fuzzer.settle();
console.log([...counts.closes].map(([cause, count]) => `${cause} ${count}`).join(', '));
