// For which models a row has the same bits in a batch as alone. docs/batching.md has the table.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import type { TensorMap } from '../../server/codec/tensor.ts';
import { divideRows } from '../../server/engine/batching/tensor-rows.ts';
import type { EnginePool } from '../../server/engine/engine-pool.ts';
import { openEnginePool } from '../support/engine-pool.ts';
import { writeOnnxModel } from '../support/onnx-writer.ts';
import {
  differenceOf,
  readPixels,
  rowsFor,
  runAll,
  sampleModels,
  versionIn,
  type SampleModel,
} from './support/sample-models.ts';

/** Rows per run: kernels have other code for one row, for a few, and for what is left over of a block. */
const batchSizes = [1, 2, 3, 4, 5, 7, 8, 12, 15, 16, 17, 31, 32, 33, 64];
/** Rows of the data that a batch begins with: the same row lies elsewhere, beside others. */
const starts = [0, 1, 29];

/**
 * Where a row of numbers is multiplied with a matrix, ONNX Runtime may have another kernel for one row than for many. On
 * x64 the sample models have the same bits nevertheless; elsewhere it is measured and told, and held to be close.
 */
const sameBitsPromised = process.arch === 'x64';
const close = 1e-5;

let pool: EnginePool;
let pixels: number[];
before(async () => {
  pool = openEnginePool();
  pixels = await readPixels();
});
after(() => pool.stop());

/** The largest difference of a row in a batch from the same row alone; 0 where all bits are the same. */
async function measure(model: SampleModel): Promise<number> {
  const version = await pool.load(model.name, versionIn(model.directory), new AbortController().signal);
  try {
    const rows = Math.max(...starts) + Math.max(...batchSizes);
    const alone: TensorMap[] = [];
    for (let row = 0; row < rows; row++) {
      alone.push(await runAll(version, rowsFor(model, pixels, row, row + 1)));
    }
    let largest = 0;
    for (const start of starts) {
      for (const size of batchSizes) {
        const outputs = await runAll(version, rowsFor(model, pixels, start, start + size));
        rowsOf(outputs, size).forEach((row, i) => {
          largest = Math.max(largest, differenceOf(row, alone[start + i]!));
        });
      }
    }
    return largest;
  } finally {
    await version.unload();
  }
}

/** The outputs of each row. */
function rowsOf(outputs: TensorMap, rows: number): TensorMap[] {
  const each = new Array<number>(rows).fill(1);
  const pieces = Array.from(outputs, ([name, tensor]) => ({ name, rows: divideRows(tensor, each) }));
  return each.map((_, i) => new Map(pieces.map((piece) => [piece.name, piece.rows[i]!])));
}

function tell(context: TestContext, difference: number): void {
  context.diagnostic(
    difference === 0 ? 'the same bits in every batch' : `differs by up to ${difference.toExponential(1)}`,
  );
}

describe('a row in a batch', () => {
  for (const model of sampleModels) {
    const promise = sameBitsPromised ? 'has the same bits as' : 'is close to';
    it(`${promise} the row alone: ${model.name} version ${path.basename(model.directory)}`, async (context) => {
      const difference = await measure(model);
      tell(context, difference);
      assert.ok(difference <= (sameBitsPromised ? 0 : close), `differs by ${difference}`);
    });
  }

  it('differs where the model looks at the whole batch: dynamic quantization takes its scale from it', async (context) => {
    const parent = await mkdtemp(path.join(tmpdir(), 'perch-exactness-'));
    try {
      const directory = path.join(parent, '1');
      await mkdir(directory);
      await writeFile(
        path.join(directory, 'model.onnx'),
        writeOnnxModel(
          [{ name: 'x', type: 'float32', shape: ['n', 4] }],
          [{ name: 'y', type: 'float32', shape: ['n', 4] }],
          [
            { op: 'DynamicQuantizeLinear', inputs: ['x'], outputs: ['q', 'scale', 'zero'] },
            { op: 'DequantizeLinear', inputs: ['q', 'scale', 'zero'], outputs: ['y'] },
          ],
        ),
      );
      const difference = await measure({ name: 'quantized', directory, input: 'x', item: [4] });
      tell(context, difference);
      // A row of small numbers loses what the scale of the largest number in the batch cannot tell apart: 16 / 255 / 2.
      assert.ok(difference > 0 && difference <= 16 / 255, `differs by ${difference}`);
    } finally {
      await rm(parent, { recursive: true });
    }
  });
});
