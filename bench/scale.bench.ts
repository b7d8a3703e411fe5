// Many models: start-up time, memory, idle CPU, and what one model's change costs, at 3, 30, 100 and 300 models x 3 versions.
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { conditions, median, printTable } from './support/conditions.ts';
import { exampleModels, startDaemonWith, temporaryDirectory, whenAvailable } from './support/daemon.ts';
import { childrenOf, cpuSeconds, residentMiB } from './support/processes.ts';

const sizes = [3, 30, 100, 300];
const versions = [1, 2, 3];
const changes = 9;
const idleMs = 5000;
const small = path.join(exampleModels, 'half_plus_two', '00000123');

console.log(`\n# Scale: ${conditions()}; a model of 223 bytes, policy all; change: median of ${changes}`);
const rows = [['models x 3', 'all AVAILABLE', 'daemon MiB', 'hosts MiB', 'idle CPU', 'one change']];
for (const size of sizes) {
  rows.push(await measure(size));
}
printTable(rows);

async function measure(size: number): Promise<string[]> {
  const { directory, remove } = await temporaryDirectory();
  const names = Array.from({ length: size }, (_, i) => `m${i}`);
  for (const name of names) {
    for (const version of versions) {
      await cp(small, path.join(directory, name, String(version)), {
        recursive: true,
        preserveTimestamps: true,
      });
    }
  }
  const config = path.join(directory, 'models.config');
  const entries = names.map(
    (name) => `config { name: "${name}" base_path: "${directory}/${name}" model_version_policy { all {} } }`,
  );
  await writeFile(config, `model_config_list { ${entries.join('\n')} }`);

  const begun = performance.now();
  const daemon = await startDaemonWith([`--model_config_file=${config}`]);
  const all = names.flatMap((name) => versions.map((version) => `${name}/${version}`));
  await whenAvailable(daemon, all);
  const startMs = performance.now() - begun;
  const hosts = await childrenOf(daemon.child.pid);
  const hostMiB = (await Promise.all(hosts.map(residentMiB))).reduce((sum, mib) => sum + mib, 0);
  const daemonMiB = await residentMiB(daemon.child.pid);

  const before = await cpuSeconds(daemon.child.pid);
  await new Promise((resolve) => setTimeout(resolve, idleMs));
  const idle = ((await cpuSeconds(daemon.child.pid)) - before) / (idleMs / 1000);

  const times: number[] = [];
  for (let change = 0; change < changes; change++) {
    const target = path.join(directory, 'm0', String(4 + change));
    await mkdir(target);
    await cp(small, target, { recursive: true, preserveTimestamps: true });
    const at = performance.now();
    await whenAvailable(daemon, [`m0/${4 + change}`]);
    times.push(performance.now() - at);
  }
  await daemon.stop();
  await rm(directory, { recursive: true });
  await remove();
  return [
    String(size),
    `${startMs.toFixed(0)} ms`,
    daemonMiB.toFixed(0),
    hostMiB.toFixed(0),
    `${(idle * 100).toFixed(1)} %`,
    `${median(times).toFixed(0)} ms`,
  ];
}
