// Kernels between element types: casts, bit casts, and complex numbers from and to real ones.
import { isReal, newRealArray } from '../../../value.ts';
import { boolAttr, typeAttr } from '../../graph/attributes.ts';
import { elementTypeOf } from '../../proto/data-types.ts';
import { Unsupported } from '../../unsupported.ts';
import { castValue } from '../casts.ts';
import { aligned, newComplexArray, pairAt } from '../elementwise.ts';
import { realAt, refusal, tensorAt } from '../operands.ts';
import { productOf, shapeText } from '../shapes.ts';
import { rawPieces } from '../../../onnx/raw-data.ts';
import { storedBytes, valueOfBytes } from '../../proto/element-bytes.ts';
import type { Value, ValueType } from '../../../value.ts';
import type { Kernel, Kernels } from '../contract.ts';

/** Bits of the fraction, of the types between which `Truncate` cuts off. */
const fractionBits: ReadonlyMap<ValueType, number> = new Map([
  ['float64', 52],
  ['float32', 23],
  ['float16', 10],
  ['bfloat16', 7],
]);

const cast: Kernel = (operands, node) => {
  const value = tensorAt(operands, 0, node);
  const dtype = elementTypeOf(typeAttr(node, 'DstT'));
  const isCut = boolAttr(node, 'Truncate', false);
  return [castValue(isCut ? cutFraction(value, dtype) : value, dtype)];
};

/** Without the bits of the fraction that the other type has not: rounding changes nothing then. */
function cutFraction(value: Value, dtype: ValueType): Value {
  const from = fractionBits.get(value.dtype);
  const to = fractionBits.get(dtype);
  if (from === undefined || to === undefined || from <= to) {
    return value;
  }
  if (value.dtype !== 'float32' && value.dtype !== 'float64') {
    throw new Unsupported(`a cast from ${value.dtype} to ${dtype} that cuts off`);
  }
  const data = value.data.slice();
  const words = new Uint32Array(data.buffer);
  const wordsEach = value.dtype === 'float64' ? 2 : 1;
  const cut = from - to;
  for (let i = 0; i < data.length; i++) {
    if (!Number.isNaN(data[i])) {
      const low = i * wordsEach;
      const high = low + (cut >= 32 ? 1 : 0);
      words[low] = cut >= 32 ? 0 : (words[low] ?? 0);
      words[high] = (((words[high] ?? 0) >>> (cut % 32)) << (cut % 32)) >>> 0;
    }
  }
  return { ...value, data };
}

const bitcast: Kernel = (operands, node) => {
  const value = tensorAt(operands, 0, node);
  const dtype = elementTypeOf(typeAttr(node, 'type'));
  if (value.dtype === 'string' || dtype === 'string') {
    throw new Unsupported('a bit cast of strings');
  }
  const [from, to] = [storedBytes(value.dtype, []), storedBytes(dtype, [])];
  const last = value.shape.at(-1);
  if (from < to && last !== to / from) {
    throw refusal(
      `Cannot bitcast from ${value.dtype} to ${dtype}: shape ${shapeText(value.shape)} has no last dimension of ${to / from}`,
    );
  }
  const shape =
    from === to ? value.shape : from > to ? [...value.shape, from / to] : value.shape.slice(0, -1);
  return [valueOfBytes(dtype, shape, new Uint8Array(Buffer.concat([...rawPieces(value)])))];
};

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
