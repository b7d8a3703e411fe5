// ONNX models as they are written: ONNX Runtime reads every element type back, and weights lie in the file once.
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { WeightsFile, weightsFileName } from '../../../../../server/convert/onnx/weights-file.ts';
import { writeOnnx } from '../../../../../server/convert/onnx/write-onnx.ts';
import { valueOfTensor } from '../../../../../server/convert/run/tensor-values.ts';
import { onnxElementType } from '../../../../../server/convert/savedmodel/proto/data-types.ts';
import type { OnnxGraph, OnnxNode } from '../../../../../server/convert/onnx/onnx-model.ts';
import type { Value } from '../../../../../server/convert/value.ts';
import { floats, numbersIn, openOnnx } from '../../../../support/convert/onnx-session.ts';
import { tempDir } from '../../../../support/temp-dir.ts';

/** Writes a model whose values are too small for the file of weights. */
function writeSmall(graph: OnnxGraph, file: string): void {
  const weights = new WeightsFile(path.join(path.dirname(file), weightsFileName));
  writeOnnx(graph, file, weights);
  weights.close();
}

function node(
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: OnnxNode['attributes'] = {},
): OnnxNode {
  return { op, domain: '', inputs, outputs, attributes };
}

/** A graph that gives each value back. */
function givesBack(values: readonly Value[]): OnnxGraph {
  return {
    name: 'values',
    nodes: values.map((_, index) => node('Identity', [`v${index}`], [`y${index}`])),
    initializers: values.map((value, index) => ({ name: `v${index}`, value })),
    inputs: [],
    outputs: values.map(({ dtype }, index) => ({ name: `y${index}`, elementType: onnxElementType(dtype) })),
  };
}

const values: readonly Value[] = [
  { dtype: 'float32', shape: [2], data: Float32Array.of(1.5, -0) },
  { dtype: 'float64', shape: [1], data: Float64Array.of(Math.PI) },
  { dtype: 'float16', shape: [3], data: Float32Array.of(1.5, -65504, 6e-8) },
  { dtype: 'int8', shape: [2], data: Int8Array.of(-128, 127) },
  { dtype: 'int16', shape: [1], data: Int16Array.of(-32768) },
  { dtype: 'int32', shape: [2, 1], data: Int32Array.of(1, -2) },
  { dtype: 'int64', shape: [], data: BigInt64Array.of(-(2n ** 62n)) },
  { dtype: 'uint8', shape: [1], data: Uint8Array.of(255) },
  { dtype: 'uint16', shape: [1], data: Uint16Array.of(65535) },
  { dtype: 'uint32', shape: [1], data: Uint32Array.of(2 ** 32 - 1) },
  { dtype: 'uint64', shape: [1], data: BigUint64Array.of(2n ** 64n - 1n) },
  { dtype: 'bool', shape: [2], data: Uint8Array.of(1, 0) },
  { dtype: 'string', shape: [2], data: [Buffer.from('ä'), Buffer.from('')] },
  { dtype: 'float32', shape: [0, 3], data: new Float32Array() },
];

describe('an ONNX model', () => {
  it('keeps values of every element type', async () => {
    using directory = tempDir();
    const file = path.join(directory.path, 'model.onnx');
    writeSmall(givesBack(values), file);
    const session = await openOnnx(file);
    const names = values.map((_, index) => `y${index}`);
    const outputs = await session.run(new Map(), names);
    for (const [index, value] of values.entries()) {
      const back = valueOfTensor(outputs.get(`y${index}`)!);
      assert.deepEqual(back.shape, value.shape);
      assert.deepEqual(
        Array.from<unknown>(back.data).map(String),
        Array.from<unknown>(value.data).map(halfOr(value)),
      );
    }
    await session.release();
  });

  it('keeps bfloat16', async () => {
    using directory = tempDir();
    const file = path.join(directory.path, 'model.onnx');
    const value: Value = { dtype: 'bfloat16', shape: [3], data: Float32Array.of(1, -3.140625, 2 ** 100) };
    const graph = givesBack([value]);
    writeSmall(
      {
        ...graph,
        nodes: [node('Cast', ['v0'], ['y0'], { to: 1 })],
        outputs: [{ name: 'y0', elementType: 1 }],
      },
      file,
    );
    const session = await openOnnx(file);
    assert.deepEqual(numbersIn(await session.run(new Map(), ['y0']), 'y0'), [1, -3.140625, 2 ** 100]);
    await session.release();
  });

  it('has attributes of every kind, and graphs inside of it that read names around them', async () => {
    using directory = tempDir();
    const file = path.join(directory.path, 'model.onnx');
    const branch = (name: string, op: string): OnnxGraph => ({
      name,
      nodes: [node(op, ['x'], [name])],
      initializers: [],
      inputs: [],
      outputs: [{ name, elementType: 1 }],
    });
    writeSmall(
      {
        name: 'attributes',
        nodes: [
          node('Constant', [], ['tensor'], {
            value: { tensor: { dtype: 'float32', shape: [], data: Float32Array.of(2) } },
          }),
          node('LeakyRelu', ['x'], ['leaky'], { alpha: { float: 0.5 } }),
          node('Transpose', ['x'], ['turned'], { perm: [1, 0] }),
          node('Constant', [], ['big'], { value_ints: { ints: [2n ** 40n] } }),
          node('Constant', [], ['reals'], { value_floats: { floats: [0.5, 1] } }),
          node('Constant', [], ['texts'], { value_strings: { strings: ['a', Buffer.from('b')] } }),
          node('Cast', ['tensor'], ['truth'], { to: 9 }),
          node('If', ['truth'], ['chosen'], {
            then_branch: { graph: branch('yes', 'Neg') },
            else_branch: { graph: branch('no', 'Abs') },
          }),
        ],
        initializers: [],
        inputs: [{ name: 'x', elementType: 1, shape: [-1, 2] }],
        outputs: ['leaky', 'turned', 'chosen', 'reals']
          .map((name) => ({ name, elementType: 1 }))
          .concat({ name: 'big', elementType: 7 }, { name: 'texts', elementType: 8 }),
      },
      file,
    );
    const session = await openOnnx(file);
    const names = ['leaky', 'turned', 'chosen', 'reals', 'big', 'texts'];
    const outputs = await session.run(new Map([['x', floats([1, 2], [-2, 4])]]), names);
    assert.deepEqual(numbersIn(outputs, 'leaky'), [-1, 4]);
    assert.deepEqual(outputs.get('turned')?.shape, [2, 1]);
    assert.deepEqual(numbersIn(outputs, 'chosen'), [2, -4]);
    assert.deepEqual(numbersIn(outputs, 'reals'), [0.5, 1]);
    assert.deepEqual(numbersIn(outputs, 'big'), [2 ** 40]);
    await session.release();
  });

  it('puts large weights into a file once, aligned, for all models', async () => {
    using directory = tempDir();
    const weights = new WeightsFile(path.join(directory.path, weightsFileName));
    const odd: Value = { dtype: 'uint8', shape: [1025], data: new Uint8Array(1025).fill(7) };
    const large: Value = {
      dtype: 'float32',
      shape: [300],
      data: Float32Array.from({ length: 300 }, (_, i) => i),
    };
    const equal: Value = {
      dtype: 'float32',
      shape: [30, 10],
      data: Float32Array.from(large.data as Float32Array),
    };
    const small: Value = { dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) };
    const files = ['a.onnx', 'b.onnx'].map((name) => path.join(directory.path, name));
    writeOnnx(givesBack([odd, large, small]), files[0]!, weights);
    writeOnnx(givesBack([large, equal]), files[1]!, weights);
    weights.close();
    assert.equal(statSync(path.join(directory.path, weightsFileName)).size, 1088 + 1200);
    assert.equal(weights.length, 1088 + 1200);
    assert.ok(readFileSync(files[0]!).length < 1000);
    const session = await openOnnx(files[1]!);
    const outputs = await session.run(new Map(), ['y0', 'y1']);
    assert.deepEqual(numbersIn(outputs, 'y0'), numbersIn(outputs, 'y1'));
    assert.deepEqual(outputs.get('y1')?.shape, [30, 10]);
    assert.equal(numbersIn(outputs, 'y0')[299], 299);
    await session.release();
  });
});

/** Half floats are rounded to what float16 has; -0 stays. */
function halfOr(value: Value): (element: unknown) => string {
  return (element) =>
    value.dtype === 'float16' && element === values[2]?.data[2] ? '5.960464477539063e-8' : String(element);
}
