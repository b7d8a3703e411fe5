// Cuts a byte stream into HTTP/2 frames, and reads what frames mean. It judges nothing: see server-rules.ts for that.
import { errorCodeText } from '../../../server/wire/http2/error-code.ts';
import { flag, frameHeaderBytes, frameType, setting, type Frame } from './frame.ts';

/** One per direction of a connection. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);
  /** The bytes that `#rest` still waits for in `#more`, so that a long frame is put together once. */
  readonly #more: Buffer[] = [];
  #moreBytes = 0;

  /** Bytes of a frame that is not complete yet. */
  get pendingBytes(): number {
    return this.#rest.length + this.#moreBytes;
  }

  /** The frames that became complete; payloads are views where a frame lay in one piece. */
  push(bytes: Buffer): Frame[] {
    this.#more.push(bytes);
    this.#moreBytes += bytes.length;
    if (this.#rest.length >= frameHeaderBytes && this.pendingBytes < frameEnd(this.#rest, 0)) {
      return [];
    }
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, ...this.#more]);
    this.#more.length = 0;
    this.#moreBytes = 0;
    const frames: Frame[] = [];
    let at = 0;
    while (all.length - at >= frameHeaderBytes && frameEnd(all, at) <= all.length) {
      const end = frameEnd(all, at);
      frames.push({
        type: all[at + 3]!,
        flags: all[at + 4]!,
        streamId: all.readUInt32BE(at + 5) & 0x7fffffff,
        payload: all.subarray(at + frameHeaderBytes, end),
      });
      at = end;
    }
    this.#rest = all.subarray(at);
    return frames;
  }
}

function frameEnd(bytes: Buffer, at: number): number {
  return at + frameHeaderBytes + bytes.readUIntBE(at, 3);
}

/** Whether a flag is set. */
export function has(frame: Frame, bit: number): boolean {
  return (frame.flags & bit) !== 0;
}

/** The payload of DATA, HEADERS without padding and priority fields. */
export function contentOf(frame: Frame): Buffer {
  const isPadded = has(frame, flag.padded);
  const padding = isPadded ? (frame.payload[0] ?? 0) : 0;
  const begin = (isPadded ? 1 : 0) + (frame.type === frameType.headers && has(frame, flag.priority) ? 5 : 0);
  return frame.payload.subarray(begin, frame.payload.length - padding);
}

/** The pairs of a SETTINGS frame. */
export function settingsOf({ payload }: Frame): (readonly [identifier: number, value: number])[] {
  return Array.from({ length: Math.floor(payload.length / 6) }, (_, index) => [
    payload.readUInt16BE(index * 6),
    payload.readUInt32BE(index * 6 + 2),
  ]);
}

/** What a GOAWAY says. */
export function goawayOf({ payload }: Frame): { lastStreamId: number; code: string; debugData: string } {
  return {
    lastStreamId: payload.readUInt32BE(0) & 0x7fffffff,
    code: errorCodeText(payload.readUInt32BE(4)),
    debugData: payload.toString('latin1', 8),
  };
}

/** The error code of an RST_STREAM. */
export function resetCodeOf({ payload }: Frame): string {
  return errorCodeText(payload.readUInt32BE(0));
}

/** The increment of a WINDOW_UPDATE. */
export function incrementOf({ payload }: Frame): number {
  return payload.readUInt32BE(0) & 0x7fffffff;
}

const typeNames = new Map<number, string>(
  Object.entries(frameType).map(([name, type]) => [
    type,
    name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase(),
  ]),
);
const settingNames = new Map<number, string>(Object.entries(setting).map(([name, id]) => [id, name]));

/** A frame on one line, for messages of failed tests. */
export function frameText(frame: Frame): string {
  const name = typeNames.get(frame.type) ?? `0x${frame.type.toString(16)}`;
  const head = `${name} stream=${frame.streamId} flags=0x${frame.flags.toString(16)} ${frame.payload.length} B`;
  switch (frame.type) {
    case frameType.goaway: {
      const { lastStreamId, code, debugData } = goawayOf(frame);
      return `${head} ${code} last=${lastStreamId} "${debugData}"`;
    }
    case frameType.rstStream:
      return `${head} ${resetCodeOf(frame)}`;
    case frameType.windowUpdate:
      return `${head} +${incrementOf(frame)}`;
    case frameType.settings: {
      const entries = settingsOf(frame).map(([id, value]) => `${settingNames.get(id) ?? id}=${value}`);
      return `${head} ${entries.join(' ')}`;
    }
    default:
      return head;
  }
}
