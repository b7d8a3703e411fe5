// Tensors of requests as values that kernels compute with, and back. Memory is shared where its layout allows.
import { PerchError } from '../../errors.ts';
import { halfToNumber, numberToHalf } from '../../codec/half.ts';
import { elementSize } from '../../codec/tensor.ts';
import type { NumericTensor, Tensor } from '../../codec/tensor.ts';
import type { BigArray, RealArray, RealType, Value } from '../value.ts';

type ArrayOf<A> = new (buffer: ArrayBufferLike, offset: number, length: number) => A;

const realArrays: Readonly<Record<Exclude<RealType, 'float16' | 'bfloat16'>, ArrayOf<RealArray>>> = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  bool: Uint8Array,
};

/** The tensor's contents: a view of its bytes where they are aligned, else a copy. */
export function valueOfTensor(tensor: Tensor): Value {
  if (tensor.dtype === 'string') {
    return { dtype: 'string', shape: tensor.shape, data: tensor.values };
  }
  const { dtype, shape } = tensor;
  switch (dtype) {
    case 'int64':
      return { dtype, shape, data: viewOf<BigArray>(tensor, BigInt64Array) };
    case 'uint64':
      return { dtype, shape, data: viewOf<BigArray>(tensor, BigUint64Array) };
    case 'float16':
      return { dtype, shape, data: Float32Array.from(viewOf(tensor, Uint16Array), halfToNumber) };
    default:
      return { dtype, shape, data: viewOf(tensor, realArrays[dtype]) };
  }
}

function viewOf<A>({ dtype, bytes }: NumericTensor, array: ArrayOf<A>): A {
  const size = elementSize[dtype];
  const aligned = bytes.byteOffset % size === 0 ? bytes : Uint8Array.from(bytes);
  return new array(aligned.buffer, aligned.byteOffset, aligned.length / size);
}

/** The value as a tensor. Throws INFERENCE_FAILED for complex numbers and bfloat16, which no answer carries. */
export function tensorOf(value: Value): Tensor {
  const { dtype, shape } = value;
  switch (dtype) {
    case 'string':
      return { dtype, shape, values: value.data };
    case 'float16':
      return { dtype, shape, bytes: bytesOf(Uint16Array.from(value.data, numberToHalf)) };
    case 'bfloat16':
    case 'complex64':
    case 'complex128':
      throw new PerchError('INFERENCE_FAILED', `A tensor of ${dtype} cannot be answered.`);
    default:
      return { dtype, shape, bytes: bytesOf(value.data) };
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
