// perch convert: one ONNX file of a SavedModel or of trees, what it refuses, and how it ends.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { linearModel, putSavedModel } from '../../../server/support/saved-models.ts';
import { runCli, type CliRun } from '../../../support/run-cli.ts';
import { attr, node, placeholder } from '../../../support/savedmodel/nodes.ts';
import type { TestSavedModel } from '../../../support/savedmodel/write-saved-model.ts';
import { tempDir, type TempDir } from '../../../support/temp-dir.ts';

/** A directory with line/1, and what runs the command in it. */
function setUp(model: TestSavedModel = linearModel(0.5, 2)): {
  base: TempDir;
  convert: (...args: string[]) => Promise<CliRun>;
  [Symbol.dispose](): void;
} {
  const base = tempDir();
  putSavedModel(base.path, 'line', 1, model);
  return {
    base,
    convert: (...args) => runCli(['convert', ...args], { cwd: base.path }),
    [Symbol.dispose]: () => base.remove(),
  };
}

async function answerOf(file: string, x: number): Promise<Record<string, unknown>> {
  // Weights are in it: it runs without a file beside it.
  const session = await InferenceSession.create(readFileSync(file));
  const answer = await session.run({ x: new Tensor('float32', [x], [1]) });
  await session.release();
  return Object.fromEntries(
    Object.entries(answer).map(([name, { data }]) => [name, [...(data as Float32Array)]]),
  );
}

const lowered = (model: TestSavedModel): TestSavedModel => ({
  ...model,
  graph: [
    ...model.graph,
    placeholder('text', 'string', [-1]),
    node('lower', 'StringLower', ['text'], { encoding: attr.string('') }),
    node('unknown', 'NoSuchOp', ['x'], { T: attr.type('float32') }),
  ],
  signatures: {
    ...model.signatures,
    lowered: {
      inputs: { text: { name: 'text:0', dtype: 'string', shape: [-1] } },
      outputs: { lower: { name: 'lower:0', dtype: 'string', shape: [-1] } },
    },
    unknown: {
      inputs: { x: { name: 'x:0', dtype: 'float32', shape: [-1] } },
      outputs: { y: { name: 'unknown:0', dtype: 'float32', shape: [-1] } },
    },
  },
});

describe('perch convert', () => {
  it('writes one file, with inputs and outputs named as the signature names them', async () => {
    using desk = setUp();
    const { base, convert } = desk;
    const { code, stdout, stderr } = await convert('line/1');
    assert.deepEqual([code, stdout], [0, '']);
    assert.match(stderr, /model\.onnx: \d+ bytes; inputs x; outputs y\n$/);
    assert.deepEqual(await answerOf(path.join(base.path, 'model.onnx'), 4), { y: [4] });
    const other = await convert('line/1/saved_model.pb', '--signature=doubled', '--output=other.onnx');
    assert.equal(other.code, 0);
    assert.deepEqual(await answerOf(path.join(base.path, 'other.onnx'), 4), { y: [4], product: [2] });
    assert.deepEqual(readdirSync(base.path).sort(), ['line', 'model.onnx', 'other.onnx']);
  });

  it('replaces the file, takes the tags, and prints the report', async () => {
    using desk = setUp({ ...linearModel(2, 1), tags: ['serve', 'gpu'] });
    const { base, convert } = desk;
    const output = path.join(base.path, 'model.onnx');
    writeFileSync(output, 'old');
    const { code, stdout } = await convert('line/1', '--saved_model_tags=gpu, serve', '--report');
    assert.equal(code, 0);
    assert.match(stdout, /^# Conversion of line, version 1\n/);
    assert.match(stdout, /\| serving_default \| /);
    assert.deepEqual(await answerOf(output, 4), { y: [9] });
    const json = await convert('line/1', '--saved_model_tags=gpu,serve', '--json');
    const document = JSON.parse(json.stdout) as Record<string, unknown>;
    assert.deepEqual(
      [json.stderr, document.source, document.signature, document.output],
      ['', 'saved_model', 'serving_default', output],
    );
  });

  it('converts trees, under any name', async () => {
    using base = tempDir();
    const fixture = path.join(import.meta.dirname, '../../../fixtures/trees/lightgbm-regression.json');
    const { model } = JSON.parse(readFileSync(fixture, 'utf8')) as { model: string };
    writeFileSync(path.join(base.path, 'booster.txt'), model);
    const { code, stdout } = await runCli(['convert', 'booster.txt', '--report'], { cwd: base.path });
    assert.equal(code, 0);
    assert.match(stdout, /From a tree ensemble/);
    const session = await InferenceSession.create(path.join(base.path, 'model.onnx'));
    assert.deepEqual([session.inputNames, session.outputNames], [['inputs'], ['predictions']]);
    await session.release();
  });

  it('refuses what is no ONNX model by itself, with the reason, and writes nothing', async () => {
    using desk = setUp(lowered(linearModel(0.5, 2)));
    const { base, convert } = desk;
    const host = await convert('line/1', '--signature=lowered');
    assert.equal(host.code, 1);
    assert.match(
      host.stderr,
      /^Signature "lowered" is no ONNX model by itself: all of it is computed beside ONNX Runtime/,
    );
    const json = await convert('line/1', '--signature=lowered', '--json');
    assert.match((JSON.parse(json.stdout) as { refusal: string }).refusal, /beside ONNX Runtime/);
    const omitted = await convert('line/1', '--signature=unknown');
    assert.equal(omitted.code, 1);
    assert.match(omitted.stderr, /NoSuchOp/);
    const missing = await convert('line/1', '--signature=none');
    assert.equal(missing.code, 1);
    assert.match(missing.stderr, /^There is no signature "none"; the model has serving_default, doubled/);
    const tags = await convert('line/1', '--saved_model_tags=train');
    assert.deepEqual([tags.code, tags.stderr.includes('tags')], [1, true]);
    assert.ok(!existsSync(path.join(base.path, 'model.onnx')));
  });

  it('ends with 2 where there is nothing to convert', async () => {
    using desk = setUp();
    const { base, convert } = desk;
    writeFileSync(path.join(base.path, 'ready.onnx'), '');
    mkdirSync(path.join(base.path, 'empty'));
    for (const [args, text] of [
      [['none'], /^There is no none\./],
      [['line'], /^line holds none of saved_model\.pb, .*Give a version directory, such as line\/1\./],
      [['ready.onnx'], /^ready\.onnx is no model that can be converted/],
      [['line/1/saved_model.pb', '--output=line/1/saved_model.pb'], /^--output is the model itself/],
      [[], /missing behind the command/],
    ] as const) {
      const { code, stderr } = await convert(...args);
      assert.equal(code, 2, stderr);
      assert.match(stderr, text);
    }
    const unwritable = await convert('line/1', '--output=no/such/directory.onnx');
    assert.deepEqual([unwritable.code, unwritable.stderr.includes('ENOENT')], [1, true]);
  });
});
