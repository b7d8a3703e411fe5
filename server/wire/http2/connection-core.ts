// What the parts of a connection share: its streams, its output, and the two ways for things to end, of a stream and of all.
import type { CloseCause } from '../close-cause.ts';
import { goodbyeFor } from './close-goaway.ts';
import type { ConnectionLimits } from './connection-limits.ts';
import type { ConnectionObserver, ConnectionOptions } from './connection-options.ts';
import type { HeaderField, RequestHandler, StreamEnd } from './contract.ts';
import type { ErrorCodeName } from './error-code.ts';
import { FloodGuard } from './flood.ts';
import { ReceiveWindow } from './flow-window.ts';
import { FrameWriter } from './frame-writer.ts';
import { Journal } from './journal.ts';
import type { MemoryAccount } from './memory-account.ts';
import { PeerSettings } from './peer-settings.ts';
import { silentHandler, type Stream } from './stream.ts';
import { afterLocalEnd, afterRemoteEnd } from './stream-states.ts';
import { StreamTable } from './stream-table.ts';

/**
 * How long a client may go on with a request that is answered already, before it is told to stop (RFC 9113 §8.1). Most end
 * it by themselves, and what they have sent by then is still judged.
 */
const lingerMs = 1000;

/** A reset within this time after the request, and before an answer, is a rapid one. */
const rapidMs = 250;

/** A request that is answered and not ended. */
interface Lingering {
  readonly stream: Stream;
  /** Infinity until its answer is taken: where that was given from outside, it is not known what time it is. */
  until: number;
}

/** One per connection. */
export class ConnectionCore {
  readonly limits: ConnectionLimits;
  readonly handler: RequestHandler;
  readonly journal: Journal;
  readonly frames: FrameWriter;
  readonly streams = new StreamTable();
  readonly peer = new PeerSettings();
  readonly window: ReceiveWindow;
  readonly flood: FloodGuard;
  /** Open streams with something to send and a window to send it in, in the order of their turns. */
  readonly sendable = new Set<Stream>();
  closed: CloseCause | undefined = undefined;
  /** Bytes that came and are not consumed, and `queuedBytes`. */
  heldBytes = 0;
  /** Bytes that wait to be sent. */
  queuedBytes = 0;
  /** Whether the client can be spoken to in HTTP/2. */
  hasBegun = false;
  hasTransportEnded = false;
  /** Whether the last GOAWAY with NO_ERROR has gone out. */
  hasSaidGoodbye = false;
  /** The client's GOAWAY, and when it came. */
  peerGoaway: { readonly code: number; readonly debugData: string; readonly at: number } | undefined =
    undefined;
  readonly #memory: MemoryAccount | undefined;
  readonly #observer: ConnectionObserver | undefined;
  readonly #wake: () => void;
  #isWoken = false;
  #lingering: Lingering[] | undefined;

  constructor(options: ConnectionOptions) {
    this.limits = options.limits;
    this.handler = options.handler;
    this.journal = new Journal(options.now);
    this.frames = new FrameWriter(options.output, this.journal);
    this.window = new ReceiveWindow(options.limits.connectionWindowBytes);
    this.flood = new FloodGuard(this.journal);
    this.#memory = options.memory;
    this.#observer = options.observer;
    this.#wake = options.wake;
  }

  /** Whether there is no memory for another stream. */
  get isMemoryFull(): boolean {
    return this.#memory?.isFull === true;
  }

  /** When the next request that is answered has to end; Infinity: there is none. */
  get lingerAt(): number {
    return this.#lingering?.[0]?.until ?? Infinity;
  }

  /** Whether the socket layer was woken, and has not taken the output since: it is not woken again before. */
  get isWoken(): boolean {
    return this.#isWoken;
  }

  /** Something has happened that the socket layer does not know of. */
  changed(): void {
    // Whoever brings the time looks for output afterwards.
    if (!this.journal.isTimed && !this.#isWoken) {
      this.#isWoken = true;
      this.#wake();
    }
  }

  /** The output is about to be taken. */
  taken(): void {
    this.#isWoken = false;
    const lingering = this.#lingering ?? [];
    for (let i = lingering.length - 1; lingering[i]?.until === Infinity; i--) {
      const one = lingering[i];
      if (one !== undefined) {
        one.until = this.journal.now + lingerMs;
      }
    }
  }

  /** So many bytes more, or less, are held. */
  hold(byteLength: number): void {
    this.heldBytes += byteLength;
    if (this.#memory !== undefined) {
      this.#memory.heldBytes += byteLength;
    }
  }

  /** So many bytes of DATA are done with, as far as the connection's window goes. */
  returnCredit(byteLength: number): void {
    const increment = this.window.returned(byteLength);
    if (increment > 0 && this.closed === undefined) {
      this.frames.windowUpdate(0, increment);
    }
  }

  /** Closes the connection. The only way for it to end; the first cause is the one. */
  close(cause: CloseCause): void {
    if (this.closed !== undefined) {
      return;
    }
    this.closed = cause;
    const { code, debugData } = goodbyeFor(cause);
    const isSaid = this.hasSaidGoodbye && code === 'NO_ERROR';
    if (this.hasBegun && !this.hasTransportEnded && !isSaid) {
      this.frames.goaway(this.streams.lastId, code, debugData);
    }
    // All are over before any handler hears of it, so that none can do something to another one.
    const cut = this.streams.snapshot().map((stream) => ({ stream, handler: stream.handler }));
    for (const { stream } of cut) {
      this.#finish(stream);
    }
    for (const { stream, handler } of cut) {
      this.#tellEnded(stream, handler, { kind: 'connection-closed' });
    }
    this.#lingering = undefined;
    this.changed();
  }

  /** This side has ended the stream: its END_STREAM is in the output. */
  localEnd(stream: Stream): void {
    this.journal.statistics.streamsCompleted++;
    stream.state = afterLocalEnd(stream.state);
    if (stream.state === 'closed') {
      this.#finish(stream);
      return;
    }
    this.#quiet(stream);
    (this.#lingering ??= []).push({ stream, until: Infinity });
  }

  /** The client has ended the stream. The handler has been told, or must not be. */
  remoteEnd(stream: Stream): void {
    stream.state = afterRemoteEnd(stream.state);
    if (stream.state === 'closed') {
      this.#finish(stream);
    }
  }

  /** Tells clients whose requests were answered a while ago to stop sending them. */
  endLingering(now: number): void {
    const lingering = this.#lingering ?? [];
    const count = lingering.findIndex(({ until }) => until > now);
    for (const { stream } of lingering.splice(0, count === -1 ? lingering.length : count)) {
      if (stream.state !== 'closed') {
        this.#writeReset(stream, 'NO_ERROR');
      }
    }
  }

  /** RST_STREAM by this side's own will; the handler is not told. */
  resetStream(stream: Stream, code: ErrorCodeName): void {
    this.journal.statistics.streamsReset++;
    this.#writeReset(stream, code);
  }

  /** A stream error (RFC 9113 §5.4.2). Throws ConnectionError where there are too many. */
  streamError(stream: Stream, code: ErrorCodeName, text: string): void {
    const { handler } = stream;
    this.resetStream(stream, code);
    this.#tellEnded(stream, handler, { kind: 'stream-error', code, text });
    this.flood.count('rapid-reset');
  }

  /** A stream error of a stream that is over, and not by RST_STREAM. Throws ConnectionError where there are too many. */
  errorOnClosed(streamId: number, code: ErrorCodeName): void {
    this.#resetClosed(streamId, code, 0);
  }

  /** A request that is malformed (RFC 9113 §8.1.1), and comes not to be. Throws ConnectionError where there are too many. */
  malformed(streamId: number): void {
    this.#resetClosed(streamId, 'PROTOCOL_ERROR', this.limits.streamWindowBytes);
  }

  #resetClosed(streamId: number, code: ErrorCodeName, credit: number): void {
    this.journal.statistics.streamsReset++;
    this.frames.rstStream(streamId, code);
    this.streams.rememberReset(streamId, credit);
    this.flood.count('rapid-reset');
  }

  /** A request that is not looked at, and that the client may make again (RFC 9113 §8.7). Throws ConnectionError likewise. */
  refuse(streamId: number): void {
    this.journal.statistics.streamsRefused++;
    this.frames.rstStream(streamId, 'REFUSED_STREAM');
    this.streams.rememberReset(streamId, this.limits.streamWindowBytes);
    this.flood.count('refused-streams');
  }

  /** The client has reset the stream. Throws ConnectionError where it does that too often, too soon. */
  resetByPeer(stream: Stream, code: number): void {
    const { handler, openedAt } = stream;
    const { journal } = this;
    journal.statistics.streamsResetByPeer++;
    this.#finish(stream);
    this.#tellEnded(stream, handler, { kind: 'reset-by-peer', code });
    if (handler !== silentHandler && journal.now - openedAt < rapidMs) {
      this.flood.count('rapid-reset');
    }
  }

  tellData(stream: Stream, bytes: Uint8Array, start: number, end: number): void {
    try {
      stream.handler.data(bytes, start, end);
    } catch (error) {
      this.handlerFailed(stream, error);
    }
  }

  tellEnd(stream: Stream, trailers: readonly HeaderField[]): void {
    try {
      stream.handler.end(trailers);
    } catch (error) {
      this.handlerFailed(stream, error);
    }
  }

  tellDrained(stream: Stream): void {
    try {
      stream.handler.drained();
    } catch (error) {
      this.handlerFailed(stream, error);
    }
  }

  /** The protocol above threw: a mistake of this server, and the end of one stream only. */
  handlerFailed(stream: Stream, error: unknown): void {
    this.#observer?.handlerFailed?.(error);
    if (stream.state !== 'closed') {
      this.resetStream(stream, 'INTERNAL_ERROR');
    }
  }

  #tellEnded(stream: Stream, handler: Stream['handler'], end: StreamEnd): void {
    try {
      handler.ended(end);
    } catch (error) {
      this.handlerFailed(stream, error);
    }
  }

  #writeReset(stream: Stream, code: ErrorCodeName): void {
    this.frames.rstStream(stream.id, code);
    this.streams.rememberReset(stream.id, stream.receiveCredit);
    this.#finish(stream);
  }

  #finish(stream: Stream): void {
    this.#quiet(stream);
    stream.state = 'closed';
    this.streams.remove(stream);
    const { queue } = stream;
    if (queue !== undefined) {
      stream.queue = undefined;
      this.sendable.delete(stream);
      this.queuedBytes -= queue.byteLength;
      this.hold(-queue.byteLength);
    }
  }

  /** The handler hears no more of the stream, and what it has not consumed it will not. */
  #quiet(stream: Stream): void {
    const { unconsumed } = stream;
    stream.handler = silentHandler;
    if (unconsumed > 0) {
      stream.unconsumed = 0;
      this.hold(-unconsumed);
      this.returnCredit(unconsumed);
    }
  }
}
