// Every frame that comes: whether it may come now, and who takes it.
import type { ConnectionCore } from './connection-core.ts';
import { protocolError } from './connection-error.ts';
import type { ControlReceiver } from './control-receiver.ts';
import type { DataReceiver } from './data-receiver.ts';
import type { FrameSink } from './frame-reader.ts';
import { frameHeaderError } from './frame-rules.ts';
import { flag, frameType, frameTypeNames } from './frame-type.ts';
import type { HeaderReceiver } from './header-receiver.ts';
import type { Lifetime } from './lifetime.ts';

/** Between the reader of bytes and those who know the frames. */
export class FrameReceiver implements FrameSink {
  readonly #core: ConnectionCore;
  readonly #headers: HeaderReceiver;
  readonly #data: DataReceiver;
  readonly #control: ControlReceiver;
  readonly #lifetime: Lifetime;
  #hasSettings = false;

  constructor(
    core: ConnectionCore,
    headers: HeaderReceiver,
    data: DataReceiver,
    control: ControlReceiver,
    lifetime: Lifetime,
  ) {
    this.#core = core;
    this.#headers = headers;
    this.#data = data;
    this.#control = control;
    this.#lifetime = lifetime;
  }

  get isClosed(): boolean {
    return this.#core.closed !== undefined;
  }

  preface(): void {
    this.#lifetime.begin();
  }

  header(length: number, type: number, flags: number, streamId: number): void {
    const { limits, journal } = this.#core;
    const { framesReceived } = journal.statistics;
    if (type === frameType.DATA) {
      framesReceived.DATA++;
    } else if (type === frameType.HEADERS) {
      framesReceived.HEADERS++;
    } else {
      framesReceived[frameTypeNames[type] ?? 'other']++;
    }
    if (length > limits.maxFrameBytes) {
      throw protocolError(
        'FRAME_SIZE_ERROR',
        'RFC 9113 §4.2',
        `A frame has ${length} bytes, more than SETTINGS_MAX_FRAME_SIZE, ${limits.maxFrameBytes}.`,
      );
    }
    if (!this.#hasSettings) {
      this.#checkFirst(type, flags);
    }
    this.#checkHeaderBlock(type, streamId);
    const error = frameHeaderError(length, type, flags, streamId);
    if (error !== undefined) {
      throw error;
    }
    if (type === frameType.HEADERS) {
      this.#headers.headersBegin(length);
    } else if (type === frameType.CONTINUATION) {
      this.#headers.continuationBegin(length);
    }
  }

  frame(type: number, flags: number, streamId: number, bytes: Uint8Array, start: number, end: number): void {
    switch (type) {
      case frameType.HEADERS:
        this.#headers.headers(flags, streamId, bytes, start, end);
        break;
      case frameType.WINDOW_UPDATE:
        this.#control.windowUpdate(streamId, bytes, start);
        break;
      case frameType.CONTINUATION:
        this.#headers.continuation(flags, bytes, start, end);
        break;
      case frameType.RST_STREAM:
        this.#control.rstStream(streamId, bytes, start);
        break;
      case frameType.PING:
        this.#control.ping(flags, bytes, start);
        break;
      case frameType.SETTINGS:
        this.#control.settings(flags, bytes, start, end);
        break;
      case frameType.PRIORITY:
        this.#control.priority(streamId, bytes, start, end);
        break;
      case frameType.GOAWAY:
        this.#control.goaway(bytes, start, end);
        break;
      default:
        // DATA has its own way, PUSH_PROMISE was refused by its header.
        break;
    }
  }

  dataBegin(length: number, flags: number, streamId: number): void {
    this.#data.begin(length, flags, streamId);
  }

  dataBytes(bytes: Uint8Array, start: number, end: number): void {
    this.#data.bytes(bytes, start, end);
  }

  dataPadding(byteLength: number): void {
    this.#data.padding(byteLength);
  }

  dataEnd(): void {
    this.#data.end();
  }

  #checkFirst(type: number, flags: number): void {
    if (type !== frameType.SETTINGS || (flags & flag.ACK) !== 0) {
      throw protocolError('PROTOCOL_ERROR', 'RFC 9113 §3.4', "The client's first frame is not SETTINGS.");
    }
    this.#hasSettings = true;
  }

  /** Between the frames of a header block there are no others; and CONTINUATION is nowhere else (RFC 9113 §6.10). */
  #checkHeaderBlock(type: number, streamId: number): void {
    const openBlock = this.#headers.openBlockStream;
    if (openBlock === undefined) {
      if (type === frameType.CONTINUATION) {
        throw protocolError('PROTOCOL_ERROR', 'RFC 9113 §6.10', 'CONTINUATION continues no header block.');
      }
    } else if (type !== frameType.CONTINUATION || streamId !== openBlock) {
      throw protocolError(
        'PROTOCOL_ERROR',
        'RFC 9113 §6.10',
        'A frame came between the frames of a header block.',
      );
    }
  }
}
