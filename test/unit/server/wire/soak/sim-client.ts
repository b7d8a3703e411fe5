// A client of the simulation: speaks HTTP/2 by hand, keeps book of what it did, and so knows why its connection may close.
import { errorCode } from '../../../../../server/wire/http2/error-code.ts';
import type { Clock } from '../../../../../server/wire/clock.ts';
import {
  dataFrame,
  flag,
  frameType,
  goawayFrame,
  headersFrames,
  pingFrame,
  preface,
  resetFrame,
  settingsAck,
  settingsFrame,
  windowUpdateFrame,
  type Frame,
} from '../../../../support/h2-client/frame.ts';
import { FrameReader, goawayOf, has } from '../../../../support/h2-client/frame-reader.ts';
import { requestFields } from '../../../../support/h2-client/grpc-call.ts';
import { messageBytes } from '../../../../support/h2-client/grpc-message.ts';
import { HeaderEncoder } from '../../../../support/h2-client/header-encoder.ts';
import { ServerRules } from '../../../../support/h2-client/server-rules.ts';
import { FakeSocket, type FarEnd } from './fake-socket.ts';

/** How it treats what it gets. */
export interface Manners {
  /** PING and SETTINGS are acknowledged. */
  readonly pings: boolean;
  readonly settings: boolean;
}

/** A goodbye of the server. */
export interface Goodbye {
  readonly at: number;
  readonly code: string;
  readonly debugData: string;
}

/** One connection. */
export class SimClient implements FarEnd {
  readonly id: number;
  readonly socket: FakeSocket;
  readonly rules = new ServerRules();
  readonly begunAt: number;
  /** Anything came from it that the server has read by now. */
  lastSentAt: number;
  readonly goodbyes: Goodbye[] = [];
  /** The server's side is closed, or has said that nothing more will come. */
  isGone = false;
  hasBegun = false;
  /** What came before HTTP/2, or in place of it. */
  text = '';
  answered = 0;
  readonly #clock: Clock;
  readonly #encoder = new HeaderEncoder();
  readonly #reader = new FrameReader();
  readonly #sentReader = new FrameReader();
  readonly #open = new Set<number>();
  #manners: Manners = { pings: true, settings: true };
  #lastStream = -1;

  constructor(id: number, clock: Clock) {
    this.id = id;
    this.#clock = clock;
    this.socket = new FakeSocket(id, this);
    this.begunAt = clock.now();
    this.lastSentAt = this.begunAt;
  }

  /** As the server names it. */
  get peer(): string {
    return `${this.socket.remoteAddress}:${this.socket.remotePort}`;
  }

  /** Calls that neither side has ended. */
  get open(): number {
    return this.#open.size;
  }

  /** The preface and SETTINGS; `window`: what each stream, and the connection, may send at first. */
  greet(window = 65_535, manners: Partial<Manners> = {}): void {
    this.hasBegun = true;
    this.#manners = { ...this.#manners, ...manners };
    this.raw(preface);
    this.send(settingsFrame([[4, window]]));
    if (window > 65_535) {
      this.send(windowUpdateFrame(0, window - 65_535));
    }
  }

  /** From now on it answers nothing of itself. */
  fallSilent(): void {
    this.#manners = { pings: false, settings: false };
  }

  /** A call with its whole request. */
  call(path: string, message: Uint8Array | string = 'hello', timeout?: string): number {
    const id = this.nextStream();
    this.#open.add(id);
    const block = this.#encoder.encode(requestFields(path, { timeout }));
    const content = messageBytes(Buffer.from(message));
    this.send(headersFrames(id, block, {}), dataFrame(id, content, { endStream: true }));
    return id;
  }

  /** The header block of a call. */
  block(path: string): Buffer {
    return Buffer.from(this.#encoder.encode(requestFields(path)));
  }

  nextStream(): number {
    this.#lastStream += 2;
    return this.#lastStream;
  }

  /** A stream that was opened by hand. */
  opened(id: number): void {
    this.#open.add(id);
  }

  cancel(id: number): void {
    if (this.#open.delete(id)) {
      this.send(resetFrame(id, errorCode.CANCEL));
    }
  }

  ping(): void {
    this.send(pingFrame(Buffer.from('simulate')));
  }

  goaway(code: number, debugData = ''): void {
    this.send(goawayFrame(0, code, debugData));
  }

  /** Frames. */
  send(...frames: readonly Uint8Array[]): void {
    const bytes = Buffer.concat(frames);
    this.#sentReader.push(bytes).forEach((frame) => this.rules.sent(frame));
    this.raw(bytes);
  }

  /** Bytes. */
  raw(bytes: Uint8Array | string): void {
    if (this.socket.send(Buffer.from(bytes))) {
      this.lastSentAt = this.#clock.now();
    }
  }

  /** Of FarEnd. */
  received(bytes: Buffer): void {
    if (!this.hasBegun) {
      this.text += bytes.toString('latin1');
      return;
    }
    for (const frame of this.#reader.push(bytes)) {
      this.rules.received(frame);
      this.#take(frame);
    }
  }

  /** Of FarEnd. */
  ended(): void {
    this.isGone = true;
    // As sockets of clients do; one that has reset itself has no more to say.
    this.socket.fin();
  }

  /** Of FarEnd. */
  closed(): void {
    this.isGone = true;
  }

  #take(frame: Frame): void {
    const { type, streamId, payload } = frame;
    const isAck = has(frame, flag.ack);
    switch (type) {
      case frameType.settings:
        if (!isAck && this.#manners.settings) {
          this.send(settingsAck);
        }
        break;
      case frameType.ping:
        if (!isAck && this.#manners.pings) {
          this.send(pingFrame(payload, true));
        }
        break;
      case frameType.goaway: {
        const { code, debugData } = goawayOf(frame);
        this.goodbyes.push({ at: this.#clock.now(), code, debugData });
        break;
      }
      case frameType.data:
        if (payload.length > 0) {
          this.#credit(frame);
        }
        this.#end(frame);
        break;
      case frameType.headers:
        this.#end(frame);
        break;
      case frameType.rstStream:
        this.#open.delete(streamId);
        break;
      default:
    }
  }

  #credit(frame: Frame): void {
    const { streamId, payload } = frame;
    const onStream = has(frame, flag.endStream) ? [] : [windowUpdateFrame(streamId, payload.length)];
    this.send(windowUpdateFrame(0, payload.length), ...onStream);
  }

  #end(frame: Frame): void {
    if (has(frame, flag.endStream) && this.#open.delete(frame.streamId)) {
      this.answered++;
    }
  }
}
