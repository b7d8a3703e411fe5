// A server with sample models as a program, for clients that attack its REST port from another process:
//   node --expose-gc --import tsx test/hostile/support/rest-server.ts [flag of perch serve]...
// Prints {"address"} on one line when the models are there, and its log on stderr as JSON lines. It ends with its standard
// input. A line on standard input is answered with what it holds (test/support/holdings.ts).
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { createServer } from '../../../server/create-server.ts';
import { createLogger } from '../../../server/log.ts';
import { parseServeArguments } from '../../../server/options/serve-options.ts';
import { engineWorkerFile, networkThreadFile } from '../../support/engine-pool.ts';
import { ownHoldings } from '../../support/holdings.ts';
import { writeIdentityModel } from '../../support/onnx-writer.ts';

/** Models that give back what they get, by name. */
const models = { floats: 'float32', integers: 'int64', texts: 'string' } as const;

const directory = await mkdtemp(path.join(tmpdir(), 'perch-hostile-'));
for (const [name, dtype] of Object.entries(models)) {
  await mkdir(path.join(directory, name, '1'), { recursive: true });
  await writeFile(path.join(directory, name, '1', 'model.onnx'), writeIdentityModel(dtype, ['batch']));
}
const fixed = [
  `--models_directory=${directory}`,
  '--port=auto',
  '--rest_api_port=auto',
  '--engine_threads=1',
];
const parsed = parseServeArguments([...fixed, ...process.argv.slice(2)], process.cwd());
if (parsed.kind !== 'serve') {
  throw new Error(parsed.text);
}
const server = await createServer(parsed.options, {
  engineWorkerFile,
  networkThreadFile,
  token: '',
  log: createLogger({ format: 'json', write: (line) => process.stderr.write(`${line}\n`) }, 'perch'),
  shutDown: () => undefined,
});
await server.manager.whenSettled(AbortSignal.timeout(60_000));
process.stdout.write(`${JSON.stringify({ address: server.restAddress })}\n`);

const lines = createInterface({ input: process.stdin });
lines.on('line', () => {
  // What the first collection finds dead gives its buffers back by the second one.
  ownHoldings();
  setImmediate(() => process.stdout.write(`${JSON.stringify(ownHoldings())}\n`));
});
lines.on('close', () => void end());

async function end(): Promise<void> {
  await server.stop(AbortSignal.timeout(5000));
  await rm(directory, { recursive: true, force: true });
  process.exit(0);
}
