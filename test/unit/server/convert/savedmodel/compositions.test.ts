// What random compositions of ops brought to light, reduced; the numbers are TensorFlow's.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openSavedModel } from '../../../../support/savedmodel/golden-runner.ts';
import { tensorOfGolden, type GoldenTensor } from '../../../../support/savedmodel/golden-tensors.ts';
import { assertLikeTensorFlow } from '../../../../support/savedmodel/golden-tolerance.ts';
import { attr, constant, node, placeholder, type NodeJson } from '../../../../support/savedmodel/nodes.ts';
import { writeSavedModel } from '../../../../support/savedmodel/write-saved-model.ts';
import { tempDir } from '../../../../support/temp-dir.ts';
import type { ValueType } from '../../../../../server/convert/value.ts';

type Numbers = GoldenTensor['data'];

function tensor(dtype: ValueType, shape: readonly number[], data: Numbers = []): GoldenTensor {
  return { dtype, shape, data };
}

const float = (shape: readonly number[], data: Numbers = []): GoldenTensor => tensor('float32', shape, data);

/** Asks a model of inputs with unknown sizes and of these nodes for one output. */
async function assertAnswers(
  nodes: readonly NodeJson[],
  output: string,
  inputs: Readonly<Record<string, GoldenTensor>>,
  wanted: GoldenTensor,
): Promise<void> {
  using directory = tempDir();
  const fed = Object.entries(inputs).map(
    ([name, { dtype, shape }]) => [name, dtype, shape.map(() => -1)] as const,
  );
  writeSavedModel(directory.path, {
    graph: [...fed.map(([name, dtype, shape]) => placeholder(name, dtype, shape)), ...nodes],
    signatures: {
      serving_default: {
        inputs: Object.fromEntries(
          fed.map(([name, dtype, shape]) => [name, { name: `${name}:0`, dtype, shape }]),
        ),
        outputs: { y: { name: output, dtype: wanted.dtype } },
      },
    },
  });
  const runner = await openSavedModel(directory.path);
  try {
    const request = new Map(Object.entries(inputs).map(([name, value]) => [name, tensorOfGolden(value)]));
    const answer = await runner.run('serving_default', request, ['y']);
    assertLikeTensorFlow(output, answer.get('y'), wanted);
  } finally {
    await runner.release();
  }
}

const int32 = (name: string, shape: readonly number[], data: readonly number[]): NodeJson =>
  constant(name, { dtype: 'int32', shape, data });

describe('ops on tensors without elements', () => {
  const topK = [
    int32('k', [], [2]),
    node('top', 'TopKV2', ['x', 'k'], { T: attr.type('float32'), sorted: attr.bool(true) }),
  ];

  it('finds the largest elements of no rows', async () => {
    await assertAnswers(topK, 'top:0', { x: float([0, 3]) }, float([0, 2]));
    await assertAnswers(topK, 'top:1', { x: float([2, 0, 3]) }, tensor('int32', [2, 0, 2]));
    await assertAnswers(topK, 'top:1', { x: float([1, 3], [1, 3, 2]) }, tensor('int32', [1, 2], [1, 2]));
  });

  it('finds the n-th elements of no rows', async () => {
    const nodes = [int32('n', [], [1]), node('nth', 'NthElement', ['x', 'n'], { T: attr.type('float32') })];
    await assertAnswers(nodes, 'nth:0', { x: float([0, 3]) }, float([0]));
    await assertAnswers(nodes, 'nth:0', { x: float([2, 3], [3, 1, 2, 6, 4, 5]) }, float([2], [2, 5]));
  });

  it('finds the places of extremes of no rows, whichever axis they are along', async () => {
    const nodes = (axis: number): NodeJson[] => [
      int32('axis', [], [axis]),
      node('place', 'ArgMax', ['x', 'axis'], { T: attr.type('float32'), output_type: attr.type('int64') }),
    ];
    await assertAnswers(nodes(-1), 'place:0', { x: float([0, 3]) }, tensor('int64', [0]));
    await assertAnswers(nodes(1), 'place:0', { x: float([0, 3, 2]) }, tensor('int64', [0, 2]));
    await assertAnswers(nodes(-2), 'place:0', { x: float([2, 3, 0]) }, tensor('int64', [2, 0]));
    await assert.rejects(
      assertAnswers(nodes(0), 'place:0', { x: float([0, 3]) }, tensor('int64', [3])),
      /INFERENCE_FAILED|could not run/,
    );
  });

  it("gives a short type's own bound as the extreme of nothing", async () => {
    const nodes = (op: string, dtype: ValueType): NodeJson[] => [
      int32('axes', [1], [0]),
      node('extreme', op, ['x', 'axes'], { T: attr.type(dtype), keep_dims: attr.bool(false) }),
    ];
    const cases = [
      ['Min', 'int16', 32767],
      ['Max', 'int16', -32768],
      ['Max', 'uint16', 0],
      ['Min', 'uint32', 4294967295],
    ] as const;
    for (const [op, dtype, bound] of cases) {
      await assertAnswers(
        nodes(op, dtype),
        'extreme:0',
        { x: tensor(dtype, [0]) },
        tensor(dtype, [], [bound]),
      );
      await assertAnswers(
        nodes(op, dtype),
        'extreme:0',
        { x: tensor(dtype, [1], [7]) },
        tensor(dtype, [], [7]),
      );
    }
  });

  it('splits nothing into equal parts', async () => {
    const nodes = [
      int32('axis', [], [1]),
      node('parts', 'Split', ['axis', 'x'], { T: attr.type('float32'), num_split: attr.int(3) }),
    ];
    await assertAnswers(nodes, 'parts:1', { x: float([2, 0]) }, float([2, 0]));
    await assertAnswers(nodes, 'parts:1', { x: float([1, 6], [1, 2, 3, 4, 5, 6]) }, float([1, 2], [3, 4]));
    await assert.rejects(assertAnswers(nodes, 'parts:1', { x: float([1, 4], [1, 2, 3, 4]) }, float([1, 2])));
  });
});

describe('Einsum of two tensors', () => {
  const sum = (equation: string): NodeJson[] => [
    node('sum', 'Einsum', ['a', 'b'], {
      N: attr.int(2),
      T: attr.type('float32'),
      equation: attr.string(equation),
    }),
  ];
  const a = float([2, 2, 2], [0, 0, 0, -1, 4, -1, 1, -1]);
  const long = [4, 1, 2, 4, 1, 2, 3, -2, -4, -2, -2, 3];
  const matrix = float([2, 3], [2, 3, -4, 3, 0, 0]);
  const rows = float([2, 1, 2], [2, 3, -4, 3]);
  const cases: readonly (readonly [string, GoldenTensor, GoldenTensor, GoldenTensor])[] = [
    [
      'bij,bkj->bik',
      float([2, 2, 3], long),
      float([2, 1, 3], [0, 0, 0, -1, 4, -1]),
      float([2, 2, 1], [0, 0, -7, -9]),
    ],
    ['...ij,...kj->...ik', a, float([2, 2], [2, 4, 3, 0]), float([2, 2, 2], [0, 0, -4, 0, 4, 12, -2, 3])],
    ['abc,bcd->da', a, float([2, 2, 3], long), float([3, 2], [2, 17, 2, 3, -3, -1])],
    ['ij,kj->i', matrix, matrix, float([2], [35, 15])],
    ['i,j->ji', float([2], [3, -2]), float([3], [3, -4, -3]), float([3, 2], [9, -6, -12, 8, -9, 6])],
    ['aij,bij->ab', rows, rows, float([2, 2], [13, 1, 1, 25])],
    ['bij,bj->bi', a, float([2, 2], [2, 4, 3, 0]), float([2, 2], [0, -4, 12, 3])],
    ['bij,bkj->bik', float([0, 2, 3]), float([0, 4, 3]), float([0, 2, 4])],
    ['BTNH,BSNH->BNTS', float([0, 2, 3, 4]), float([0, 5, 3, 4]), float([0, 3, 2, 5])],
    ['bij,bkj->bik', float([1, 2, 0]), float([1, 1, 0]), float([1, 2, 1], [0, 0])],
  ];
  for (const [equation, left, right, wanted] of cases) {
    it(`${equation} of [${left.shape.join()}] and [${right.shape.join()}]`, () =>
      assertAnswers(sum(equation), 'sum:0', { a: left, b: right }, wanted));
  }
});

it('finds the inverse hyperbolic sine of what has no square', async () => {
  await assertAnswers(
    [node('y', 'Asinh', ['x'], { T: attr.type('float64') })],
    'y:0',
    { x: tensor('float64', [5], ['-Infinity', 'Infinity', 1e200, -2, 'NaN']) },
    tensor('float64', [5], ['-Infinity', 'Infinity', 461.2101657793691, -1.4436354751788103, 'NaN']),
  );
});

it('finds extremes of uint64 elements by segment, where some are empty', async () => {
  const nodes = (op: string): NodeJson[] => [
    int32('ids', [2], [0, 0]),
    int32('count', [], [2]),
    node('y', op, ['x', 'ids', 'count'], {
      T: attr.type('uint64'),
      Tindices: attr.type('int32'),
      Tnumsegments: attr.type('int32'),
    }),
  ];
  const x = tensor('uint64', [2], [3, 9]);
  await assertAnswers(nodes('UnsortedSegmentMax'), 'y:0', { x }, tensor('uint64', [2], [9, 0]));
  await assertAnswers(
    nodes('UnsortedSegmentMin'),
    'y:0',
    { x },
    tensor('uint64', [2], [3, '18446744073709551615']),
  );
});
