// Resizes of images whose sizes are not known agree with those of known sizes, which goldens hold to TensorFlow.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tensor } from '../../../../../../support/savedmodel/tensors.ts';
import { attr, constant, node } from '../../../../../../support/savedmodel/nodes.ts';
import { onnxOperators, runGraph, type SmallGraph } from './graph-runs.ts';

interface Mode {
  readonly op: 'ResizeBilinear' | 'ResizeNearestNeighbor' | 'ResizeBicubic' | 'ResizeArea';
  readonly align_corners?: boolean;
  readonly half_pixel_centers?: boolean;
}

const resize = (
  { op, ...alignment }: Mode,
  size: readonly number[],
  shape: readonly number[] | undefined,
): SmallGraph => ({
  nodes: [
    constant('size', tensor('int32', size, [2])),
    node('out', op, ['x', 'size'], {
      T: attr.type('float32'),
      ...Object.fromEntries(Object.entries(alignment).map(([name, value]) => [name, attr.bool(value)])),
    }),
  ],
  inputs: { x: 'float32' },
  ...(shape !== undefined && { shapes: { x: shape } }),
  output: 'float32',
});

const modes: readonly Mode[] = (
  ['ResizeBilinear', 'ResizeNearestNeighbor', 'ResizeBicubic', 'ResizeArea'] as const
).flatMap((op) => [
  { op },
  { op, align_corners: true },
  ...(op === 'ResizeArea' ? [] : [{ op, half_pixel_centers: true }]),
]);

const image = {
  shape: [2, 3, 4, 2],
  data: Array.from({ length: 48 }, (_, index) => (index * 37) % 50),
};

describe('resizes', () => {
  for (const mode of modes) {
    it(`agree whether sizes are known or not: ${JSON.stringify(mode)}`, async () => {
      for (const size of [
        [6, 8],
        [5, 7],
        [1, 1],
        [2, 9],
      ]) {
        const known = await runGraph(resize(mode, size, [2, 3, 4, 2]), { x: image });
        for (const shape of [[-1, -1, -1, -1], undefined]) {
          const unknown = await runGraph(resize(mode, size, shape), { x: image });
          assert.deepEqual(unknown.shape, known.shape);
          unknown.data.forEach((value, index) => {
            assert.ok(Math.abs(value - (known.data[index] ?? NaN)) < 1e-4, `${size.join('x')} [${index}]`);
          });
        }
      }
    });
  }

  it('by powers of two are left to ONNX Runtime', () => {
    const mode = { op: 'ResizeBilinear', half_pixel_centers: true } as const;
    assert.equal(onnxOperators(resize(mode, [6, 8], [-1, 3, 4, 2])).get('Resize'), 1);
    assert.equal(onnxOperators(resize(mode, [9, 12], [-1, 3, 4, 2])).get('MatMul'), 2);
  });
});
