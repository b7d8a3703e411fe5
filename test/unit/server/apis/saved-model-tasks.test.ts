// Classify and Regress on signatures of SavedModels: what TensorFlow Serving takes, and its words for what it refuses.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  savedClassification,
  savedRegression,
  serializedInputs,
} from '../../../../server/apis/tensorflow-serving/saved-model-tasks.ts';
import { checkMethodName } from '../../../../server/apis/tensorflow-serving/signatures.ts';
import type { Dtype, Signature, Tensor, TensorSpec } from '../../../../server/codec/tensor.ts';

const spec = (name: string, dtype: Dtype, shape: readonly number[] = []): TensorSpec => ({
  name,
  dtype,
  shape,
});
const inputs = [spec('inputs', 'string', [-1])];

function signature(outputs: readonly TensorSpec[], changes: Partial<Signature> = {}): Signature {
  const named = { name: 's', methodName: 'm', optionalInputs: [], isStateful: false };
  return { named, inputs, outputs, ...changes };
}

const floats = (shape: readonly number[], ...values: number[]): Tensor => ({
  dtype: 'float32',
  shape,
  bytes: new Uint8Array(Float32Array.from(values).buffer),
});
const strings = (shape: readonly number[], ...values: string[]): Tensor => ({
  dtype: 'string',
  shape,
  values: values.map((value) => Buffer.from(value)),
});

describe('savedClassification', () => {
  it('reads classes and scores by their names', () => {
    const { outputNames, read } = savedClassification(
      signature([spec('scores', 'float32', [-1, -1]), spec('classes', 'string', [-1, -1])]),
    );
    assert.deepEqual(outputNames, ['classes', 'scores']);
    const outputs = new Map([
      ['classes', strings([1, 2], 'a', 'b')],
      ['scores', floats([1, 2], 0.25, 0.75)],
    ]);
    assert.deepEqual(read(outputs, 1), [
      [
        { label: 'a', score: 0.25 },
        { label: 'b', score: 0.75 },
      ],
    ]);
  });

  it('reads scores alone, without labels, and classes alone, without scores', () => {
    const scores = savedClassification(signature([spec('scores', 'float32')]));
    assert.deepEqual(scores.read(new Map([['scores', floats([2, 1], 1, 2)]]), 2), [
      [{ label: '', score: 1 }],
      [{ label: '', score: 2 }],
    ]);
    const classes = savedClassification(signature([spec('classes', 'string')]));
    assert.deepEqual(classes.read(new Map([['classes', strings([1, 1], 'a')]]), 1), [
      [{ label: 'a', score: 0 }],
    ]);
  });

  const refused: readonly (readonly [string, Signature, string])[] = [
    ['two inputs', signature([], { inputs: [...inputs, ...inputs] }), 'Expected one input Tensor.'],
    [
      'an input of another name',
      signature([spec('scores', 'float32')], { inputs: [spec('x', 'string', [-1])] }),
      'No classification inputs found in SignatureDef: x: DT_STRING [?]',
    ],
    [
      'three outputs',
      signature([spec('a', 'float32'), spec('b', 'float32'), spec('c', 'float32')]),
      'Expected one or two output Tensors, found 3',
    ],
    [
      'an output of another name',
      signature([spec('y', 'float32', [-1])]),
      'Expected classification signature outputs to contain at least one of "classes" or "scores". Signature was: y: DT_FLOAT [?]',
    ],
  ];
  for (const [what, of, message] of refused) {
    it(`refuses ${what}`, () => assert.throws(() => savedClassification(of), { message }));
  }

  it('refuses outputs of other types', () => {
    const { read } = savedClassification(signature([spec('scores', 'float64'), spec('classes', 'int64')]));
    const scores: Tensor = { dtype: 'float64', shape: [1, 1], bytes: new Uint8Array(8) };
    assert.throws(() => read(new Map([['scores', scores]]), 1), {
      message: 'Expected scores Tensor of DT_FLOAT. Got: DT_DOUBLE',
    });
    const classes: Tensor = { dtype: 'int64', shape: [1, 1], bytes: new Uint8Array(8) };
    assert.throws(() => read(new Map([['classes', classes]]), 1), {
      message: 'Expected classes Tensor of DT_STRING. Got: DT_INT64',
    });
  });
});

describe('savedRegression', () => {
  it('reads a column', () => {
    const { outputNames, read } = savedRegression(signature([spec('outputs', 'float32')]));
    assert.deepEqual(outputNames, ['outputs']);
    assert.deepEqual(read(new Map([['outputs', floats([2, 1], 1, 2)]]), 2), [1, 2]);
    assert.deepEqual(read(new Map([['outputs', floats([2], 1, 2)]]), 2), [1, 2]);
  });

  it('refuses what TensorFlow Serving refuses', () => {
    const two = signature([spec('outputs', 'float32'), spec('more', 'float32')]);
    assert.throws(() => savedRegression(two), { message: 'Expected one output Tensor.' });
    assert.throws(() => savedRegression(signature([spec('y', 'float32', [-1])])), {
      message: 'No regression outputs found in SignatureDef: y: DT_FLOAT [?]',
    });
    const { read } = savedRegression(signature([spec('outputs', 'float32')]));
    assert.throws(() => read(new Map([['outputs', floats([1, 2], 1, 2)]]), 1), {
      message: 'Expected output Tensor shape to be either [batch_size] or [batch_size, 1] but got [1,2]',
    });
    const doubles: Tensor = { dtype: 'float64', shape: [1], bytes: new Uint8Array(8) };
    assert.throws(() => read(new Map([['outputs', doubles]]), 1), {
      message: 'Expected output Tensor of DT_FLOAT.  Got: DT_DOUBLE',
    });
  });
});

describe('serializedInputs', () => {
  it('is one string per example, and refuses none', () => {
    const tensor = serializedInputs({ examples: [new Map(), new Map()], context: new Map() }).get('inputs');
    assert.deepEqual([tensor?.dtype, tensor?.shape], ['string', [2]]);
    assert.throws(() => serializedInputs({ examples: [], context: new Map() }), {
      message: 'Input is empty.',
    });
  });
});

describe('checkMethodName', () => {
  const made = (methodName: string): Signature =>
    signature([], { named: { name: 's', methodName, optionalInputs: [], isStateful: false } });

  it('lets Predict use all that TensorFlow Serving made for a call, and others only their own', () => {
    checkMethodName(made('tensorflow/serving/regress'), 'predict');
    checkMethodName(made('tensorflow/serving/regress'), 'regress');
    checkMethodName({ inputs, outputs: [] }, 'classify');
    assert.throws(() => checkMethodName(made('other'), 'predict'), {
      code: 'INTERNAL',
      message:
        'Expected prediction signature method_name to be one of {tensorflow/serving/predict, tensorflow/serving/classify, tensorflow/serving/regress}. Was: other',
    });
    assert.throws(() => checkMethodName(made('tensorflow/serving/predict'), 'classify'), {
      message:
        'Expected classification signature method_name to be tensorflow/serving/classify. Was: tensorflow/serving/predict',
    });
  });
});
