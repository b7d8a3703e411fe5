// Reads what an ONNX file says that it takes and gives: a walk over the outermost fields of its graph, past nodes and weights.
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { wireType } from '../codec/wire-reader.ts';
import { PerchError } from '../errors.ts';
import { fileSystemCode, isFileSystemError } from '../file-system-error.ts';
import { longestText, OnnxCursor } from './onnx-cursor.ts';
import { modelFields, walkOnnxFields } from './onnx-fields.ts';
import { readOnnxMetadata } from './onnx-metadata.ts';
import { BrokenModel, readValueInfo } from './onnx-signature-values.ts';
import type { OnnxSignature, OnnxValue } from './onnx-signature.ts';

/** Field numbers of onnx.GraphProto. */
const graphInitializer = 5;
const graphInput = 11;
const graphOutput = 12;
const graphSparseInitializer = 15;
const wantedOfGraph: ReadonlySet<number> = new Set([
  graphInitializer,
  graphInput,
  graphOutput,
  graphSparseInitializer,
]);
/** SparseTensorProto.values, and TensorProto.name. */
const sparseValues = 1;
const tensorName = 8;

/** Fields of graphs and initializers: far more than any real model has. */
const maximumFields = 2_000_000;
/** A description of one input or output, bytes: its dimensions and its documentation. */
const maximumValueBytes = 1024 * 1024;
/** Of all that is remembered at once, bytes. */
const maximumBytes = 16 * 1024 * 1024;
/** What a remembered name costs beside its bytes, about. */
const bytesPerName = 64;

/**
 * What the model in `file` takes and gives. Reads no weights, and holds at most 16 MiB. Rejects with MODEL_FILE_MISSING,
 * MODEL_FILE_UNREADABLE or MODEL_FILE_INVALID, whose texts name the file without its directory, and with the signal's reason.
 */
export async function readOnnxSignature(file: string, signal: AbortSignal): Promise<OnnxSignature> {
  const name = path.basename(file);
  try {
    // A FIFO must not block.
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const facts = await handle.stat();
      if (!facts.isFile()) {
        throw new PerchError('MODEL_FILE_UNREADABLE', `${name} is not a regular file.`);
      }
      return await readSignatureFrom(handle, facts.size, signal);
    } finally {
      await handle.close();
    }
  } catch (reason) {
    signal.throwIfAborted();
    if (reason instanceof BrokenModel || PerchError.is(reason, 'REQUEST_MALFORMED')) {
      const detail = reason instanceof BrokenModel ? reason.message : 'a description in it is cut off';
      throw new PerchError('MODEL_FILE_INVALID', `${name} is no complete ONNX model: ${detail}.`, {
        cause: reason,
      });
    }
    if (reason instanceof PerchError) {
      throw reason;
    }
    if (isFileSystemError(reason, 'ENOENT', 'ENOTDIR')) {
      throw new PerchError('MODEL_FILE_MISSING', `There is no ${name}.`, { cause: reason });
    }
    throw new PerchError('MODEL_FILE_UNREADABLE', `${name} cannot be read (${fileSystemCode(reason)}).`, {
      cause: reason,
    });
  }
}

/** The same for the `size` bytes of an open file; rejects with what went wrong. */
export async function readSignatureFrom(
  handle: FileHandle,
  size: number,
  signal: AbortSignal,
): Promise<OnnxSignature> {
  if (size === 0) {
    throw new BrokenModel('it is empty');
  }
  const graph = new GraphReader(handle, size, signal);
  let graphs = 0;
  for await (const step of walkOnnxFields(handle, size)) {
    signal.throwIfAborted();
    if (step.kind === 'foreign') {
      throw new BrokenModel('it is another kind of file');
    }
    if (step.kind === 'truncated') {
      throw new BrokenModel(step.detail);
    }
    if (step.number === modelFields.graph) {
      graphs++;
      await graph.read(step.start, step.end);
    }
  }
  if (graphs === 0) {
    throw new BrokenModel('it holds no graph');
  }
  const { producerName, opsets } = await readOnnxMetadata(handle, size);
  return {
    inputs: graph.inputs.filter(({ name }) => !graph.initializers.has(name)),
    outputs: graph.outputs,
    producer: producerName,
    opset: opsets.get('') ?? opsets.get('ai.onnx') ?? 0,
  };
}

/** A field of a message that is being walked; the cursor is at `start`. */
interface GraphField {
  readonly number: number;
  /** Whether it has a length, as strings and messages do. */
  readonly isDelimited: boolean;
  readonly end: number;
}

/** Collects inputs, outputs and the names of initializers. A graph in several pieces is one graph, as for protobuf. */
class GraphReader {
  readonly inputs: OnnxValue[] = [];
  readonly outputs: OnnxValue[] = [];
  readonly initializers = new Set<string>();
  readonly #handle: FileHandle;
  readonly #cursor: OnnxCursor;
  #fieldsLeft = maximumFields;
  #bytesLeft = maximumBytes;

  constructor(handle: FileHandle, size: number, signal: AbortSignal) {
    this.#handle = handle;
    this.#cursor = new OnnxCursor(handle, size, signal);
  }

  async read(start: number, end: number): Promise<void> {
    const cursor = this.#cursor;
    cursor.position = start;
    while (cursor.position < end) {
      if (!cursor.ready()) {
        await this.#fill();
      }
      const field = this.#next(end);
      // Nodes are many, and cost no promise.
      if (field.isDelimited && wantedOfGraph.has(field.number)) {
        await this.#graphField(field);
      }
      cursor.position = field.end;
    }
  }

  async #graphField({ number, end }: GraphField): Promise<void> {
    switch (number) {
      case graphInput:
        this.inputs.push(readValueInfo(await this.#bytes(end, maximumValueBytes)));
        return;
      case graphOutput:
        this.outputs.push(readValueInfo(await this.#bytes(end, maximumValueBytes)));
        return;
      case graphInitializer:
        await this.#initializer(end);
        return;
      case graphSparseInitializer:
        await this.#within(end, sparseValues, (inner) => this.#initializer(inner));
        return;
      default:
    }
  }

  async #initializer(end: number): Promise<void> {
    await this.#within(end, tensorName, async (nameEnd) => {
      this.initializers.add((await this.#bytes(nameEnd, longestText)).toString('utf8'));
    });
  }

  /** Hands every field `number` of the message that ends at `end` to `visit`, the cursor at what it holds. */
  async #within(end: number, number: number, visit: (end: number) => Promise<void>): Promise<void> {
    const cursor = this.#cursor;
    while (cursor.position < end) {
      if (!cursor.ready()) {
        await this.#fill();
      }
      const field = this.#next(end);
      if (field.isDelimited && field.number === number) {
        await visit(field.end);
      }
      cursor.position = field.end;
    }
  }

  /** The field at the cursor, which moves to what it holds. */
  #next(limit: number): GraphField {
    const cursor = this.#cursor;
    if (--this.#fieldsLeft < 0) {
      throw new BrokenModel(`its graph has more than ${maximumFields} fields`);
    }
    const tag = cursor.varint32(limit) ?? 0;
    const end = fieldEnd(cursor, tag & 7, limit);
    if (tag < 8 || end === undefined || end > limit) {
      throw new BrokenModel(`its graph is damaged at byte ${cursor.position}`);
    }
    return { number: tag >>> 3, isDelimited: (tag & 7) === 2, end };
  }

  /** The bytes from the cursor to `end`. */
  async #bytes(end: number, limit: number): Promise<Buffer> {
    const { position } = this.#cursor;
    const count = end - position;
    this.#bytesLeft -= count + bytesPerName;
    if (count > limit || this.#bytesLeft < 0) {
      throw new BrokenModel(`a description at byte ${position} is too long`);
    }
    if (count > longestText) {
      const { buffer, bytesRead } = await this.#handle.read(Buffer.alloc(count), 0, count, position);
      return buffer.subarray(0, bytesRead);
    }
    if (!this.#cursor.ready(count)) {
      await this.#fill(count);
    }
    return this.#cursor.bytes(count);
  }

  async #fill(count?: number): Promise<void> {
    if (!(await this.#cursor.fill(count))) {
      throw new BrokenModel('it became shorter while it was read');
    }
  }
}

/** Where the field whose tag was read ends; of one with a length the cursor moves to what it holds. */
function fieldEnd(cursor: OnnxCursor, type: number, limit: number): number | undefined {
  switch (type) {
    case wireType.VARINT:
      return cursor.varint32(limit) === undefined ? undefined : cursor.position;
    case wireType.FIXED64:
      return cursor.position + 8;
    case wireType.LENGTH_DELIMITED: {
      const length = cursor.length(limit);
      return length === undefined ? undefined : cursor.position + length;
    }
    case wireType.FIXED32:
      return cursor.position + 4;
    default:
      return undefined;
  }
}
