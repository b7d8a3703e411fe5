// Files with bytes changed, left out and put in, by a seed: each is read, or refused by a named error.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { TensorBundle } from '../../../../../server/convert/savedmodel/bundle/tensor-bundle.ts';
import { readSavedModel } from '../../../../../server/convert/savedmodel/proto/saved-model.ts';
import { decodeTensor } from '../../../../../server/convert/savedmodel/proto/tensor-proto.ts';
import { Unsupported } from '../../../../../server/convert/savedmodel/unsupported.ts';
import { PerchError } from '../../../../../server/errors.ts';
import { randomNumbers } from '../../../../support/onnx-builder.ts';
import { dataFile, writeBundle } from '../../../../support/savedmodel/bundle-writer.ts';
import { attr, constant, node, placeholder } from '../../../../support/savedmodel/nodes.ts';
import { encode } from '../../../../support/savedmodel/schema.ts';
import { tensor, tensorJson } from '../../../../support/savedmodel/tensors.ts';
import { functionRestoredVariables, referenceVariables } from '../../../../support/savedmodel/variables.ts';
import { savedModelBytes } from '../../../../support/savedmodel/write-saved-model.ts';
import { tempDir } from '../../../../support/temp-dir.ts';

/** Whole numbers below a bound, the same for the same seed. */
function numbersFrom(seed: number): (below: number) => number {
  const random = randomNumbers(seed);
  return (below) => Math.floor(random() * below);
}

/** Some bytes changed; sometimes a run left out or doubled, or the end cut off. */
function mutated(original: Uint8Array, next: (below: number) => number): Buffer {
  let bytes = Buffer.from(original);
  for (let count = next(4) + 1; count > 0; count--) {
    const at = next(bytes.length);
    const kind = next(8);
    if (kind < 5) {
      bytes[at] = next(3) === 0 ? 255 : next(256);
    } else if (kind === 5) {
      bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + next(9)))]);
    } else if (kind === 6) {
      bytes = Buffer.concat([bytes.subarray(0, at + 1), bytes.subarray(Math.max(0, at - next(20)))]);
    } else {
      bytes = bytes.subarray(0, at + 1);
    }
  }
  return bytes;
}

/** Whether `act` ended without an error; any other than a named one fails the test. */
function survives(act: () => void): boolean {
  try {
    act();
    return true;
  } catch (reason) {
    assert.ok(
      reason instanceof Unsupported || PerchError.is(reason, 'SAVED_MODEL_INVALID'),
      reason instanceof Error ? reason.stack : String(reason),
    );
    return false;
  }
}

describe('mutated files', () => {
  it('saved_model.pb', () => {
    const variables = [{ name: 'w', dtype: 'float32', shape: [2] } as const];
    const restore = functionRestoredVariables(variables);
    const file = savedModelBytes(
      {
        graph: [
          placeholder('x', 'float32', [-1, 2]),
          constant('c', tensor('int64', [1, 2, 3])),
          node('f', 'Thing', ['x'], { l: attr.shapes([[1, 2]]), g: attr.func('f', { T: attr.type(1) }) }),
          ...restore.nodes,
        ],
        functions: restore.functions,
        saver: restore.saver,
        signatures: {
          serving_default: {
            inputs: { x: { name: 'x:0', dtype: 'float32', shape: [-1, 2] } },
            outputs: { y: { name: 'f:0', dtype: 'float32' } },
            defaults: { x: tensor('float32', [1]) },
          },
        },
        assets: [{ tensorName: 'a:0', filename: 'a.txt' }],
        initOp: { name: 'init', in: 'legacy_init_op' },
      },
      { graph: referenceVariables(variables).nodes, signatures: {}, tags: ['train'] },
    );
    const next = numbersFrom(17);
    let read = 0;
    for (let round = 0; round < 4000; round++) {
      const bytes = mutated(file, next);
      read += survives(() => {
        for (const metaGraph of readSavedModel(bytes).metaGraphs) {
          for (const { attributes } of metaGraph.nodes) {
            const value = attributes.get('value');
            if (value?.kind === 'tensor') {
              decodeTensor(value.value);
            }
          }
        }
      })
        ? 1
        : 0;
    }
    assert.ok(read > 100 && read < 4000, `${read} of 4000 were read`);
  });

  it('tensors', () => {
    const next = numbersFrom(23);
    const originals = [
      tensorJson(tensor('float32', [1, 2, 3, 4], [2, 2])),
      tensorJson(tensor('string', ['ab', 'c'])),
      { dtype: 9, tensor_shape: { dim: [{ size: 3 }] }, int64_val: [1, -1] },
      { dtype: 19, tensor_shape: { dim: [{ size: 3 }] }, half_val: [1] },
      { dtype: 7, tensor_shape: { dim: [{ size: 2 }] }, tensor_content: Buffer.from([1, 2, 65, 66, 67]) },
    ].map((json) => encode('TensorProto', json));
    for (let round = 0; round < 4000; round++) {
      const bytes = mutated(originals[round % originals.length]!, next);
      survives(() => void decodeTensor({ bytes }));
    }
  });

  it('checkpoints', () => {
    using directory = tempDir();
    const grid = tensor('float32', [1, 2, 3, 4, 5, 6], [3, 2]);
    const variables = new Map([
      ['layer/kernel', grid],
      ['layer/kept', grid],
      ['words', tensor('string', ['one', 'two'])],
    ]);
    const boxes = [0, 1, 2].map((start) => [
      { start, length: 1 },
      { start: 0, length: 2 },
    ]);
    const next = numbersFrom(29);
    for (const snappy of [false, true]) {
      const folder = path.join(directory.path, String(snappy));
      mkdirSync(folder);
      const prefix = path.join(folder, 'v');
      // Entries, not only bytes, are changed: those errors lie behind right checksums.
      const write = (fuzzed: boolean): void => {
        writeBundle(prefix, variables, {
          snappy,
          slices: new Map([['layer/kernel', boxes]]),
          entry: (_key, entry) => {
            const fields = ['shard_id', 'offset', 'size', 'dtype', 'crc32c'];
            const field = fields[next(fields.length)]!;
            return fuzzed && next(3) === 0
              ? { ...entry, [field]: next(2) === 0 ? next(30) : next(2 ** 32) | 0 }
              : entry;
          },
        });
      };
      const readAll = (): void => {
        const bundle = TensorBundle.open(prefix);
        try {
          for (const name of ['layer/kernel', 'layer/kept', 'words']) {
            bundle.read(name);
          }
        } finally {
          bundle.close();
        }
      };
      for (let round = 0; round < 100; round++) {
        write(true);
        survives(readAll);
      }
      write(false);
      assert.ok(survives(readAll));
      for (const file of [`${prefix}.index`, dataFile(prefix)]) {
        const original = readFileSync(file);
        for (let round = 0; round < 250; round++) {
          writeFileSync(file, mutated(original, next));
          survives(readAll);
        }
        writeFileSync(file, original);
      }
    }
  });
});
