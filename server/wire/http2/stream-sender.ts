// What goes out on streams: at once where that is possible, and else in fair turns, as the windows and the socket allow.
import type { ConnectionCore } from './connection-core.ts';
import type { ErrorCodeName } from './error-code.ts';
import { protocolError } from './connection-error.ts';
import { grownWindow } from './flow-window.ts';
import { initialWindowBytes } from './frame-type.ts';
import { emptyTableUpdate } from '../hpack/encode-fields.ts';
import { SendBuffer } from './send-buffer.ts';
import type { Stream, StreamHost } from './stream.ts';

/** So many bytes are handed out at a time: enough for a socket to be busy, and no more than it should hold. */
const takeBytes = 256 * 1024;

/** A stream's turn: so many bytes of DATA, in one frame. */
const turnBytes = 64 * 1024;

const nothing = new Uint8Array(0);

/** The sending half of a connection. */
export class StreamSender implements StreamHost {
  readonly #core: ConnectionCore;
  /** What this side may send on the connection (RFC 9113 §6.9.1). */
  #window = initialWindowBytes;
  #isWritable = true;
  /** Streams that have nothing left to send, and whose handlers wait to hear it. */
  #drained: Stream[] | undefined;

  constructor(core: ConnectionCore) {
    this.#core = core;
  }

  get isWritable(): boolean {
    return this.#isWritable;
  }

  set isWritable(isWritable: boolean) {
    this.#isWritable = isWritable;
  }

  /** Whether there is DATA that may go out now. */
  get canSend(): boolean {
    return this.#isWritable && this.#window > 0 && this.#core.sendable.size > 0;
  }

  sendHeaders(stream: Stream, block: Uint8Array, endStream: boolean): void {
    const { queue } = stream;
    if (!stream.isOpen || (queue !== undefined && queue.end !== 'none')) {
      return;
    }
    if (endStream && queue !== undefined) {
      queue.end = block;
      return;
    }
    this.#writeHeaders(stream, block, endStream);
    this.#core.changed();
  }

  sendData(stream: Stream, bytes: Uint8Array, endStream: boolean, lead: Uint8Array = nothing): boolean {
    const { queue } = stream;
    if (!stream.isOpen || (queue !== undefined && queue.end !== 'none')) {
      return true;
    }
    const byteLength = lead.length + bytes.length;
    if (queue !== undefined || !this.#fits(stream, byteLength)) {
      return this.#enqueue(stream, lead, bytes, endStream);
    }
    if (byteLength > 0 || endStream) {
      this.#writeData(stream, lead, bytes, endStream);
      if (endStream) {
        this.#core.localEnd(stream);
      }
      this.#core.changed();
    }
    return true;
  }

  reset(stream: Stream, code: ErrorCodeName): void {
    if (stream.isOpen) {
      this.#core.resetStream(stream, code);
      this.#core.changed();
    }
  }

  consumed(stream: Stream, byteLength: number): void {
    const core = this.#core;
    const taken = Math.min(byteLength, stream.unconsumed);
    if (taken <= 0) {
      return;
    }
    stream.unconsumed -= taken;
    core.hold(-taken);
    core.returnCredit(taken);
    openStreamWindow(core, stream);
    if (core.frames.output.byteLength > 0) {
      core.changed();
    }
  }

  /** WINDOW_UPDATE for the connection. Throws ConnectionError where the window becomes too large. */
  growWindow(increment: number): void {
    const grown = grownWindow(this.#window, increment);
    if (grown === undefined) {
      throw protocolError(
        'FLOW_CONTROL_ERROR',
        'RFC 9113 §6.9.1',
        `WINDOW_UPDATE makes the connection's window larger than 2^31 - 1 bytes.`,
      );
    }
    this.#window = grown;
  }

  /** A stream's window becomes larger, or by a negative increment smaller. False where it becomes too large. */
  growStreamWindow(stream: Stream, increment: number): boolean {
    const grown = grownWindow(stream.sendWindow, increment);
    if (grown === undefined) {
      return false;
    }
    stream.sendWindow = grown;
    if (stream.queue !== undefined && grown > 0) {
      this.#core.sendable.add(stream);
    }
    return true;
  }

  /** Puts DATA that may go out into the output, a frame per stream in turn, up to what should be handed out at a time. */
  pump(): void {
    const core = this.#core;
    const { sendable, frames } = core;
    if (!this.#isWritable) {
      return;
    }
    // A stream that goes to the end of the set is met again.
    for (const stream of sendable) {
      if (this.#window <= 0 || frames.output.byteLength >= takeBytes) {
        break;
      }
      sendable.delete(stream);
      this.#sendTurn(stream);
    }
    const drained = this.#drained;
    this.#drained = undefined;
    for (const stream of drained ?? []) {
      core.tellDrained(stream);
    }
  }

  #sendTurn(stream: Stream): void {
    const core = this.#core;
    const { queue } = stream;
    const room = Math.min(stream.sendWindow, this.#window, core.peer.maxFrameBytes, turnBytes);
    if (queue === undefined || room <= 0) {
      return;
    }
    const bytes = queue.shift(room);
    core.queuedBytes -= bytes.length;
    core.hold(-bytes.length);
    const { end } = queue;
    if (queue.byteLength > 0) {
      this.#writeData(stream, nothing, bytes, false);
      if (stream.sendWindow > 0) {
        core.sendable.add(stream);
      }
      return;
    }
    stream.queue = undefined;
    this.#writeData(stream, nothing, bytes, end === 'data');
    if (end === 'data') {
      core.localEnd(stream);
    } else if (end !== 'none') {
      this.#writeHeaders(stream, end, true);
    } else if (stream.owesDrained) {
      stream.owesDrained = false;
      (this.#drained ??= []).push(stream);
    }
  }

  /** Whether a frame of so many bytes can go out at once, with nothing before it on its stream. */
  #fits(stream: Stream, byteLength: number): boolean {
    return (
      byteLength === 0 ||
      (this.#isWritable &&
        byteLength <= stream.sendWindow &&
        byteLength <= this.#window &&
        byteLength <= turnBytes &&
        byteLength <= this.#core.peer.maxFrameBytes &&
        this.#core.frames.output.byteLength < takeBytes)
    );
  }

  #enqueue(stream: Stream, lead: Uint8Array, bytes: Uint8Array, endStream: boolean): boolean {
    const core = this.#core;
    const queue = (stream.queue ??= new SendBuffer());
    const byteLength = lead.length + bytes.length;
    const { connectionSendBytes, streamSendBytes } = core.limits;
    // What comes on top may be the largest message that is allowed: what waits already decides.
    const isTooMuch = core.queuedBytes > connectionSendBytes;
    // A copy: `slice` of a Buffer is a view.
    queue.push(new Uint8Array(lead));
    queue.push(bytes);
    core.queuedBytes += byteLength;
    core.hold(byteLength);
    if (isTooMuch) {
      core.close({
        kind: 'limit',
        option: 'grpc-node.max_session_memory',
        limit: connectionSendBytes,
        actual: core.queuedBytes,
      });
      return false;
    }
    if (endStream) {
      queue.end = 'data';
    }
    if (stream.sendWindow > 0) {
      core.sendable.add(stream);
    }
    if (this.canSend) {
      core.changed();
    }
    stream.owesDrained ||= queue.byteLength > streamSendBytes;
    return !stream.owesDrained;
  }

  #writeData(stream: Stream, lead: Uint8Array, bytes: Uint8Array, endStream: boolean): void {
    const byteLength = lead.length + bytes.length;
    stream.sendWindow -= byteLength;
    this.#window -= byteLength;
    this.#core.frames.data(stream.id, lead, bytes, endStream);
  }

  #writeHeaders(stream: Stream, block: Uint8Array, endStream: boolean): void {
    const { frames, peer } = this.#core;
    let sent = block;
    if (peer.needsTableUpdate) {
      peer.needsTableUpdate = false;
      sent = Buffer.concat([emptyTableUpdate, block]);
    }
    frames.headers(stream.id, sent, endStream, peer.maxFrameBytes);
    if (endStream) {
      this.#core.localEnd(stream);
    }
  }
}

/** Tells the client what it may send on a stream, half of its window at a time. */
export function openStreamWindow(core: ConnectionCore, stream: Stream): void {
  const { streamWindowBytes } = core.limits;
  const increment = streamWindowBytes - stream.receiveCredit - stream.unconsumed;
  if (
    increment * 2 >= streamWindowBytes &&
    stream.state !== 'closed' &&
    stream.isReceiving &&
    stream.isOpen
  ) {
    stream.receiveCredit += increment;
    core.frames.windowUpdate(stream.id, increment);
  }
}
