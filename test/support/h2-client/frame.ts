// HTTP/2 frames as bytes (RFC 9113 §4.1, §6): any frame can be made, also those that no client may send.

/** Frame types (RFC 9113 §6). */
export const frameType = {
  data: 0x0,
  headers: 0x1,
  priority: 0x2,
  rstStream: 0x3,
  settings: 0x4,
  pushPromise: 0x5,
  ping: 0x6,
  goaway: 0x7,
  windowUpdate: 0x8,
  continuation: 0x9,
} as const;

/** Flags; which one a bit means depends on the type. */
export const flag = {
  endStream: 0x1,
  ack: 0x1,
  endHeaders: 0x4,
  padded: 0x8,
  priority: 0x20,
} as const;

/** Names of settings (RFC 9113 §6.5.2). */
export const setting = {
  headerTableSize: 0x1,
  enablePush: 0x2,
  maxConcurrentStreams: 0x3,
  initialWindowSize: 0x4,
  maxFrameSize: 0x5,
  maxHeaderListSize: 0x6,
} as const;

/** What a client says first (RFC 9113 §3.4). */
export const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

/** Octets before every frame's payload. */
export const frameHeaderBytes = 9;

/** A frame with its payload as it lies on the wire: padding and priority fields are in it. */
export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
  readonly payload: Buffer;
}

const noBytes = Buffer.alloc(0);

/** A frame's bytes. `announcedBytes`: the length that its header claims, where that is to be a lie. */
export function frame(
  type: number,
  flags: number,
  streamId: number,
  payload: Uint8Array = noBytes,
  announcedBytes = payload.length,
): Buffer {
  const bytes = Buffer.allocUnsafe(frameHeaderBytes + payload.length);
  bytes.writeUIntBE(announcedBytes, 0, 3);
  bytes[3] = type;
  bytes[4] = flags;
  bytes.writeUInt32BE(streamId >>> 0, 5);
  bytes.set(payload, frameHeaderBytes);
  return bytes;
}

/** How HEADERS and DATA may be dressed up. */
export interface Dress {
  readonly endStream?: boolean;
  /** Octets of padding; undefined: no PADDED flag. */
  readonly padding?: number | undefined;
}

/** DATA. */
export function dataFrame(streamId: number, content: Uint8Array, { endStream, padding }: Dress = {}): Buffer {
  const flags = (endStream === true ? flag.endStream : 0) | (padding === undefined ? 0 : flag.padded);
  return frame(frameType.data, flags, streamId, padded(content, padding));
}

/** The priority fields of HEADERS and PRIORITY (RFC 9113 §5.3.2, deprecated). */
export interface Priority {
  readonly dependsOn: number;
  readonly exclusive?: boolean;
  /** 0-255 stands for 1-256. */
  readonly weight?: number;
}

/**
 * HEADERS, and CONTINUATION where `splitAt` says so: the block is cut before each of these octets, ascending. The last
 * frame has END_HEADERS.
 */
export function headersFrames(
  streamId: number,
  block: Uint8Array,
  how: Dress & { readonly splitAt?: readonly number[]; readonly priority?: Priority | undefined } = {},
): Buffer {
  const cuts = [0, ...(how.splitAt ?? []), block.length];
  const frames = cuts.slice(1).map((end, index) => {
    const fragment = block.subarray(cuts[index], end);
    const endHeaders = index === cuts.length - 2 ? flag.endHeaders : 0;
    if (index > 0) {
      return frame(frameType.continuation, endHeaders, streamId, fragment);
    }
    const flags =
      endHeaders |
      (how.endStream === true ? flag.endStream : 0) |
      (how.padding === undefined ? 0 : flag.padded) |
      (how.priority === undefined ? 0 : flag.priority);
    const content =
      how.priority === undefined ? fragment : Buffer.concat([priorityFields(how.priority), fragment]);
    return frame(frameType.headers, flags, streamId, padded(content, how.padding));
  });
  return Buffer.concat(frames);
}

/** PRIORITY. */
export function priorityFrame(streamId: number, priority: Priority): Buffer {
  return frame(frameType.priority, 0, streamId, priorityFields(priority));
}

/** RST_STREAM. */
export function resetFrame(streamId: number, code: number): Buffer {
  return frame(frameType.rstStream, 0, streamId, uint32(code));
}

/** SETTINGS: pairs of an identifier and a value. */
export function settingsFrame(entries: readonly (readonly [identifier: number, value: number])[]): Buffer {
  const payload = Buffer.alloc(entries.length * 6);
  entries.forEach(([identifier, value], index) => {
    payload.writeUInt16BE(identifier, index * 6);
    payload.writeUInt32BE(value, index * 6 + 2);
  });
  return frame(frameType.settings, 0, 0, payload);
}

/** The ACK of a SETTINGS frame. */
export const settingsAck = frame(frameType.settings, flag.ack, 0);

/** PING with 8 octets. */
export function pingFrame(opaque: Uint8Array = Buffer.alloc(8), ack = false): Buffer {
  return frame(frameType.ping, ack ? flag.ack : 0, 0, opaque);
}

/** GOAWAY. */
export function goawayFrame(lastStreamId: number, code: number, debugData = ''): Buffer {
  return frame(
    frameType.goaway,
    0,
    0,
    Buffer.concat([uint32(lastStreamId), uint32(code), Buffer.from(debugData, 'latin1')]),
  );
}

/** WINDOW_UPDATE; stream 0 is the connection. */
export function windowUpdateFrame(streamId: number, increment: number): Buffer {
  return frame(frameType.windowUpdate, 0, streamId, uint32(increment));
}

function padded(content: Uint8Array, padding: number | undefined): Uint8Array {
  return padding === undefined
    ? content
    : Buffer.concat([Buffer.of(padding), content, Buffer.alloc(padding)]);
}

function priorityFields({ dependsOn, exclusive = false, weight = 15 }: Priority): Buffer {
  return Buffer.concat([uint32(exclusive ? dependsOn + 2 ** 31 : dependsOn), Buffer.of(weight)]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
