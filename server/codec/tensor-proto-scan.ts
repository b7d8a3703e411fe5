// Finds the parts of a tensorflow.TensorProto in its bytes: the wire format alone, not yet what it means.
import type { Dtype } from './tensor.ts';
import { WireReader, fieldTag, valuesPerTurn, wireType, type WireSteps } from './wire-reader.ts';

/** How the elements of a `*_val` field are written. */
export type ValueEncoding = 'fixed32' | 'fixed64' | 'varint' | 'bytes';

/** Every `*_val` field of TensorProto; those without an element type are only checked for well-formedness. */
export const valueEncodings: ReadonlyMap<number, ValueEncoding> = new Map([
  [5, 'fixed32'], // float_val
  [6, 'fixed64'], // double_val
  [7, 'varint'], // int_val
  [8, 'bytes'], // string_val
  [9, 'fixed32'], // scomplex_val
  [10, 'varint'], // int64_val
  [11, 'varint'], // bool_val
  [12, 'fixed64'], // dcomplex_val
  [13, 'varint'], // half_val
  [16, 'varint'], // uint32_val
  [17, 'varint'], // uint64_val
]);

/** The `*_val` field of each element type. */
export const valueFieldOf: Readonly<Record<Dtype, number>> = {
  float32: 5,
  float64: 6,
  int32: 7,
  int16: 7,
  int8: 7,
  uint8: 7,
  uint16: 7,
  string: 8,
  int64: 10,
  bool: 11,
  float16: 13,
  uint32: 16,
  uint64: 17,
};

/** TensorFlow's TensorShape::MaxDimensions. */
export const rankLimit = 254;

/** What a `*_val` field holds, and where if it is all in one packed run. */
interface ValueField {
  /** Elements in all occurrences. */
  count: number;
  occurrences: number;
  /** The bytes of the last packed occurrence; -1 after an unpacked one, and of varints. */
  start: number;
}

/** A well-formed TensorProto whose meaning has not been looked at. */
export interface ScannedTensorProto {
  readonly bytes: Uint8Array;
  dataType: number;
  unknownRank: boolean;
  /** In full up to a rank of 254, TensorFlow's limit; 255 sizes stand for any higher rank. */
  readonly dims: number[];
  content: Uint8Array | undefined;
  readonly values: Map<number, ValueField>;
}

/**
 * Checks that `bytes` is a TensorProto and finds its parts, copying nothing, some milliseconds at a time.
 *
 * Protobuf's rules: the last of a scalar field wins, tensor_shape merges over its occurrences, repeated fields may be
 * packed, unpacked or both, unknown fields and known ones of another wire type are skipped.
 * @throws PerchError REQUEST_MALFORMED
 */
export function* scanTensorProto(bytes: Uint8Array): WireSteps<ScannedTensorProto> {
  const reader = new WireReader(bytes);
  const scanned: ScannedTensorProto = {
    bytes,
    dataType: 0,
    unknownRank: false,
    dims: [],
    content: undefined,
    values: new Map(),
  };
  for (let fields = 1; !reader.done; fields++) {
    if (fields % valuesPerTurn === 0) {
      yield;
    }
    const tag = reader.tag();
    switch (tag) {
      case fieldTag(1, wireType.VARINT):
        scanned.dataType = reader.varint32() | 0;
        break;
      case fieldTag(2, wireType.LENGTH_DELIMITED):
        scanShape(reader, scanned);
        break;
      case fieldTag(4, wireType.LENGTH_DELIMITED):
        scanned.content = reader.view();
        break;
      default: {
        const field = scanOther(reader, tag, scanned);
        if (field !== undefined) {
          field.count += yield* reader.countVarints(reader.length());
        }
      }
    }
  }
  return scanned;
}

function scanShape(reader: WireReader, scanned: ScannedTensorProto): void {
  const outer = reader.enter();
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === fieldTag(2, wireType.LENGTH_DELIMITED)) {
      const size = scanDimension(reader);
      if (scanned.dims.push(size) > rankLimit) {
        // It is refused, whatever else it says: there may be millions.
        reader.position = reader.limit;
      }
    } else if (tag === fieldTag(3, wireType.VARINT)) {
      reader.varint64();
      scanned.unknownRank = (reader.low | reader.high) !== 0;
    } else {
      reader.skip(tag);
    }
  }
  reader.leave(outer);
}

function scanDimension(reader: WireReader): number {
  let size = 0;
  const outer = reader.enter();
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === fieldTag(1, wireType.VARINT)) {
      size = reader.int64AsNumber();
    } else if (tag === fieldTag(2, wireType.LENGTH_DELIMITED)) {
      reader.string();
    } else {
      reader.skip(tag);
    }
  }
  reader.leave(outer);
  return size;
}

/** Reads a field that is none of the scalar ones, up to the length of a packed run of varints: then gives what it counts in. */
function scanOther(reader: WireReader, tag: number, scanned: ScannedTensorProto): ValueField | undefined {
  const fieldNumber = tag >>> 3;
  const encoding = valueEncodings.get(fieldNumber);
  if (encoding === undefined || !carries(tag & 7, encoding)) {
    reader.skip(tag);
    return undefined;
  }
  let field = scanned.values.get(fieldNumber);
  if (field === undefined) {
    field = { count: 0, occurrences: 0, start: -1 };
    scanned.values.set(fieldNumber, field);
  }
  field.occurrences++;
  if ((tag & 7) !== wireType.LENGTH_DELIMITED || encoding === 'bytes') {
    reader.skip(tag);
    field.count++;
    field.start = -1;
    return undefined;
  }
  if (encoding === 'varint') {
    // Nothing is viewed of them in their place.
    field.start = -1;
    return field;
  }
  const length = reader.length();
  field.start = reader.position;
  const size = encoding === 'fixed32' ? 4 : 8;
  if (length % size !== 0) {
    throw reader.malformed('a packed field ends inside a value');
  }
  field.count += length / size;
  reader.advance(length);
  return undefined;
}

/** Whether a field of this encoding may come with this wire type: its own, or packed. */
export function carries(type: number, encoding: ValueEncoding): boolean {
  if (type === wireType.LENGTH_DELIMITED) {
    return true;
  }
  switch (encoding) {
    case 'fixed32':
      return type === wireType.FIXED32;
    case 'fixed64':
      return type === wireType.FIXED64;
    case 'varint':
      return type === wireType.VARINT;
    case 'bytes':
      return false;
  }
}
