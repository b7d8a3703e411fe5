// The own transport as a whole: sockets that a door lets in become HTTP/2 connections, until it is closed.
import type { Socket } from 'node:net';
import { whenAborted } from '../../deadline.ts';
import type { LogFields, Logger } from '../../log.ts';
import type { CloseCause } from '../close-cause.ts';
import { Http2Connection } from '../http2/connection.ts';
import type { ConnectionLimits } from '../http2/connection-limits.ts';
import type { ConnectionTimers } from '../http2/connection-timers.ts';
import type { RequestHandler } from '../http2/contract.ts';
import type { MemoryAccount } from '../http2/memory-account.ts';
import { OutputSlab } from '../http2/output-slab.ts';
import type { PingRules, TooManyPings } from '../http2/ping-policy.ts';
import { OwnCensus, type Census } from './census.ts';
import { CloseTally } from './close-tally.ts';
import { closeText } from './close-text.ts';
import { ConnectionDriver, type Arrival, type DriverHost } from './connection-driver.ts';
import { ConnectionTable, type ConnectionFacts, type TlsFacts } from './connection-table.ts';
import { FlushQueue } from './flush-queue.ts';
import { lastFrames } from './last-frames.ts';
import { LogBudget } from '../../log-budget.ts';
import { peerText } from './peer-text.ts';
import { readBufferBytes } from './socket-handle.ts';
import type { Clock } from '../clock.ts';
import { processClock, TimerQueue } from './timer-queue.ts';
import { TlsDoor, type TlsIdentity } from './tls-door.ts';

/** What is served on the connections. */
export interface Protocol {
  /** The handler for a connection whose client is at `peer`. */
  connected(peer: string): RequestHandler;
  /** From now on new calls are refused. Resolves when the last one that was not has ended. */
  drain(): Promise<void>;
}

/** How connections are treated. */
export interface ListenerSettings {
  readonly limits: ConnectionLimits;
  readonly timers: ConnectionTimers;
  readonly pings: PingRules;
  /** Connections at once; further ones are closed. */
  readonly maxConnections: number;
}

/** What a listener needs. */
export interface WireListenerOptions {
  readonly protocol: Protocol;
  readonly settings: ListenerSettings;
  /** What all connections hold together. */
  readonly memory: MemoryAccount;
  /** Undefined: in clear. */
  readonly tls: TlsIdentity | undefined;
  /** Where REST is, host:port, for clients that took the wrong port; empty where it is off. */
  readonly restAddress: () => string;
  /** For how long this thread stood still at most since a time of the clock, milliseconds. */
  readonly loopDelay?: ((since: number) => number) | undefined;
  readonly log: Logger;
  /** Its own where absent. */
  readonly census?: Census | undefined;
  /** The process's where absent. */
  readonly clock?: Clock;
}

/** Serves HTTP/2 on the sockets that it is given. */
export class WireListener implements DriverHost {
  readonly clock: Clock;
  readonly timers: TimerQueue;
  readonly flushes = new FlushQueue();
  readonly readBuffer = Buffer.allocUnsafeSlow(readBufferBytes);
  readonly prefaceMs: number;
  readonly restAddress: () => string;
  /** The connections, for those who want to look at them. */
  readonly connections = new ConnectionTable<ConnectionDriver>();
  /** How many came, and why they went. */
  readonly closes = new CloseTally();
  readonly #options: WireListenerOptions;
  readonly #output = new OutputSlab();
  readonly #budget = new LogBudget();
  readonly #tlsDoor: TlsDoor | undefined;
  /** As they came in; those that shake hands or linger are among them. */
  readonly #sockets = new Set<Socket>();
  readonly #census: Census;
  #isClosing = false;
  #emptied: () => void = () => undefined;

  constructor(options: WireListenerOptions) {
    this.#options = options;
    this.#census = options.census ?? new OwnCensus();
    this.clock = options.clock ?? processClock;
    this.timers = new TimerQueue(this.clock);
    this.prefaceMs = options.settings.timers.prefaceMs;
    this.restAddress = options.restAddress;
    if (options.tls !== undefined) {
      this.#tlsDoor = new TlsDoor({
        identity: options.tls,
        clock: this.clock,
        timers: this.timers,
        handshakeMs: this.prefaceMs,
        secured: (socket, tls) => this.#drive(socket, tls, false),
        clear: (socket, bytes) => this.#drive(socket, undefined, true).receive(bytes),
        failed: (peer, cause) => this.#tell({ ...stranger(peer), since: this.clock.now() }, cause),
      });
    }
  }

  /** Takes a connection over. Its socket was made with `allowHalfOpen`. */
  accept(socket: Socket): void {
    const { maxConnections } = this.#options.settings;
    this.closes.arrived();
    socket.once('close', () => this.closes.gone());
    if (this.#isClosing) {
      this.#tell({ ...stranger(peerText(socket)), since: this.clock.now() }, { kind: 'drained' });
      socket.destroy();
      return;
    }
    if (this.#census.size >= maxConnections) {
      // Not a word of HTTP/2: to a client a GOAWAY were a connection that succeeded, and it came again without waiting.
      const cause: CloseCause = {
        kind: 'limit',
        option: 'grpc.max_allowed_incoming_connections',
        limit: maxConnections,
        actual: maxConnections + 1,
      };
      this.#tell({ ...stranger(peerText(socket)), since: this.clock.now() }, cause);
      socket.on('error', () => undefined);
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    this.#census.enter();
    socket.once('close', () => {
      this.#sockets.delete(socket);
      this.#census.leave();
    });
    if (this.#tlsDoor === undefined) {
      this.#drive(socket, undefined, false);
    } else {
      this.#tlsDoor.accept(socket);
    }
  }

  /** Handshakes that begin from now on go by `identity`; only where there was one before. */
  renewTls(identity: TlsIdentity): void {
    this.#tlsDoor?.renew(identity);
  }

  /**
   * Ends the protocol's calls and then all connections, with GOAWAY; resolves when that is done. When `force` fires what is
   * left is cut.
   */
  async close(force: AbortSignal): Promise<void> {
    this.#isClosing = true;
    const forced = whenAborted(force);
    await Promise.race([this.#options.protocol.drain(), forced]);
    if (!force.aborted) {
      const emptied = new Promise<void>((resolve) => (this.#emptied = resolve));
      this.#tlsDoor?.close(false);
      for (const driver of this.connections.open()) {
        driver.drain();
      }
      if (this.connections.size > 0) {
        await Promise.race([emptied, forced]);
      }
    }
    for (const driver of this.connections.open()) {
      driver.abort({ kind: 'forced', cutStreams: driver.openStreams });
    }
    if (force.aborted) {
      this.#tlsDoor?.close(true);
    }
    // What is left shakes hands, or waits for its client's farewell: no reason to keep the process.
    this.#sockets.forEach((socket) => (force.aborted ? socket.destroySoon() : socket.unref()));
  }

  /** Of DriverHost. */
  begin(driver: ConnectionDriver): Http2Connection {
    const { protocol, settings, memory, loopDelay } = this.#options;
    const handler = protocol.connected(driver.peer);
    driver.calls = handler.calls ?? driver.calls;
    return new Http2Connection({
      limits: settings.limits,
      timers: settings.timers,
      pings: settings.pings,
      handler,
      output: this.#output,
      now: driver.since,
      wake: driver.wake,
      unsentBytes: () => driver.unsentBytes,
      memory,
      loopDelay,
      random: Math.random,
      observer: driver,
    });
  }

  /** Of DriverHost. */
  closed(driver: ConnectionDriver, cause: CloseCause): void {
    this.connections.remove(driver);
    this.#tell(driver.facts(), cause);
    if (this.connections.size === 0) {
      this.#emptied();
    }
  }

  /** Of DriverHost. */
  tooManyPings(driver: ConnectionDriver, pings: TooManyPings): void {
    const { level, text, advice } = closeText({ kind: 'too-many-pings', ...pings });
    const message = `a gRPC C++ server would have closed a connection now: ${text}. ${advice}`;
    this.#log('pings', level, message, { peer: driver.peer, connection: driver.arrival.id });
  }

  /** Of DriverHost. */
  handlerFailed(error: unknown): void {
    this.#options.log.error('a request handler failed', {}, error);
  }

  #drive(socket: Socket, tls: TlsFacts | undefined, expectsTls: boolean): ConnectionDriver {
    const arrival: Arrival = {
      id: this.#census.nextId(),
      transport: peerText(socket) === 'unix:' ? 'unix' : 'tcp',
      tls,
      expectsTls,
    };
    const driver = new ConnectionDriver(this, socket, arrival);
    this.connections.add(driver);
    if (this.#isClosing) {
      driver.drain();
    }
    return driver;
  }

  /** Keeps and logs why a connection closed. */
  #tell(facts: ConnectionFacts, cause: CloseCause): void {
    const { level, text, advice } = closeText(cause);
    const closedAt = this.clock.now();
    this.closes.told(cause.kind);
    this.connections.keep({ ...facts, closedAt, cause }, level !== 'debug');
    const { statistics } = facts;
    this.#log(cause.kind, level, `a gRPC connection closed: ${text}.${advice === '' ? '' : ` ${advice}`}`, {
      peer: facts.peer,
      connection: facts.id,
      seconds: Math.round((closedAt - facts.since) / 100) / 10,
      ...(statistics === undefined ? {} : { calls: statistics.streamsOpened }),
      ...(level === 'debug' ? {} : lastFrames(facts.timeline, closedAt)),
    });
  }

  #log(
    kind: string,
    level: 'debug' | 'info' | 'warning' | 'error',
    message: string,
    fields: LogFields,
  ): void {
    const { log } = this.#options;
    if (level === 'debug') {
      log.debug(message, fields);
      return;
    }
    const budget = this.#budget.take(kind, this.clock.now());
    if (budget !== undefined) {
      log[level](message, budget.leftOut === 0 ? fields : { ...fields, leftOutBefore: budget.leftOut });
    }
  }
}

/** A connection that never had a driver. */
function stranger(peer: string): Omit<ConnectionFacts, 'since'> {
  return {
    id: 0,
    peer,
    transport: peer === 'unix:' ? 'unix' : 'tcp',
    tls: undefined,
    openStreams: 0,
    heldBytes: 0,
    calls: new Map(),
    tooManyPings: undefined,
    statistics: undefined,
    timeline: [],
  };
}
