// What a connection waits for, and for how long.

/** Milliseconds, greater than 0; Infinity: for ever. */
export interface ConnectionTimers {
  /** A PING goes out when nothing has come for so long; 60,000. `grpc.keepalive_time_ms`. With and without streams. */
  readonly keepaliveMs: number;
  /** When nothing at all has come for so long after it, the peer is gone; 20,000. `grpc.keepalive_timeout_ms`. */
  readonly keepaliveTimeoutMs: number;
  /** A connection without streams is closed after so long; 1,800,000. `grpc.max_connection_idle_ms`. */
  readonly maxIdleMs: number;
  /**
   * A connection is told to go after so long, give or take a tenth, so that connections which began together do not end
   * together (gRPC's A9); Infinity. `grpc.max_connection_age_ms`.
   */
  readonly maxAgeMs: number;
  /** Streams that are open then have so long to end; Infinity. `grpc.max_connection_age_grace_ms`; 0 is allowed. */
  readonly maxAgeGraceMs: number;
  /** The client's preface (RFC 9113 §3.4) has to be there so long after the connection; 10,000. `grpc.server_handshake_timeout_ms`. */
  readonly prefaceMs: number;
  /** The client has so long to acknowledge SETTINGS (RFC 9113 §6.5.3); 60,000. `grpc.http2.settings_timeout`. */
  readonly settingsAckMs: number;
  /** A header block has so long from its first byte to its last; 10,000. */
  readonly headerBlockMs: number;
  /** A socket that takes no more has so long to take a byte, and its client to open a window; 60,000. */
  readonly writeMs: number;
}

/** The times of a server that nobody has told otherwise. */
export const defaultTimers: ConnectionTimers = {
  keepaliveMs: 60_000,
  keepaliveTimeoutMs: 20_000,
  maxIdleMs: 30 * 60_000,
  maxAgeMs: Infinity,
  maxAgeGraceMs: Infinity,
  prefaceMs: 10_000,
  settingsAckMs: 60_000,
  headerBlockMs: 10_000,
  writeMs: 60_000,
};
