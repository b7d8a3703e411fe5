// What ONNX's ValueInfoProto says of an input or output: its name, its element type in Triton's words, its dimensions.
import { fieldTag, WireReader, wireType } from '../codec/wire-reader.ts';
import type { OnnxValue } from './onnx-signature.ts';

/** TensorProto.DataType (onnx/onnx.proto) in Triton's words; the others have none. */
const dataTypes: ReadonlyMap<number, string> = new Map([
  [1, 'TYPE_FP32'],
  [2, 'TYPE_UINT8'],
  [3, 'TYPE_INT8'],
  [4, 'TYPE_UINT16'],
  [5, 'TYPE_INT16'],
  [6, 'TYPE_INT32'],
  [7, 'TYPE_INT64'],
  [8, 'TYPE_STRING'],
  [9, 'TYPE_BOOL'],
  [10, 'TYPE_FP16'],
  [11, 'TYPE_FP64'],
  [12, 'TYPE_UINT32'],
  [13, 'TYPE_UINT64'],
  [16, 'TYPE_BF16'],
]);

/** More dimensions than any tensor has. */
const maximumRank = 64;

/** Why the bytes of a file are no model. */
export class BrokenModel extends Error {}

type ValueType = Pick<OnnxValue, 'dataType' | 'dims'>;
type Dimensions = (number | string)[];

const noTensor: ValueType = { dataType: undefined, dims: undefined };

/**
 * ValueInfoProto: name = 1, type = 2. Throws REQUEST_MALFORMED where `bytes` are no such message, and BrokenModel where there
 * are too many dimensions.
 */
export function readValueInfo(bytes: Uint8Array): OnnxValue {
  const reader = new WireReader(bytes);
  let name = '';
  let type = noTensor;
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === fieldTag(1, wireType.LENGTH_DELIMITED)) {
      name = textOf(reader);
    } else if (tag === fieldTag(2, wireType.LENGTH_DELIMITED)) {
      type = inside(reader, readType);
    } else {
      reader.skip(tag);
    }
  }
  return { name, ...type };
}

/** TypeProto: tensor_type = 1; sequences, maps, optionals and sparse tensors are others. */
function readType(reader: WireReader): ValueType {
  let type = noTensor;
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === fieldTag(1, wireType.LENGTH_DELIMITED)) {
      type = inside(reader, readTensorType);
    } else {
      reader.skip(tag);
    }
  }
  return type;
}

/** TypeProto.Tensor: elem_type = 1, shape = 2. */
function readTensorType(reader: WireReader): ValueType {
  let dataType: string | undefined;
  let dims: Dimensions | undefined;
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === fieldTag(1, wireType.VARINT)) {
      dataType = dataTypes.get(reader.varint32());
    } else if (tag === fieldTag(2, wireType.LENGTH_DELIMITED)) {
      dims = inside(reader, readShape);
    } else {
      reader.skip(tag);
    }
  }
  return { dataType, dims };
}

/** TensorShapeProto: dim = 1. */
function readShape(reader: WireReader): Dimensions {
  const dims: Dimensions = [];
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === fieldTag(1, wireType.LENGTH_DELIMITED)) {
      dims.push(inside(reader, readDimension));
      if (dims.length > maximumRank) {
        throw new BrokenModel(`a tensor has more than ${maximumRank} dimensions`);
      }
    } else {
      reader.skip(tag);
    }
  }
  return dims;
}

/** TensorShapeProto.Dimension: dim_value = 1 or dim_param = 2. */
function readDimension(reader: WireReader): number | string {
  let size: number | string = -1;
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === fieldTag(1, wireType.VARINT)) {
      size = Math.max(-1, reader.int64AsNumber());
    } else if (tag === fieldTag(2, wireType.LENGTH_DELIMITED)) {
      size = textOf(reader) || -1;
    } else {
      reader.skip(tag);
    }
  }
  return size;
}

/** What `read` makes of the message at the reader. */
function inside<T>(reader: WireReader, read: (reader: WireReader) => T): T {
  const outer = reader.enter();
  const value = read(reader);
  reader.leave(outer);
  return value;
}

/** ONNX's strings are proto2's, which need not be UTF-8. */
function textOf(reader: WireReader): string {
  return Buffer.from(reader.view()).toString('utf8');
}
