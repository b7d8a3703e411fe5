// Kernels between strings and numbers: AsString, StringToNumber.
import { boolAttr, intAttr, stringAttr, typeAttr } from '../../graph/attributes.ts';
import { elementTypeOf } from '../../proto/data-types.ts';
import { Unsupported } from '../../unsupported.ts';
import { isBig, isFloatType } from '../../../value.ts';
import { refusal, stringsAt, tensorAt } from '../operands.ts';
import { latin1Bytes, latin1Of, utf8Of } from '../strings/ascii.ts';
import { formatFloat, padNumber } from '../strings/format-number.ts';
import { parseFloat32, parseFloat64, parseInteger } from '../strings/parse-number.ts';
import type { GraphNode } from '../../graph/flat-graph.ts';
import type { Value, ValueType } from '../../../value.ts';
import type { Kernel, Kernels } from '../contract.ts';
import type { FloatStyle } from '../strings/format-number.ts';

interface Format {
  readonly style: FloatStyle;
  readonly precision: number;
  readonly width: number;
  readonly flag: string;
}

/** No printf writes wider numbers for a model in earnest. */
const maximumWidth = 1000;

function formatOf(node: GraphNode, dtype: ValueType): Format {
  const isScientific = boolAttr(node, 'scientific', false);
  const isShortest = boolAttr(node, 'shortest', false);
  const precision = intAttr(node, 'precision', -1);
  const width = intAttr(node, 'width', -1);
  const flag = stringAttr(node, 'fill', '');
  const isFloat = isFloatType(dtype) || dtype === 'complex64' || dtype === 'complex128';
  if (isScientific && isShortest) {
    throw refusal('Cannot select both scientific and shortest notation');
  }
  if (flag.length > 1) {
    throw refusal('Fill string must be one or fewer characters');
  }
  if (!isFloat && precision >= 0) {
    throw refusal(`precision not supported for datatype ${dtype}`);
  }
  if (!isFloat && (isScientific || isShortest)) {
    throw refusal(`scientific and shortest format not supported for datatype ${dtype}`);
  }
  if (!['', ' ', '+', '-', '0'].includes(flag)) {
    throw refusal(`Fill argument not supported: "${flag}"`);
  }
  if (width > maximumWidth || precision > maximumWidth) {
    throw new Unsupported(`AsString with a width or precision beyond ${maximumWidth}`);
  }
  return {
    style: isShortest ? 'g' : isScientific ? 'e' : 'f',
    precision: precision < 0 ? 6 : precision,
    width,
    flag,
  };
}

function textsOf(value: Value, format: Format): string[] {
  const { width, flag, style, precision } = format;
  // TensorFlow computes with subnormal numbers taken for zeros.
  const smallest = value.dtype === 'float64' || value.dtype === 'complex128' ? 2 ** -1022 : 2 ** -126;
  const float = (element: number): string => {
    const normal = Math.abs(element) < smallest ? element * 0 : element;
    return padNumber(formatFloat(normal, style, precision), width, flag, Number.isFinite(element));
  };
  const isUnsigned = value.dtype.startsWith('u');
  const integerFlag = isUnsigned && (flag === '+' || flag === ' ') ? '' : flag;
  if (value.dtype === 'string') {
    return value.data.map((bytes) => padNumber(latin1Of(bytes), width, flag, false));
  }
  if (value.dtype === 'bool') {
    return Array.from(value.data, (element) => (element === 0 ? 'false' : 'true'));
  }
  if (value.dtype === 'complex64' || value.dtype === 'complex128') {
    const parts = Array.from(value.data, float);
    return parts.flatMap((real, i) => (i % 2 === 0 ? [`(${real},${parts[i + 1] ?? ''})`] : []));
  }
  if (isBig(value)) {
    return Array.from<bigint, string>(value.data, (element) =>
      padNumber(String(element), width, integerFlag),
    );
  }
  return Array.from<number, string>(
    value.data,
    isFloatType(value.dtype) ? float : (element) => padNumber(String(element), width, integerFlag),
  );
}

const asString: Kernel = (operands, node) => {
  const value = tensorAt(operands, 0, node);
  const texts = textsOf(value, formatOf(node, value.dtype));
  return [{ dtype: 'string', shape: value.shape, data: texts.map(latin1Bytes) }];
};

const integerRanges: Readonly<Partial<Record<ValueType, readonly [bigint, bigint]>>> = {
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
};

function numbersFrom<Parsed>(
  texts: readonly Uint8Array[],
  parse: (text: string) => Parsed | undefined,
): Parsed[] {
  return texts.map((bytes) => {
    const parsed = parse(latin1Of(bytes));
    if (parsed === undefined) {
      throw refusal(`StringToNumberOp could not correctly convert string: ${utf8Of(bytes)}`);
    }
    return parsed;
  });
}

const stringToNumber: Kernel = (operands, node) => {
  const { shape, data } = stringsAt(operands, 0, node);
  const dtype = elementTypeOf(typeAttr(node, 'out_type', 1));
  if (dtype === 'float32') {
    return [{ dtype, shape, data: Float32Array.from(numbersFrom(data, parseFloat32)) }];
  }
  if (dtype === 'float64') {
    return [{ dtype, shape, data: Float64Array.from(numbersFrom(data, parseFloat64)) }];
  }
  const range = integerRanges[dtype];
  if (range === undefined) {
    throw new Unsupported(`StringToNumber to ${dtype}`);
  }
  const integers = numbersFrom(data, (text) => parseInteger(text, ...range));
  switch (dtype) {
    case 'int32':
      return [{ dtype, shape, data: Int32Array.from(integers, Number) }];
    case 'uint32':
      return [{ dtype, shape, data: Uint32Array.from(integers, Number) }];
    case 'int64':
      return [{ dtype, shape, data: BigInt64Array.from(integers) }];
    default:
      return [{ dtype: 'uint64', shape, data: BigUint64Array.from(integers) }];
  }
};

export const stringNumberKernels: Kernels = new Map<string, Kernel>([
  ['AsString', asString],
  ['StringToNumber', stringToNumber],
]);
