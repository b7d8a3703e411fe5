// Frames as they are sent (RFC 9113 §4.1, §6).
import { putUint16, putUint32 } from './byte-order.ts';
import { errorCode, type ErrorCodeName } from './error-code.ts';
import { flag, frameHeaderBytes, frameType } from './frame-type.ts';
import type { Journal } from './journal.ts';
import { Output } from './output.ts';
import type { OutputSlab } from './output-slab.ts';

/** Up to here a payload is copied behind its frame's header: that costs less than one more piece to write. */
const copiedBytes = 4096;

const nothing = new Uint8Array(0);

/** Writes frames into a connection's output, and into its journal. */
export class FrameWriter {
  readonly output: Output;
  readonly #journal: Journal;

  constructor(slab: OutputSlab, journal: Journal) {
    this.output = new Output(slab);
    this.#journal = journal;
  }

  /** SETTINGS (RFC 9113 §6.5); settings and values in turn. */
  settings(pairs: readonly number[]): void {
    let at = this.#begin((pairs.length / 2) * 6, frameType.SETTINGS, 0, 0);
    const { chunk } = this.output;
    for (let i = 0; i + 1 < pairs.length; i += 2) {
      putUint16(chunk, at, pairs[i] ?? 0);
      putUint32(chunk, at + 2, pairs[i + 1] ?? 0);
      at += 6;
    }
    this.#journal.sent('SETTINGS', false, 0, pairs);
  }

  /** SETTINGS with ACK (RFC 9113 §6.5.3). */
  settingsAck(): void {
    this.#begin(0, frameType.SETTINGS, flag.ACK, 0);
    this.#journal.sent('SETTINGS', true, 0);
  }

  /** PING with the 8 bytes at `from` of `opaque` (RFC 9113 §6.7). */
  ping(opaque: Uint8Array, from: number, ack: boolean): void {
    const at = this.#begin(8, frameType.PING, ack ? flag.ACK : 0, 0);
    const { chunk } = this.output;
    for (let i = 0; i < 8; i++) {
      chunk[at + i] = opaque[from + i] ?? 0;
    }
    this.#journal.sent('PING', ack, 0);
  }

  /** GOAWAY (RFC 9113 §6.8). `debugData`: Latin-1. */
  goaway(lastStreamId: number, code: ErrorCodeName, debugData: string): void {
    const at = this.#begin(8 + debugData.length, frameType.GOAWAY, 0, 0);
    const { chunk } = this.output;
    putUint32(chunk, at, lastStreamId);
    putUint32(chunk, at + 4, errorCode[code]);
    for (let i = 0; i < debugData.length; i++) {
      chunk[at + 8 + i] = debugData.charCodeAt(i);
    }
    this.#journal.sent('GOAWAY', false, 0, { code: errorCode[code], debugData });
  }

  /** RST_STREAM (RFC 9113 §6.4). */
  rstStream(streamId: number, code: ErrorCodeName): void {
    const at = this.#begin(4, frameType.RST_STREAM, 0, streamId);
    putUint32(this.output.chunk, at, errorCode[code]);
    this.#journal.sent('RST_STREAM', false, streamId, errorCode[code]);
  }

  /** WINDOW_UPDATE (RFC 9113 §6.9). */
  windowUpdate(streamId: number, increment: number): void {
    const at = this.#begin(4, frameType.WINDOW_UPDATE, 0, streamId);
    putUint32(this.output.chunk, at, increment);
    this.#journal.statistics.framesSent.WINDOW_UPDATE++;
  }

  /** HEADERS, and CONTINUATION where the block is longer than a frame of the peer may be (RFC 9113 §6.2, §6.10). */
  headers(streamId: number, block: Uint8Array, endStream: boolean, maxFrameBytes: number): void {
    const { framesSent } = this.#journal.statistics;
    const endFlag = endStream ? flag.END_STREAM : 0;
    framesSent.HEADERS++;
    if (block.length <= maxFrameBytes) {
      this.#frame(frameType.HEADERS, endFlag | flag.END_HEADERS, streamId, block);
      return;
    }
    this.#frame(frameType.HEADERS, endFlag, streamId, block.subarray(0, maxFrameBytes));
    for (let at = maxFrameBytes; at < block.length; at += maxFrameBytes) {
      const isLast = at + maxFrameBytes >= block.length;
      const part = block.subarray(at, at + maxFrameBytes);
      framesSent.CONTINUATION++;
      this.#frame(frameType.CONTINUATION, isLast ? flag.END_HEADERS : 0, streamId, part);
    }
  }

  /** DATA (RFC 9113 §6.1), `lead` and `bytes` in one frame, of a length that the peer takes. */
  data(streamId: number, lead: Uint8Array, bytes: Uint8Array, endStream: boolean): void {
    this.#journal.statistics.framesSent.DATA++;
    this.#frame(frameType.DATA, endStream ? flag.END_STREAM : 0, streamId, bytes, lead);
  }

  #frame(
    type: number,
    flags: number,
    streamId: number,
    payload: Uint8Array,
    lead: Uint8Array = nothing,
  ): void {
    const { output } = this;
    const isCopied = payload.length <= copiedBytes;
    const length = lead.length + payload.length;
    const at = this.#begin(length, type, flags, streamId, isCopied ? length : lead.length);
    if (lead.length > 0) {
      output.chunk.set(lead, at);
    }
    if (!isCopied) {
      output.append(payload);
    } else if (payload.length > 0) {
      output.chunk.set(payload, at + lead.length);
    }
  }

  /** The frame's header, and room for what of its payload is copied; gives the place of that in the output's chunk. */
  #begin(length: number, type: number, flags: number, streamId: number, copied = length): number {
    const at = this.output.reserve(frameHeaderBytes + copied);
    putFrameHeader(this.output.chunk, at, length, type, flags, streamId);
    return at + frameHeaderBytes;
  }
}

function putFrameHeader(
  bytes: Uint8Array,
  at: number,
  length: number,
  type: number,
  flags: number,
  streamId: number,
): void {
  bytes[at] = length >>> 16;
  bytes[at + 1] = length >>> 8;
  bytes[at + 2] = length;
  bytes[at + 3] = type;
  bytes[at + 4] = flags;
  putUint32(bytes, at + 5, streamId);
}
