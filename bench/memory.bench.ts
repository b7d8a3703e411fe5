// What the daemon and its engine hosts keep in memory: at rest, with models served, after 10,000 requests and after 20,000.
import { stat } from 'node:fs/promises';
import { AdminClient } from '../extension/daemon/admin-client.ts';
import { conditions, printTable } from './support/conditions.ts';
import {
  saveModel,
  startDaemonWith,
  temporaryDirectory,
  whenAvailable,
  whenTrialsEnded,
  type BenchDaemon,
} from './support/daemon.ts';
import { writeLargeModel } from './support/large-model.ts';
import { mlpRow, writeMlp } from './support/mlp.ts';
import { encodePredict, openPredictClient } from './support/predict-client.ts';
import { anonymousMiB, childrenOf, residentMiB } from './support/processes.ts';

const requestsInAStep = 10_000;
const steps = 3;
const inFlight = 16;
/** Times 64 MB: enough for a host of its own. */
const largeLayers = 4;
const row = mlpRow();
const request = encodePredict('mlp', 'x', [1, row.length], row);

const { directory, remove } = await temporaryDirectory();
const empty = await temporaryDirectory();
const files = [
  await saveModel(directory, 'mlp', writeMlp()),
  await saveModel(directory, 'large', (file) => writeLargeModel(file, largeLayers)),
];
const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size / 2 ** 20));
const servedMiB = sizes.reduce((sum, size) => sum + size, 0);

console.log(`\n# Memory, RSS in MiB: ${conditions()}`);
console.log(
  `served: an MLP and a model with a host of its own, ${servedMiB.toFixed(0)} MiB together; requests to the MLP, ${inFlight} in flight, batched`,
);
console.log(
  '"above": what all hosts have beyond the served size, per host; in brackets: what is no mapped file',
);
const rows = [['', 'daemon', 'hosts', 'their memory', 'above, per host']];
for (const isolation of ['process', 'thread']) {
  const flags = ['--enable_batching', '--engine_threads=1', `--engine_isolation=${isolation}`];
  const idle = await startDaemonWith([`--models_directory=${empty.directory}`, ...flags]);
  await addRow(`${isolation}: no models`, idle, 0);
  await idle.stop();

  const daemon = await startDaemonWith([`--models_directory=${directory}`, ...flags]);
  await whenAvailable(daemon, ['mlp/1', 'large/1']);
  await addRow(`${isolation}: models served`, daemon, servedMiB);
  const client = openPredictClient(daemon.grpcAddress);
  for (let step = 1; step <= steps; step++) {
    let left = requestsInAStep;
    const send = async (): Promise<void> => {
      while (left-- > 0) {
        await client.predict(request);
      }
    };
    await Promise.all(Array.from({ length: inFlight }, send));
    await addRow(`${isolation}: after ${step * requestsInAStep} requests`, daemon, servedMiB);
  }
  client.close();
  await daemon.stop();
}
printTable(rows);
await remove();
await empty.remove();

/** Adds what a daemon and its hosts have now, once it came to rest. */
async function addRow(name: string, daemon: BenchDaemon, served: number): Promise<void> {
  await whenTrialsEnded(daemon);
  await whenHostsAreUp(daemon);
  const { pid } = daemon.child;
  const hosts = await childrenOf(pid);
  const [resident, anonymous] = await Promise.all(
    [residentMiB, anonymousMiB].map(async (measure) => {
      const each = await Promise.all(hosts.map(measure));
      return { daemon: await measure(pid), hosts: each.reduce((sum, mib) => sum + mib, 0) };
    }),
  );
  const both = (read: (memory: { daemon: number; hosts: number }) => number): string =>
    [resident, anonymous].map((memory) => (memory === undefined ? '' : read(memory).toFixed(0))).join(' (') +
    ')';
  rows.push([
    name,
    both((memory) => memory.daemon),
    String(hosts.length),
    both((memory) => memory.hosts),
    hosts.length === 0 ? '' : both((memory) => (memory.hosts - served) / hosts.length),
  ]);
}

/** Resolves when every host has said which ONNX Runtime it has: it is up then. */
async function whenHostsAreUp(daemon: BenchDaemon): Promise<void> {
  const admin = new AdminClient(daemon);
  while ((await admin.getServerInfo()).onnxruntimeVersion === '') {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  admin.dispose();
}
