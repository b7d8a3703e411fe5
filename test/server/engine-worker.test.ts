// The worker's program over real ONNX Runtime: strings as they are, and answers that are too large for a frame.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { availableParallelism, freemem } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Tensor } from '../../server/codec/tensor.ts';
import type { EnginePool } from '../../server/engine/engine-pool.ts';
import { PerchError } from '../../server/errors.ts';
import type { VersionOnDisk } from '../../server/lifecycle/found.ts';
import { openEnginePool } from '../support/engine-pool.ts';
import { writeIdentityModel, writeOnnxModel } from '../support/onnx-writer.ts';
import { tempDir, type TempDir } from '../support/temp-dir.ts';

const neverAborted = new AbortController().signal;

describe('the program of an engine host', () => {
  let pool: EnginePool;
  let directory: TempDir;
  before(() => {
    directory = tempDir();
    pool = openEnginePool();
  });
  after(async () => {
    await pool.stop();
    directory.remove();
  });

  const version = (name: string, bytes: Uint8Array): VersionOnDisk => {
    const file = path.join(directory.path, `${name}.onnx`);
    writeFileSync(file, bytes);
    return {
      number: 1n,
      directory: directory.path,
      file,
      sizeBytes: 1,
      totalBytes: 1,
      fingerprint: '',
      readiness: { kind: 'complete' },
    };
  };

  it('gives the model every string as it was sent, a byte order mark included', async () => {
    const disk = version('string', writeIdentityModel('string', ['n']));
    const loaded = await pool.load('string', disk, neverAborted);
    const texts = ['\uFEFFa', '\uFEFF', 'a\uFEFF', '\uFEFF\uFEFF', '', ' \n', '\u{10FFFF}'];
    const values = texts.map((text) => Buffer.from(text));
    const { outputs } = await loaded.run(
      new Map<string, Tensor>([['x', { dtype: 'string', shape: [values.length], values }]]),
      ['y'],
      neverAborted,
    );
    const answer = outputs.get('y');
    assert.ok(answer?.dtype === 'string');
    assert.deepEqual(
      answer.values.map((value) => Buffer.from(value).toString('hex')),
      values.map((value) => value.toString('hex')),
    );
    await loaded.unload();
  });

  const small = (freemem() < 8 * 2 ** 30 || availableParallelism() < 2) && 'it takes 5 GB of memory';
  it('refuses an answer that is too large for a frame, and goes on', { skip: small }, async () => {
    const model = writeOnnxModel(
      [{ name: 'x', type: 'int64', shape: ['n'] }],
      [{ name: 'y', type: 'float32', shape: ['m'] }],
      [{ op: 'ConstantOfShape', inputs: ['x'], outputs: ['y'] }],
    );
    const loaded = await pool.load('huge', version('huge', model), neverAborted);
    const run = (length: bigint): Promise<unknown> => {
      const bytes = new Uint8Array(BigInt64Array.of(length).buffer);
      return loaded.run(new Map([['x', { dtype: 'int64', shape: [1], bytes }]]), ['y'], neverAborted);
    };
    await run(10n);
    const refused = await run(2n ** 29n).catch((reason: unknown) => PerchError.from(reason));
    assert.ok(refused instanceof PerchError);
    assert.equal(refused.code, 'TENSORS_TOO_LARGE', refused.message);
    await run(10n);
    assert.equal(pool.facts()[0]?.restarts, 0);
    await loaded.unload();
  });
});
