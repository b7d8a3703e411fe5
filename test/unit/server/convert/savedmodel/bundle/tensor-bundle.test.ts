// The reader of checkpoints, on what the tests' own writer writes, and on broken files.
import assert from 'node:assert/strict';
import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { TensorBundle } from '../../../../../../server/convert/savedmodel/bundle/tensor-bundle.ts';
import { Unsupported } from '../../../../../../server/convert/savedmodel/unsupported.ts';
import {
  dataFile,
  writeBundle,
  type BundleOptions,
} from '../../../../../support/savedmodel/bundle-writer.ts';
import { tensor, type TestTensor } from '../../../../../support/savedmodel/tensors.ts';
import { tempDir } from '../../../../../support/temp-dir.ts';

interface OpenBundle extends Disposable {
  readonly bundle: TensorBundle;
  readonly prefix: string;
}

/** A checkpoint in a directory of its own, changed by `spoil` before it is opened. */
function opened(
  variables: Readonly<Record<string, TestTensor>>,
  options?: BundleOptions,
  spoil?: (prefix: string) => void,
): OpenBundle {
  const directory = tempDir();
  const prefix = path.join(directory.path, 'variables');
  try {
    writeBundle(prefix, new Map(Object.entries(variables)), options);
    spoil?.(prefix);
    const bundle = TensorBundle.open(prefix);
    return {
      bundle,
      prefix,
      [Symbol.dispose]: () => {
        bundle.close();
        directory.remove();
      },
    };
  } catch (reason) {
    directory.remove();
    throw reason;
  }
}

const grid = tensor(
  'int32',
  Array.from({ length: 24 }, (_element, index) => index),
  [4, 6],
);
const quarters = [
  [
    { start: 0, length: 1 },
    { start: 0, length: 6 },
  ],
  [
    { start: 1, length: 3 },
    { start: 0, length: 4 },
  ],
  [
    { start: 1, length: 3 },
    { start: 4, length: 2 },
  ],
];
const sliced = { slices: new Map([['grid', quarters]]) };

/** An error with this code whose text matches and has no directory in it. */
function invalid(text: RegExp): (reason: unknown) => boolean {
  return (reason) => {
    assert.ok(reason instanceof Error);
    assert.equal('code' in reason ? reason.code : reason, 'SAVED_MODEL_INVALID');
    assert.match(reason.message, text);
    assert.ok(!reason.message.includes('perch-'), reason.message);
    return true;
  };
}

describe('TensorBundle', () => {
  it('reads every element type', () => {
    using open = opened({
      float32: tensor('float32', [1.5, -2, Number.NaN]),
      float64: tensor('float64', [1e300, -0]),
      float16: tensor('float16', [1.5, -0, 6e-8, 65504, Infinity]),
      bfloat16: tensor('bfloat16', [1.5, -256, -Infinity]),
      int8: tensor('int8', [-128, 127]),
      int16: tensor('int16', [-32768, 32767]),
      int32: tensor('int32', [-(2 ** 31), 2 ** 31 - 1], [2, 1]),
      uint8: tensor('uint8', [0, 255]),
      uint16: tensor('uint16', [65535]),
      uint32: tensor('uint32', 2 ** 32 - 1),
      int64: tensor('int64', [-(2n ** 63n), 2n ** 63n - 1n]),
      uint64: tensor('uint64', [2n ** 64n - 1n]),
      bool: tensor('bool', [0, 1, 7]),
      complex64: tensor('complex64', [1, 2, 3, 4], [2]),
      complex128: tensor('complex128', [1, 2], []),
      string: tensor('string', ['', 'naïve', 'x'.repeat(300)], [3, 1]),
      empty: tensor('float32', [], [3, 0]),
      noStrings: tensor('string', [], [0]),
    });
    const { bundle } = open;
    const read = (name: string): unknown => bundle.read(name).data;
    assert.deepEqual(read('float32'), Float32Array.of(1.5, -2, Number.NaN));
    assert.deepEqual(read('float64'), Float64Array.of(1e300, -0));
    assert.deepEqual(read('float16'), Float32Array.of(1.5, -0, 2 ** -24, 65504, Infinity));
    assert.deepEqual(read('bfloat16'), Float32Array.of(1.5, -256, -Infinity));
    assert.deepEqual(read('int8'), Int8Array.of(-128, 127));
    assert.deepEqual(read('int16'), Int16Array.of(-32768, 32767));
    assert.deepEqual(bundle.read('int32'), {
      dtype: 'int32',
      shape: [2, 1],
      data: Int32Array.of(-(2 ** 31), 2 ** 31 - 1),
    });
    assert.deepEqual(read('uint8'), Uint8Array.of(0, 255));
    assert.deepEqual(read('uint16'), Uint16Array.of(65535));
    assert.deepEqual(bundle.read('uint32'), {
      dtype: 'uint32',
      shape: [],
      data: Uint32Array.of(2 ** 32 - 1),
    });
    assert.deepEqual(read('int64'), BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n));
    assert.deepEqual(read('uint64'), BigUint64Array.of(2n ** 64n - 1n));
    assert.deepEqual(read('bool'), Uint8Array.of(0, 1, 1));
    assert.deepEqual(bundle.read('complex64'), {
      dtype: 'complex64',
      shape: [2],
      data: Float32Array.of(1, 2, 3, 4),
    });
    assert.deepEqual(read('complex128'), Float64Array.of(1, 2));
    assert.deepEqual(
      bundle.read('string').data,
      ['', 'naïve', 'x'.repeat(300)].map((text) => Uint8Array.from(Buffer.from(text))),
    );
    assert.deepEqual(bundle.read('empty'), { dtype: 'float32', shape: [3, 0], data: new Float32Array() });
    assert.deepEqual(bundle.read('noStrings'), { dtype: 'string', shape: [0], data: [] });
  });

  it('finds names of any script, however many blocks the index has and however they are packed', () => {
    const names = Array.from(
      { length: 300 },
      (_element, index) => `layer-${index}/größe/.ATTRIBUTES/VARIABLE_VALUE`,
    );
    const variables = Object.fromEntries(names.map((name, index) => [name, tensor('float32', index)]));
    for (const options of [{ snappy: true }, { blockBytes: 100 }, { restartInterval: 1 }, { shards: 3 }]) {
      using open = opened(variables, options);
      assert.deepEqual(open.bundle.names().sort(), [...names].sort());
      assert.ok(open.bundle.has(names[7]!));
      assert.ok(!open.bundle.has('layer'));
      for (const [index, name] of names.entries()) {
        assert.deepEqual(open.bundle.read(name).data, Float32Array.of(index));
      }
    }
  });

  it('puts partitioned variables together, whole and in parts', () => {
    for (const shards of [1, 2]) {
      using open = opened({ grid }, { ...sliced, shards });
      assert.deepEqual(open.bundle.names(), ['grid']);
      assert.deepEqual(open.bundle.read('grid'), {
        dtype: 'int32',
        shape: [4, 6],
        data: Int32Array.from(grid.data, Number),
      });
      assert.deepEqual(open.bundle.read('grid', '4 6 0,2:3,2'), {
        dtype: 'int32',
        shape: [2, 2],
        data: Int32Array.of(3, 4, 9, 10),
      });
      assert.deepEqual(open.bundle.read('grid', '4 6 3,1:-').data, Int32Array.of(18, 19, 20, 21, 22, 23));
    }
  });

  it('takes parts of what is stored whole, and slices of strings and complex numbers', () => {
    const halves = [[{ start: 0, length: 1 }], [{ start: 1, length: 2 }]];
    using open = opened(
      { grid, words: tensor('string', ['a', 'b', 'c']), waves: tensor('complex64', [1, 2, 3, 4, 5, 6], [3]) },
      { slices: new Map([['words', halves]]) },
    );
    assert.deepEqual(open.bundle.read('grid', '4 6 1,2:5,1').data, Int32Array.of(11, 17));
    assert.deepEqual(
      open.bundle.read('words').data,
      [97, 98, 99].map((code) => Uint8Array.of(code)),
    );
    assert.deepEqual(open.bundle.read('waves', '3 1,2').data, Float32Array.of(3, 4, 5, 6));
  });

  it('refuses slices that are not there, and texts that are no slices', () => {
    using open = opened({ grid }, sliced);
    for (const slice of ['4 6 3,2:-', '4 5 -:-', '4 6 -', '6 0,1']) {
      assert.throws(() => open.bundle.read('grid', slice), invalid(/"grid"|is not one/u), slice);
    }
    for (const slice of ['-', '4 6 0,0:-', '4 6 a:-', 'x 6 -:-', '4 6 0,1:', '4  6 -:-', '4 6 0,1:-1,2']) {
      assert.throws(() => open.bundle.read('grid', slice), invalid(/is not one/u), slice);
    }
  });

  it('says which variable and which file is missing', () => {
    using open = opened({ grid }, { shards: 2 }, (prefix) => rmSync(dataFile(prefix, 0, 2)));
    assert.throws(() => open.bundle.read('grid'), invalid(/^variables\.data-00000-of-00002 is missing\.$/u));
    assert.throws(() => open.bundle.read('other'), invalid(/"other" is not in variables\.index/u));
    assert.throws(
      () => opened({ grid }, {}, (prefix) => rmSync(`${prefix}.index`)),
      invalid(/^variables\.index is missing/u),
    );
  });

  it('refuses data that is not what was written', () => {
    const words = tensor('string', ['one', 'two']);
    const flipped = (at: number) => (prefix: string) => {
      const bytes = readFileSync(dataFile(prefix));
      bytes[at]! ^= 1;
      writeFileSync(dataFile(prefix), bytes);
    };
    using numbers = opened({ grid }, {}, flipped(9));
    assert.throws(
      () => numbers.bundle.read('grid'),
      invalid(/"grid" has a wrong checksum in variables\.data-0/u),
    );
    // A length, the checksum of the lengths, a letter.
    for (const at of [0, 3, 8]) {
      using open = opened({ words }, {}, flipped(at));
      assert.throws(() => open.bundle.read('words'), invalid(/"words".*checksum/u));
    }
    using short = opened({ grid }, {}, (prefix) => truncateSync(dataFile(prefix), 95));
    assert.throws(() => short.bundle.read('grid'), invalid(/shorter/u));
  });

  it('refuses entries that do not fit their tensor', () => {
    const cases: [string, object][] = [
      ['offset', { offset: 4 }],
      ['negative offset', { offset: -4 }],
      ['size', { size: 92 }],
      ['huge size', { size: String(2n ** 62n) }],
      ['shard', { shard_id: 5 }],
      ['negative shard', { shard_id: -1 }],
      ['shape', { shape: { dim: [{ size: 2 ** 40 }, { size: 2 ** 40 }] } }],
      ['negative axis', { shape: { dim: [{ size: -1 }, { size: -24 }] } }],
      ['unknown rank', { shape: { unknown_rank: true } }],
      ['string of so many elements', { dtype: 7, shape: { dim: [{ size: 2 ** 30 }] } }],
    ];
    for (const [what, change] of cases) {
      assert.throws(
        () => {
          using open = opened({ grid }, { entry: (_key, entry) => ({ ...entry, ...change }) });
          open.bundle.read('grid');
        },
        invalid(/./u),
        what,
      );
    }
    using open = opened({ grid }, { entry: (_key, entry) => ({ ...entry, dtype: 21 }) });
    assert.throws(() => open.bundle.read('grid'), Unsupported);
  });

  it('refuses entries that share bytes', () => {
    const variables = Object.fromEntries(
      Array.from({ length: 50 }, (_element, index) => [`v${index}`, grid]),
    );
    using open = opened(variables, { entry: (_key, entry) => ({ ...entry, offset: 0 }) }, (prefix) =>
      truncateSync(dataFile(prefix), 96),
    );
    assert.throws(() => open.bundle.read('v0'), invalid(/shorter than the tensors/u));
  });

  it('refuses partitions that overlap, leave a gap, or are not as their place says', () => {
    const [first, second, third] = quarters as [
      (typeof quarters)[0],
      (typeof quarters)[0],
      (typeof quarters)[0],
    ];
    const read = (options: BundleOptions) => () => {
      using open = opened({ grid }, options);
      open.bundle.read('grid');
    };
    const slices = (boxes: typeof quarters): BundleOptions => ({ slices: new Map([['grid', boxes]]) });
    assert.throws(read(slices([first, second])), invalid(/"grid" is not complete/u));
    assert.throws(
      read(slices([first, second, third, [{ start: 3, length: 1 }, first[1]!]])),
      invalid(/overlap/u),
    );
    const moved = (change: object): BundleOptions => ({
      ...sliced,
      entry: (key, entry) => (key.startsWith('\0') ? { ...entry, ...change } : entry),
    });
    assert.throws(read(moved({ shape: { dim: [{ size: 1 }] } })), invalid(/not as its place says/u));
    assert.throws(read(moved({ dtype: 1 })), invalid(/not as its place says/u));
    assert.throws(
      read({
        ...sliced,
        entry: (key, entry) => (key === 'grid' ? { ...entry, slices: [{ extent: [] }] } : entry),
      }),
      invalid(/outside/u),
    );
  });

  it('needs the slices only that are asked for', () => {
    using open = opened({ grid, other: tensor('float32', 1) }, { ...sliced, shards: 2 }, (prefix) =>
      rmSync(dataFile(prefix, 1, 2)),
    );
    assert.deepEqual(open.bundle.read('grid', '4 6 0,1:0,3').data, Int32Array.of(0, 1, 2));
  });

  it('refuses big-endian checkpoints, and those of a later version', () => {
    assert.throws(() => opened({ grid }, { header: { endianness: 1 } }), invalid(/big-endian/u));
    assert.throws(() => opened({ grid }, { header: { num_shards: 0 } }), invalid(/0 data files/u));
    assert.throws(
      () => opened({ grid }, { header: { version: { min_consumer: 2 } } }),
      invalid(/needs a reader of version 2/u),
    );
  });
});
