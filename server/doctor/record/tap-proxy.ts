// The tap: a local port that any gRPC client can connect to, which passes everything on to a server and looks along.
import { once } from 'node:events';
import { createConnection, createServer, type AddressInfo, type Server } from 'node:net';
import type { RecordedEvent } from './recorded-event.ts';
import { noFaults, TapConnection, type TapFaults } from './tap-connection.ts';

/** Where a tap is, and what it does. */
export interface TapProxyOptions {
  /** An IP address of this machine. */
  readonly listenHost: string;
  /** 0 takes any free one. */
  readonly listenPort: number;
  readonly serverHost: string;
  readonly serverPort: number;
  /** None where absent. */
  readonly faults?: Partial<TapFaults>;
  readonly event?: (connection: TapConnection, event: RecordedEvent) => void;
  readonly opened?: (connection: TapConnection) => void;
  /** Both sides have ended. */
  readonly closed?: (connection: TapConnection) => void;
}

/** Connections at once; further ones are closed. Each takes some 20 kB, and what its sockets buffer. */
const maxConnections = 256;

/** See above. In clear only: of TLS it sees that it is TLS. */
export class TapProxy implements AsyncDisposable {
  /** host:port that clients connect to. */
  readonly address: string;
  readonly #server: Server;
  readonly #connections: Set<TapConnection>;

  private constructor(server: Server, connections: Set<TapConnection>) {
    const { address, port, family } = server.address() as AddressInfo;
    this.address = family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`;
    this.#server = server;
    this.#connections = connections;
  }

  /** Opens one. Rejects with the operating system's error where it cannot listen. */
  static async open(options: TapProxyOptions): Promise<TapProxy> {
    const connections = new Set<TapConnection>();
    const { listenHost, listenPort, serverHost, serverPort, event, opened, closed } = options;
    let lastId = 0;
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
      const upstream = createConnection({
        host: serverHost,
        port: serverPort,
        allowHalfOpen: true,
        noDelay: true,
      });
      const connection = new TapConnection(
        ++lastId,
        client,
        upstream,
        { ...noFaults, ...options.faults },
        {
          event: (from, what) => event?.(from, what),
          closed: (ended) => {
            connections.delete(ended);
            closed?.(ended);
          },
        },
      );
      connections.add(connection);
      opened?.(connection);
    });
    server.maxConnections = maxConnections;
    server.listen(listenPort, listenHost);
    await once(server, 'listening');
    return new TapProxy(server, connections);
  }

  /** Those that are open. */
  connections(): TapConnection[] {
    return [...this.#connections];
  }

  /** Ends all of them and stops listening. */
  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.connections().forEach((connection) => connection.destroy());
    await closed;
  }
}
