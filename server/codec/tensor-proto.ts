// Turns a tensorflow.TensorProto into a tensor, by the rules of TensorFlow's Tensor::FromProto.
import { PerchError } from '../errors.ts';
import { dataTypeName, dtypeOfDataType } from './dtype.ts';
import { PartTally } from './part-tally.ts';
import type { ScannedTensorProto } from './tensor-proto-scan.ts';
import { carries, rankLimit, scanTensorProto, valueEncodings, valueFieldOf } from './tensor-proto-scan.ts';
import { elementCount, elementSize } from './tensor.ts';
import type { NumericDtype, NumericTensor, Tensor } from './tensor.ts';
import { WireReader, fieldTag, wireType } from './wire-reader.ts';

/**
 * Memory that repeating the last value may add to what a request brings, per request.
 *
 * A TensorProto of 20 bytes may ask for any number of elements: one value and a shape are a valid way to write a constant
 * tensor. Constants up to this size work; a shape that asks for more is refused before anything is allocated.
 */
export interface FillBudget {
  /** What is left, in bytes; decoding subtracts from it. */
  bytes: number;
}

/** A fresh budget of 1 GiB. */
export function newFillBudget(): FillBudget {
  return { bytes: 2 ** 30 };
}

/**
 * Decodes a TensorProto as TensorFlow does.
 *
 * A non-empty tensor_content is used, and must have exactly the size that dtype and shape ask for. Otherwise the `*_val`
 * field of the dtype: where it has fewer values than the shape has elements the last one repeats, none at all means zeros
 * or empty strings, surplus values are ignored. A tensor without elements needs no values, and any that come are ignored.
 * A packed float_val or double_val of exact or surplus count and numeric tensor_content become views on `bytes`.
 * @param alias The name of the input, for the messages.
 * @param budget Shared by the tensors of one request.
 * @throws PerchError REQUEST_MALFORMED (not a TensorProto), TENSOR_UNPARSABLE, DTYPE_UNSUPPORTED
 */
export function decodeTensorProto(
  bytes: Uint8Array,
  alias: string,
  budget: FillBudget = newFillBudget(),
): Tensor {
  return toTensor(scanTensorProto(bytes), alias, budget);
}

/** The second half of `decodeTensorProto`. */
export function toTensor(scanned: ScannedTensorProto, alias: string, budget: FillBudget): Tensor {
  const dtype = dtypeOfDataType(scanned.dataType);
  if (dtype === undefined) {
    const name = dataTypeName(scanned.dataType);
    if (name === undefined || scanned.dataType === 0) {
      throw unparsable(alias, `its dtype is ${scanned.dataType}`);
    }
    throw new PerchError('DTYPE_UNSUPPORTED', `Tensors of type ${name} are not supported: ${alias}`);
  }
  if (scanned.unknownRank) {
    throw unparsable(alias, 'its shape has an unknown rank');
  }
  const shape = scanned.dims;
  const count = shape.length > rankLimit ? undefined : elementCount(shape);
  if (count === undefined) {
    throw unparsable(alias, `its shape has a negative size or too many elements`);
  }
  return dtype === 'string'
    ? { dtype, shape, values: stringValues(scanned, count, alias, budget) }
    : numericTensor(scanned, dtype, count, alias, budget);
}

function numericTensor(
  scanned: ScannedTensorProto,
  dtype: NumericDtype,
  count: number,
  alias: string,
  budget: FillBudget,
): NumericTensor {
  const size = elementSize[dtype];
  const shape = scanned.dims;
  const { content } = scanned;
  if (content !== undefined && content.length > 0 && count > 0) {
    if (content.length !== count * size) {
      throw unparsable(alias, `tensor_content has ${content.length} bytes instead of ${count * size}`);
    }
    return { dtype, shape, bytes: dtype === 'bool' ? zerosAndOnes(content) : content };
  }
  const field = scanned.values.get(valueFieldOf[dtype]);
  const present = Math.min(field?.count ?? 0, count);
  const isBlock = dtype === 'float32' || dtype === 'float64';
  if (isBlock && field?.occurrences === 1 && field.start >= 0 && present === count) {
    return { dtype, shape, bytes: scanned.bytes.subarray(field.start, field.start + count * size) };
  }
  spend(budget, (count - present) * size, alias);
  const bytes = new Uint8Array(count * size);
  if (present > 0) {
    copyValues(scanned.bytes, dtype, bytes, present);
    repeatLast(bytes, (present - 1) * size, size);
  }
  return { dtype, shape, bytes };
}

function stringValues(
  scanned: ScannedTensorProto,
  count: number,
  alias: string,
  budget: FillBudget,
): Uint8Array[] {
  const { content } = scanned;
  if (content !== undefined && content.length > 0 && count > 0) {
    return stringList(content, count, alias);
  }
  const present = Math.min(scanned.values.get(valueFieldOf.string)?.count ?? 0, count);
  const pointerSize = 8;
  spend(budget, (count - present) * pointerSize, alias);
  new PartTally().add(present);
  const values: Uint8Array[] = [];
  const reader = new WireReader(scanned.bytes);
  while (values.length < present) {
    const tag = reader.tag();
    if (tag === fieldTag(valueFieldOf.string, wireType.LENGTH_DELIMITED)) {
      values.push(reader.view());
    } else {
      reader.skip(tag);
    }
  }
  const last = values.at(-1) ?? new Uint8Array();
  while (values.length < count) {
    values.push(last);
  }
  return values;
}

/** TensorFlow's port::DecodeStringList: `count` varint lengths, then the strings, to the last byte. */
function stringList(content: Uint8Array, count: number, alias: string): Uint8Array[] {
  if (count > content.length) {
    throw unparsable(alias, `tensor_content is too short for ${count} strings`);
  }
  new PartTally().add(count);
  const reader = new WireReader(content);
  const lengths: number[] = [];
  let total = 0;
  try {
    for (let index = 0; index < count; index++) {
      const length = reader.varint32();
      lengths.push(length);
      total += length;
    }
  } catch (error) {
    throw unparsable(alias, 'tensor_content is no list of strings', error);
  }
  let position = reader.position;
  if (total !== content.length - position) {
    throw unparsable(alias, 'the strings in tensor_content do not add up to its size');
  }
  return lengths.map((length) => content.subarray(position, (position += length)));
}

/** Copies the first `count` elements of the `*_val` field of `dtype` out of a message that has at least so many. */
function copyValues(message: Uint8Array, dtype: NumericDtype, target: Uint8Array, count: number): void {
  const fieldNumber = valueFieldOf[dtype];
  const encoding = valueEncodings.get(fieldNumber) ?? 'bytes';
  const view = new DataView(target.buffer, target.byteOffset, target.length);
  const size = elementSize[dtype];
  const reader = new WireReader(message);
  let index = 0;
  while (index < count) {
    const tag = reader.tag();
    if (tag >>> 3 !== fieldNumber || !carries(tag & 7, encoding)) {
      reader.skip(tag);
    } else if (encoding === 'varint') {
      const end = (tag & 7) === wireType.VARINT ? reader.position + 1 : reader.length() + reader.position;
      while (reader.position < end) {
        reader.varint64();
        if (index < count) {
          storeVarint(view, dtype, index++, reader);
        }
      }
    } else {
      const length = (tag & 7) === wireType.LENGTH_DELIMITED ? reader.length() : size;
      const start = reader.position;
      const taken = Math.min(length, (count - index) * size);
      target.set(message.subarray(start, start + taken), index * size);
      index += taken / size;
      reader.advance(length);
    }
  }
}

/** Narrows as C++ does: the low bits of the varint, and for bool whether any bit is set. */
function storeVarint(view: DataView, dtype: NumericDtype, index: number, reader: WireReader): void {
  if (dtype === 'bool') {
    view.setUint8(index, (reader.low | reader.high) === 0 ? 0 : 1);
    return;
  }
  switch (elementSize[dtype]) {
    case 1:
      view.setUint8(index, reader.low);
      return;
    case 2:
      view.setUint16(index * 2, reader.low, true);
      return;
    case 4:
      view.setUint32(index * 4, reader.low, true);
      return;
    case 8:
      view.setUint32(index * 8, reader.low, true);
      view.setUint32(index * 8 + 4, reader.high, true);
      return;
  }
}

/** Fills `bytes` from `start` on with the element there. */
function repeatLast(bytes: Uint8Array, start: number, size: number): void {
  const region = bytes.subarray(start);
  for (let filled = size; filled < region.length; filled *= 2) {
    region.copyWithin(filled, 0, filled);
  }
}

function zerosAndOnes(content: Uint8Array): Uint8Array {
  return content.every((byte) => byte <= 1) ? content : content.map((byte) => (byte === 0 ? 0 : 1));
}

function spend(budget: FillBudget, bytes: number, alias: string): void {
  if (bytes > budget.bytes) {
    throw unparsable(alias, 'its shape asks for far more elements than it has values');
  }
  budget.bytes -= bytes;
}

/** TensorFlow Serving's text, which has no room for the reason: that is in `cause`, for the log. */
function unparsable(alias: string, reason: string, cause?: unknown): PerchError {
  return new PerchError('TENSOR_UNPARSABLE', `tensor parsing error: ${alias}`, {
    cause: new Error(`Input ${alias}: ${reason}.`, { cause }),
  });
}
