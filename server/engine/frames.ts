// The frames between the daemon and an engine host, both ways over one stream of bytes: a control message or tensors.
import { dtypes, type Signature, type Tensor, type TensorMap } from '../codec/tensor.ts';
import { PerchError, type ErrorCode } from '../errors.ts';
import type { ConversionFacts } from '../lifecycle/version-state.ts';
import type { ConversionSettings, SessionSettings } from './engine-settings.ts';
import { HeadReader, HeadWriter } from './frame-head.ts';

/*
 * A frame, little-endian, a multiple of 8 bytes long:
 *   0  u32  length of all that follows the first 16 bytes
 *   4  u8   kind
 *   8  u32  call: pairs an answer with its request
 *  12  u32  length of the head that follows; then, each at a multiple of 8, the tensors' bytes
 * The head of `run` and `ran` is binary, since it is written for every request; that of all others is JSON. Payloads are
 * written as they lie in memory, and are read in place: the worker gets typed-array views without a copy.
 */

/** Bytes before the head. */
export const framePrefixBytes = 16;
/** What one request or answer may weigh; beyond it is TENSORS_TOO_LARGE. */
const maximumFrameBytes = 2 ** 31 - 2 ** 20;
/** Up to here a frame is put together in one piece: one small copy costs less than one more piece to write. */
const onePieceBytes = 32 * 1024;

const frameKinds = ['hello', 'load', 'unload', 'run', 'loaded', 'unloaded', 'ran', 'failed'] as const;
type FrameKind = (typeof frameKinds)[number];

/** What a host and the daemon say to each other. `session` numbers the sessions of one host. */
export type EngineMessage =
  | { readonly kind: 'hello'; readonly call: 0; readonly onnxruntimeVersion: string }
  | {
      readonly kind: 'load';
      readonly call: number;
      readonly session: number;
      readonly file: string;
      readonly settings: SessionSettings;
      /** Absent for ONNX. */
      readonly conversion?: ConversionSettings;
      /** The process ends itself when it needs so many bytes more than when it began to load; 0: no limit. */
      readonly memoryLimitBytes: number;
      /** Where ONNX Runtime writes what ran where, absolute, without the date that it adds; empty: nowhere. */
      readonly profilePrefix: string;
    }
  | { readonly kind: 'unload'; readonly call: number; readonly session: number }
  | {
      readonly kind: 'run';
      readonly call: number;
      readonly session: number;
      /** Of a converted model, by name; empty for the one of an ONNX model. */
      readonly signature: string;
      readonly tensors: TensorMap;
      readonly outputNames: readonly string[];
    }
  | {
      readonly kind: 'loaded';
      readonly call: number;
      /** At least one. */
      readonly signatures: readonly Signature[];
      /** Absent for ONNX. */
      readonly conversion?: ConversionFacts;
    }
  | { readonly kind: 'unloaded'; readonly call: number }
  | { readonly kind: 'ran'; readonly call: number; readonly tensors: TensorMap; readonly engineUs: number }
  | { readonly kind: 'failed'; readonly call: number; readonly code: ErrorCode; readonly message: string };

/** The pieces of the frame of `message`, to be written one after the other. Throws TENSORS_TOO_LARGE. */
export function encodeFrame(message: EngineMessage): Uint8Array[] {
  if (message.kind !== 'run' && message.kind !== 'ran') {
    const { kind, call, ...rest } = message;
    const head = Buffer.from(JSON.stringify(rest));
    return [closeHead(kind, call, head, head.length, 0)];
  }
  const writer = new HeadWriter();
  if (message.kind === 'run') {
    writer.u32(message.session);
    writer.text(message.signature);
    writer.u32(message.outputNames.length);
    message.outputNames.forEach((name) => writer.text(name));
  } else {
    writer.f64(message.engineUs);
  }
  const payload: Uint8Array[] = [];
  const payloadBytes = writeTensors(message.tensors, writer, payload);
  if (writer.length + payloadBytes > maximumFrameBytes) {
    throw new PerchError(
      'TENSORS_TOO_LARGE',
      `Tensors of ${writer.length + payloadBytes} bytes are more than an engine host takes.`,
    );
  }
  const room = payloadBytes <= onePieceBytes ? payloadBytes : 0;
  const first = closeHead(message.kind, message.call, writer.bytes, writer.length, payloadBytes, room);
  if (room === 0) {
    return [first, ...payload];
  }
  let offset = first.length - payloadBytes;
  for (const piece of payload) {
    first.set(piece, offset);
    offset += piece.length;
  }
  return [first];
}

/** Prefix and head in one buffer, with `room` bytes behind them for the payload where it is to lie there too. */
function closeHead(
  kind: FrameKind,
  call: number,
  head: Uint8Array,
  headLength: number,
  payloadBytes: number,
  room = 0,
): Buffer {
  const padded = headLength + paddingAfter(headLength);
  const frame = Buffer.allocUnsafe(framePrefixBytes + padded + room);
  frame.writeUInt32LE(padded + payloadBytes, 0);
  frame.writeUInt32LE(frameKinds.indexOf(kind), 4);
  frame.writeUInt32LE(call, 8);
  frame.writeUInt32LE(headLength, 12);
  frame.set(head.subarray(0, headLength), framePrefixBytes);
  frame.fill(0, framePrefixBytes + headLength, framePrefixBytes + padded);
  return frame;
}

/** Writes what the tensors are to the head, and adds their bytes to `payload`; gives the number of those. */
function writeTensors(tensors: TensorMap, head: HeadWriter, payload: Uint8Array[]): number {
  let total = 0;
  const add = (bytes: Uint8Array): void => {
    payload.push(bytes);
    total += bytes.length;
  };
  head.u32(tensors.size);
  for (const [name, tensor] of tensors) {
    head.text(name);
    head.u32(dtypes.indexOf(tensor.dtype));
    head.u32(tensor.shape.length);
    tensor.shape.forEach((size) => head.f64(size));
    if (tensor.dtype === 'string') {
      head.u32(tensor.values.length);
      for (const value of tensor.values) {
        head.u32(value.length);
        add(value);
      }
    } else {
      head.f64(tensor.bytes.length);
      add(tensor.bytes);
    }
    const padding = paddingAfter(total);
    if (padding > 0) {
      add(zeros.subarray(0, padding));
    }
  }
  return total;
}

const zeros = new Uint8Array(8);

function paddingAfter(length: number): number {
  return (8 - (length % 8)) % 8;
}

/** The length of the frame that begins at `offset`, prefix included. Throws on one that cannot be. */
export function frameLength(bytes: Uint8Array, offset: number): number {
  const length = readUint32(bytes, offset) + framePrefixBytes;
  if (length > maximumFrameBytes + 2 ** 20 || length % 8 !== 0) {
    throw new RangeError(`A frame of ${length} bytes is refused.`);
  }
  return length;
}

function readUint32(bytes: Uint8Array, offset: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(offset, true);
}

/** The message of the complete frame that `frame` is; its tensors are views on it. Throws on what encodeFrame never wrote. */
export function decodeFrame(frame: Uint8Array): EngineMessage {
  const kind: FrameKind | undefined = frameKinds[readUint32(frame, 4)];
  if (kind === undefined) {
    throw new RangeError('A frame of unknown kind.');
  }
  const call = readUint32(frame, 8);
  const headLength = readUint32(frame, 12);
  const headEnd = framePrefixBytes + headLength;
  if (kind !== 'run' && kind !== 'ran') {
    const head = Buffer.from(frame.buffer, frame.byteOffset + framePrefixBytes, headLength).toString();
    // Both ends are this program: what the head holds is what encodeFrame wrote.
    return { ...(JSON.parse(head) as object), kind, call } as EngineMessage;
  }
  const head = new HeadReader(frame, framePrefixBytes);
  // Not a Buffer, whose slice() is a view.
  const bytes = new Uint8Array(frame.buffer, frame.byteOffset, frame.byteLength);
  const payloadAt = headEnd + paddingAfter(headEnd);
  if (kind === 'ran') {
    const engineUs = head.f64();
    return { kind, call, engineUs, tensors: readTensors(head, bytes, payloadAt) };
  }
  const session = head.u32();
  const signature = head.text();
  const outputNames = Array.from({ length: head.u32() }, () => head.text());
  return { kind, call, session, signature, outputNames, tensors: readTensors(head, bytes, payloadAt) };
}

function readTensors(head: HeadReader, frame: Uint8Array, payloadAt: number): TensorMap {
  let offset = payloadAt;
  const take = (length: number): Uint8Array => {
    offset += length;
    return frame.subarray(offset - length, offset);
  };
  const tensors = new Map<string, Tensor>();
  for (let left = head.u32(); left > 0; left--) {
    const name = head.text();
    const dtype = dtypes[head.u32()];
    if (dtype === undefined) {
      throw new RangeError('A frame with a tensor of unknown type.');
    }
    const shape = Array.from({ length: head.u32() }, () => head.f64());
    const tensor: Tensor =
      dtype === 'string'
        ? { dtype, shape, values: Array.from({ length: head.u32() }, () => take(head.u32())) }
        : { dtype, shape, bytes: take(head.f64()) };
    tensors.set(name, tensor);
    offset += paddingAfter(offset - payloadAt);
  }
  return tensors;
}
