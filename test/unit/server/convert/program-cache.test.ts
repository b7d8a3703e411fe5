// The cache of converted models: what is converted once, and when again.
import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { PerchError } from '../../../../server/errors.ts';
import { boundCache } from '../../../../server/convert/cache/bound-cache.ts';
import { sourceHash } from '../../../../server/convert/cache/source-hash.ts';
import type { ConversionSource } from '../../../../server/convert/convert-source.ts';
import { openProgram } from '../../../../server/convert/program-cache.ts';
import { ProgramRunner } from '../../../../server/convert/run/program-runner.ts';
import type { OpenedProgram, OpenProgramRequest } from '../../../../server/convert/program-cache.ts';
import { floats, numbersIn, openOnnx } from '../../../support/convert/onnx-session.ts';
import { attr, constant, node, placeholder } from '../../../support/savedmodel/nodes.ts';
import { tensor } from '../../../support/savedmodel/tensors.ts';
import { writeSavedModel } from '../../../support/savedmodel/write-saved-model.ts';
import { tempDir } from '../../../support/temp-dir.ts';

function writeModel(directory: string, factor: number): void {
  const float = { T: attr.type('float32') };
  const info = { dtype: 'float32', shape: [-1] } as const;
  writeSavedModel(directory, {
    graph: [
      placeholder('x', 'float32', [-1]),
      constant('factor', tensor('float32', factor)),
      node('y', 'Mul', ['x', 'factor'], float),
    ],
    signatures: {
      serving_default: {
        inputs: { x: { name: 'x:0', ...info } },
        outputs: { y: { name: 'y:0', ...info } },
      },
    },
  });
}

/** A directory with a model in it, and what opens it. */
function setUp(base: string): {
  source: string;
  cache: string;
  open: (changes?: Partial<OpenProgramRequest>) => Promise<OpenedProgram>;
} {
  const source = path.join(base, 'model');
  const cache = path.join(base, 'cache');
  mkdirSync(source);
  writeModel(source, 2);
  return {
    source,
    cache,
    open: (changes) =>
      openProgram({
        directory: source,
        file: 'saved_model.pb',
        kind: 'saved_model',
        cacheDirectory: cache,
        tags: ['serve'],
        ...changes,
      }),
  };
}

async function answer({ program, directory }: OpenedProgram): Promise<number[]> {
  const runner = new ProgramRunner(program, directory, openOnnx);
  try {
    return numbersIn(await runner.run('serving_default', new Map([['x', floats([1], [3])]]), ['y']), 'y');
  } finally {
    await runner.release();
  }
}

const savedModelIn = (directory: string): ConversionSource => ({
  directory,
  file: 'saved_model.pb',
  kind: 'saved_model',
});

/** Names of converted models. */
const entries = (cache: string): string[] =>
  readdirSync(cache).filter((name) => /^[0-9a-f]{64}$/u.test(name));
/** Long ago. */
const old = new Date(Date.now() - 3_600_000);

describe('the cache of converted models', () => {
  it('converts once', async () => {
    using base = tempDir();
    const { open } = setUp(base.path);
    const first = await open();
    const second = await open();
    assert.deepEqual([first.cached, second.cached, second.directory], [false, true, first.directory]);
    assert.deepEqual(second.program, first.program);
    assert.deepEqual(await answer(second), [6]);
  });

  it('converts what has other contents, other options, or other ranks', async () => {
    using base = tempDir();
    const { source, open } = setUp(base.path);
    const first = await open();
    const inputRanks = new Map([['x', 2]]);
    const variant = await open({ variant: { signatureName: 'serving_default', inputRanks } });
    writeModel(source, 5);
    const changed = await open();
    assert.deepEqual([variant.cached, changed.cached], [false, false]);
    assert.equal(new Set([first.directory, variant.directory, changed.directory]).size, 3);
    assert.deepEqual(await answer(changed), [15]);
    await assert.rejects(open({ tags: ['train'] }), (reason) => PerchError.is(reason, 'SAVED_MODEL_INVALID'));
  });

  it('does not read files again that did not change since, wherever they are', async () => {
    using base = tempDir();
    const { source } = setUp(base.path);
    const records = path.join(base.path, 'hashes');
    const hash = (directory = source): Promise<string> =>
      sourceHash(savedModelIn(directory), records, { settledMs: -1_000 });
    const first = await hash();
    const [record = ''] = readdirSync(records);
    const file = path.join(records, record);
    writeFileSync(file, readFileSync(file, 'utf8').replace(first, 'noted'));
    assert.equal(await hash(), 'noted');
    writeFileSync(path.join(source, 'saved_model.pb'), 'another');
    assert.notEqual(await hash(), 'noted');
    mkdirSync(path.join(base.path, 'copy'));
    writeModel(path.join(base.path, 'copy'), 2);
    assert.equal(await hash(path.join(base.path, 'copy')), first);
    writeFileSync(file, 'no record');
    assert.notEqual(await hash(), first);
    await sourceHash(savedModelIn(path.join(base.path, 'copy')), path.join(base.path, 'none'));
    assert.ok(!existsSync(path.join(base.path, 'none')), 'what changed just now may change again unseen');
  });

  it('makes a damaged entry anew', async () => {
    using base = tempDir();
    const { open } = setUp(base.path);
    const { directory } = await open();
    for (const name of ['program.bin', 'plan_0.onnx']) {
      truncateSync(path.join(directory, name), 10);
      const again = await open();
      assert.equal(again.cached, false);
      assert.deepEqual(await answer(again), [6]);
    }
  });

  it('bears several that convert at once', async () => {
    using base = tempDir();
    const { cache, open } = setUp(base.path);
    const all = await Promise.all(Array.from({ length: 5 }, () => open()));
    assert.equal(new Set(all.map(({ directory }) => directory)).size, 1);
    for (const opened of all) {
      assert.deepEqual(await answer(opened), [6]);
    }
    assert.deepEqual(readdirSync(cache), [path.basename(all[0]!.directory)]);
  });

  it('leaves nothing behind where conversion fails or is given up', async () => {
    using base = tempDir();
    const { source, cache, open } = setUp(base.path);
    await assert.rejects(open({ signal: AbortSignal.abort() }));
    writeFileSync(path.join(source, 'saved_model.pb'), 'no protobuf');
    await assert.rejects(open(), (reason) => PerchError.is(reason, 'SAVED_MODEL_INVALID'));
    assert.deepEqual(entries(cache), []);
    assert.deepEqual(
      readdirSync(cache).filter((name) => name.startsWith('.')),
      [],
    );
  });

  it('says which error the file system gave, and no path', async () => {
    using base = tempDir();
    const { open } = setUp(base.path);
    await assert.rejects(open({ directory: path.join(base.path, 'nowhere') }), (reason) => {
      assert.ok(PerchError.is(reason, 'LOAD_FAILED'));
      assert.match(reason.message, /ENOENT/);
      assert.ok(!reason.message.includes(base.path));
      return true;
    });
  });

  it('removes what was not used for longest, but nothing in use or just used', async () => {
    using base = tempDir();
    const { source, cache, open } = setUp(base.path);
    const opened: OpenedProgram[] = [];
    for (const factor of [2, 3, 4]) {
      writeModel(source, factor);
      opened.push(await open());
    }
    const [first, second, third] = opened.map(({ directory }) => directory) as [string, string, string];
    await boundCache(cache, 1, third);
    assert.equal(entries(cache).length, 3, 'all are in use');
    await opened[1]!.release();
    await boundCache(cache, 1, third);
    assert.equal(entries(cache).length, 3, 'the second was used just now');
    utimesSync(first, old, old);
    utimesSync(second, old, old);
    mkdirSync(path.join(cache, '.making-999999999-abc'));
    await boundCache(cache, 1, third);
    assert.deepEqual([first, second, third].map(existsSync), [true, false, true]);
    assert.ok(!existsSync(path.join(cache, '.making-999999999-abc')));
  });
});
