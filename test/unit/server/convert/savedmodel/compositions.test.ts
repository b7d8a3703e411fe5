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

describe('a batch of no images', () => {
  it('is resized by matrices', async () => {
    const nodes = (op: string): NodeJson[] => [
      int32('size', [2], [2, 3]),
      node('y', op, ['x', 'size'], {
        T: attr.type('float32'),
        align_corners: attr.bool(false),
        half_pixel_centers: attr.bool(true),
      }),
    ];
    await assertAnswers(nodes('ResizeBilinear'), 'y:0', { x: float([0, 5, 7, 3]) }, float([0, 2, 3, 3]));
    await assertAnswers(
      nodes('ResizeBilinear'),
      'y:0',
      { x: float([2, 1, 1, 1], [4, 5]) },
      float([2, 2, 3, 1], [4, 4, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5]),
    );
  });

  it('is moved to blocks and back', async () => {
    const nodes = (op: string, edges: string): NodeJson[] => [
      int32('block', [1], [2]),
      int32('edges', [1, 2], [1, 0]),
      node('y', op, ['x', 'block', 'edges'], {
        T: attr.type('float32'),
        Tblock_shape: attr.type('int32'),
        [edges]: attr.type('int32'),
      }),
    ];
    const toBatch = nodes('SpaceToBatchND', 'Tpaddings');
    const toSpace = nodes('BatchToSpaceND', 'Tcrops');
    await assertAnswers(toBatch, 'y:0', { x: float([0, 3, 2]) }, float([0, 2, 2]));
    await assertAnswers(toBatch, 'y:0', { x: float([1, 3, 1], [1, 2, 3]) }, float([2, 2, 1], [0, 2, 1, 3]));
    await assertAnswers(toSpace, 'y:0', { x: float([0, 4, 2]) }, float([0, 7, 2]));
    await assertAnswers(toSpace, 'y:0', { x: float([2, 2, 1], [1, 2, 3, 4]) }, float([1, 3, 1], [3, 2, 4]));
  });
});

describe('what TensorFlow refuses', () => {
  it('is a gather in batches of unlike sizes', async () => {
    const nodes = [
      int32('axis', [], [1]),
      node('y', 'GatherV2', ['x', 'at', 'axis'], {
        Tparams: attr.type('float32'),
        Tindices: attr.type('int32'),
        Taxis: attr.type('int32'),
        batch_dims: attr.int(1),
      }),
    ];
    const at = (shape: readonly number[], data: Numbers = []): GoldenTensor => tensor('int32', shape, data);
    const x = float([2, 2], [1, 2, 3, 4]);
    await assertAnswers(nodes, 'y:0', { x, at: at([2, 1], [1, 0]) }, float([2, 1], [2, 3]));
    await assertAnswers(nodes, 'y:0', { x: float([0, 2]), at: at([0, 1]) }, float([0, 1]));
    for (const other of [at([1, 1], [0]), at([3, 1], [0, 0, 0]), at([0, 1])]) {
      await assert.rejects(
        assertAnswers(nodes, 'y:0', { x, at: other }, float(other.shape)),
        /should be equal to indices/,
      );
    }
  });

  it('is a band of more diagonals than the matrix has', async () => {
    const nodes = [
      node('y', 'MatrixBandPart', ['x', 'lower', 'upper'], {
        T: attr.type('float32'),
        Tindex: attr.type('int64'),
      }),
    ];
    const int64 = (value: number): GoldenTensor => tensor('int64', [], [value]);
    const x = float([2, 3], [1, 2, 3, 4, 5, 6]);
    const [zero, two, three, four] = [int64(0), int64(2), int64(3), int64(4)];
    const ask = (lower: GoldenTensor, upper: GoldenTensor, data: Numbers): Promise<void> =>
      assertAnswers(nodes, 'y:0', { x, lower, upper }, float([2, 3], data));
    await ask(two, zero, [1, 0, 0, 4, 5, 0]);
    await ask(zero, three, [1, 2, 3, 0, 5, 6]);
    await ask(int64(-1), int64(-5), [1, 2, 3, 4, 5, 6]);
    await assert.rejects(ask(three, zero, [1, 0, 0, 4, 5, 0]), /number of rows/);
    await assert.rejects(ask(zero, four, [1, 2, 3, 0, 5, 6]), /number of columns/);
    await assert.rejects(
      assertAnswers(nodes, 'y:0', { x: float([1], [1]), lower: zero, upper: zero }, float([1], [1])),
      /at least 2-dim/,
    );
  });

  it('is the distinct elements of a matrix', async () => {
    const nodes = [node('y', 'Unique', ['x'], { T: attr.type('float32'), out_idx: attr.type('int32') })];
    await assertAnswers(nodes, 'y:0', { x: float([3], [2, 1, 2]) }, float([2], [2, 1]));
    await assert.rejects(
      assertAnswers(nodes, 'y:0', { x: float([2, 1], [2, 2]) }, float([1], [2])),
      /1D vector/,
    );
  });
});

it('takes one diagonal of matrices of unknown size', async () => {
  const nodes = (k: number): NodeJson[] => [
    int32('k', [], [k]),
    constant('padding', { dtype: 'float32', shape: [], data: [9] }),
    node('y', 'MatrixDiagPartV3', ['x', 'k', 'padding'], {
      T: attr.type('float32'),
      align: attr.string('RIGHT_LEFT'),
    }),
  ];
  const x = float([2, 2, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  await assertAnswers(nodes(0), 'y:0', { x }, float([2, 2], [1, 5, 7, 11]));
  await assertAnswers(nodes(1), 'y:0', { x }, float([2, 2], [2, 6, 8, 12]));
  await assertAnswers(nodes(2), 'y:0', { x }, float([2, 1], [3, 9]));
  await assertAnswers(nodes(-1), 'y:0', { x }, float([2, 1], [4, 10]));
  await assertAnswers(nodes(1), 'y:0', { x: float([0, 2, 3]) }, float([0, 2]));
  await assertAnswers(nodes(1), 'y:0', { x: float([2, 0, 3]) }, float([2, 0]));
  for (const k of [3, -2]) {
    await assert.rejects(assertAnswers(nodes(k), 'y:0', { x }, float([2, 0])), /out of bound/);
  }
});
