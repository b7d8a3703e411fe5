// Every model that TensorFlow exported answers as TensorFlow does.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openSavedModel } from '../../../../../support/savedmodel/golden-runner.ts';
import { tensorOfGolden } from '../../../../../support/savedmodel/golden-tensors.ts';
import { assertLikeTensorFlow } from '../../../../../support/savedmodel/golden-tolerance.ts';
import {
  modelGolden,
  modelNames,
  writeModelGolden,
  type ModelCall,
} from '../../../../../support/savedmodel/goldens.ts';
import { tempDir } from '../../../../../support/temp-dir.ts';
import type { ProgramRunner } from '../../../../../../server/convert/run/program-runner.ts';
import type { ToleranceName } from '../../../../../support/savedmodel/golden-tolerance.ts';

describe("TensorFlow's models", () => {
  for (const name of modelNames()) {
    it(name, async () => {
      using directory = tempDir();
      const golden = modelGolden(name);
      writeModelGolden(directory.path, golden);
      const runner = await openSavedModel(directory.path);
      try {
        for (const [index, call] of golden.calls.entries()) {
          await check(runner, call, `call ${index}, ${call.signature}`, golden.tolerance ?? undefined);
        }
      } finally {
        await runner.release();
      }
    });
  }
});

async function check(
  runner: ProgramRunner,
  { signature, inputs, outputs = {}, error, asked = [] }: ModelCall,
  what: string,
  tolerance: ToleranceName | undefined,
): Promise<void> {
  const request = new Map(Object.entries(inputs).map(([alias, value]) => [alias, tensorOfGolden(value)]));
  if (error !== undefined) {
    await assert.rejects(runner.run(signature, request, asked), (reason: unknown) => {
      assert.ok(
        String(reason).includes(error),
        `${what}: TensorFlow says "${error}", here it is "${String(reason)}"`,
      );
      return true;
    });
    return;
  }
  const answer = await runner.run(signature, request, Object.keys(outputs));
  for (const [alias, value] of Object.entries(outputs)) {
    assertLikeTensorFlow(`${what}: ${alias}`, answer.get(alias), value, tolerance);
  }
}
