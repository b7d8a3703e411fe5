// Reads NodeDef, OpDef and FunctionDef.
import { delimited, varint, type FileReader } from './file-reader.ts';
import { noAttributes, readAttribute, readAttributeEntry, readType } from './attribute.ts';
import type { ArgumentMessage, Attribute, FunctionMessage, NodeMessage, OpMessage } from './messages.ts';

const nodeTags = {
  name: delimited(1),
  op: delimited(2),
  input: delimited(3),
  attribute: delimited(5),
} as const;

const opTags = {
  name: delimited(1),
  input: delimited(2),
  output: delimited(3),
  attribute: delimited(4),
  isStateful: varint(17),
} as const;

const argumentTags = {
  name: delimited(1),
  type: varint(3),
  typeAttribute: delimited(4),
  numberAttribute: delimited(5),
  typeListAttribute: delimited(6),
} as const;

const attributeDefTags = { name: delimited(1), defaultValue: delimited(3) } as const;

const functionTags = {
  signature: delimited(1),
  node: delimited(3),
  returns: delimited(4),
  attribute: delimited(5),
  controlReturns: delimited(6),
} as const;

/** Reads the NodeDef that follows. */
export function readNode(reader: FileReader): NodeMessage {
  let name = '';
  let op = '';
  const inputs: string[] = [];
  let attributes: Map<string, Attribute> | undefined;
  reader.message((tag) => {
    switch (tag) {
      case nodeTags.name:
        name = reader.string();
        break;
      case nodeTags.op:
        op = reader.string();
        break;
      case nodeTags.input:
        inputs.push(reader.countedString());
        break;
      case nodeTags.attribute:
        attributes ??= new Map();
        readAttributeEntry(reader, attributes);
        break;
      default:
        reader.skip(tag);
    }
  });
  return { name, op, inputs, attributes: attributes ?? noAttributes };
}

/** Reads the OpDef that follows. */
export function readOp(reader: FileReader): OpMessage {
  let name = '';
  let isStateful = false;
  const inputs: ArgumentMessage[] = [];
  const outputs: ArgumentMessage[] = [];
  const defaults = new Map<string, Attribute>();
  reader.message((tag) => {
    switch (tag) {
      case opTags.name:
        name = reader.string();
        break;
      case opTags.input:
        inputs.push(readArgument(reader));
        break;
      case opTags.output:
        outputs.push(readArgument(reader));
        break;
      case opTags.attribute:
        readDefault(reader, defaults);
        break;
      case opTags.isStateful:
        isStateful = reader.bool();
        break;
      default:
        reader.skip(tag);
    }
  });
  return { name, inputs, outputs, defaults, isStateful };
}

/** Reads the FunctionDef that follows. */
export function readFunction(reader: FileReader): FunctionMessage {
  let signature: OpMessage = { name: '', inputs: [], outputs: [], defaults: noAttributes, isStateful: false };
  const attributes = new Map<string, Attribute>();
  const nodes: NodeMessage[] = [];
  const returns = new Map<string, string>();
  const controlReturns = new Map<string, string>();
  const text = (): string => reader.string();
  reader.message((tag) => {
    switch (tag) {
      case functionTags.signature:
        signature = readOp(reader);
        break;
      case functionTags.node:
        nodes.push(readNode(reader));
        break;
      case functionTags.returns:
        returns.set(...reader.mapEntry(text, ''));
        break;
      case functionTags.attribute:
        readAttributeEntry(reader, attributes);
        break;
      case functionTags.controlReturns:
        controlReturns.set(...reader.mapEntry(text, ''));
        break;
      default:
        reader.skip(tag);
    }
  });
  return { signature, attributes, nodes, returns, controlReturns };
}

function readArgument(reader: FileReader): ArgumentMessage {
  let name = '';
  let type = 0;
  let typeAttribute = '';
  let numberAttribute = '';
  let typeListAttribute = '';
  reader.message((tag) => {
    switch (tag) {
      case argumentTags.name:
        name = reader.string();
        break;
      case argumentTags.type:
        type = readType(reader);
        break;
      case argumentTags.typeAttribute:
        typeAttribute = reader.string();
        break;
      case argumentTags.numberAttribute:
        numberAttribute = reader.string();
        break;
      case argumentTags.typeListAttribute:
        typeListAttribute = reader.string();
        break;
      default:
        reader.skip(tag);
    }
  });
  return { name, type, typeAttribute, numberAttribute, typeListAttribute };
}

function readDefault(reader: FileReader, defaults: Map<string, Attribute>): void {
  let name = '';
  let value: Attribute | undefined;
  reader.message((tag) => {
    switch (tag) {
      case attributeDefTags.name:
        name = reader.string();
        break;
      case attributeDefTags.defaultValue:
        value = readAttribute(reader);
        break;
      default:
        reader.skip(tag);
    }
  });
  if (value !== undefined) {
    defaults.set(name, value);
  }
}
