// Finds every tensor of an ONNX file whose data lies in another file, wherever in the model it stands, without reading weights.
import type { FileHandle } from 'node:fs/promises';
import { PerchError } from '../errors.ts';
import { longestText, OnnxCursor } from './onnx-cursor.ts';

/** A TensorProto with data_location EXTERNAL, as ONNX Runtime's protobuf parser would see it. */
export interface ExternalTensor {
  /** TensorProto.name, cut after 100 bytes; empty where it has none. */
  readonly name: string;
  /** external_data by key, bytes; a value of `longestText` bytes may have been cut. Keys other than these are left out. */
  readonly data: ReadonlyMap<ExternalDataKey, Uint8Array>;
  /** Whether one of these keys is there twice. */
  readonly repeats: boolean;
  /** Whether there is a key that begins with `prepacked`. */
  readonly prepacked: boolean;
}

/** The keys of TensorProto.external_data that say what is read (onnx/onnx.proto). */
export const externalDataKeys = ['location', 'offset', 'length'] as const;
export type ExternalDataKey = (typeof externalDataKeys)[number];

/** Graphs within graphs, by attributes of nodes such as `If`. Protobuf's own limit of 100 messages lets 33 pass. */
const maximumGraphDepth = 64;
/** Groups within groups in unknown fields; protobuf refuses more. */
const maximumGroupDepth = 100;
const longestName = 100;
const longestKey = 64;

type MessageKind =
  'model' | 'training' | 'function' | 'graph' | 'node' | 'attribute' | 'sparse' | 'tensor' | 'entry';

/** The message fields on the ways from a ModelProto to its tensors (onnx/onnx.proto), by field number. */
const children: Readonly<Record<MessageKind, ReadonlyMap<number, MessageKind>>> = {
  model: new Map([
    [7, 'graph'],
    [20, 'training'],
    [25, 'function'],
  ]),
  training: new Map([
    [1, 'graph'],
    [2, 'graph'],
  ]),
  function: new Map([
    [7, 'node'],
    [11, 'attribute'],
  ]),
  graph: new Map([
    [1, 'node'],
    [5, 'tensor'],
    [15, 'sparse'],
  ]),
  node: new Map([[5, 'attribute']]),
  attribute: new Map([
    [5, 'tensor'],
    [6, 'graph'],
    [10, 'tensor'],
    [11, 'graph'],
    [22, 'sparse'],
    [23, 'sparse'],
  ]),
  sparse: new Map([
    [1, 'tensor'],
    [2, 'tensor'],
  ]),
  tensor: new Map([[13, 'entry']]),
  entry: new Map(),
};

/** Fields that a message has once: protobuf merges what stands there twice into one tensor. */
const mergedFields: Readonly<Partial<Record<MessageKind, ReadonlySet<number>>>> = {
  attribute: new Set([5, 22]),
  sparse: new Set([1, 2]),
};

const tensorName = 8;
const tensorDataLocation = 14;
const dataLocationExternal = 1;
const entryKey = 1;
const entryValue = 2;

/** What is remembered of a message while it is walked; of merged ones over all their pieces. */
interface Facts {
  name: string;
  external: boolean;
  repeats: boolean;
  prepacked: boolean;
  readonly data: Map<ExternalDataKey, Uint8Array>;
  key: string;
  value: Uint8Array;
  readonly merged: Map<number, Facts>;
}

const newFacts = (): Facts => ({
  name: '',
  external: false,
  repeats: false,
  prepacked: false,
  data: new Map(),
  key: '',
  value: new Uint8Array(0),
  merged: new Map(),
});

/** A message or, in an unknown field, a group that is being walked. */
interface Frame {
  readonly kind: MessageKind | 'group';
  /** The offset behind it; of a group, that of the message around it. */
  readonly end: number;
  /** Of a group: the tag that ends it. */
  readonly endTag: number;
  readonly graphDepth: number;
  readonly groupDepth: number;
  readonly facts: Facts | undefined;
}

/**
 * The external tensors of the ModelProto in `file` (`size` bytes): those of graphs, of subgraphs, of attributes, of sparse
 * tensors, of functions and of training graphs, each when it ends. A tensor in several pieces comes once per piece, the
 * last time whole. Ends quietly where the bytes are no protobuf message, which ONNX Runtime's parser refuses as a whole.
 *
 * Holds what one branch of the model needs, reads each byte at most about once and weights not at all. Rejects with
 * MODEL_FILE_INVALID where graphs are nested too deep, with the file system's error, and with the signal's reason.
 */
export async function* externalTensors(
  file: FileHandle,
  size: number,
  signal: AbortSignal,
): AsyncGenerator<ExternalTensor, void> {
  const cursor = new OnnxCursor(file, size, signal);
  const frames: Frame[] = [
    { kind: 'model', end: size, endTag: 0, graphDepth: 0, groupDepth: 0, facts: undefined },
  ];
  for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
    if (cursor.position === frame.end) {
      if (frame.kind === 'group') {
        return;
      }
      frames.pop();
      const tensor = finish(frame, frames.at(-1));
      if (tensor !== undefined) {
        yield tensor;
      }
      continue;
    }
    if (!cursor.ready() && !(await cursor.fill())) {
      return;
    }
    const text = readField(cursor, frame, frames);
    if (text === 'malformed') {
      return;
    }
    if (text !== undefined) {
      const count = Math.min(text.length, text.limit);
      if (!cursor.ready(count) && !(await cursor.fill(count))) {
        return;
      }
      text.store(cursor.bytes(count));
      cursor.position += text.length;
    }
  }
}

/** A string that is wanted: `length` bytes at the cursor, of which `limit` are enough. */
interface WantedText {
  readonly length: number;
  readonly limit: number;
  readonly store: (bytes: Buffer) => void;
}

/** Moves the cursor over one field, or to the beginning of what it holds and puts that on `frames`. */
function readField(cursor: OnnxCursor, frame: Frame, frames: Frame[]): WantedText | 'malformed' | undefined {
  const tag = cursor.varint32(frame.end);
  if (tag === undefined || tag < 8) {
    return 'malformed';
  }
  const number = tag >>> 3;
  switch (tag & 7) {
    case 0: {
      const value = cursor.varint32(frame.end);
      // An enum value that protobuf does not know leaves an earlier one in force: any one counts.
      if (frame.kind === 'tensor' && number === tensorDataLocation && value === dataLocationExternal) {
        factsOf(frame).external = true;
      }
      return value === undefined ? 'malformed' : undefined;
    }
    case 1:
      return skip(cursor, 8, frame.end);
    case 2: {
      const length = cursor.length(frame.end);
      return length === undefined ? 'malformed' : readDelimited(cursor, frame, frames, number, length);
    }
    case 3:
      if (frame.groupDepth === maximumGroupDepth) {
        return 'malformed';
      }
      frames.push({ ...frame, kind: 'group', endTag: tag + 1, groupDepth: frame.groupDepth + 1 });
      return undefined;
    case 4:
      if (frame.kind !== 'group' || frame.endTag !== tag) {
        return 'malformed';
      }
      frames.pop();
      return undefined;
    case 5:
      return skip(cursor, 4, frame.end);
    default:
      return 'malformed';
  }
}

function skip(cursor: OnnxCursor, count: number, end: number): 'malformed' | undefined {
  cursor.position += count;
  return cursor.position > end ? 'malformed' : undefined;
}

function readDelimited(
  cursor: OnnxCursor,
  frame: Frame,
  frames: Frame[],
  number: number,
  length: number,
): WantedText | undefined {
  if (frame.kind !== 'group') {
    const kind = children[frame.kind].get(number);
    if (kind !== undefined) {
      frames.push(enter(frame, kind, number, cursor.position + length));
      return undefined;
    }
    if (frame.kind === 'tensor' && number === tensorName) {
      const facts = factsOf(frame);
      return { length, limit: longestName, store: (bytes) => (facts.name = bytes.toString('utf8')) };
    }
    if (frame.kind === 'entry' && number === entryKey) {
      const facts = factsOf(frame);
      return { length, limit: longestKey, store: (bytes) => (facts.key = bytes.toString('latin1')) };
    }
    if (frame.kind === 'entry' && number === entryValue) {
      const facts = factsOf(frame);
      return { length, limit: longestText, store: (bytes) => (facts.value = bytes) };
    }
  }
  cursor.position += length;
  return undefined;
}

/** The frame of a message in field `number` of `parent`; the pieces of a merged one share what is remembered. */
function enter(parent: Frame, kind: MessageKind, number: number, end: number): Frame {
  const graphDepth = parent.graphDepth + (kind === 'graph' ? 1 : 0);
  if (graphDepth > maximumGraphDepth) {
    throw new PerchError(
      'MODEL_FILE_INVALID',
      `The model has graphs within graphs more than ${maximumGraphDepth} deep.`,
    );
  }
  const remembered = kind === 'attribute' || kind === 'sparse' || kind === 'tensor' || kind === 'entry';
  return {
    kind,
    end,
    endTag: 0,
    graphDepth,
    groupDepth: 0,
    facts: remembered ? childFacts(parent, number) : undefined,
  };
}

function childFacts({ kind, facts }: Frame, number: number): Facts {
  if (facts === undefined || kind === 'group' || mergedFields[kind]?.has(number) !== true) {
    return newFacts();
  }
  const before = facts.merged.get(number);
  const child = before ?? newFacts();
  facts.merged.set(number, child);
  return child;
}

function factsOf(frame: Frame): Facts {
  if (frame.facts === undefined) {
    throw new PerchError('INTERNAL', `A ${frame.kind} of an ONNX model is walked without memory.`);
  }
  return frame.facts;
}

/** Hands what an external_data entry says to its tensor; gives a tensor that is external. */
function finish(frame: Frame, parent: Frame | undefined): ExternalTensor | undefined {
  if (frame.kind === 'entry' && parent !== undefined) {
    const { key, value } = factsOf(frame);
    const tensor = factsOf(parent);
    const known = externalDataKeys.find((name) => name === key);
    if (known !== undefined) {
      tensor.repeats ||= tensor.data.has(known);
      tensor.data.set(known, value);
    }
    tensor.prepacked ||= key.startsWith('prepacked');
  }
  return frame.kind === 'tensor' && factsOf(frame).external ? factsOf(frame) : undefined;
}
