// Models of TensorFlow Lite against its own interpreter (scripts/tflite-goldens/make.py): integers exactly.
import { describe, it } from 'node:test';
import { tensorOf } from '../../../../../server/convert/run/tensor-values.ts';
import { valueOfGolden } from '../../../../support/savedmodel/golden-tensors.ts';
import { assertLikeTensorFlow } from '../../../../support/savedmodel/golden-tolerance.ts';
import { convertLite, goldenNames, readGolden } from './lite-model.ts';

describe('a .tflite file is served as TensorFlow Lite interprets it', () => {
  for (const name of goldenNames()) {
    it(name, async () => {
      const golden = readGolden(name);
      await using converted = convertLite(Buffer.from(golden.model, 'base64'));
      for (const { signature, inputs, outputs } of golden.cases) {
        const given = new Map(
          Object.entries(inputs).map(([alias, tensor]) => [alias, tensorOf(valueOfGolden(tensor))]),
        );
        const answer = await converted.runner.run(signature, given, Object.keys(outputs));
        for (const [alias, expected] of Object.entries(outputs)) {
          assertLikeTensorFlow(`${signature} ${alias}`, answer.get(alias), expected);
        }
      }
    });
  }
});
