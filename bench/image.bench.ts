// A 600 kB image tensor over gRPC through a model that costs little: in float_val and in tensor_content.
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { graph, model, node, value } from '../test/support/onnx-builder.ts';
import { conditions, printTable } from './support/conditions.ts';
import {
  saveModel,
  startDaemonWith,
  temporaryDirectory,
  whenAvailable,
  whenTrialsEnded,
} from './support/daemon.ts';
import { encodePredict, openPredictClient } from './support/predict-client.ts';
import { RequestCosts } from './support/request-costs.ts';
import { measure, oneRequest, Rounds } from './support/rounds.ts';

const rounds = 5;
const roundMs = 1500;
const concurrencies = [1, 8];
const isolations = ['process', 'thread'];
const fields = ['float_val', 'tensor_content'] as const;
const shape = [1, 224, 224, 3];
const image = Float32Array.from({ length: 224 * 224 * 3 }, (_, i) => (i % 256) / 255);

/** The mean of each colour: reads every value once, and answers with three. */
const meanColour = model(
  graph({
    nodes: [node('ReduceMean', ['x'], ['y'], { axes: { ints: [1, 2] }, keepdims: { int: 0 } })],
    inputs: [value('x', ['batch', ...shape.slice(1)])],
    outputs: [value('y', ['batch', 3])],
  }),
);
const { directory, remove } = await temporaryDirectory();
const file = await saveModel(directory, 'mean', meanColour);
const requests = fields.map((field) => ({ field, bytes: encodePredict('mean', 'x', shape, image, field) }));

const servers = await Promise.all(
  isolations.map(async (isolation) => {
    const flags = [
      `--models_directory=${directory}`,
      '--engine_threads=1',
      `--engine_isolation=${isolation}`,
    ];
    const daemon = await startDaemonWith(flags);
    await whenAvailable(daemon, ['mean/1']);
    await whenTrialsEnded(daemon);
    return { isolation, daemon, client: openPredictClient(daemon.grpcAddress) };
  }),
);
const session = await InferenceSession.create(file, { intraOpNumThreads: 1 });
const bare = oneRequest(() => session.run({ x: new Tensor('float32', image, shape) }));

console.log(
  `\n# A 600 kB image over gRPC, float32 ${JSON.stringify(shape)}, mean of each colour: ${conditions()}`,
);
console.log(`${rounds} alternating rounds of ${roundMs} ms; medians; --engine_threads=1; not batched`);
console.log('the client is grpc-js in its own process, with one connection to each daemon');
const nameOf = (isolation: string, field: string, concurrency: number): string =>
  `${isolation}, ${field}, ${concurrency} in flight`;
const calls = concurrencies.flatMap((concurrency) =>
  servers.flatMap(({ isolation, daemon, client }) =>
    requests.map(({ field, bytes }) => ({
      name: nameOf(isolation, field, concurrency),
      pid: daemon.child.pid,
      call: oneRequest(() => client.predict(bytes)),
      concurrency,
    })),
  ),
);
for (const { call, concurrency } of calls) {
  await measure(call, concurrency, roundMs);
}
const results = new Rounds();
const costs = new RequestCosts();
for (let round = 0; round < rounds; round++) {
  results.note('bare session.run', await measure(bare, 1, roundMs));
  for (const { name, pid, call, concurrency } of calls) {
    results.note(name, await costs.measure(name, pid, [call, concurrency, roundMs]));
  }
}
printTable([['', 'requests/s', 'p50 µs', 'p99 µs'], ...results.table()]);
console.log('');
printTable(costs.table());
for (const isolation of isolations) {
  const ratios = concurrencies.map((concurrency) => {
    const [ofValues = '', ofContent = ''] = fields.map((field) => nameOf(isolation, field, concurrency));
    return `${results.ratio(ofValues, ofContent).toFixed(2)} at ${concurrency} in flight`;
  });
  console.log(`\n${isolation}: float_val to tensor_content, requests/s: ${ratios.join(', ')}`);
}
for (const { client, daemon } of servers) {
  client.close();
  await daemon.stop();
}
await session.release();
await remove();
