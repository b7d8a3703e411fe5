// Tree models against what XGBoost and LightGBM themselves predict (scripts/tree-goldens/make.py).
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { convertTrees } from '../../../../../server/convert/trees/convert-trees.ts';
import { tempDir } from '../../../../support/temp-dir.ts';

interface Golden {
  readonly name: string;
  readonly kind: 'xgboost' | 'lightgbm';
  readonly model: string;
  readonly inputs: readonly (readonly (number | 'nan')[])[];
  readonly shape: readonly number[];
  readonly predictions: readonly (number | 'nan')[];
}

const fixtures = path.join(import.meta.dirname, '../../../../fixtures/trees');

function read(file: string): Golden {
  return JSON.parse(readFileSync(path.join(fixtures, file), 'utf8')) as Golden;
}

/** Float sums may be added in another order than the trainer's; doubles agree to their last digits. */
const tolerance = { xgboost: 1e-5, lightgbm: 1e-12 };

describe('trees predict as their trainers do', () => {
  for (const file of readdirSync(fixtures)) {
    const golden = read(file);
    it(golden.name, async () => {
      using temporary = tempDir();
      const directory = temporary.path;
      const isXgboost = golden.kind === 'xgboost';
      const file = path.join(directory, isXgboost ? 'model.json' : 'model.txt');
      writeFileSync(file, golden.model);
      const program = convertTrees(file, directory);
      const session = await InferenceSession.create(path.join(directory, program.plans[0]?.onnxFile ?? ''), {
        logSeverityLevel: 3,
      });
      const numbers = golden.inputs.flat().map(Number);
      const dims = [golden.inputs.length, golden.inputs[0]?.length ?? 0];
      const input = isXgboost
        ? new Tensor('float32', Float32Array.from(numbers), dims)
        : new Tensor('float64', Float64Array.from(numbers), dims);
      const { predictions } = await session.run({ inputs: input });
      assert.ok(predictions);
      assert.deepEqual(predictions.dims, golden.shape);
      const got = Array.from(predictions.data as Float32Array | Float64Array);
      golden.predictions.map(Number).forEach((expected, at) => {
        const difference = Math.abs((got[at] ?? NaN) - expected);
        assert.ok(
          difference <= tolerance[golden.kind] * Math.max(1e-3, Math.abs(expected)),
          `row ${at}: ${got[at]} instead of ${expected}`,
        );
      });
      await session.release();
    });
  }
});
