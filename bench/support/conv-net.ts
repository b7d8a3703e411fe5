// A convolutional net of MobileNet's shape (v1, 224 x 224) as an ONNX file, with random weights: some 25 ms of work a run.
import { graph, model, node, value } from '../../test/support/onnx-builder.ts';
import { randomWeights } from './weights.ts';

/** Shape of one input `x`; 600 kB of float32. */
export const convNetInput = [1, 3, 224, 224];

/** Channels and stride of each depthwise-separable block of MobileNet v1. */
const blocks: readonly (readonly [channels: number, stride: number])[] = [
  [64, 1],
  [128, 2],
  [128, 1],
  [256, 2],
  [256, 1],
  [512, 2],
  ...Array.from({ length: 5 }, () => [512, 1] as const),
  [1024, 2],
  [1024, 1],
];

const classes = 1000;

/** The bytes of a model with the input `x` [batch, 3, 224, 224] and the output `y` [batch, 1000]. */
export function writeConvNet(): Uint8Array {
  const nodes: Buffer[] = [];
  const initializers: Buffer[] = [];
  let current = 'x';
  let channels = 3;
  const convolve = (to: number, size: number, stride: number, group: number): void => {
    const name = `conv${nodes.length}`;
    const padding = Math.floor(size / 2);
    const perGroup = channels / group;
    initializers.push(randomWeights(`${name}.weights`, [to, perGroup, size, size], perGroup * size * size));
    nodes.push(
      node('Conv', [current, `${name}.weights`], [name], {
        kernel_shape: { ints: [size, size] },
        strides: { ints: [stride, stride] },
        pads: { ints: [padding, padding, padding, padding] },
        group: { int: group },
      }),
      node('Relu', [name], [`${name}.active`]),
    );
    current = `${name}.active`;
    channels = to;
  };
  convolve(32, 3, 2, 1);
  for (const [to, stride] of blocks) {
    convolve(channels, 3, stride, channels);
    convolve(to, 1, 1, 1);
  }
  initializers.push(randomWeights('weights', [channels, classes], channels));
  nodes.push(
    node('GlobalAveragePool', [current], ['pooled']),
    node('Flatten', ['pooled'], ['features']),
    node('MatMul', ['features', 'weights'], ['y']),
  );
  return model(
    graph({
      nodes,
      initializers,
      inputs: [value('x', ['batch', ...convNetInput.slice(1)])],
      outputs: [value('y', ['batch', classes])],
    }),
  );
}
