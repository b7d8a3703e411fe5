// npm run fuzz:wire -- [--frames=N] [--seed=N]: mutated conversations against server/wire, 10 million frames unless told otherwise.
import { runNode } from './lib/processes.mjs';

const program = ['--expose-gc', '--import', 'tsx', 'test/support/wire-fuzz/main.ts'];
const { code } = await runNode([...program, ...process.argv.slice(2)]);
process.exitCode = code;
