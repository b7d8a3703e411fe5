// Kernels between strings and raw bytes: Base64, DecodeRaw, serialized tensors.
import { boolAttr, typeAttr } from '../../graph/attributes.ts';
import { dataTypeOfValue, elementTypeOf } from '../../proto/data-types.ts';
import { Unsupported } from '../../unsupported.ts';
import { sizeOf } from '../../../value.ts';
import { numberAt, refusal, stringsAt, tensorAt } from '../operands.ts';
import { latin1Of } from '../strings/ascii.ts';
import { valueOfBytes } from '../../proto/element-bytes.ts';
import { decodeTensor } from '../../proto/tensor-proto.ts';
import { serializeTensor } from '../strings/serialize-tensor.ts';
import { PerchError } from '../../../../errors.ts';
import type { StringValue, Value, ValueType } from '../../../value.ts';
import type { Kernel, Kernels } from '../contract.ts';

const encodeBase64: Kernel = (operands, node) => {
  const input = stringsAt(operands, 0, node);
  const isPadded = boolAttr(node, 'pad', false);
  const data = input.data.map((bytes) => {
    const text = Buffer.from(bytes).toString('base64url');
    return Buffer.from(isPadded ? text.padEnd(Math.ceil(text.length / 4) * 4, '=') : text, 'latin1');
  });
  return [{ ...input, data }];
};

function decodedBase64(bytes: Uint8Array): Uint8Array {
  const text = latin1Of(bytes);
  const digits = text.length % 4 === 0 ? text.replace(/={1,2}$/u, '') : text;
  const wholeLength = digits.length - (digits.length % 4);
  if (/[^A-Za-z0-9_-]/u.test(digits.slice(0, wholeLength))) {
    throw refusal('Invalid character found in base64.');
  }
  if (text.length % 4 === 1) {
    throw refusal('Base64 string length cannot be 1 modulo 4.');
  }
  if (/[^A-Za-z0-9_-]/u.test(digits.slice(wholeLength))) {
    throw refusal('Invalid character found in base64.');
  }
  return Buffer.from(digits, 'base64url');
}

const decodeBase64: Kernel = (operands, node) => {
  const input = stringsAt(operands, 0, node);
  return [{ ...input, data: input.data.map(decodedBase64) }];
};

/** Bytes per number, and per element; complex numbers are two. */
const sizes: Readonly<Partial<Record<ValueType, readonly [number: number, element: number]>>> = {
  bool: [1, 1],
  uint8: [1, 1],
  int8: [1, 1],
  uint16: [2, 2],
  int16: [2, 2],
  float16: [2, 2],
  bfloat16: [2, 2],
  int32: [4, 4],
  uint32: [4, 4],
  float32: [4, 4],
  int64: [8, 8],
  uint64: [8, 8],
  float64: [8, 8],
  complex64: [4, 8],
  complex128: [8, 16],
};

/** What TensorFlow calls the types whose names differ from those here. */
const typeNames: Readonly<Partial<Record<ValueType, string>>> = {
  float32: 'float',
  float64: 'double',
  float16: 'half',
};

/** Rows of as many bytes as a tensor. Big-endian numbers are turned round. */
function rawTensor(
  dtype: ValueType,
  outer: readonly number[],
  rows: readonly Uint8Array[],
  length: number,
  isLittle: boolean,
): Value {
  const [numberSize, elementSize] = sizes[dtype] ?? [0, 0];
  if (dtype === 'string' || elementSize === 0) {
    throw new Unsupported(`raw bytes of ${dtype}`);
  }
  const bytes = new Uint8Array(length * rows.length);
  rows.forEach((row, i) => bytes.set(row, i * length));
  if (!isLittle) {
    for (let at = 0; at < bytes.length; at += numberSize) {
      bytes.subarray(at, at + numberSize).reverse();
    }
  }
  return valueOfBytes(dtype, [...outer, length / elementSize], bytes);
}

const decodeRaw: Kernel = (operands, node, context) => {
  const { shape, data } = stringsAt(operands, 0, node);
  const dtype = elementTypeOf(typeAttr(node, 'out_type'));
  const length = data[0]?.length ?? 0;
  const odd = data.findIndex((row) => row.length !== length);
  if (odd !== -1) {
    throw refusal(
      `DecodeRaw requires input strings to all be the same size, but element ${odd} has size ${length} != ${data[odd]?.length ?? 0}`,
    );
  }
  const size = sizes[dtype]?.[1] ?? 1;
  if (length % size !== 0) {
    throw refusal(
      `Input to DecodeRaw has length ${length} that is not a multiple of ${size}, the size of ${typeNames[dtype] ?? dtype}`,
    );
  }
  context.claim(length * data.length);
  return [rawTensor(dtype, shape, data, length, boolAttr(node, 'little_endian', true))];
};

const decodePaddedRaw: Kernel = (operands, node, context) => {
  const { shape, data } = stringsAt(operands, 0, node);
  const length = numberAt(operands, 1, node);
  const dtype = elementTypeOf(typeAttr(node, 'out_type'));
  const size = sizes[dtype]?.[1] ?? 1;
  if (length <= 0) {
    throw refusal(`fixed_length (${length}) must be greater than zero.`);
  }
  if (length % size !== 0) {
    throw refusal(`fixed_length (${length}) must be a multiple of the size of out_type (${size})`);
  }
  context.claim(length * data.length);
  const rows = data.map((row) => row.subarray(0, length));
  return [rawTensor(dtype, shape, rows, length, boolAttr(node, 'little_endian', true))];
};

const parseTensor: Kernel = (operands, node, context) => {
  const serialized = oneString(stringsAt(operands, 0, node));
  // No Buffer: its `slice` would not copy.
  const bytes = new Uint8Array(serialized.buffer, serialized.byteOffset, serialized.length);
  const dtype = elementTypeOf(typeAttr(node, 'out_type'));
  let value: Value;
  try {
    value = decodeTensor({ bytes }, context.claim);
  } catch (error) {
    if (PerchError.is(error, 'SAVED_MODEL_INVALID') || error instanceof Unsupported) {
      const text = Buffer.from(bytes).toString('base64url');
      throw refusal(`Could not parse \`serialized\` as TensorProto, base64: ${text}`);
    }
    throw error;
  }
  if (value.dtype !== dtype) {
    throw refusal(
      `Type mismatch between parsed tensor (${typeNames[value.dtype] ?? value.dtype}) and dtype (${typeNames[dtype] ?? dtype})`,
    );
  }
  return [value];
};

function oneString(value: StringValue): Uint8Array {
  const [only] = value.data;
  if (only === undefined || value.shape.length !== 0) {
    throw refusal(`Expected \`serialized\` to be a scalar, got shape: [${value.shape.join(',')}]`);
  }
  return only;
}

const serialize: Kernel = (operands, node) => {
  const value = tensorAt(operands, 0, node);
  sizeOf(value.shape);
  return [{ dtype: 'string', shape: [], data: [serializeTensor(value, dataTypeOfValue(value.dtype))] }];
};

export const stringByteKernels: Kernels = new Map<string, Kernel>([
  ['EncodeBase64', encodeBase64],
  ['DecodeBase64', decodeBase64],
  ['DecodeRaw', decodeRaw],
  ['DecodePaddedRaw', decodePaddedRaw],
  ['ParseTensor', parseTensor],
  ['SerializeTensor', serialize],
]);
