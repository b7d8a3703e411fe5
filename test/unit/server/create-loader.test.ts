// The loader that the server uses: what it tells its observer, and that an observer cannot break it.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { createLoader, type LoadObserver } from '../../../server/create-loader.ts';
import type { VersionOnDisk } from '../../../server/lifecycle/found.ts';
import type { LoadedVersion } from '../../../server/lifecycle/version-state.ts';
import { parseServeArguments } from '../../../server/options/serve-options.ts';
import { writeIdentityModel } from '../../support/onnx-writer.ts';
import { tempDir, type TempDir } from '../../support/temp-dir.ts';
import { predictLog, writeWarmUpFile } from '../../support/warm-up-file.ts';
import { compute, numbersOf, rowsOf, rowSignature } from './engine/batching/steered-version.ts';
import { memoryLog, versionOnDisk } from './fakes.ts';

describe('createLoader', () => {
  let directory: TempDir;
  beforeEach(() => {
    directory = tempDir();
    writeWarmUpFile(directory.path, [predictLog('x', [1, 1], [1])]);
  });
  afterEach(() => directory.remove());

  const { signal } = new AbortController();
  const engineVersion: LoadedVersion = {
    signature: rowSignature,
    lost: new Promise(() => undefined),
    run: (inputs, names) => Promise.resolve({ outputs: compute(inputs, names), engineUs: 1 }),
    unload: () => Promise.resolve(),
  };
  const onDisk = (): VersionOnDisk => {
    const file = path.join(directory.path, 'model.onnx');
    writeFileSync(file, writeIdentityModel('float32', ['n']));
    return { ...versionOnDisk(7n), directory: directory.path, file };
  };

  /** Loads the version with batching, runs a request, and gives its answer and the lines of the log. */
  const loadAndRun = async (observer: LoadObserver): Promise<{ answer: number[]; lines: string[] }> => {
    const parsed = parseServeArguments(['--models_directory=.', '--enable_batching'], directory.path, {});
    assert.ok(parsed.kind === 'serve');
    const { log, lines } = memoryLog();
    const engine = { load: () => Promise.resolve(engineVersion) };
    const engines = { main: engine, trial: engine };
    const loader = await createLoader(parsed.options, engines, log, observer);
    const loaded = await loader.load('m', onDisk(), signal);
    const { outputs } = await loaded.run(rowsOf([3], [4]), ['double'], signal);
    return { answer: numbersOf(outputs.get('double')), lines };
  };

  it('tells of warm-ups and batches', async () => {
    const told: unknown[] = [];
    await loadAndRun({
      warmedUp: ({ model, version, records }) => told.push(['warm-up', model, version, records]),
      batchBegun: ({ model, version, rows, threadPoolName }) =>
        told.push(['batch', model, version, rows, threadPoolName]),
    });
    assert.deepEqual(told, [
      ['warm-up', 'm', 7n, 1],
      ['batch', 'm', 7n, 2, 'model_server_batch_threads'],
    ]);
  });

  it('loads, answers and logs where the observer throws', async () => {
    const fail = (): never => {
      throw new Error('Broken.');
    };
    const { answer, lines } = await loadAndRun({ warmedUp: fail, batchBegun: fail });
    assert.deepEqual(answer, [6, 8]);
    assert.equal(lines.filter((line) => line.includes('Broken.')).length, 2);
  });
});
