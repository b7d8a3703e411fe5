// Emission of signatures: constants, shared nodes, outputs of every kind, the host's parts, what is unsupported.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PerchError } from '../../../../../../server/errors.ts';
import { valueOfTensor } from '../../../../../../server/convert/run/tensor-values.ts';
import { convertModel, int64s, strings } from '../../../../../support/convert/converted-model.ts';
import { floats, numbersIn } from '../../../../../support/convert/onnx-session.ts';
import { attr, constant, node, placeholder } from '../../../../../support/savedmodel/nodes.ts';
import { tensor } from '../../../../../support/savedmodel/tensors.ts';
import { referenceVariables, resourceVariables } from '../../../../../support/savedmodel/variables.ts';
import type { NodeJson } from '../../../../../support/savedmodel/nodes.ts';
import type { TestSavedModel, TestSignature } from '../../../../../support/savedmodel/write-saved-model.ts';

const float = { T: attr.type('float32') };
const x = placeholder('x', 'float32', [-1]);
const floatInput = { name: 'x:0', dtype: 'float32', shape: [-1] } as const;

function signature(
  outputs: TestSignature['outputs'],
  inputs: TestSignature['inputs'] = { x: floatInput },
): TestSignature {
  return { inputs, outputs };
}

function output(name: string, shape: readonly number[] | undefined = [-1]): TestSignature['outputs'][string] {
  return { name, dtype: 'float32', shape };
}

function model(graph: readonly NodeJson[], outputs: TestSignature['outputs']): TestSavedModel {
  return { graph, signatures: { serving_default: signature(outputs) } };
}

describe('emission of a signature', () => {
  it('computes half plus two with constants', async () => {
    const half = [
      x,
      constant('a', tensor('float32', 0.5)),
      constant('b', tensor('float32', 2)),
      node('mul', 'Mul', ['x', 'a'], float),
      node('y', 'AddV2', ['mul', 'b'], float),
    ];
    await using converted = convertModel(model(half, { y: output('y:0') }));
    assert.deepEqual(numbersIn(await converted.run({ x: floats([3], [1, 2, 5]) }), 'y'), [2.5, 3, 4.5]);
    assert.deepEqual(converted.program.signatures[0]?.outputs, [
      { alias: 'y', name: 'y:0', dtype: 'float32', shape: [-1] },
    ]);
    assert.equal(converted.program.plans[0]?.anyShape, true);
  });

  it('folds what depends on no input', async () => {
    const graph = [
      x,
      constant('a', tensor('float32', [1, 2])),
      node('twice', 'AddV2', ['a', 'a'], float),
      node('y', 'Mul', ['x', 'twice'], float),
    ];
    await using converted = convertModel(model(graph, { y: output('y:0'), twice: output('twice:0') }));
    const answer = await converted.run({ x: floats([2], [10, 10]) });
    assert.deepEqual(numbersIn(answer, 'y'), [20, 40]);
    assert.deepEqual(numbersIn(answer, 'twice'), [2, 4]);
    assert.deepEqual(converted.program.report.onnxOperators, [
      { op: 'Identity', count: 1 },
      { op: 'Mul', count: 1 },
    ]);
    assert.equal(converted.program.plans[0]?.outputs[1]?.from, 'constant');
  });

  it('answers inputs, and one tensor under two names', async () => {
    const graph = [x, node('y', 'Neg', ['x'], float)];
    await using converted = convertModel(
      model(graph, { y: output('y:0'), again: output('y:0'), same: output('x:0') }),
    );
    const answer = await converted.run({ x: floats([2], [1, -2]) });
    assert.deepEqual(
      ['y', 'again', 'same'].map((name) => numbersIn(answer, name)),
      [
        [-1, 2],
        [-1, 2],
        [1, -2],
      ],
    );
  });

  it('emits a chain of 50,000 nodes', async () => {
    const length = 50_000;
    const chain = Array.from({ length }, (_, index) =>
      node(`n${index + 1}`, 'Identity', [index === 0 ? 'x' : `n${index}`], float),
    );
    const graph = [x, ...chain, node('y', 'Neg', [`n${length}`], float)];
    await using converted = convertModel(model(graph, { y: output('y:0') }));
    assert.deepEqual(numbersIn(await converted.run({ x: floats([1], [3]) }), 'y'), [-3]);
  });

  it("believes the graph's type where the signature says another", async () => {
    const graph = [
      placeholder('x', 'int64', [-1]),
      node('y', 'AddV2', ['x', 'x'], { T: attr.type('int64') }),
    ];
    await using converted = convertModel(model(graph, { y: output('y:0') }));
    const { inputs, outputs } = converted.program.signatures[0] ?? {};
    assert.deepEqual([inputs?.[0]?.dtype, outputs?.[0]?.dtype], ['int64', 'int64']);
    assert.deepEqual(numbersIn(await converted.run({ x: int64s([1], [4]) }), 'y'), [8]);
  });

  it('gives strings as bytes, from constants and from inputs', async () => {
    const graph = [
      placeholder('x', 'string', [-1]),
      constant('labels', tensor('string', [Uint8Array.of(255, 0), 'b'])),
    ];
    const text = { dtype: 'string', shape: [-1] } as const;
    await using converted = convertModel({
      graph,
      signatures: {
        serving_default: {
          inputs: { x: { name: 'x:0', ...text } },
          outputs: { same: { name: 'x:0', ...text }, labels: { name: 'labels:0', ...text } },
        },
      },
    });
    const answer = await converted.run({ x: strings([1], ['ä']) });
    assert.deepEqual(answer.get('same'), strings([1], ['ä']));
    assert.deepEqual(Array.from<unknown>(valueOfTensor(answer.get('labels')!).data).map(String), [
      '255,0',
      '98',
    ]);
    assert.equal(converted.program.plans[0]?.onnxFile, undefined);
  });
});

describe("the host's parts of a signature", () => {
  /** Digamma of 1, 2 and 3; -γ is the first. */
  const [one, two, three] = [-0.5772157, 0.4227843, 0.9227843];

  function assertNear(actual: readonly number[], expected: readonly number[]): void {
    assert.equal(actual.length, expected.length);
    actual.forEach((number, index) => assert.ok(Math.abs(number - (expected[index] ?? NaN)) < 1e-6));
  }

  it('computes before ONNX what has no mapping', async () => {
    const graph = [x, node('other', 'Digamma', ['x'], float), node('y', 'Neg', ['other'], float)];
    await using converted = convertModel(model(graph, { y: output('y:0') }));
    assertNear(numbersIn(await converted.run({ x: floats([2], [1, 3]) }), 'y'), [-one, -three]);
    assert.equal(converted.program.plans[0]?.hostToOnnx.length, 1);
    assert.deepEqual(converted.program.report.host, [{ op: 'Digamma', count: 1 }]);
  });

  it('computes behind ONNX what depends on state, and all that reads it', async () => {
    const variables = resourceVariables([{ name: 'count', dtype: 'float32', shape: [1] }]);
    const graph = [
      ...variables.nodes,
      x,
      node('add', 'AssignAddVariableOp', ['count', 'x'], { dtype: attr.type('float32') }),
      node('read', 'ReadVariableOp', ['count', '^add'], { dtype: attr.type('float32') }),
      node('other', 'Digamma', ['read'], float),
      node('y', 'Neg', ['other'], float),
    ];
    await using converted = convertModel({
      ...model(graph, { y: output('y:0') }),
      functions: variables.functions,
      saver: variables.saver,
      variables: new Map([['count', tensor('float32', [0])]]),
    });
    const run = async (): Promise<number[]> => numbersIn(await converted.run({ x: floats([1], [1]) }), 'y');
    for (const expected of [one, two, three]) {
      assertNear(await run(), [-expected]);
    }
    const plan = converted.program.plans[0];
    assert.deepEqual([plan?.stateful, plan?.onnxToHost.length, plan?.state.length], [true, 1, 1]);
  });
});

describe('variables', () => {
  it('are constants where no request changes them', async () => {
    const variables = referenceVariables([{ name: 'w', dtype: 'float32', shape: [2] }]);
    const graph = [...variables.nodes, x, node('y', 'Mul', ['x', 'w'], float)];
    await using converted = convertModel({
      ...model(graph, { y: output('y:0') }),
      saver: variables.saver,
      variables: new Map([['w', tensor('float32', [2, 3])]]),
    });
    assert.deepEqual(numbersIn(await converted.run({ x: floats([2], [1, 1]) }), 'y'), [2, 3]);
    assert.equal(converted.program.plans[0]?.stateful, false);
  });

  it('keep what requests write, one request at a time', async () => {
    const variables = referenceVariables([{ name: 'total', dtype: 'float32', shape: [] }]);
    const graph = [
      ...variables.nodes,
      x,
      node('sum', 'AssignAdd', ['total', 'x'], float),
      node('y', 'Identity', ['sum'], float),
    ];
    await using converted = convertModel({
      graph,
      signatures: {
        serving_default: signature({ y: output('y:0', []) }, { x: { ...floatInput, shape: [] } }),
      },
      saver: variables.saver,
      variables: new Map([['total', tensor('float32', 10)]]),
    });
    const answers = await Promise.all([1, 2, 3].map((each) => converted.run({ x: floats([], [each]) })));
    assert.deepEqual(
      answers.map((answer) => numbersIn(answer, 'y')),
      [[11], [13], [16]],
    );
  });
});

describe('what cannot be emitted', () => {
  const unsupported = [
    x,
    node('odd/one', 'NoSuchOp', ['x'], float),
    node('odd/two', 'NoSuchOp', ['odd/one'], float),
    node('other', 'NoOtherOp', ['odd/two'], float),
    node('fine', 'Neg', ['x'], float),
  ];

  it('refuses the model with every operator, how often it occurs, where first, and what to do', () => {
    assert.throws(
      () => convertModel(model(unsupported, { y: output('other:0') })),
      (reason: unknown) => {
        assert.ok(PerchError.is(reason, 'OPERATORS_UNSUPPORTED'));
        assert.match(reason.message, /NoSuchOp \(2 nodes, first odd\/one: the operator is not supported\)/);
        assert.match(reason.message, /NoOtherOp \(1 node, first other/);
        assert.match(reason.message, /tf2onnx/);
        return true;
      },
    );
  });

  it('leaves a signature out that is not the default one', async () => {
    await using converted = convertModel({
      graph: unsupported,
      signatures: {
        odd: signature({ y: output('other:0') }),
        serving_default: signature({ y: output('fine:0') }),
      },
    });
    const { report, signatures } = converted.program;
    assert.deepEqual(
      signatures.map(({ name }) => name),
      ['serving_default'],
    );
    assert.equal(report.omittedSignatures[0]?.name, 'odd');
    assert.equal(report.omittedSignatures[0].unsupported[0]?.firstNode, 'odd/one');
  });

  it('refuses sparse tensors in a signature, as TensorFlow Serving does', () => {
    const sparse = { values: 'x:0', indices: 'x:0', denseShape: 'x:0' };
    assert.throws(
      () =>
        convertModel({
          graph: unsupported,
          signatures: {
            serving_default: signature(
              { y: output('fine:0') },
              { x: { name: sparse, dtype: 'float32', shape: [-1] } },
            ),
          },
        }),
      /"x" is a sparse tensor/,
    );
  });

  it('refuses a placeholder that no request gives, and names that are not in the graph', () => {
    const graph = [x, placeholder('z', 'float32', [-1]), node('y', 'Mul', ['x', 'z'], float)];
    assert.throws(() => convertModel(model(graph, { y: output('y:0') })), /Placeholder \(1 node, first z/);
    assert.throws(() => convertModel(model(graph, { y: output('nowhere:0') })), /which is not in the graph/);
    assert.throws(() => convertModel(model(graph, { y: output('x:3') })), PerchError);
  });
});

describe('signatures', () => {
  it('share a plan where they compute the same', async () => {
    const graph = [x, node('y', 'Neg', ['x'], float)];
    const same = signature({ y: output('y:0') });
    await using converted = convertModel({ graph, signatures: { serving_default: same, again: same } });
    assert.deepEqual(
      converted.program.signatures.map(({ plan }) => plan),
      [0, 0],
    );
    assert.equal(converted.program.plans.length, 1);
  });

  it('take the default of an input that a request leaves out', async () => {
    const graph = [x, placeholder('z', 'float32', [-1]), node('y', 'Mul', ['x', 'z'], float)];
    await using converted = convertModel({
      graph,
      signatures: {
        serving_default: {
          inputs: { x: floatInput, z: { ...floatInput, name: 'z:0' } },
          outputs: { y: output('y:0') },
          defaults: { z: tensor('float32', [3]) },
        },
      },
    });
    assert.deepEqual(numbersIn(await converted.run({ x: floats([1], [2]) }), 'y'), [6]);
    await assert.rejects(converted.run({ z: floats([1], [2]) }), /Input "x" is missing/);
  });
});
