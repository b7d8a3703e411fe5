// A server's side of an HTTP/2 connection (RFC 9113) as a state machine: bytes and time in, bytes out.
import type { CloseCause } from '../close-cause.ts';
import { ConnectionCore } from './connection-core.ts';
import { ConnectionError } from './connection-error.ts';
import type { ConnectionOptions } from './connection-options.ts';
import { ControlReceiver } from './control-receiver.ts';
import { DataReceiver } from './data-receiver.ts';
import { FrameReader } from './frame-reader.ts';
import { FrameReceiver } from './frame-receiver.ts';
import { HeaderReceiver } from './header-receiver.ts';
import { Lifetime } from './lifetime.ts';
import type { ConnectionStatistics } from './statistics.ts';
import { StreamSender } from './stream-sender.ts';
import type { TimelineRecord } from './timeline.ts';

/** While the socket takes nothing, reading stops at so much unsent output, beside DATA: answers to PING and the like. */
const pauseBytes = 64 * 1024;

/** And where reading went on all the same, here it ends. */
const maxBlockedBytes = 4 * 2 ** 20;

/** What the socket told of its end. */
export type TransportEnd = { readonly kind: 'fin' } | { readonly kind: 'error'; readonly code: string };

/**
 * After each call, and when woken: write what `takeOutput` gives, then see whether `closed` is set; if so, take what is left,
 * write it and end the socket. No method throws.
 */
export class Http2Connection {
  readonly #core: ConnectionCore;
  readonly #sender: StreamSender;
  readonly #lifetime: Lifetime;
  readonly #headers: HeaderReceiver;
  readonly #reader: FrameReader;
  /** Output that was taken since the socket took no more. */
  #blockedBytes = 0;

  constructor(options: ConnectionOptions) {
    const core = new ConnectionCore(options);
    this.#core = core;
    this.#sender = new StreamSender(core);
    this.#lifetime = new Lifetime(core, options);
    this.#headers = new HeaderReceiver(core, this.#sender);
    const control = new ControlReceiver(core, this.#sender, this.#headers, this.#lifetime, options);
    this.#reader = new FrameReader(
      new FrameReceiver(core, this.#headers, new DataReceiver(core), control, this.#lifetime),
    );
  }

  /** Why it closed; undefined while it is open. */
  get closed(): CloseCause | undefined {
    return this.#core.closed;
  }

  get isDraining(): boolean {
    return this.#lifetime.departure.isUnderWay;
  }

  /** Streams that are open, half-closed ones included. */
  get openStreams(): number {
    return this.#core.streams.size;
  }

  /** Bytes that were received and not consumed, and bytes that wait to be sent. */
  get heldBytes(): number {
    return this.#core.heldBytes;
  }

  get statistics(): ConnectionStatistics {
    return this.#core.journal.statistics;
  }

  /** Control frames both ways, the last 256, in their order. Made when it is read. */
  get timeline(): readonly TimelineRecord[] {
    return this.#core.journal.timeline.records();
  }

  /** Whether `takeOutput` would give something, or has something to do. */
  get hasOutput(): boolean {
    const core = this.#core;
    return core.frames.output.byteLength > 0 || this.#sender.canSend || core.isWoken;
  }

  /** Do not read the socket now: the peer does not read what it asked for. False again after `writable(true)`. */
  get wantsPause(): boolean {
    return !this.#sender.isWritable && this.#blockedBytes + this.#core.frames.output.byteLength > pauseBytes;
  }

  /** When `timer` is to be called, or later; Infinity: never. It may become earlier with any call. */
  get nextTimerAt(): number {
    return this.#lifetime.nextAt;
  }

  /** What the socket read. Nothing of `bytes` is kept. Ignored once closed. */
  receive(bytes: Uint8Array, now: number): void {
    const core = this.#core;
    if (core.closed !== undefined) {
      return;
    }
    const { statistics } = core.journal;
    this.#enter(now);
    statistics.bytesReceived += bytes.length;
    statistics.lastReceivedAt = now;
    try {
      this.#reader.read(bytes);
    } catch (error) {
      core.close(
        error instanceof ConnectionError ? error.closeCause : { kind: 'internal', text: String(error) },
      );
    }
    this.#lifetime.inHeaderBlock(
      this.#headers.openBlockStream !== undefined || this.#reader.isInHeaderBlock,
      now,
    );
    this.#leave(now);
  }

  /**
   * What is to be written now, in this order. At most some 256 KiB of DATA at a time: take again while `hasOutput` and the
   * socket takes it. The bytes do not change before `outputWritten`, or at all where that is not called.
   */
  takeOutput(now: number): readonly Uint8Array[] {
    const core = this.#core;
    const { output } = core.frames;
    this.#enter(now);
    core.taken();
    this.#sender.pump();
    this.#leave(now);
    core.journal.statistics.bytesSent += output.byteLength;
    if (!this.#sender.isWritable) {
      this.#blockedBytes += output.byteLength;
    }
    return output.take();
  }

  /** What `takeOutput` gave last is with the system, to the last byte: its memory is used again. */
  outputWritten(): void {
    this.#core.frames.output.written();
  }

  /**
   * The socket's back-pressure: false when it holds more than it should (`write` answered false), true when that has gone
   * out (`drain`). While it is false `takeOutput` gives control frames only. Told again with the same value, false changes
   * nothing: the write time-out goes on from the first.
   */
  writable(isWritable: boolean, now: number): void {
    this.#enter(now);
    this.#sender.isWritable = isWritable;
    this.#lifetime.writable(isWritable, now);
    if (isWritable) {
      this.#blockedBytes = 0;
    } else {
      this.#core.frames.output.abandonTaken();
    }
    this.#leave(now);
  }

  /** The socket's end, from the peer or the system. Sets `closed`, if it is not set already. */
  transportEnded(end: TransportEnd, now: number): void {
    const core = this.#core;
    this.#enter(now);
    core.hasTransportEnded = true;
    core.close(this.#causeOf(end, now));
    this.#leave(now);
  }

  /** To be called at any time; does what is due. */
  timer(now: number): void {
    this.#enter(now);
    this.#lifetime.settle(now);
    if (this.#core.closed === undefined) {
      this.#lifetime.timer(now);
    }
    this.#leave(now);
  }

  /**
   * No new streams: GOAWAY in two steps, so that none is lost that is under way (RFC 9113 §6.8). Closes when the open ones
   * have ended. `debugData`: ASCII, up to 128 characters, goes into the GOAWAY.
   */
  drain(now: number, debugData = ''): void {
    this.#enter(now);
    if (this.#core.closed === undefined) {
      this.#lifetime.departure.begin(now, { kind: 'drained' }, debugData);
    }
    this.#leave(now);
  }

  /** Closes now: GOAWAY with the error code that fits the cause, and all streams end. */
  abort(cause: CloseCause, now: number): void {
    this.#enter(now);
    this.#core.close(cause);
    this.#leave(now);
  }

  #enter(now: number): void {
    this.#core.journal.enter(now);
  }

  #leave(now: number): void {
    const core = this.#core;
    this.#lifetime.settle(now);
    if (this.#blockedBytes + core.frames.output.byteLength > maxBlockedBytes && !this.#sender.isWritable) {
      const actual = this.#blockedBytes + core.frames.output.byteLength;
      core.close({ kind: 'limit', option: 'grpc-node.max_session_memory', limit: maxBlockedBytes, actual });
    }
    core.journal.leave();
  }

  #causeOf(end: TransportEnd, now: number): CloseCause {
    const { journal, peerGoaway, streams } = this.#core;
    const openStreams = streams.size;
    if (peerGoaway !== undefined && peerGoaway.code !== 0) {
      return { kind: 'peer-error', code: peerGoaway.code, debugData: peerGoaway.debugData };
    }
    // A client that was asked to go, and goes.
    const departure = openStreams === 0 ? this.#lifetime.departure.causeAt(now, 0) : undefined;
    if (departure !== undefined) {
      return departure;
    }
    if (end.kind === 'fin') {
      return { kind: 'peer-closed', openStreams, afterGoaway: peerGoaway !== undefined };
    }
    return end.code === 'ECONNRESET'
      ? { kind: 'peer-reset', openStreams, silentMs: now - journal.statistics.lastReceivedAt }
      : { kind: 'socket-error', code: end.code };
  }
}
