// Random weights for models that only have to be as much work as real ones.
import { field, tensor, varint } from '../../test/support/onnx-builder.ts';

/** Values evenly spread around 0, the same on every run, scaled so that sums over `fanIn` of them neither grow nor vanish. */
export function randomValues(count: number, fanIn: number): Float32Array {
  const scale = 2 * Math.sqrt(6 / fanIn);
  let state = 12345;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32 - 0.5) * scale;
  });
}

/** An initializer (onnx.TensorProto) of random values. */
export function randomWeights(name: string, dims: readonly number[], fanIn: number): Buffer {
  const count = dims.reduce((product, size) => product * size, 1);
  return tensor({ name, dims, raw: new Uint8Array(randomValues(count, fanIn).buffer) });
}

/** Field `number` of a message as pieces to be written one after the other: its content is not copied. */
export function fieldPieces(number: number, content: readonly Uint8Array[]): Uint8Array[] {
  const length = content.reduce((sum, piece) => sum + piece.length, 0);
  const emptyField = field(number, '');
  return [Buffer.concat([emptyField.subarray(0, -1), varint(length)]), ...content];
}
