// Reads AttrValue, NameAttrList and maps of attributes.
import { delimited, fixed32, varint, type FileReader } from './file-reader.ts';
import { withoutReference } from './data-types.ts';
import { readShape } from './tensor-shape.ts';
import type {
  Attribute,
  AttributeList,
  Attributes,
  DataType,
  FunctionReference,
  PartialShape,
  RawTensor,
} from './messages.ts';

const valueTags = {
  list: delimited(1),
  bytes: delimited(2),
  int: varint(3),
  float: fixed32(4),
  bool: varint(5),
  type: varint(6),
  shape: delimited(7),
  tensor: delimited(8),
  placeholder: delimited(9),
  function: delimited(10),
} as const;

const listTags = {
  bytes: delimited(2),
  int: varint(3),
  packedInts: delimited(3),
  float: fixed32(4),
  packedFloats: delimited(4),
  bool: varint(5),
  packedBools: delimited(5),
  type: varint(6),
  packedTypes: delimited(6),
  shape: delimited(7),
  tensor: delimited(8),
  function: delimited(9),
} as const;

const functionTags = { name: delimited(1), attribute: delimited(2) } as const;

/** What nodes without attributes share. */
export const noAttributes: Attributes = new Map();

/** Reads the DataType that follows. */
export function readType(reader: FileReader): DataType {
  return withoutReference(reader.varint32());
}

/** Reads an entry of `map<string, AttrValue>` into `attributes`; an attribute without a value is as one that is not there. */
export function readAttributeEntry(reader: FileReader, attributes: Map<string, Attribute>): void {
  const [name, value] = reader.mapEntry(() => readAttribute(reader), undefined);
  if (value !== undefined) {
    attributes.set(name, value);
  }
}

/** Reads the AttrValue that follows; of several values in it the last counts. */
export function readAttribute(reader: FileReader): Attribute | undefined {
  let attribute: Attribute | undefined;
  reader.message((tag) => {
    switch (tag) {
      case valueTags.list:
        attribute = { kind: 'list', value: readList(reader) };
        break;
      case valueTags.bytes:
        attribute = { kind: 'bytes', value: reader.copy() };
        break;
      case valueTags.int:
        attribute = { kind: 'int', value: reader.int64() };
        break;
      case valueTags.float:
        attribute = { kind: 'float', value: reader.float() };
        break;
      case valueTags.bool:
        attribute = { kind: 'bool', value: reader.bool() };
        break;
      case valueTags.type:
        attribute = { kind: 'type', value: readType(reader) };
        break;
      case valueTags.shape:
        attribute = { kind: 'shape', value: readShape(reader) };
        break;
      case valueTags.tensor:
        attribute = { kind: 'tensor', value: { bytes: reader.view() } };
        break;
      case valueTags.placeholder:
        attribute = { kind: 'placeholder', value: reader.string() };
        break;
      case valueTags.function:
        attribute = { kind: 'function', value: readFunctionReference(reader) };
        break;
      default:
        reader.skip(tag);
    }
  });
  return attribute;
}

function readFunctionReference(reader: FileReader): FunctionReference {
  let name = '';
  const attributes = new Map<string, Attribute>();
  reader.message((tag) => {
    switch (tag) {
      case functionTags.name:
        name = reader.string();
        break;
      case functionTags.attribute:
        readAttributeEntry(reader, attributes);
        break;
      default:
        reader.skip(tag);
    }
  });
  return { name, attributes };
}

/** What lists share that have no elements of a kind: there are very many lists. */
const none: readonly never[] = [];

function readList(reader: FileReader): AttributeList {
  let bytes: Uint8Array[] | undefined;
  let ints: bigint[] | undefined;
  let floats: number[] | undefined;
  let bools: boolean[] | undefined;
  let types: DataType[] | undefined;
  let shapes: PartialShape[] | undefined;
  let tensors: RawTensor[] | undefined;
  let functions: FunctionReference[] | undefined;
  reader.message((tag) => {
    switch (tag) {
      case listTags.bytes:
        (bytes ??= []).push(reader.copy());
        break;
      case listTags.int:
      case listTags.packedInts:
        reader.repeated(tag, (ints ??= []), readInt);
        break;
      case listTags.float:
      case listTags.packedFloats:
        reader.repeated(tag, (floats ??= []), readFloat);
        break;
      case listTags.bool:
      case listTags.packedBools:
        reader.repeated(tag, (bools ??= []), readBool);
        break;
      case listTags.type:
      case listTags.packedTypes:
        reader.repeated(tag, (types ??= []), readType);
        break;
      case listTags.shape:
        (shapes ??= []).push(readShape(reader));
        break;
      case listTags.tensor:
        reader.count();
        (tensors ??= []).push({ bytes: reader.view() });
        break;
      case listTags.function:
        (functions ??= []).push(readFunctionReference(reader));
        break;
      default:
        reader.skip(tag);
    }
  });
  return {
    bytes: bytes ?? none,
    ints: ints ?? none,
    floats: floats ?? none,
    bools: bools ?? none,
    types: types ?? none,
    shapes: shapes ?? none,
    tensors: tensors ?? none,
    functions: functions ?? none,
  };
}

function readInt(reader: FileReader): bigint {
  return reader.int64();
}

function readFloat(reader: FileReader): number {
  return reader.float();
}

function readBool(reader: FileReader): boolean {
  return reader.bool();
}
