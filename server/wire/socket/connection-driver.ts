// A connection between its socket and its state machine: reads, one gathered write per turn of the loop, back-pressure,
// time, and the socket's end.
import type { Socket } from 'node:net';
import type { CloseCause } from '../close-cause.ts';
import type { Http2Connection } from '../http2/connection.ts';
import type { ConnectionObserver } from '../http2/connection-options.ts';
import type { TooManyPings } from '../http2/ping-policy.ts';
import type { ConnectionFacts, TlsFacts } from './connection-table.ts';
import type { FlushQueue, Flushable } from './flush-queue.ts';
import { peerText } from './peer-text.ts';
import { readInto, unsentBytes } from './socket-handle.ts';
import type { Clock } from '../clock.ts';
import type { Timed, TimerQueue } from './timer-queue.ts';
import { http1Reply, readKnock, shownText, tlsAlert } from './wrong-door.ts';

/** What drivers share, and whom they tell. */
export interface DriverHost {
  readonly clock: Clock;
  readonly timers: TimerQueue;
  readonly flushes: FlushQueue;
  /** What sockets are read into. */
  readonly readBuffer: Buffer;
  /** So long a client may take to say that it speaks HTTP/2, milliseconds. */
  readonly prefaceMs: number;
  /** Where REST is, host:port; empty where it is off. */
  readonly restAddress: () => string;
  /** The client speaks HTTP/2: makes the state machine for it, as of `driver.since`. */
  begin(driver: ConnectionDriver): Http2Connection;
  /** Once. What was to be written is with the system then, or with a socket that does not take it. */
  closed(driver: ConnectionDriver, cause: CloseCause): void;
  /** The client pings more often than a gRPC C++ server would let it, and this one lets it. Told once. */
  tooManyPings(driver: ConnectionDriver, pings: TooManyPings): void;
  /** A request handler threw. */
  handlerFailed(error: unknown): void;
}

/** What is known of a socket when it gets a driver. */
export interface Arrival {
  readonly id: number;
  readonly transport: 'tcp' | 'unix';
  /** Undefined: in clear. */
  readonly tls: TlsFacts | undefined;
  /** Bytes in clear came where TLS was expected: whoever sent them cannot be served. */
  readonly expectsTls: boolean;
}

/**
 * A socket that this side has ended is read on for so long, and what comes is dropped: closed with bytes unread it would
 * send RST, and that destroys the GOAWAY or the answer that the client has not read yet.
 */
const lingerMs = 1000;

const noCalls: ReadonlyMap<string, number> = new Map();

/**
 * Owns the socket. Nothing is sent before the client's preface is there: a stranger is answered in his own language, or not
 * at all.
 */
export class ConnectionDriver implements Timed, Flushable, ConnectionObserver {
  readonly arrival: Arrival;
  readonly peer: string;
  /** When it began, by the clock. */
  readonly since: number;
  /** Calls that are over, by gRPC status: set by the host when it begins. */
  calls = noCalls;
  timerSlot = -1;
  timerAt = Infinity;
  readonly #host: DriverHost;
  readonly #socket: Socket;
  #http2: Http2Connection | undefined;
  /** What came before it was clear what it is. */
  #knock: Buffer | undefined;
  #isFlushQueued = false;
  /** The socket holds bytes that the system has not taken yet. */
  #isBlocked = false;
  #isPaused = false;
  #isClosed = false;
  #tooManyPings: TooManyPings | undefined;

  constructor(host: DriverHost, socket: Socket, arrival: Arrival) {
    this.#host = host;
    this.#socket = socket;
    this.arrival = arrival;
    this.peer = peerText(socket);
    this.since = host.clock.now();
    host.timers.callBy(this, this.since + host.prefaceMs);
    const { readBuffer } = host;
    const isUntouched = arrival.tls === undefined && !arrival.expectsTls;
    if (
      isUntouched &&
      readInto(socket, readBuffer, (byteLength) => this.receive(readBuffer.subarray(0, byteLength)))
    ) {
      socket.resume();
    } else {
      socket.on('data', (bytes: Buffer) => this.receive(bytes));
    }
    socket.on('end', () => this.#transportEnded({ kind: 'fin' }));
    socket.on('error', (reason: NodeJS.ErrnoException) =>
      this.#transportEnded({ kind: 'error', code: reason.code ?? reason.message }),
    );
    socket.on('close', () => this.#transportEnded({ kind: 'error', code: 'ECONNRESET' }));
  }

  /** What it is and has done. */
  facts(): ConnectionFacts {
    const { id, transport, tls } = this.arrival;
    const http2 = this.#http2;
    return {
      id,
      peer: this.peer,
      transport,
      tls,
      since: this.since,
      openStreams: this.openStreams,
      heldBytes: http2?.heldBytes ?? 0,
      calls: this.calls,
      tooManyPings: this.#tooManyPings,
      statistics: http2?.statistics,
      timeline: http2?.timeline ?? [],
    };
  }

  /** How many calls are open. */
  get openStreams(): number {
    return this.#http2?.openStreams ?? 0;
  }

  /** What was written and the system has not taken yet. */
  get unsentBytes(): number {
    return unsentBytes(this.#socket);
  }

  /** The socket's data, of which nothing is kept but in copies. */
  receive(bytes: Buffer): void {
    if (this.#isClosed) {
      return;
    }
    if (this.#http2 === undefined) {
      this.#open(bytes);
    } else {
      this.#http2.receive(bytes, this.#host.clock.now());
      this.wake();
    }
  }

  /** There is something to write, or the connection has closed: at the end of this turn it is seen to. */
  readonly wake = (): void => {
    if (!this.#isFlushQueued) {
      this.#isFlushQueued = true;
      this.#host.flushes.add(this);
    }
  };

  /** For the FlushQueue. */
  flush(): void {
    this.#isFlushQueued = false;
    const http2 = this.#http2;
    if (http2 === undefined || this.#isClosed) {
      return;
    }
    this.#write(http2);
    if (http2.closed !== undefined) {
      this.#end(http2.closed);
      return;
    }
    if (http2.wantsPause !== this.#isPaused) {
      this.#isPaused = http2.wantsPause;
      if (this.#isPaused) {
        this.#socket.pause();
      } else {
        this.#socket.resume();
      }
    }
    this.#host.timers.callBy(this, http2.nextTimerAt);
  }

  /** For the TimerQueue. */
  timeout(now: number): void {
    if (this.#isClosed) {
      this.#socket.destroy();
    } else if (this.#http2 === undefined) {
      const receivedBytes = this.#knock?.length ?? 0;
      this.#end({ kind: 'preface-timeout', timeoutMs: this.#host.prefaceMs, receivedBytes });
    } else {
      this.#http2.timer(now);
      this.flush();
    }
  }

  /** Lets the calls that are open end, and no other begin; a client that has not begun HTTP/2 is let go at once. */
  drain(): void {
    if (this.#http2 === undefined) {
      this.#end({ kind: 'drained' });
    } else {
      this.#http2.drain(this.#host.clock.now());
      this.wake();
    }
  }

  /** Ends it now. */
  abort(cause: CloseCause): void {
    if (this.#http2 === undefined) {
      this.#end(cause);
    } else {
      this.#http2.abort(cause, this.#host.clock.now());
      this.flush();
    }
    if (cause.kind === 'forced') {
      this.#socket.destroySoon();
    }
  }

  /** Of ConnectionObserver. */
  tooManyPings(pings: TooManyPings): void {
    // A client that does it once does it as long as it lives.
    if (this.#tooManyPings === undefined) {
      this.#tooManyPings = pings;
      this.#host.tooManyPings(this, pings);
    }
  }

  /** Of ConnectionObserver. */
  handlerFailed(error: unknown): void {
    this.#host.handlerFailed(error);
  }

  /** The first bytes, until they are enough to know what they are. */
  #open(bytes: Buffer): void {
    const knock = this.#knock === undefined ? bytes : Buffer.concat([this.#knock, bytes]);
    const read = readKnock(knock);
    if (this.arrival.expectsTls) {
      this.#refuseClear(read.kind === 'wrong' && read.protocol === 'http1', knock);
      return;
    }
    switch (read.kind) {
      case 'undecided':
        this.#knock = Buffer.from(knock);
        return;
      case 'http2':
        this.#knock = undefined;
        this.#http2 = this.#host.begin(this);
        this.receive(knock);
        return;
      case 'wrong':
        if (read.protocol === 'http1') {
          this.#socket.write(http1Reply(this.#host.restAddress(), this.arrival.tls !== undefined));
        } else if (read.protocol === 'tls') {
          this.#socket.write(tlsAlert);
        }
        this.#end({ kind: 'wrong-protocol', protocol: read.protocol, firstBytes: shownText(knock) });
    }
  }

  /**
   * A gRPC client is told nothing: SETTINGS and GOAWAY in clear would be a connection that succeeded, for which it does not
   * wait before it tries again.
   */
  #refuseClear(isHttp1: boolean, knock: Buffer): void {
    if (isHttp1) {
      this.#socket.write(http1Reply(this.#host.restAddress(), true));
    }
    this.#end({ kind: 'tls-failed', reason: `the client began in clear: ${shownText(knock)}` });
  }

  /** Writes what there is, as long as the system takes it. A closed connection has only its last words left. */
  #write(http2: Http2Connection): void {
    const socket = this.#socket;
    while (http2.hasOutput && (!this.#isBlocked || http2.closed !== undefined) && !socket.destroyed) {
      const pieces = http2.takeOutput(this.#host.clock.now());
      if (pieces.length === 0) {
        return;
      }
      // Small frames lie in one piece already: several pieces are large ones, for which writev is quicker than a copy.
      const isMany = pieces.length > 1;
      if (isMany) {
        socket.cork();
      }
      for (const piece of pieces) {
        socket.write(piece, this.#written);
      }
      if (isMany) {
        socket.uncork();
      }
      if (socket.writableLength === 0) {
        http2.outputWritten();
      } else if (!this.#isBlocked) {
        this.#isBlocked = true;
        http2.writable(false, this.#host.clock.now());
      }
    }
  }

  readonly #written = (): void => {
    if (this.#isBlocked && this.#socket.writableLength === 0) {
      this.#isBlocked = false;
      this.#http2?.writable(true, this.#host.clock.now());
      this.flush();
    }
  };

  #transportEnded(end: { readonly kind: 'fin' } | { readonly kind: 'error'; readonly code: string }): void {
    if (this.#isClosed) {
      // It was only waited for: this side had ended before.
      this.#socket.destroy();
      this.#host.timers.remove(this);
      return;
    }
    if (this.#http2 === undefined) {
      this.#end(
        end.kind === 'fin'
          ? { kind: 'peer-closed', openStreams: 0, afterGoaway: false }
          : { kind: 'socket-error', code: end.code },
      );
    } else {
      this.#http2.transportEnded(end, this.#host.clock.now());
      this.flush();
    }
    this.#socket.destroy();
    this.#host.timers.remove(this);
  }

  /** Ends this side of the socket behind what is written, and waits a little for the other. */
  #end(cause: CloseCause): void {
    if (this.#isClosed) {
      return;
    }
    this.#isClosed = true;
    this.#knock = undefined;
    const { timers, clock } = this.#host;
    timers.remove(this);
    timers.callBy(this, clock.now() + lingerMs);
    const socket = this.#socket;
    socket.end();
    socket.resume();
    // Waiting for a client's farewell is no reason to keep the process.
    socket.unref();
    this.#host.closed(this, cause);
  }
}
