// A stream of a connection, as the connection keeps it and as the protocol above sees it.
import type { ErrorCodeName } from './error-code.ts';
import type { ServerStream, StreamHandler } from './contract.ts';
import type { SendBuffer } from './send-buffer.ts';
import type { StreamState } from './stream-states.ts';

/** What a stream does through its connection. */
export interface StreamHost {
  sendHeaders(stream: Stream, block: Uint8Array, endStream: boolean): void;
  sendData(stream: Stream, bytes: Uint8Array, endStream: boolean, lead?: Uint8Array): boolean;
  reset(stream: Stream, code: ErrorCodeName): void;
  consumed(stream: Stream, byteLength: number): void;
}

/** Hears nothing: of a stream whose request has not been passed on, or whose answer is complete. */
export const silentHandler: StreamHandler = {
  data: () => undefined,
  end: () => undefined,
  ended: () => undefined,
  drained: () => undefined,
};

/** One exists per open stream, so it has what every stream needs and no more. */
export class Stream implements ServerStream {
  readonly id: number;
  state: StreamState = 'open';
  handler: StreamHandler = silentHandler;
  /** What this side may send; negative after a setting made it smaller (RFC 9113 §6.9.2). */
  sendWindow: number;
  /** What the client may still send. */
  receiveCredit: number;
  /** What came and is not consumed. */
  unconsumed = 0;
  /** What `content-length` says is still to come; -1: it says nothing. */
  contentLeft: number;
  readonly openedAt: number;
  /** What waits to be sent, if anything. */
  queue: SendBuffer | undefined = undefined;
  /** Whether `sendData` has answered false, and `drained` is owed. */
  owesDrained = false;
  private readonly host: StreamHost;

  constructor(
    id: number,
    host: StreamHost,
    sendWindow: number,
    receiveCredit: number,
    contentLength: number,
    openedAt: number,
  ) {
    this.id = id;
    this.host = host;
    this.sendWindow = sendWindow;
    this.receiveCredit = receiveCredit;
    this.contentLeft = contentLength;
    this.openedAt = openedAt;
  }

  /** Whether this side can still send. */
  get isOpen(): boolean {
    return this.state === 'open' || this.state === 'half-closed (remote)';
  }

  /** Whether the client has not ended it yet. */
  get isReceiving(): boolean {
    return this.state === 'open' || this.state === 'half-closed (local)';
  }

  sendHeaders(block: Uint8Array, endStream: boolean): void {
    this.host.sendHeaders(this, block, endStream);
  }

  sendData(bytes: Uint8Array, endStream: boolean, lead?: Uint8Array): boolean {
    return this.host.sendData(this, bytes, endStream, lead);
  }

  reset(code: ErrorCodeName): void {
    this.host.reset(this, code);
  }

  consumed(byteLength: number): void {
    this.host.consumed(this, byteLength);
  }
}
