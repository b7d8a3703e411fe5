// Which pings of a client are too many: the rules of gRPC's C++ server (its ping_abuse_policy).

/** What a client's pings are measured by. */
export interface PingRules {
  /** `strict`: too many close the connection. `warn`: they are reported where a C++ server would close. */
  readonly mode: 'off' | 'warn' | 'strict';
  /** Two pings are at least so far apart, milliseconds; 300,000. `grpc.http2.min_ping_interval_without_data_ms`. */
  readonly minIntervalMs: number;
  /** Whether that is enough while no stream is open; if not, it is two hours; false. `grpc.keepalive_permit_without_calls`. */
  readonly permitWithoutCalls: boolean;
  /** So many pings that come too early are forgiven; 2; 0: all are. `grpc.http2.max_ping_strikes`. */
  readonly maxStrikes: number;
}

/** C-core's numbers, as a warning. */
export const defaultPingRules: PingRules = {
  mode: 'warn',
  minIntervalMs: 300_000,
  permitWithoutCalls: false,
  maxStrikes: 2,
};

/** A ping that came too early, after too many of them. */
export interface TooManyPings {
  readonly intervalMs: number;
  readonly allowedMs: number;
}

const withoutCallsMs = 2 * 60 * 60_000;

/** One per connection that has been pinged. */
export class PingPolicy {
  readonly #rules: PingRules;
  #lastPingAt = -Infinity;
  #strikes = 0;
  #sentBefore = 0;

  constructor(rules: PingRules) {
    this.#rules = rules;
  }

  /**
   * A ping came. Says so when a C++ server would close the connection because of it. `sent`: HEADERS and DATA frames that
   * have gone out so far; if there are new ones, this ping is free, and what was before it is forgiven.
   */
  receivedPing(now: number, hasStreams: boolean, sent: number): TooManyPings | undefined {
    const { minIntervalMs, permitWithoutCalls, maxStrikes } = this.#rules;
    if (sent !== this.#sentBefore) {
      this.#sentBefore = sent;
      this.#strikes = 0;
      this.#lastPingAt = -Infinity;
    }
    const allowedMs = hasStreams || permitWithoutCalls ? minIntervalMs : withoutCallsMs;
    const intervalMs = now - this.#lastPingAt;
    // The clock of a strike is the last ping, good or bad.
    this.#lastPingAt = now;
    if (intervalMs >= allowedMs || maxStrikes === 0) {
      return undefined;
    }
    this.#strikes++;
    if (this.#strikes <= maxStrikes) {
      return undefined;
    }
    // Where that closes nothing, the next report is due when a new connection would have come this far.
    this.#strikes = 0;
    return { intervalMs, allowedMs };
  }
}
