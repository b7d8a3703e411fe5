// What converting a SavedModel of 100 MB takes, its reload from the cache beside a plain ONNX load, and inference beside tf2onnx's file.
import { execFile } from 'node:child_process';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { openProgram } from '../server/convert/program-cache.ts';
import { selfContainedOnnx } from '../server/models/self-contained-onnx.ts';
import { conditions, median, printTable } from './support/conditions.ts';
import type { ConvertFigures } from './support/convert-program.ts';
import { temporaryDirectory } from './support/daemon.ts';
import { writeLargeSavedModel } from './support/large-saved-model.ts';

const rounds = 5;
const run = promisify(execFile);
const program = path.join(import.meta.dirname, 'support', 'convert-program.ts');
const { directory, remove } = await temporaryDirectory();

async function convert(model: string, cache: string, ...more: string[]): Promise<ConvertFigures> {
  const { stdout } = await run(process.execPath, ['--import', 'tsx', program, model, cache, ...more]);
  return JSON.parse(stdout) as ConvertFigures;
}

async function directoryBytes(of: string): Promise<number> {
  const files = await readdir(of, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    files.filter((file) => file.isFile()).map((file) => stat(path.join(file.parentPath, file.name))),
  );
  return sizes.reduce((sum, { size }) => sum + size, 0);
}

console.log(`\n# Conversion of SavedModels: ${conditions()}; medians of ${rounds}`);
const model = path.join(directory, 'model', '1');
await mkdir(model, { recursive: true });
writeLargeSavedModel(model);
const bytes = await directoryBytes(model);

const converted: ConvertFigures[] = [];
const cached: ConvertFigures[] = [];
const plain: number[] = [];
const whole = path.join(directory, 'whole.onnx');
for (let round = 0; round < rounds; round++) {
  const cache = path.join(directory, `cache-${round}`);
  converted.push(await convert(model, cache));
  cached.push(await convert(model, cache, 'session'));
  if (round === 0) {
    const opened = await openProgram({
      directory: model,
      kind: 'saved_model',
      file: 'saved_model.pb',
      cacheDirectory: cache,
      tags: ['serve'],
    });
    const exported = await selfContainedOnnx(
      path.join(opened.directory, opened.program.plans[0]?.onnxFile ?? ''),
    );
    await writeFile(whole, exported.chunks());
    await opened.release();
  }
  plain.push(await plainLoad(whole));
}

/** In a process of its own, as the reload from the cache is measured. */
async function plainLoad(file: string): Promise<number> {
  const script = `const { InferenceSession } = require('onnxruntime-node'); const begun = performance.now();
    InferenceSession.create(${JSON.stringify(file)}).then(() => console.log(performance.now() - begun));`;
  const { stdout } = await run(process.execPath, ['-e', script], {
    cwd: path.join(import.meta.dirname, '..'),
  });
  return Number(stdout);
}

const ratio = median(cached.map(({ loadMs }) => loadMs)) / median(plain);
const peak = median(converted.map(({ peakBytes }) => peakBytes)) / bytes;
printTable([
  ['', 'figure', 'wanted'],
  [
    `convert ${(bytes / 1e6).toFixed(0)} MB, ms`,
    median(converted.map(({ openMs }) => openMs)).toFixed(0),
    '3000',
  ],
  ['most memory beside, times its size', peak.toFixed(2), '3'],
  ['from the cache, ms', median(cached.map(({ openMs }) => openMs)).toFixed(0), ''],
  [
    'from the cache and loaded by ONNX Runtime, ms',
    median(cached.map(({ loadMs }) => loadMs)).toFixed(0),
    '',
  ],
  ['the same net as one ONNX file, loaded, ms', median(plain).toFixed(0), ''],
  ['ratio of the two', ratio.toFixed(2), '1.2'],
]);

// Pairs of a SavedModel directory and tf2onnx's file of it: `npm run bench -- conversion` with PERCH_TF2ONNX=dir=file,dir=file
const pairs = (process.env.PERCH_TF2ONNX ?? '').split(',').filter((pair) => pair !== '');
const rows = [['model', 'ours, ms', 'tf2onnx, ms', 'ratio (wanted 1.1)']];
for (const pair of pairs) {
  const [savedModel = '', onnxFile = ''] = pair.split('=');
  const opened = await openProgram({
    directory: savedModel,
    kind: 'saved_model',
    file: 'saved_model.pb',
    cacheDirectory: path.join(directory, 'pairs'),
    tags: ['serve'],
  });
  const ours = await InferenceSession.create(
    path.join(opened.directory, opened.program.plans[0]?.onnxFile ?? ''),
    {
      logSeverityLevel: 3,
    },
  );
  const theirs = await InferenceSession.create(onnxFile, { logSeverityLevel: 3 });
  const shape = opened.program.signatures[0]?.inputs[0]?.shape?.map((size) => (size < 0 ? 1 : size)) ?? [];
  const input = new Tensor(
    'float32',
    new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(0.5),
    shape,
  );
  const times = { ours: [] as number[], theirs: [] as number[] };
  for (let round = 0; round < 60; round++) {
    for (const [name, session] of [
      ['ours', ours],
      ['theirs', theirs],
    ] as const) {
      const begun = performance.now();
      await session.run({ [session.inputNames[0] ?? '']: input });
      times[name].push(performance.now() - begun);
    }
  }
  const [mine, other] = [median(times.ours.slice(10)), median(times.theirs.slice(10))];
  rows.push([
    path.basename(path.dirname(savedModel)),
    mine.toFixed(2),
    other.toFixed(2),
    (mine / other).toFixed(2),
  ]);
  await opened.release();
}
if (pairs.length > 0) {
  console.log('\n# Inference beside tf2onnx');
  printTable(rows);
}
await remove();
