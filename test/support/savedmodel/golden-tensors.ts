// Tensors of goldens as scripts/savedmodel-goldens/encoding.py writes them: exact, as JSON.
import { tensorOf } from '../../../server/convert/run/tensor-values.ts';
import { newRealArray } from '../../../server/convert/value.ts';
import type { Tensor } from '../../../server/codec/tensor.ts';
import type { Value, ValueType } from '../../../server/convert/value.ts';
import type { TestTensor } from './tensors.ts';

/** Numbers that JSON lacks or rounds are texts (`NaN`, `-0`, `9223372036854775807`); strings are base64. One element stands for all where all are the same. */
export interface GoldenTensor {
  readonly dtype: ValueType;
  readonly shape: readonly number[];
  readonly data: readonly (number | string)[];
}

/** As the writer of test models takes it. */
export function testTensorOf({ dtype, shape, data }: GoldenTensor): TestTensor {
  const count = shape.reduce((product, size) => product * size, 1) * (dtype.startsWith('complex') ? 2 : 1);
  const all = data.length === 1 ? new Array<number | string>(count).fill(data[0] ?? 0) : data;
  if (dtype === 'string') {
    return { dtype, shape, data: all.map((text) => Buffer.from(String(text), 'base64')) };
  }
  const isBig = dtype === 'int64' || dtype === 'uint64';
  return { dtype, shape, data: all.map((element) => (isBig ? BigInt(element) : Number(element))) };
}

/** As a request carries it. */
export function tensorOfGolden(golden: GoldenTensor): Tensor {
  return tensorOf(valueOfGolden(golden));
}

/** As kernels compute with it. */
export function valueOfGolden(golden: GoldenTensor): Value {
  const { dtype, shape, data } = testTensorOf(golden);
  switch (dtype) {
    case 'string':
      return { dtype, shape, data: data as readonly Uint8Array[] };
    case 'int64':
      return { dtype, shape, data: BigInt64Array.from(data as readonly bigint[]) };
    case 'uint64':
      return { dtype, shape, data: BigUint64Array.from(data as readonly bigint[]) };
    case 'complex64':
      return { dtype, shape, data: Float32Array.from(data as readonly number[]) };
    case 'complex128':
      return { dtype, shape, data: Float64Array.from(data as readonly number[]) };
    default: {
      const numbers = newRealArray(dtype, data.length);
      numbers.set(data as readonly number[]);
      return { dtype, shape, data: numbers };
    }
  }
}
