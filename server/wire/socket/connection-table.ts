// The connections of a listener: those that are open, and the last ones that closed, with why.
import type { CloseCause } from '../close-cause.ts';
import type { TooManyPings } from '../http2/ping-policy.ts';
import type { ConnectionStatistics } from '../http2/statistics.ts';
import type { TimelineRecord } from '../http2/timeline.ts';

/** How a connection is encrypted. */
export interface TlsFacts {
  /** `TLSv1.3`. */
  readonly version: string;
  /** As OpenSSL calls it: `TLS_AES_256_GCM_SHA384`. */
  readonly cipher: string;
  /** The protocol that was agreed on by ALPN; empty where the client asked for none. */
  readonly alpn: string;
  /** Whether the client showed a certificate, which was checked. */
  readonly clientCertificate: boolean;
}

/** What is known of a connection. */
export interface ConnectionFacts {
  /** Counts up from 1 in the listener; 0 for one that was not let in. */
  readonly id: number;
  /** The client's address (peerText). */
  readonly peer: string;
  readonly transport: 'tcp' | 'unix';
  /** Undefined: in clear, or the handshake is not over. */
  readonly tls: TlsFacts | undefined;
  /** When it was accepted: milliseconds of the listener's clock, which is performance.now(). */
  readonly since: number;
  /** Calls that are open. */
  readonly openStreams: number;
  /** Bytes of requests that were not consumed yet, and of answers that wait to be sent. */
  readonly heldBytes: number;
  /** Calls that are over, by gRPC status. */
  readonly calls: ReadonlyMap<string, number>;
  /** When the client's pings were too many for the first time, in a C++ server's eyes; undefined: they were not. */
  readonly tooManyPings: TooManyPings | undefined;
  /** Undefined where it has not begun HTTP/2. */
  readonly statistics: ConnectionStatistics | undefined;
  /** The last control frames both ways, oldest first. */
  readonly timeline: readonly TimelineRecord[];
}

/** A connection that is over. */
export interface ClosedConnection extends ConnectionFacts {
  readonly closedAt: number;
  readonly cause: CloseCause;
}

/** The connections of a listener, for those who want to look at them. */
export interface Connections {
  /** The open ones, in the order in which they came. */
  open(): Iterable<{ facts(): ConnectionFacts }>;
  /** The last ones that closed, in the order in which they did: up to 64 of every day's, and 64 notable ones. */
  closed(): ClosedConnection[];
}

/** So many closed connections are kept of each sort. */
const keptClosed = 64;

/** Of a closed connection's control frames the last ones are kept. */
const keptFrames = 64;

/** All connections of a listener. `Live` tells its facts when it is asked. */
export class ConnectionTable<Live extends { facts(): ConnectionFacts }> implements Connections {
  readonly #open = new Set<Live>();
  /** Apart, so that clients that come and go do not push out the ones that say something. */
  readonly #closed = { usual: [] as ClosedConnection[], notable: [] as ClosedConnection[] };

  /** How many are open. */
  get size(): number {
    return this.#open.size;
  }

  add(connection: Live): void {
    this.#open.add(connection);
  }

  /** `connection` is open no more. */
  remove(connection: Live): void {
    this.#open.delete(connection);
  }

  /** Keeps what is to be known of a connection that closed; `isNotable`: not every day's business. */
  keep(closed: ClosedConnection, isNotable: boolean): void {
    const ring = isNotable ? this.#closed.notable : this.#closed.usual;
    ring.push({ ...closed, timeline: closed.timeline.slice(-keptFrames) });
    if (ring.length > keptClosed) {
      ring.shift();
    }
  }

  /** Of Connections. A connection may leave while they are gone through. */
  open(): Iterable<Live> {
    return this.#open;
  }

  /** Of Connections. */
  closed(): ClosedConnection[] {
    return [...this.#closed.usual, ...this.#closed.notable].sort((a, b) => a.closedAt - b.closedAt);
  }
}
