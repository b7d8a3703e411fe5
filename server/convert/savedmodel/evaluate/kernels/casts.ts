// Kernels between element types: casts, bit casts, and complex numbers from and to real ones.
import { isReal, newRealArray } from '../../../value.ts';
import { boolAttr, typeAttr } from '../../graph/attributes.ts';
import { elementTypeOf } from '../../proto/data-types.ts';
import { Unsupported } from '../../unsupported.ts';
import { castValue } from '../casts.ts';
import { aligned, newComplexArray, pairAt } from '../elementwise.ts';
import { realAt, tensorAt } from '../operands.ts';
import { productOf } from '../shapes.ts';
import { valueOfBytes } from '../../proto/element-bytes.ts';
import type { Kernel, Kernels } from '../contract.ts';

const cast: Kernel = (operands, node) => {
  if (boolAttr(node, 'Truncate', false)) {
    throw new Unsupported('a cast that truncates');
  }
  return [castValue(tensorAt(operands, 0, node), elementTypeOf(typeAttr(node, 'DstT')))];
};

/** Types whose elements lie in memory here as in TensorFlow. */
const plainTypes: ReadonlySet<string> = new Set([
  'float32',
  'float64',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
]);

const bitcast: Kernel = (operands, node) => {
  const value = tensorAt(operands, 0, node);
  const dtype = elementTypeOf(typeAttr(node, 'type'));
  if (value.dtype === 'string' || dtype === 'string' || !ArrayBuffer.isView(value.data)) {
    throw new Unsupported('a bit cast of strings');
  }
  if (!plainTypes.has(value.dtype) || !plainTypes.has(dtype)) {
    throw new Unsupported(`a bit cast from ${value.dtype} to ${dtype}`);
  }
  const { buffer, byteOffset, byteLength, BYTES_PER_ELEMENT: from } = value.data;
  const to = widths.get(dtype) ?? from;
  const shape =
    from === to ? value.shape : from > to ? [...value.shape, from / to] : value.shape.slice(0, -1);
  return [valueOfBytes(dtype, shape, new Uint8Array(buffer, byteOffset, byteLength))];
};

const widths: ReadonlyMap<string, number> = new Map([
  ['int8', 1],
  ['uint8', 1],
  ['int16', 2],
  ['uint16', 2],
  ['float32', 4],
  ['int32', 4],
  ['uint32', 4],
  ['float64', 8],
  ['int64', 8],
  ['uint64', 8],
]);

const complex: Kernel = (operands, node, context) => {
  const { shape, a, b } = aligned(realAt(operands, 0, node), realAt(operands, 1, node), context);
  const dtype = a.dtype === 'float64' ? 'complex128' : 'complex64';
  const count = productOf(shape);
  const data = newComplexArray(dtype, count);
  for (let i = 0; i < count; i++) {
    data[2 * i] = a.data[a.data.length === 1 ? 0 : i] ?? 0;
    data[2 * i + 1] = b.data[b.data.length === 1 ? 0 : i] ?? 0;
  }
  return [{ dtype, shape, data }];
};

/** A real number of each complex one; real operands are complex ones without an imaginary part. */
function part(measure: (real: number, imaginary: number) => number): Kernel {
  return (operands, node) => {
    const operand = tensorAt(operands, 0, node);
    const value = isReal(operand)
      ? castValue(operand, operand.dtype === 'float64' ? 'complex128' : 'complex64')
      : operand;
    if (value.dtype !== 'complex64' && value.dtype !== 'complex128') {
      throw new Unsupported(`${node.op} of ${value.dtype}`);
    }
    const dtype = value.dtype === 'complex64' ? 'float32' : 'float64';
    const data = newRealArray(dtype, value.data.length / 2);
    for (let i = 0; i < data.length; i++) {
      const [real, imaginary] = pairAt(value, i);
      data[i] = measure(real, imaginary);
    }
    return [{ dtype, shape: value.shape, data }];
  };
}

/** Cast, Bitcast, Complex, Real, Imag, ComplexAbs, Angle. */
export const castKernels: Kernels = new Map<string, Kernel>([
  ['Cast', cast],
  ['Bitcast', bitcast],
  ['Complex', complex],
  ['Real', part((real) => real)],
  ['Imag', part((_, imaginary) => imaginary)],
  ['ComplexAbs', part(Math.hypot)],
  ['Angle', part((real, imaginary) => Math.atan2(imaginary, real))],
]);
