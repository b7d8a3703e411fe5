// How quickly a daemon answers health checks while its engine hosts are saturated, and while a model of 500 MB is loaded.
import { AdminClient } from '../extension/daemon/admin-client.ts';
import { conditions, median, percentile, printTable } from './support/conditions.ts';
import { convNetInput, writeConvNet } from './support/conv-net.ts';
import {
  saveModel,
  startDaemonWith,
  temporaryDirectory,
  whenAvailable,
  whenTrialsEnded,
} from './support/daemon.ts';
import { startHealthProbe } from './support/health-probe.ts';
import { writeLargeModel } from './support/large-model.ts';
import { encodePredict, openPredictClient, type PredictClient } from './support/predict-client.ts';

const rounds = 3;
const phaseMs = 3000;
const inFlight = 64;
/** As many as there are shared hosts at most: each host has one of them at least. */
const convNets = ['conv0', 'conv1', 'conv2', 'conv3'];
/** Times 64 MB. */
const largeLayers = 8;
const configurations = [
  ['process', 'not batched'],
  ['process', 'batched'],
  ['thread', 'not batched'],
] as const;

const { directory, remove } = await temporaryDirectory();
const convNet = writeConvNet();
for (const name of convNets) {
  await saveModel(directory, name, convNet);
}
await saveModel(directory, 'large', (file) => writeLargeModel(file, largeLayers));
const image = new Float32Array(convNetInput.reduce((product, size) => product * size, 1)).fill(0.5);
const requests = convNets.map((name) => encodePredict(name, 'x', convNetInput, image, 'tensor_content'));

console.log(`\n# Health checks under load: ${conditions()}`);
console.log(
  `Check every 5 ms from a process of its own; ${rounds} alternating rounds of ${phaseMs} ms, and as long as a load takes`,
);
console.log(
  `load: MobileNet v1 224 in ${convNets.length} models, ${inFlight} requests of 600 kB in flight, all from one more process`,
);
const rows = [['milliseconds', 'checks', 'p50', 'p99', 'max', 'failed', "p99 of the probe's own timer"]];
const notes: string[] = [];
for (const [isolation, batching] of configurations) {
  await measureDaemon(isolation, batching);
}
printTable(rows);
notes.forEach((note) => console.log(note));
await remove();

/** Adds the rows of a daemon with these settings. */
async function measureDaemon(isolation: string, batching: string): Promise<void> {
  const daemon = await startDaemonWith([
    `--models_directory=${directory}`,
    `--engine_isolation=${isolation}`,
    ...(batching === 'batched' ? ['--enable_batching'] : []),
  ]);
  await whenAvailable(
    daemon,
    [...convNets, 'large'].map((name) => `${name}/1`),
  );
  const admin = new AdminClient(daemon);
  await admin.unloadVersion('large', '1');
  await whenTrialsEnded(daemon);
  const hosts = (await admin.getServerInfo()).engineHosts.length;
  const client = openPredictClient(daemon.grpcAddress);
  const runMs = await timeOneRun(client);
  const probe = await startHealthProbe(daemon.grpcAddress);
  const loadMs = { alone: [] as number[], saturated: [] as number[] };
  const perSecond: number[] = [];
  const timeLoad = async (): Promise<number> => {
    const begun = performance.now();
    await admin.loadVersion('large', '1');
    const ms = performance.now() - begun;
    await admin.unloadVersion('large', '1');
    return ms;
  };
  for (let round = 0; round < rounds; round++) {
    probe.begin('at rest');
    await sleep(phaseMs);
    probe.begin('500 MB model being loaded, nothing else');
    loadMs.alone.push(await timeLoad());
    const load = saturate(client);
    // The queue is full before anything is noted.
    probe.begin('filling the queues');
    await sleep(phaseMs / 3);
    probe.begin('saturated');
    const answeredBefore = load.answered();
    await sleep(phaseMs);
    perSecond.push((load.answered() - answeredBefore) / (phaseMs / 1000));
    probe.begin('saturated, 500 MB model being loaded');
    loadMs.saturated.push(await timeLoad());
    probe.begin('queues running empty');
    await load.stop();
  }
  for (const [phase, { answers, lateness, failures }] of await probe.end()) {
    const figures = [percentile(answers, 0.5), percentile(answers, 0.99), Math.max(...answers)];
    rows.push([
      `${isolation}, ${batching}: ${phase}`,
      String(answers.length),
      ...figures.map((figure) => figure.toFixed(1)),
      String(failures),
      percentile(lateness, 0.99).toFixed(1),
    ]);
  }
  notes.push(
    `${isolation}, ${batching}: ${hosts} engine host(s); one run alone ${runMs.toFixed(0)} ms; ${median(perSecond).toFixed(0)} answers/s when saturated; the load of 500 MB took ${median(loadMs.alone).toFixed(0)} ms alone, ${median(loadMs.saturated).toFixed(0)} ms when saturated`,
  );
  client.close();
  admin.dispose();
  await daemon.stop();
}

/** How long a request takes when there is no other, milliseconds. */
async function timeOneRun(client: PredictClient): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 9; i++) {
    const begun = performance.now();
    await client.predict(requests[i % requests.length] ?? Buffer.alloc(0));
    times.push(performance.now() - begun);
  }
  return median(times);
}

/** Keeps requests in flight, one model after the other. */
function saturate(client: PredictClient): { answered: () => number; stop: () => Promise<void> } {
  let stopped = false;
  let answered = 0;
  const send = async (index: number): Promise<void> => {
    while (!stopped) {
      await client.predict(requests[index % requests.length] ?? Buffer.alloc(0));
      answered++;
    }
  };
  const senders = Promise.all(Array.from({ length: inFlight }, (_, index) => send(index)));
  return {
    answered: () => answered,
    stop: async () => {
      stopped = true;
      await senders;
    },
  };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
