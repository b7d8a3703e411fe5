// Every small graph that TensorFlow computed is computed here too: once with its inputs fed, once with them as constants.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PerchError } from '../../../../../../server/errors.ts';
import { openSavedModel } from '../../../../../support/savedmodel/golden-runner.ts';
import { tensorOfGolden } from '../../../../../support/savedmodel/golden-tensors.ts';
import { assertLikeTensorFlow } from '../../../../../support/savedmodel/golden-tolerance.ts';
import { opCases, opFamilies, writeOpCase, type OpCase } from '../../../../../support/savedmodel/goldens.ts';
import { refusedOps } from '../../../../../support/savedmodel/refused-ops.ts';
import { tempDir } from '../../../../../support/temp-dir.ts';

for (const family of opFamilies()) {
  describe(`TensorFlow's ${family}`, () => {
    for (const golden of opCases(family)) {
      it(`${golden.id} fed`, () => check(golden, 'fed'));
      it(`${golden.id} constant`, () => check(golden, 'constant'));
    }
  });
}

async function check(golden: OpCase, inputs: 'fed' | 'constant'): Promise<void> {
  using directory = tempDir();
  writeOpCase(directory.path, golden, inputs);
  const names = Object.keys(golden.outputs);
  const feeds = inputs === 'fed' ? Object.entries(golden.inputs) : [];
  const answer = async (): ReturnType<Awaited<ReturnType<typeof openSavedModel>>['run']> => {
    const runner = await openSavedModel(directory.path);
    try {
      const request = new Map(feeds.map(([name, value]) => [name, tensorOfGolden(value)]));
      return await runner.run('serving_default', request, names);
    } finally {
      await runner.release();
    }
  };
  const refused = golden.graph.nodes.find(([, op]) => refusedOps.has(op))?.[1];
  if (refused !== undefined) {
    await assert.rejects(answer, (reason: unknown) => {
      assert.ok(reason instanceof PerchError && reason.code === 'OPERATORS_UNSUPPORTED', String(reason));
      assert.match(reason.message, new RegExp(`\\b${refused}\\b`));
      return true;
    });
    return;
  }
  const { error } = golden;
  if (error !== undefined) {
    await assert.rejects(answer, (reason: unknown) => {
      assert.ok(reason instanceof PerchError && reason.code !== 'OPERATORS_UNSUPPORTED', String(reason));
      // What ONNX computes is refused in ONNX Runtime's words. A graph of constants that cannot be is refused at load.
      const isOwn = inputs === 'fed' && !reason.message.startsWith('ONNX Runtime could not run the model');
      assert.ok(
        !isOwn || reason.message.includes(error),
        `TensorFlow says "${error}", here it is "${reason.message}"`,
      );
      return true;
    });
    return;
  }
  const outputs = await answer();
  for (const [name, { value, tolerance }] of Object.entries(golden.outputs)) {
    assert.ok(value, `${name} has no golden value`);
    assertLikeTensorFlow(name, outputs.get(name), value, tolerance ?? golden.tolerance);
  }
}
