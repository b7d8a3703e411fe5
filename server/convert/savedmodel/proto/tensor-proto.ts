// Decodes TensorProto (tensorflow/core/framework/tensor.proto) as TensorFlow's Tensor::FromProto does.
import { wireType } from '../../../codec/wire-reader.ts';
import { PerchError } from '../../../errors.ts';
import { sizeOf } from '../../value.ts';
import type { StringValue, Value } from '../../value.ts';
import { readType } from './attribute.ts';
import { storedBytes, storedTypeOf, valueOfBytes, type FixedType } from './element-bytes.ts';
import { delimited, FileReader, varint } from './file-reader.ts';
import type { DataType, PartialShape, RawTensor } from './messages.ts';
import { readShape } from './tensor-shape.ts';

const tags = { dtype: varint(1), shape: delimited(2), content: delimited(4) } as const;

/** The field that the elements of a type are in where they are not in `tensor_content`, and their wire type. */
const valueFields: Readonly<Record<FixedType, { readonly field: number; readonly wire: number }>> = {
  float32: { field: 5, wire: wireType.FIXED32 },
  float64: { field: 6, wire: wireType.FIXED64 },
  int32: { field: 7, wire: wireType.VARINT },
  int16: { field: 7, wire: wireType.VARINT },
  int8: { field: 7, wire: wireType.VARINT },
  uint16: { field: 7, wire: wireType.VARINT },
  uint8: { field: 7, wire: wireType.VARINT },
  complex64: { field: 9, wire: wireType.FIXED32 },
  int64: { field: 10, wire: wireType.VARINT },
  bool: { field: 11, wire: wireType.VARINT },
  complex128: { field: 12, wire: wireType.FIXED64 },
  float16: { field: 13, wire: wireType.VARINT },
  bfloat16: { field: 13, wire: wireType.VARINT },
  uint32: { field: 16, wire: wireType.VARINT },
  uint64: { field: 17, wire: wireType.VARINT },
};
const stringValues = delimited(8);

/** A tensor that repeats its last element may take so much memory beyond what the file stores of it. */
const mostRepeatedBytes = 256 * 1024 * 1024;

/** Beyond this file's own limits. */
const unlimited = (): void => undefined;

/** What the first look at a tensor finds. */
interface Outline {
  readonly dtype: DataType;
  readonly shape: readonly number[];
  readonly content: Uint8Array;
}

/**
 * The value of a tensor; quantised elements are their integers, float16 and bfloat16 are widened.
 * Fewer elements than the shape has: the last one is repeated, or there are zeros; more: the rest is left out.
 *
 * @param claim is told how many elements there will be before there is room for them, and may throw.
 * @param what the tensor's name in error texts: `The value of node "a/b"`.
 * Throws SAVED_MODEL_INVALID for what is no tensor, Unsupported for element types that Perch has not.
 */
export function decodeTensor(
  raw: RawTensor,
  claim: (elements: number) => void = unlimited,
  what = 'A tensor',
): Value {
  const { dtype, shape, content } = readOutline(raw, what);
  const type = storedTypeOf(dtype);
  const count = sizeOf(shape);
  claim(count);
  if (type === 'string') {
    checkRepetition(raw, count * 8, count, what);
    return content.length > 0
      ? decodeStringList(content, shape, count, what)
      : decodeStringValues(raw, shape, count);
  }
  const size = storedBytes(type, shape);
  if (content.length > 0 && count > 0) {
    if (content.length !== size) {
      throw invalid(what, `has ${content.length} bytes where its shape [${shape.join(',')}] takes ${size}`);
    }
    return valueOfBytes(type, shape, new Uint8Array(content));
  }
  checkRepetition(raw, size, count, what);
  const bytes = new Uint8Array(size);
  const stored = readValues(raw, type, bytes);
  repeatLast(bytes, stored, count === 0 ? 0 : size / count);
  return valueOfBytes(type, shape, bytes);
}

function invalid(what: string, problem: string): PerchError {
  return new PerchError('SAVED_MODEL_INVALID', `${what} ${problem}.`);
}

function readOutline(raw: RawTensor, what: string): Outline {
  const reader = new FileReader(raw.bytes, what);
  let dtype = 0;
  let shape = [] as PartialShape;
  let content: Uint8Array = new Uint8Array();
  reader.fields((tag) => {
    switch (tag) {
      case tags.dtype:
        dtype = readType(reader);
        break;
      case tags.shape:
        shape = readShape(reader);
        break;
      case tags.content:
        content = reader.view();
        break;
      default:
        reader.skip(tag);
    }
  });
  if (shape === undefined || shape.includes(-1)) {
    throw invalid(what, 'has a shape that is not known');
  }
  return { dtype, shape, content };
}

function checkRepetition(raw: RawTensor, size: number, count: number, what: string): void {
  if (count > raw.bytes.length && size > mostRepeatedBytes) {
    throw invalid(what, `has ${count} elements, and stores ${raw.bytes.length} bytes of them`);
  }
}

/** Writes the elements into `bytes`, as many as fit; returns how many numbers were stored. */
function readValues(raw: RawTensor, type: FixedType, bytes: Uint8Array): number {
  const put = elementWriter(type, bytes.buffer);
  const { field, wire } = valueFields[type];
  const single = field * 8 + wire;
  const packed = delimited(field);
  const reader = new FileReader(raw.bytes, 'A tensor');
  let stored = 0;
  const next = (): void => put(reader, stored++);
  reader.fields((tag) => {
    if (tag === single) {
      next();
    } else if (tag === packed) {
      reader.packed(next);
    } else {
      reader.skip(tag);
    }
  });
  return type === 'complex64' || type === 'complex128' ? Math.trunc(stored / 2) : stored;
}

/** Reads one element and puts it at an index; typed arrays leave out what is beyond their end. */
function elementWriter(
  type: FixedType,
  buffer: ArrayBufferLike,
): (reader: FileReader, index: number) => void {
  switch (type) {
    case 'float32':
    case 'complex64': {
      const floats = new Float32Array(buffer);
      return (reader, index) => (floats[index] = reader.float());
    }
    case 'float64':
    case 'complex128': {
      const doubles = new Float64Array(buffer);
      return (reader, index) => (doubles[index] = reader.double());
    }
    case 'int32':
    case 'uint32': {
      const words = new Uint32Array(buffer);
      return (reader, index) => (words[index] = reader.varint32());
    }
    case 'int16':
    case 'uint16':
    case 'float16':
    case 'bfloat16': {
      const halves = new Uint16Array(buffer);
      return (reader, index) => (halves[index] = reader.varint32());
    }
    case 'int8':
    case 'uint8': {
      const small = new Uint8Array(buffer);
      return (reader, index) => (small[index] = reader.varint32());
    }
    case 'bool': {
      const bools = new Uint8Array(buffer);
      return (reader, index) => (bools[index] = reader.bool() ? 1 : 0);
    }
    case 'int64':
    case 'uint64': {
      const bigs = new BigInt64Array(buffer);
      return (reader, index) => (bigs[index] = reader.int64());
    }
  }
}

/** Fills the rest of `bytes` with the last of `stored` elements, each of `width` bytes. */
function repeatLast(bytes: Uint8Array, stored: number, width: number): void {
  if (stored === 0) {
    return;
  }
  const last = (stored - 1) * width;
  for (let filled = stored * width; filled < bytes.length; filled += filled - last) {
    bytes.copyWithin(filled, last, filled);
  }
}

function decodeStringValues(raw: RawTensor, shape: readonly number[], count: number): StringValue {
  const data: Uint8Array[] = [];
  const reader = new FileReader(raw.bytes, 'A tensor');
  reader.fields((tag) => {
    if (tag === stringValues && data.length < count) {
      data.push(reader.copy());
    } else {
      reader.skip(tag);
    }
  });
  const last = data.at(-1) ?? new Uint8Array();
  while (data.length < count) {
    data.push(last);
  }
  return { dtype: 'string', shape, data };
}

/** `tensor_content` of strings: all lengths, then all bytes. */
function decodeStringList(
  content: Uint8Array,
  shape: readonly number[],
  count: number,
  what: string,
): StringValue {
  const reader = new FileReader(content, what);
  const lengths: number[] = [];
  while (lengths.length < count) {
    lengths.push(reader.varint32());
  }
  const data = lengths.map((length) => {
    const start = reader.position;
    reader.advance(length);
    return content.slice(start, reader.position);
  });
  return { dtype: 'string', shape, data };
}
