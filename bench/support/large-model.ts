// A model file of hundreds of megabytes, weights inside: what loading costs is measured on it.
import { open } from 'node:fs/promises';
import { field, graph, node, tensor, value, varintField } from '../../test/support/onnx-builder.ts';
import { fieldPieces, randomValues } from './weights.ts';

/** Rows and columns of a layer's weights: 64 MB of float32. */
const width = 4000;

/**
 * Writes a model of `layers` times 64 MB, input `x` and output `y` of [batch, 4000], matrix products. The layers' weights
 * differ in one value: ONNX Runtime keeps equal ones once.
 */
export async function writeLargeModel(file: string, layers: number): Promise<void> {
  const raw = new Uint8Array(randomValues(width * width, width).buffer);
  const numbers = Array.from({ length: layers }, (_, i) => i + 1);
  const nameOf = (layer: number): string => (layer === 0 ? 'x' : layer === layers ? 'y' : `sum${layer}`);
  const head = graph({
    nodes: numbers.map((layer) => node('MatMul', [nameOf(layer - 1), `w${layer}`], [nameOf(layer)])),
    inputs: [value('x', ['batch', width])],
    outputs: [value('y', ['batch', width])],
  });
  const weights = numbers.flatMap((layer) => {
    const rest = raw.subarray(4);
    const pieces = fieldPieces(9, [new Uint8Array(Float32Array.of(layer / 1e4).buffer), rest]);
    return fieldPieces(5, [tensor({ name: `w${layer}`, dims: [width, width] }), ...pieces]);
  });
  const opset = Buffer.concat([field(1, ''), varintField(2, 17)]);
  await using output = await open(file, 'w');
  for (const piece of [varintField(1, 8), field(8, opset), ...fieldPieces(7, [head, ...weights])]) {
    await output.writeFile(piece);
  }
}
