// Turns a tensorflow.TensorProto into a tensor, by the rules of TensorFlow's Tensor::FromProto.
import { PerchError } from '../errors.ts';
import { dataTypeName, dtypeOfDataType } from './dtype.ts';
import { PartTally } from './part-tally.ts';
import type { ScannedTensorProto } from './tensor-proto-scan.ts';
import { carries, rankLimit, scanTensorProto, valueEncodings, valueFieldOf } from './tensor-proto-scan.ts';
import { elementCount, elementSize } from './tensor.ts';
import type { NumericDtype, NumericTensor, Tensor } from './tensor.ts';
import { WireReader, fieldTag, valuesPerTurn, wireType, type WireSteps } from './wire-reader.ts';

/**
 * Memory that the tensors of one request may take beyond what the request brings.
 *
 * A TensorProto of 20 bytes may ask for any number of elements: one value and a shape are a valid way to write a constant
 * tensor. Constants up to this size work; a shape that asks for more is refused before anything is allocated.
 */
export interface FillBudget {
  /** What is left for repeating the last value, in bytes; decoding subtracts from it. */
  bytes: number;
  /** Counts strings, the repeated ones too: each has a place in a list, and V8 ends the process over a list too long. */
  readonly parts: PartTally;
}

/** A fresh budget of 1 GiB, and the strings that a request may have. */
export function newFillBudget(): FillBudget {
  return { bytes: 2 ** 30, parts: new PartTally() };
}

/**
 * Decodes a TensorProto as TensorFlow does, some milliseconds at a time.
 *
 * A non-empty tensor_content is used, and must have exactly the size that dtype and shape ask for. Otherwise the `*_val`
 * field of the dtype: where it has fewer values than the shape has elements the last one repeats, none at all means zeros
 * or empty strings, surplus values are ignored. A tensor without elements needs no values, and any that come are ignored.
 * A packed float_val or double_val of exact or surplus count and numeric tensor_content become views on `bytes`.
 * @param alias The name of the input, for the messages.
 * @param budget Shared by the tensors of one request.
 * @throws PerchError REQUEST_MALFORMED (not a TensorProto), TENSOR_UNPARSABLE, DTYPE_UNSUPPORTED, REQUEST_TOO_LARGE
 */
export function* decodeTensorProto(
  bytes: Uint8Array,
  alias: string,
  budget: FillBudget = newFillBudget(),
): WireSteps<Tensor> {
  return yield* toTensor(yield* scanTensorProto(bytes), alias, budget);
}

/** The second half of `decodeTensorProto`. */
export function* toTensor(scanned: ScannedTensorProto, alias: string, budget: FillBudget): WireSteps<Tensor> {
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
    ? { dtype, shape, values: yield* stringValues(scanned, count, alias, budget) }
    : yield* numericTensor(scanned, dtype, count, alias, budget);
}

function* numericTensor(
  scanned: ScannedTensorProto,
  dtype: NumericDtype,
  count: number,
  alias: string,
  budget: FillBudget,
): WireSteps<NumericTensor> {
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
    yield* copyValues(scanned.bytes, dtype, bytes, present);
    repeatLast(bytes, (present - 1) * size, size);
  }
  return { dtype, shape, bytes };
}

function* stringValues(
  scanned: ScannedTensorProto,
  count: number,
  alias: string,
  budget: FillBudget,
): WireSteps<Uint8Array[]> {
  const { content } = scanned;
  if (content !== undefined && content.length > 0 && count > 0) {
    return yield* stringList(content, count, alias, budget);
  }
  const present = Math.min(scanned.values.get(valueFieldOf.string)?.count ?? 0, count);
  const pointerSize = 8;
  spend(budget, (count - present) * pointerSize, alias);
  budget.parts.add(count);
  const values: Uint8Array[] = [];
  const reader = new WireReader(scanned.bytes);
  for (let fields = 1; values.length < present; fields++) {
    if (fields % valuesPerTurn === 0) {
      yield;
    }
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
function* stringList(
  content: Uint8Array,
  count: number,
  alias: string,
  { parts }: FillBudget,
): WireSteps<Uint8Array[]> {
  if (count > content.length) {
    throw unparsable(alias, `tensor_content is too short for ${count} strings`);
  }
  parts.add(count);
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
  const values: Uint8Array[] = [];
  for (const length of lengths) {
    if (values.push(content.subarray(position, (position += length))) % valuesPerTurn === 0) {
      yield;
    }
  }
  return values;
}

/** Copies the first `count` elements of the `*_val` field of `dtype` out of a message that has at least so many. */
function* copyValues(
  message: Uint8Array,
  dtype: NumericDtype,
  target: Uint8Array,
  count: number,
): WireSteps<void> {
  const fieldNumber = valueFieldOf[dtype];
  const encoding = valueEncodings.get(fieldNumber) ?? 'bytes';
  const view = new DataView(target.buffer, target.byteOffset, target.length);
  const size = elementSize[dtype];
  const reader = new WireReader(message);
  let index = 0;
  for (let fields = 1; index < count; fields++) {
    if (fields % valuesPerTurn === 0) {
      yield;
    }
    const tag = reader.tag();
    if (tag >>> 3 !== fieldNumber || !carries(tag & 7, encoding)) {
      reader.skip(tag);
    } else if (encoding === 'varint') {
      const end = (tag & 7) === wireType.VARINT ? reader.position + 1 : reader.length() + reader.position;
      while (reader.position < end) {
        reader.varint64();
        if (index === count) {
          return;
        }
        storeVarint(view, dtype, index++, reader);
        if (index % valuesPerTurn === 0) {
          yield;
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
