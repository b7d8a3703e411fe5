// What speaks gRPC on connections that a door lets in.
import type { Socket } from 'node:net';
import type { CloseCounts } from '../wire/socket/close-tally.ts';
import type { Connections } from '../wire/socket/connection-table.ts';
import type { TlsConfig } from './tls-config.ts';

/** The own transport, or grpc-js's. */
export interface GrpcTransport {
  /** One line for the log per channel argument that has no effect. */
  readonly notices: readonly string[];
  /** Its connections; undefined where it does not know them. */
  readonly connections: Connections | undefined;
  /** How many are open, and why the others closed; `unknown` where it does not know. */
  readonly closes: CloseCounts;
  /** How the doors are made that lead to it. */
  readonly doorOptions: {
    /** Whether it answers the end of what a client sends itself. */
    readonly allowHalfOpen: boolean;
    /** Per door; the door itself closes those beyond. Undefined: the transport sees to it. */
    readonly maxConnections?: number;
  };
  /** Takes a new connection over, and everything that becomes of it. */
  accept(socket: Socket): void;
  /** Handshakes that begin from now on go by `tls`; connections stay as they are. Only where it spoke TLS before. */
  renewTls(tls: TlsConfig): void;
  /**
   * New calls on connections that are still open get UNAVAILABLE (DRAINING). Resolves when the calls in flight have ended
   * and all connections are closed, or at once when `force` fires.
   */
  close(force: AbortSignal): Promise<void>;
}
