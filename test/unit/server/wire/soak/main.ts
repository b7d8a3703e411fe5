// The simulation as a program: --minutes=N (30) of simulated time, from --seed=N (1) on, --runs=N (1) seeds in a row. Prints
// what closed why; exits with 1 where something was not as it should be. Measures memory where Node runs with --expose-gc.
import { parseArgs } from 'node:util';
import { Simulation } from './simulation.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
    runs: { type: 'string', default: '1' },
    history: { type: 'boolean', default: false },
  },
});

/** What is left after the collection of garbage, MiB. */
function heapMebibytes(): number {
  (globalThis as { gc?: () => void }).gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

const first = Number(values.seed);
for (let seed = first; seed < first + Number(values.runs); seed++) {
  const began = performance.now();
  const { connections, calls, closes, byActor, problems, history } = await new Simulation(seed).run(
    Number(values.minutes),
  );
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(
    `seed ${seed}: ${values.minutes} minutes in ${seconds} s, ${connections} connections, ${calls} calls answered, heap ${heapMebibytes().toFixed(1)} MiB, ${problems.length} problems`,
  );
  console.log(`  ${[...closes].map(([cause, count]) => `${cause} ${count}`).join(', ')}`);
  if (values.history) {
    console.log(history.join('\n'));
    console.log(
      [...byActor]
        .sort()
        .map(([name, count]) => `${name} ${count}`)
        .join('\n'),
    );
  }
  problems.slice(0, 20).forEach((problem) => console.log(`  ! ${problem}`));
  if (problems.length > 0) {
    process.exitCode = 1;
  }
}
