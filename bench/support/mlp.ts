// A multilayer perceptron as an ONNX file, with random weights: what a benchmark of batching is run on.
import { graph, model, node, value } from '../../test/support/onnx-builder.ts';
import { randomWeights } from './weights.ts';

/** Sizes of the layers of the model that figures are given for, input and output included. */
export const mlpLayers = [784, 512, 512, 10];

/** The bytes of a model with the input `x` [batch, first size] and the output `y` [batch, last size]: Gemm and ReLU. */
export function writeMlp(layers: readonly number[] = mlpLayers): Uint8Array {
  const nodes: Buffer[] = [];
  const initializers: Buffer[] = [];
  let current = 'x';
  for (let layer = 1; layer < layers.length; layer++) {
    const [from = 0, to = 0] = layers.slice(layer - 1, layer + 1);
    const isLast = layer === layers.length - 1;
    const sum = isLast ? 'y' : `sum${layer}`;
    nodes.push(node('Gemm', [current, `weights${layer}`, `bias${layer}`], [sum]));
    initializers.push(randomWeights(`weights${layer}`, [from, to], from));
    initializers.push(randomWeights(`bias${layer}`, [to], from));
    if (!isLast) {
      current = `active${layer}`;
      nodes.push(node('Relu', [sum], [current]));
    }
  }
  return model(
    graph({
      nodes,
      initializers,
      inputs: [value('x', ['batch', layers[0] ?? 0])],
      outputs: [value('y', ['batch', layers.at(-1) ?? 0])],
    }),
  );
}

/** A row of input. */
export function mlpRow(layers: readonly number[] = mlpLayers): Float32Array {
  return Float32Array.from({ length: layers[0] ?? 0 }, (_, i) => (i % 17) / 17);
}
