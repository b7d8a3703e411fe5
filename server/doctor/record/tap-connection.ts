// A connection that goes through the tap: two sockets, what is seen of them, and the ways to break it.
import type { Socket } from 'node:net';
import { classifyClose } from './classify-close.ts';
import type { ClosedBecause } from './close-verdict.ts';
import { ConnectionWatch } from './connection-watch.ts';
import type { Side } from './frame-watch.ts';
import type { RecordedEvent } from './recorded-event.ts';
import type { SeenConnection } from './seen-connection.ts';
import { TapPipe } from './tap-pipe.ts';

/** What a tap does to its connections. Times are milliseconds; Infinity: never. */
export interface TapFaults {
  /** At this age of a connection nothing is let through any more, and its sockets stay open: a firewall that forgets. */
  readonly dropAfterMs: number;
  /** The same after so long without a byte. */
  readonly dropAfterSilenceMs: number;
  /** At this age both sides get RST. */
  readonly resetAfterMs: number;
  /** Everything takes so much longer, each way; 0. */
  readonly delayMs: number;
}

export const noFaults: TapFaults = {
  dropAfterMs: Infinity,
  dropAfterSilenceMs: Infinity,
  resetAfterMs: Infinity,
  delayMs: 0,
};

/** Whom a connection tells. */
export interface TapListener {
  event(connection: TapConnection, event: RecordedEvent): void;
  /** Once, when both sockets have ended. */
  closed(connection: TapConnection): void;
}

/** See above. */
export class TapConnection {
  /** Counts up from 1. */
  readonly id: number;
  /** The client's host:port. */
  readonly peer: string;
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #pipes: readonly TapPipe[];
  readonly #watch: ConnectionWatch;
  readonly #faults: TapFaults;
  readonly #timers: NodeJS.Timeout[] = [];
  #silence: NodeJS.Timeout | undefined;
  #isDropped = false;
  #isConnected = false;
  #open = 2;

  /** `server` is being connected. */
  constructor(id: number, client: Socket, server: Socket, faults: TapFaults, listener: TapListener) {
    this.id = id;
    this.peer = `${client.remoteAddress ?? ''}:${client.remotePort ?? 0}`;
    this.#client = client;
    this.#server = server;
    this.#faults = faults;
    const began = performance.now();
    this.#watch = new ConnectionWatch(
      () => performance.now() - began,
      (event) => listener.event(this, event),
    );
    this.#pipes = [this.#pipe('client', client, server), this.#pipe('server', server, client)];
    server.once('connect', () => (this.#isConnected = true));
    for (const [side, socket, other] of [
      ['client', client, server],
      ['server', server, client],
    ] as const) {
      socket.on('end', () => this.#watch.ended(side, 'fin', ''));
      socket.on('error', (reason: NodeJS.ErrnoException) =>
        this.#failed(side, reason.code ?? reason.message),
      );
      socket.once('close', (hadError) => {
        // What ended in error on one side does on the other, but through a path that drops everything.
        if (hadError && !this.#isDropped) {
          this.#end(other);
        }
        this.#open--;
        if (this.#open === 0) {
          this.#stopTimers();
          listener.closed(this);
        }
      });
    }
    this.#after(faults.dropAfterMs, () => this.drop());
    this.#after(faults.resetAfterMs, () => this.reset());
    this.#heard();
  }

  /** Whether nothing is let through any more. */
  get isDropped(): boolean {
    return this.#isDropped;
  }

  /** What was seen so far. */
  seen(): SeenConnection {
    return this.#watch.seen();
  }

  /** Why it closed, as far as that is known. */
  verdict(): ClosedBecause {
    return classifyClose(this.seen());
  }

  /** Lets nothing through from now on; both sockets stay open until their owners end them. */
  drop(): void {
    if (this.#isDropped) {
      return;
    }
    this.#isDropped = true;
    this.#watch.dropped();
    this.#pipes.forEach((pipe) => pipe.drop());
    // An end that is not passed on still ends the socket that it came on.
    for (const socket of [this.#client, this.#server]) {
      socket.once('end', () => socket.end());
      if (socket.readableEnded) {
        socket.end();
      }
    }
  }

  /** RST to both sides. */
  reset(): void {
    this.#watch.reset();
    this.#client.resetAndDestroy();
    this.#server.resetAndDestroy();
  }

  /** Ends what is left, without a word to either side. */
  destroy(): void {
    this.#client.destroy();
    this.#server.destroy();
  }

  #pipe(side: Side, from: Socket, to: Socket): TapPipe {
    return new TapPipe({
      from,
      to,
      delayMs: this.#faults.delayMs,
      received: (bytes) => {
        this.#watch.received(side, bytes);
        this.#heard();
      },
    });
  }

  #failed(side: Side, code: string): void {
    if (side === 'server' && !this.#isConnected) {
      this.#watch.unreachable(code);
    } else {
      this.#watch.ended(side, resets.has(code) ? 'reset' : 'error', code);
    }
  }

  /** As the other side ended: with RST. A server that was never there ends like one that refuses. */
  #end(socket: Socket): void {
    if (!socket.destroyed) {
      socket.resetAndDestroy();
    }
  }

  /** A byte came: the silence begins anew. */
  #heard(): void {
    const { dropAfterSilenceMs } = this.#faults;
    if (this.#isDropped || dropAfterSilenceMs === Infinity) {
      return;
    }
    if (this.#silence === undefined) {
      this.#silence = this.#after(dropAfterSilenceMs, () => this.drop());
    } else {
      this.#silence.refresh();
    }
  }

  #after(ms: number, act: () => void): NodeJS.Timeout | undefined {
    if (ms === Infinity) {
      return undefined;
    }
    const timer = setTimeout(act, Math.min(ms, 2 ** 31 - 1));
    this.#timers.push(timer);
    return timer;
  }

  #stopTimers(): void {
    this.#timers.forEach((timer) => clearTimeout(timer));
  }
}

const resets = new Set(['ECONNRESET', 'EPIPE']);
