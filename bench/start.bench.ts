// Cold start to all models AVAILABLE, a new version directory to AVAILABLE, idle memory, and the size of the .vsix.
import { cp, mkdir, readdir, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import { conditions, median, printTable } from './support/conditions.ts';
import {
  exampleModels,
  repository,
  startDaemon,
  temporaryDirectory,
  whenAvailable,
} from './support/daemon.ts';
import { residentMiB } from './support/processes.ts';

const rounds = 7;
const all = ['digits/2', 'digits_conv/1', 'half_plus_two/123', 'iris/1'];

console.log(`\n# Start and hot reload: ${conditions()}; medians of ${rounds}`);
const ready: number[] = [];
const available: number[] = [];
const daemonMiB: number[] = [];
for (let round = 0; round < rounds; round++) {
  const begun = performance.now();
  const daemon = await startDaemon(exampleModels);
  ready.push(performance.now() - begun);
  await whenAvailable(daemon, all);
  available.push(performance.now() - begun);
  await new Promise((resolve) => setTimeout(resolve, 500));
  daemonMiB.push(await residentMiB(daemon.child.pid));
  await daemon.stop();
}

const copied: number[] = [];
const renamed: number[] = [];
const { directory, remove } = await temporaryDirectory();
await cp(path.join(exampleModels, 'digits', '1'), path.join(directory, 'digits', '1'), { recursive: true });
const daemon = await startDaemon(directory);
await whenAvailable(daemon, ['digits/1']);
const newVersion = path.join(exampleModels, 'digits', '2');
for (let version = 2; version < 2 + 2 * rounds; version += 2) {
  await mkdir(path.join(directory, 'digits', String(version)));
  await cp(newVersion, path.join(directory, 'digits', String(version)), { recursive: true });
  let begun = performance.now();
  await whenAvailable(daemon, [`digits/${version}`]);
  copied.push(performance.now() - begun);

  // Moved into place whole: the directory is new all the same, and settles like a copy.
  await cp(newVersion, path.join(directory, 'staged'), { recursive: true, preserveTimestamps: true });
  begun = performance.now();
  await rename(path.join(directory, 'staged'), path.join(directory, 'digits', String(version + 1)));
  await whenAvailable(daemon, [`digits/${version + 1}`]);
  renamed.push(performance.now() - begun);
}
await daemon.stop();
await remove();

const packages = (await readdir(repository)).filter((file) => file.endsWith('.vsix'));
const sizes = await Promise.all(
  packages.map(async (file) => [
    file,
    `${((await stat(path.join(repository, file))).size / 1e6).toFixed(1)} MB`,
  ]),
);
printTable([
  ['figure', 'median', 'worst'],
  ...[
    ['process start to ready line', ready],
    ['process start to 4 models AVAILABLE', available],
    ['version copied in to AVAILABLE', copied],
    ['version renamed in to AVAILABLE', renamed],
  ].map(([name, values]) => [
    name as string,
    `${median(values as number[]).toFixed(0)} ms`,
    `${Math.max(...(values as number[])).toFixed(0)} ms`,
  ]),
  ['RSS idle, daemon', `${median(daemonMiB).toFixed(0)} MiB`, `${Math.max(...daemonMiB).toFixed(0)} MiB`],
  ...sizes,
]);
