// Predict on digits v2 over gRPC at concurrency 1, 8 and 64, beside the bare session.run loop of the same build.
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { conditions, printTable } from './support/conditions.ts';
import { exampleModels, startDaemon, whenAvailable } from './support/daemon.ts';
import { encodePredict, openPredictClient } from './support/predict-client.ts';
import { residentMiB } from './support/processes.ts';
import { measure, oneRequest, Rounds } from './support/rounds.ts';

const rounds = 5;
const roundMs = 1500;
const concurrencies = [1, 8, 64];
const pixels = Float32Array.from({ length: 64 }, (_, i) => i % 17);
const request = encodePredict('digits', 'images', [1, 64], pixels);

const session = await InferenceSession.create(path.join(exampleModels, 'digits', '2', 'model.onnx'), {
  intraOpNumThreads: 1,
});
const feeds = { images: new Tensor('float32', pixels, [1, 64]) };
const bare = oneRequest(() => session.run(feeds));
const daemon = await startDaemon(exampleModels);
await whenAvailable(daemon, ['digits/2']);
const client = openPredictClient(daemon.grpcAddress);
const overGrpc = oneRequest(() => client.predict(request));

console.log(`\n# Predict, digits v2, 64 floats: ${conditions()}`);
console.log(`grpc-js client in its own process; ${rounds} alternating rounds of ${roundMs} ms; medians`);
await measure(bare, 1, roundMs);
for (const concurrency of concurrencies) {
  await measure(overGrpc, concurrency, roundMs);
}
const results = new Rounds();
const bareName = 'bare session.run loop';
for (let round = 0; round < rounds; round++) {
  results.note(bareName, await measure(bare, 1, roundMs));
  for (const concurrency of concurrencies) {
    results.note(`gRPC Predict, concurrency ${concurrency}`, await measure(overGrpc, concurrency, roundMs));
  }
}
printTable([
  ['', 'requests/s', 'p50 µs', 'p99 µs', 'to bare'],
  ...results.table().map((row) => [...row, results.ratio(row[0] ?? '', bareName).toFixed(2)]),
]);
console.log(`RSS of the daemon after it: ${(await residentMiB(daemon.child.pid)).toFixed(0)} MiB`);
client.close();
await daemon.stop();
