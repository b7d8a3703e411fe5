// A server of the simulation: a WireListener with gRPC on it, whose methods answer at once, later, never, or with a lot.
import { setMaxListeners } from 'node:events';
import type { CallContext, Method } from '../../../../../server/apis/method.ts';
import { whenAborted } from '../../../../../server/deadline.ts';
import { PerchError } from '../../../../../server/errors.ts';
import type { Logger } from '../../../../../server/log.ts';
import { CallGate } from '../../../../../server/net/call-gate.ts';
import type { Clock } from '../../../../../server/wire/clock.ts';
import { GrpcServer } from '../../../../../server/wire/grpc/grpc-handler.ts';
import { MemoryAccount } from '../../../../../server/wire/http2/memory-account.ts';
import type { ClosedConnection } from '../../../../../server/wire/socket/connection-table.ts';
import { WireListener, type ListenerSettings } from '../../../../../server/wire/socket/wire-listener.ts';
import type { FakeSocket } from './fake-socket.ts';

/** The methods. */
export const simPath = {
  /** Answers with the request. */
  echo: '/sim.Sim/Echo',
  /** Never answers. */
  hang: '/sim.Sim/Hang',
  /** Streams as many messages of 64 KiB as the request says. */
  pour: '/sim.Sim/Pour',
  /** A message every five seconds, for ever. */
  tick: '/sim.Sim/Tick',
} as const;

const tickMs = 5000;

/** One listener and its life. */
export class SimServer {
  readonly settings: ListenerSettings;
  readonly listener: WireListener;
  /** Calls that their handlers have not been let go of. */
  running = 0;
  /** Since when it takes no more, and when what is left is cut; Infinity before. */
  closingAt = Infinity;
  forcedAt = Infinity;
  isClosed = false;
  readonly #clock: Clock;
  readonly #memory = new MemoryAccount(2 ** 28);
  readonly #gate = new CallGate();
  readonly #callsEnd = new AbortController();
  readonly #sockets: FakeSocket[] = [];
  readonly #seen = new WeakSet<ClosedConnection>();

  constructor(clock: Clock, settings: ListenerSettings, log: Logger) {
    this.settings = settings;
    this.#clock = clock;
    // Of each call that hangs.
    setMaxListeners(0, this.#callsEnd.signal);
    const grpc = new GrpcServer({
      methods: this.#methods(),
      log,
      limits: { maxReceiveBytes: 2 ** 20, maxSendBytes: Infinity },
      gate: this.#gate,
      memory: this.#memory,
      clock,
      epochNow: () => clock.now(),
      answerEncoding: 'identity',
    });
    this.listener = new WireListener({
      protocol: {
        connected: (peer) => grpc.handlerFor(peer),
        drain: () => {
          this.#gate.close();
          return this.#gate.empty;
        },
      },
      settings,
      memory: this.#memory,
      tls: undefined,
      restAddress: () => '127.0.0.1:8501',
      log,
      clock,
    });
  }

  /** How many sockets are not closed. */
  get openSockets(): number {
    return this.#sockets.filter(({ isGone }) => !isGone).length;
  }

  accept(socket: FakeSocket): void {
    this.#sockets.push(socket);
    this.listener.accept(socket.socket);
  }

  /** Drains, and cuts what is left after `graceMs`. `endsCalls`: as the daemon does with its own streams. */
  close(graceMs: number, endsCalls: boolean): void {
    const force = new AbortController();
    if (endsCalls) {
      this.#callsEnd.abort(new PerchError('DRAINING', 'The simulation ends this server.'));
    }
    this.closingAt = this.#clock.now();
    this.#clock.after(graceMs, () => {
      this.forcedAt = this.#clock.now();
      force.abort();
    });
    void this.listener.close(force.signal).then(() => (this.isClosed = true));
  }

  /** Those that closed since the last time. */
  newlyClosed(): ClosedConnection[] {
    const fresh = this.listener.connections.closed().filter((closed) => !this.#seen.has(closed));
    fresh.forEach((closed) => this.#seen.add(closed));
    return fresh;
  }

  /** What is left of it, in words; nothing, once it is closed. */
  leftovers(): string[] {
    const { connections, timers, closes } = this.listener;
    const counts: readonly (readonly [what: string, count: number])[] = [
      ['connections in the table', connections.size],
      ['timers', timers.size],
      ['open sockets', this.openSockets],
      ['open sockets by the tally', closes.open],
      ['closes of unknown cause', closes.byCause().get('unknown') ?? 0],
      ['bytes held', this.#memory.heldBytes],
      ['calls running', this.running],
      ['listeners that are still closing', this.isClosed ? 0 : 1],
    ];
    return counts.filter(([, count]) => count !== 0).map(([what, count]) => `${count} ${what}`);
  }

  #methods(): Method[] {
    return [
      { kind: 'unary', path: simPath.echo, handle: (request) => Promise.resolve(request) },
      { kind: 'unary', path: simPath.hang, handle: (_, call) => this.#hang(call) },
      {
        kind: 'server-stream',
        path: simPath.pour,
        handle: (request) => this.#pour(Number(Buffer.from(request).toString())),
      },
      { kind: 'server-stream', path: simPath.tick, handle: (_, call) => this.#tick(call) },
    ];
  }

  async #hang({ signal }: CallContext): Promise<Uint8Array> {
    this.running++;
    const ends = this.#callsEnd.signal;
    await Promise.race([whenAborted(signal), whenAborted(ends)]);
    this.running--;
    throw PerchError.from(signal.aborted ? signal.reason : ends.reason);
  }

  async *#pour(messages: number): AsyncIterable<Uint8Array> {
    this.running++;
    try {
      for (let sent = 0; sent < messages; sent++) {
        yield await Promise.resolve(Buffer.alloc(65_536, 'x'));
      }
    } finally {
      this.running--;
    }
  }

  async *#tick({ signal }: CallContext): AsyncIterable<Uint8Array> {
    this.running++;
    try {
      while (!signal.aborted && !this.#callsEnd.signal.aborted) {
        yield Buffer.from('tick');
        await this.#sleep(tickMs, [signal, this.#callsEnd.signal]);
      }
    } finally {
      this.running--;
    }
  }

  #sleep(ms: number, signals: readonly AbortSignal[]): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        cancel();
        signals.forEach((signal) => signal.removeEventListener('abort', end));
        resolve();
      };
      const cancel = this.#clock.after(ms, end);
      signals.forEach((signal) => signal.addEventListener('abort', end));
    });
  }
}
