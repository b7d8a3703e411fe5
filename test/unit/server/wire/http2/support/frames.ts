// Frames written and read by hand, without any of the code that is tested.
import { encodeFields } from '../../../../../../server/wire/hpack/encode-fields.ts';
import type { HeaderField } from '../../../../../../server/wire/http2/contract.ts';
import {
  errorCode,
  errorCodeText,
  type ErrorCodeName,
} from '../../../../../../server/wire/http2/error-code.ts';

export const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

/** Any frame. */
export function frame(
  type: number,
  flags: number,
  streamId: number,
  payload: Uint8Array = Buffer.alloc(0),
): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(streamId, 5);
  return Buffer.concat([head, payload]);
}

export function settings(...pairs: readonly (readonly [id: number, value: number])[]): Buffer {
  return frame(
    4,
    0,
    0,
    Buffer.concat(pairs.map(([id, value]) => Buffer.concat([uint16(id), uint32(value)]))),
  );
}

export const settingsAck = frame(4, 1, 0);

/** The fields of a well-formed request. */
export const requestFields: readonly HeaderField[] = [
  [':method', 'POST'],
  [':scheme', 'http'],
  [':path', '/service/Method'],
  [':authority', 'localhost'],
  ['te', 'trailers'],
];

export interface HeadersOptions {
  readonly endStream?: boolean;
  readonly endHeaders?: boolean;
  readonly padding?: number;
  readonly dependsOn?: number;
  /** In place of the block of the fields. */
  readonly block?: Uint8Array;
}

export function headers(
  streamId: number,
  fields: readonly HeaderField[] = requestFields,
  options: HeadersOptions = {},
): Buffer {
  const { endStream = false, endHeaders = true, padding, dependsOn, block = encodeFields(fields) } = options;
  const parts: Uint8Array[] = [];
  let flags = (endStream ? 1 : 0) | (endHeaders ? 4 : 0);
  if (padding !== undefined) {
    flags |= 8;
    parts.push(Buffer.of(padding));
  }
  if (dependsOn !== undefined) {
    flags |= 0x20;
    parts.push(uint32(dependsOn), Buffer.of(15));
  }
  parts.push(block);
  if (padding !== undefined) {
    parts.push(Buffer.alloc(padding));
  }
  return frame(1, flags, streamId, Buffer.concat(parts));
}

export function continuation(streamId: number, block: Uint8Array, endHeaders = true): Buffer {
  return frame(9, endHeaders ? 4 : 0, streamId, block);
}

/** `content`: the bytes, or how many. */
export function data(
  streamId: number,
  content: Uint8Array | number,
  options: { readonly endStream?: boolean; readonly padding?: number } = {},
): Buffer {
  const bytes = typeof content === 'number' ? Buffer.alloc(content, 'd') : content;
  const { endStream = false, padding } = options;
  const flags = endStream ? 1 : 0;
  return padding === undefined
    ? frame(0, flags, streamId, bytes)
    : frame(0, flags | 8, streamId, Buffer.concat([Buffer.of(padding), bytes, Buffer.alloc(padding)]));
}

export function rstStream(streamId: number, code: ErrorCodeName = 'CANCEL'): Buffer {
  return frame(3, 0, streamId, uint32(errorCode[code]));
}

export function ping(content: string | Uint8Array = '12345678', ack = false): Buffer {
  return frame(6, ack ? 1 : 0, 0, Buffer.from(content));
}

export function goaway(code: ErrorCodeName | number = 'NO_ERROR', debugData = '', lastStreamId = 0): Buffer {
  const number = typeof code === 'number' ? code : errorCode[code];
  return frame(7, 0, 0, Buffer.concat([uint32(lastStreamId), uint32(number), Buffer.from(debugData)]));
}

export function windowUpdate(streamId: number, increment: number): Buffer {
  return frame(8, 0, streamId, uint32(increment));
}

export function priority(streamId: number, dependsOn: number): Buffer {
  return frame(2, 0, streamId, Buffer.concat([uint32(dependsOn), Buffer.of(15)]));
}

/** A frame that was read. */
export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
  readonly payload: Buffer;
}

/** Reads whole frames; anything else is an error. */
export function readFrames(bytes: Buffer): readonly Frame[] {
  const frames: Frame[] = [];
  let at = 0;
  while (at < bytes.length) {
    const length = bytes.readUIntBE(at, 3);
    const end = at + 9 + length;
    if (end > bytes.length) {
      throw new Error('The output ends within a frame.');
    }
    frames.push({
      type: bytes.readUInt8(at + 3),
      flags: bytes.readUInt8(at + 4),
      streamId: bytes.readUInt32BE(at + 5),
      payload: bytes.subarray(at + 9, end),
    });
    at = end;
  }
  return frames;
}

/** A frame in words, short enough to compare a whole conversation. */
export function frameText({ type, flags, streamId, payload }: Frame): string {
  const end = (flags & 1) !== 0 ? ' END_STREAM' : '';
  switch (type) {
    case 0:
      return `DATA ${streamId} ${payload.length}${end}`;
    case 1:
      return `HEADERS ${streamId}${end}${(flags & 4) === 0 ? ' CONTINUED' : ''}`;
    case 3:
      return `RST_STREAM ${streamId} ${errorCodeText(payload.readUInt32BE(0))}`;
    case 4:
      return (flags & 1) !== 0 ? 'SETTINGS ACK' : 'SETTINGS';
    case 6:
      return `PING${(flags & 1) !== 0 ? ' ACK' : ''} ${payload.toString('latin1')}`;
    case 7: {
      const debugData = payload.toString('latin1', 8);
      const code = errorCodeText(payload.readUInt32BE(4));
      return `GOAWAY ${payload.readUInt32BE(0)} ${code}${debugData === '' ? '' : ` ${debugData}`}`;
    }
    case 8:
      return `WINDOW_UPDATE ${streamId} ${payload.readUInt32BE(0)}`;
    case 9:
      return `CONTINUATION ${streamId}${(flags & 4) === 0 ? ' CONTINUED' : ''}`;
    default:
      return `type ${type} on ${streamId}`;
  }
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
