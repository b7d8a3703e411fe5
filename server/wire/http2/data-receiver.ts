// DATA of requests (RFC 9113 §6.1): flow control, content-length, and on to the stream's handler.
import type { ConnectionCore } from './connection-core.ts';
import { protocolError } from './connection-error.ts';
import type { HeaderField } from './contract.ts';
import { flag } from './frame-type.ts';
import type { Stream } from './stream.ts';
import { openStreamWindow } from './stream-sender.ts';

const noTrailers: readonly HeaderField[] = [];

/** Takes one DATA frame after the other, each in as many parts as it comes in. */
export class DataReceiver {
  readonly #core: ConnectionCore;
  /** The stream of the frame that is being read; undefined: its bytes are dropped. */
  #stream: Stream | undefined;
  #isEnd = false;
  #contentBytes = 0;

  constructor(core: ConnectionCore) {
    this.#core = core;
  }

  /** A frame begins. Throws ConnectionError. */
  begin(length: number, flags: number, streamId: number): void {
    const core = this.#core;
    this.#isEnd = (flags & flag.END_STREAM) !== 0;
    this.#contentBytes = 0;
    this.#stream = undefined;
    if (length > core.window.credit) {
      throw protocolError(
        'FLOW_CONTROL_ERROR',
        'RFC 9113 §6.9.1',
        `DATA of ${length} bytes came while the connection's window was ${core.window.credit}.`,
      );
    }
    const stream = core.streams.get(streamId);
    if (stream === undefined) {
      this.#onStrayData(streamId, length);
    } else if (!stream.isReceiving) {
      core.streamError(stream, 'STREAM_CLOSED', 'DATA came after the end of the request (RFC 9113 §5.1).');
    } else if (length > stream.receiveCredit) {
      const { receiveCredit } = stream;
      core.streamError(
        stream,
        'FLOW_CONTROL_ERROR',
        `DATA of ${length} bytes came while the stream's window was ${receiveCredit} (RFC 9113 §6.9.1).`,
      );
    } else {
      this.#stream = stream;
    }
  }

  /** Content: [start, end) of `bytes`. */
  bytes(bytes: Uint8Array, start: number, end: number): void {
    const core = this.#core;
    const length = end - start;
    const stream = this.#stream;
    this.#contentBytes += length;
    core.window.arrived(length);
    if (stream === undefined || stream.state === 'closed') {
      core.returnCredit(length);
      return;
    }
    stream.receiveCredit -= length;
    if (stream.contentLeft >= 0) {
      if (length > stream.contentLeft) {
        core.returnCredit(length);
        core.streamError(
          stream,
          'PROTOCOL_ERROR',
          'There is more DATA than content-length says (RFC 9113 §8.1.1).',
        );
        return;
      }
      stream.contentLeft -= length;
    }
    if (!stream.isOpen) {
      // It is answered already, and nobody will consume this.
      core.returnCredit(length);
      return;
    }
    stream.unconsumed += length;
    core.hold(length);
    core.tellData(stream, bytes, start, end);
  }

  /** Padding counts for flow control, and is done with at once (RFC 9113 §6.9.1). */
  padding(byteLength: number): void {
    const core = this.#core;
    const stream = this.#stream;
    core.window.arrived(byteLength);
    core.returnCredit(byteLength);
    if (stream !== undefined && stream.state !== 'closed') {
      stream.receiveCredit -= byteLength;
      openStreamWindow(core, stream);
    }
  }

  /** The frame is complete. Throws ConnectionError. */
  end(): void {
    const core = this.#core;
    const stream = this.#stream;
    this.#stream = undefined;
    if (this.#contentBytes === 0 && !this.#isEnd) {
      core.flood.count('empty-data');
    }
    if (!this.#isEnd || stream === undefined || stream.state === 'closed') {
      return;
    }
    if (stream.contentLeft > 0) {
      core.streamError(
        stream,
        'PROTOCOL_ERROR',
        'There is less DATA than content-length says (RFC 9113 §8.1.1).',
      );
      return;
    }
    core.remoteEnd(stream);
    core.tellEnd(stream, noTrailers);
  }

  /** DATA on a stream that is not open. */
  #onStrayData(streamId: number, length: number): void {
    const { streams, flood } = this.#core;
    switch (streams.fate(streamId)) {
      case 'idle':
        throw protocolError(
          'PROTOCOL_ERROR',
          'RFC 9113 §5.1',
          `DATA came on stream ${streamId}, which is idle.`,
        );
      case 'reset':
        // What its window let the client send may be on its way; more would be endless, as the connection's window opens.
        if (!streams.spendOnReset(streamId, length)) {
          flood.count('rapid-reset');
        }
        return;
      case 'ignored':
        return;
      case 'skipped':
      case 'closed':
        this.#core.errorOnClosed(streamId, 'STREAM_CLOSED');
    }
  }
}
