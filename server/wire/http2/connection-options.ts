// What a connection is made of.
import type { ConnectionLimits } from './connection-limits.ts';
import type { ConnectionTimers } from './connection-timers.ts';
import type { RequestHandler } from './contract.ts';
import type { MemoryAccount } from './memory-account.ts';
import type { OutputSlab } from './output-slab.ts';
import type { PingRules, TooManyPings } from './ping-policy.ts';

/** What is told of a connection besides its requests. May be shared by connections. */
export interface ConnectionObserver {
  /** In mode `warn`: a gRPC C++ server with these rules would have closed the connection now. */
  tooManyPings?(pings: TooManyPings): void;
  /** The request handler threw; its stream was reset with INTERNAL_ERROR. */
  handlerFailed?(error: unknown): void;
}

/** What a connection is made of. All but `wake`, `handler` and `now` may be shared by all connections of a thread. */
export interface ConnectionOptions {
  readonly limits: ConnectionLimits;
  readonly timers: ConnectionTimers;
  readonly pings: PingRules;
  readonly handler: RequestHandler;
  readonly output: OutputSlab;
  /** Milliseconds of a monotonic clock; so are all times. */
  readonly now: number;
  /**
   * There is output to take, or the connection has closed, because of a call from outside: of a ServerStream's methods, not
   * of the methods below (after those, look by yourself). Not called again before `takeOutput`.
   */
  readonly wake: () => void;
  /**
   * Of what `takeOutput` gave, the bytes that the system has not taken; for the write time-out, which a client that reads
   * slowly does not run into. Infinity where it is not known.
   */
  readonly unsentBytes?: (() => number) | undefined;
  /** What all connections hold together; without it, only each for itself is bounded. */
  readonly memory?: MemoryAccount | undefined;
  /** For how long this thread's event loop stood still at most since `since`, in milliseconds. */
  readonly loopDelay?: ((since: number) => number) | undefined;
  /** 0 up to 1; for the jitter of `maxAgeMs`. Math.random. */
  readonly random?: (() => number) | undefined;
  readonly observer?: ConnectionObserver | undefined;
}
