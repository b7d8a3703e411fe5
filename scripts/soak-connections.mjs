// Soaks connections, longer than the tests do: thirty simulated minutes of the pure transport per seed, and a real daemon with
// real sockets beside them.
//   node scripts/soak-connections.mjs [--seed=N] [--runs=N] [--minutes=N simulated] [--seconds=N with the daemon, 0: without]
import { parseArgs } from 'node:util';
import { runNode } from './lib/processes.mjs';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    runs: { type: 'string', default: '5' },
    minutes: { type: 'string', default: '30' },
    seconds: { type: 'string', default: '120' },
  },
});
const { seed, runs, minutes, seconds } = values;
const typescript = ['--expose-gc', '--import', 'tsx'];
const simulation = [
  'test/unit/server/wire/soak/main.ts',
  `--seed=${seed}`,
  `--runs=${runs}`,
  `--minutes=${minutes}`,
];
const codes = [(await runNode([...typescript, ...simulation])).code];
if (Number(seconds) > 0) {
  const daemon = ['test/hostile/soak/main.ts', `--seed=${seed}`, `--seconds=${seconds}`];
  codes.push((await runNode([...typescript, ...daemon])).code);
}
process.exitCode = codes.every((code) => code === 0) ? 0 : 1;
