// npm test [-- tier…]: builds, installs what is missing, runs the tiers in order and closes with "N passed, N failed".
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { runChecks } from './lib/checks.mjs';
import { root, runNode, secondsSince } from './lib/processes.mjs';
import { provideBrowser, provideHost } from './lib/provision.mjs';
import { runTestFiles } from './lib/test-files.mjs';
import { packageFile, platformTarget } from './lib/targets.mjs';

/** The tiers in the order of their cost; `needs` are provided before the tier runs. */
const tiers = [
  { name: 'check', needs: [], run: runChecks },
  { name: 'unit', needs: [], run: () => runTestFiles('unit', { concurrency: availableParallelism() }) },
  { name: 'server', needs: [], run: () => runTestFiles('server', { concurrency: 1 }) },
  { name: 'hostile', needs: [], run: () => runTestFiles('hostile', { concurrency: 1 }) },
  { name: 'webview', needs: [provideBrowser], run: () => runTestFiles('webview', { concurrency: 1 }) },
  { name: 'host', needs: [provideBrowser, provideHost], run: () => runTestFiles('host', { concurrency: 1 }) },
  { name: 'e2e', needs: [provideBrowser, provideHost], run: runEndToEnd },
];

/** Packages the extension for this platform and runs the journeys on that package. */
async function runEndToEnd() {
  const { code } = await runNode([path.join('scripts', 'package.mjs')]);
  if (code !== 0) {
    return { passed: 0, failed: 1, skipped: 0 };
  }
  return runTestFiles('e2e', {
    concurrency: 1,
    env: { PERCH_VSIX: path.join(root, packageFile(platformTarget())) },
  });
}

/** Reasons by need, so that a browser that is not there is looked for once. */
const provided = new Map();
async function reasonNotToRun(tier) {
  for (const need of tier.needs) {
    if (!provided.has(need)) {
      provided.set(need, await need());
    }
    const reason = provided.get(need);
    if (reason !== undefined) {
      return reason;
    }
  }
  return undefined;
}

async function runTier(tier) {
  console.log(`\n━━━ ${tier.name}`);
  const reason = await reasonNotToRun(tier);
  const started = performance.now();
  const counts = reason === undefined ? await tier.run() : { passed: 0, failed: 0, skipped: 1 };
  return { name: tier.name, reason, seconds: secondsSince(started), ...counts };
}

function printTable(results) {
  console.log('\ntier       passed  failed  skipped  seconds');
  for (const { name, passed, failed, skipped, seconds, reason } of results) {
    const numbers = [
      [passed, 8],
      [failed, 8],
      [skipped, 9],
      [seconds, 9],
    ];
    const columns = numbers.map(([value, width]) => String(value).padStart(width)).join('');
    console.log(`${name.padEnd(9)}${columns}${reason === undefined ? '' : '   NOT RUN'}`);
  }
}

function printNotRun(results) {
  for (const { name, reason } of results) {
    console.log(`\n${'!'.repeat(72)}\n!!! The tier "${name}" was NOT RUN: ${reason}\n${'!'.repeat(72)}`);
  }
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !tiers.some((tier) => tier.name === name));
if (unknown.length > 0) {
  const known = tiers.map((tier) => tier.name).join(', ');
  console.error(`No such tier: ${unknown.join(', ')}. There are: ${known}.`);
  process.exit(2);
}
const chosen = tiers.filter((tier) => asked.length === 0 || asked.includes(tier.name));

const results = [];
const buildStarted = performance.now();
const build = chosen.some((tier) => tier.name !== 'check') ? await runNode(['esbuild.mjs']) : { code: 0 };
if (build.code === 0) {
  for (const tier of chosen) {
    results.push(await runTier(tier));
  }
} else {
  results.push({ name: 'build', passed: 0, failed: 1, skipped: 0, seconds: secondsSince(buildStarted) });
}

const notRun = results.filter(({ reason }) => reason !== undefined);
printTable(results);
printNotRun(notRun);
const total = (key) => results.reduce((sum, result) => sum + result[key], 0);
const skipped = total('skipped') === 0 ? '' : `, ${total('skipped')} skipped`;
console.log(`\n${total('passed')} passed, ${total('failed')} failed${skipped}`);
// A tier that could not run is no success where it must run: in CI, and where it was asked for by name.
const mustRun = asked.length > 0 || (process.env.CI ?? 'false') !== 'false';
process.exitCode = total('failed') > 0 || (mustRun && notRun.length > 0) ? 1 : 0;
