// An ONNX model whose weights lie in other files, as one file that holds them: what a converted model is exported as.
import { constants } from 'node:fs';
import { open, readFile, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { fieldTag, wireType, WireReader } from '../codec/wire-reader.ts';
import { varintSize, WireWriter } from '../codec/wire-writer.ts';
import { PerchError } from '../errors.ts';
import { modelFields } from './onnx-fields.ts';

/** Fields of onnx.GraphProto and onnx.TensorProto (onnx/onnx.proto). */
const initializerTag = fieldTag(5, wireType.LENGTH_DELIMITED);
const rawDataTag = fieldTag(9, wireType.LENGTH_DELIMITED);
const externalDataTag = fieldTag(13, wireType.LENGTH_DELIMITED);
const dataLocationTag = fieldTag(14, wireType.VARINT);
const graphTag = fieldTag(modelFields.graph, wireType.LENGTH_DELIMITED);
const keyTag = fieldTag(1, wireType.LENGTH_DELIMITED);
const valueTag = fieldTag(2, wireType.LENGTH_DELIMITED);

/** Protobuf's messages end at 2 GiB. */
const mostBytes = 2 ** 31 - 1;
/** How much is read at a time. */
const chunkBytes = 2 ** 20;

/** A piece of the file that is made: bytes, or a part of another file. */
type Piece =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'file'; readonly name: string; readonly offset: number; readonly length: number };

/** The file that is made. */
export interface SelfContainedOnnx {
  readonly totalBytes: number;
  /** Its bytes, at most 1 MiB at a time. Rejects with the file system's error. */
  chunks(): AsyncGenerator<Uint8Array, void>;
}

/**
 * The model in `file`, absolute, with the weights of its graph in it. Only files beside it are read.
 * @throws PerchError REQUEST_MALFORMED for a file that is no whole ONNX model; TENSORS_TOO_LARGE beyond 2 GiB; rejects with
 *   the file system's error
 */
export async function selfContainedOnnx(file: string): Promise<SelfContainedOnnx> {
  const pieces = piecesOfModel(await readFile(file));
  const totalBytes = sizeOf(pieces);
  if (totalBytes > mostBytes) {
    throw new PerchError(
      'TENSORS_TOO_LARGE',
      `One ONNX file with all weights would have ${totalBytes} bytes; 2 GiB is the most that the format holds.`,
    );
  }
  return { totalBytes, chunks: () => readPieces(path.dirname(file), pieces) };
}

function piecesOfModel(model: Uint8Array): Piece[] {
  const pieces: Piece[] = [];
  eachField(model, (tag, field, content) => {
    pieces.push(...(tag === graphTag ? delimited(tag, piecesOfGraph(content)) : [asBytes(field)]));
  });
  return pieces;
}

function piecesOfGraph(graph: Uint8Array): Piece[] {
  const pieces: Piece[] = [];
  eachField(graph, (tag, field, content) => {
    pieces.push(...(tag === initializerTag ? delimited(tag, piecesOfTensor(content)) : [asBytes(field)]));
  });
  return pieces;
}

function piecesOfTensor(tensor: Uint8Array): Piece[] {
  const kept: Piece[] = [];
  const external = new Map<string, string>();
  eachField(tensor, (tag, field, content) => {
    if (tag === externalDataTag) {
      let key = '';
      let value = '';
      eachField(content, (entryTag, _, text) => {
        key = entryTag === keyTag ? Buffer.from(text).toString() : key;
        value = entryTag === valueTag ? Buffer.from(text).toString() : value;
      });
      external.set(key, value);
    } else if (tag !== dataLocationTag) {
      kept.push(asBytes(field));
    }
  });
  const location = external.get('location');
  if (location === undefined) {
    return [asBytes(tensor)];
  }
  const [offset, length] = [Number(external.get('offset') ?? 0), Number(external.get('length'))];
  if (
    !Number.isSafeInteger(offset) ||
    !Number.isSafeInteger(length) ||
    path.basename(location) !== location
  ) {
    throw new PerchError(
      'REQUEST_MALFORMED',
      'The model says of some weights where they lie as no converter does.',
    );
  }
  return [...kept, ...delimited(rawDataTag, [{ kind: 'file', name: location, offset, length }])];
}

/** Calls `visit` for each field of a message with its tag, all its bytes, and the content of a length-delimited one. */
function eachField(
  message: Uint8Array,
  visit: (tag: number, field: Uint8Array, content: Uint8Array) => void,
): void {
  const reader = new WireReader(message);
  while (!reader.done) {
    const start = reader.position;
    const tag = reader.tag();
    const content = (tag & 7) === wireType.LENGTH_DELIMITED ? reader.view() : undefined;
    if (content === undefined) {
      reader.skip(tag);
    }
    visit(tag, message.subarray(start, reader.position), content ?? new Uint8Array());
  }
}

function delimited(tag: number, content: readonly Piece[]): Piece[] {
  const length = sizeOf(content);
  if (length > mostBytes) {
    // What is said of the whole is said of its part.
    return [...content];
  }
  const head = new WireWriter(varintSize(tag) + varintSize(length));
  head.delimited(tag, length);
  return [asBytes(head.bytes), ...content];
}

function asBytes(bytes: Uint8Array): Piece {
  return { kind: 'bytes', bytes };
}

function sizeOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, piece) => sum + (piece.kind === 'bytes' ? piece.bytes.length : piece.length), 0);
}

async function* readPieces(directory: string, pieces: readonly Piece[]): AsyncGenerator<Uint8Array, void> {
  const files = new Map<string, FileHandle>();
  try {
    for (const piece of pieces) {
      if (piece.kind === 'bytes') {
        for (let at = 0; at < piece.bytes.length; at += chunkBytes) {
          yield piece.bytes.subarray(at, at + chunkBytes);
        }
      } else {
        const { name } = piece;
        const file =
          files.get(name) ??
          (await open(path.join(directory, name), constants.O_RDONLY | constants.O_NONBLOCK));
        files.set(name, file);
        yield* readPart(file, piece.offset, piece.length);
      }
    }
  } finally {
    await Promise.all(Array.from(files.values(), (file) => file.close()));
  }
}

async function* readPart(file: FileHandle, offset: number, length: number): AsyncGenerator<Uint8Array, void> {
  for (let done = 0; done < length;) {
    const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, length - done));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, offset + done);
    if (bytesRead === 0) {
      throw new PerchError('REQUEST_MALFORMED', 'The weights of the converted model end too early.');
    }
    yield buffer.subarray(0, bytesRead);
    done += bytesRead;
  }
}
