// The soak as a program: --seconds=N (60) with --seed=N (1). Prints what closed why; exits with 1 where something was not
// as it should be.
import { parseArgs } from 'node:util';
import { soak } from './soak.ts';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string', default: '1' } },
});
const { connections, closes, exported, problems, before, after } = await soak(
  Number(values.seconds),
  Number(values.seed),
);
console.log(`${connections} connections, ${problems.length} problems`);
console.log(`  ${[...closes].map(([cause, count]) => `${cause} ${count}`).join(', ')}`);
console.log(`  exported: ${[...exported].map(([cause, count]) => `${cause} ${count}`).join(', ')}`);
console.log(`  held: ${JSON.stringify(before)} -> ${JSON.stringify(after)}`);
problems.slice(0, 30).forEach((problem) => console.log(`  ! ${problem}`));
process.exitCode = problems.length > 0 || after.descriptors > before.descriptors ? 1 : 0;
