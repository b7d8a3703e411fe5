// The HTTP servers under the REST listener: plain or with TLS, with time limits for what comes in.
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { SecureContextOptions } from 'node:tls';
import type { Logger } from '../log.ts';
import { LogBudget } from '../log-budget.ts';
import type { TlsConfig } from './tls-config.ts';

/** An HTTP server, and how to give it another certificate. */
export interface RestServer {
  readonly server: Server;
  /** Handshakes that begin from now on go by `tls`; connections stay. Nothing where it is in clear. */
  renewTls(tls: TlsConfig): void;
}

/** What answers. */
type Respond = (message: IncomingMessage, response: ServerResponse) => void;

/** For request lines and headers; less where the whole request has less. */
const headersTimeoutMs = 15_000;
/** For headers and body together where no limit is set, or a later one. */
const receiveTimeoutMs = 300_000;
/** Longer than the pools of usual clients keep a connection: they, not the server, are to end it. */
const keepAliveMs = 65_000;
/** How often node looks for connections whose time is up. */
const checkIntervalMs = 2000;
/** What a server keeps to. */
export interface RestServerRules {
  /** A request may take so many milliseconds; 0: any time. */
  readonly timeoutMs: number;
  readonly maxConnections: number;
  readonly tls: TlsConfig | undefined;
}

/** A server that does not listen yet. */
export function makeRestServer(
  { timeoutMs, maxConnections, tls }: RestServerRules,
  log: Logger,
  respond: Respond,
): RestServer {
  const options: ServerOptions = {
    headersTimeout: timeoutMs === 0 ? headersTimeoutMs : Math.min(headersTimeoutMs, timeoutMs),
    requestTimeout: receiveTimeoutMs,
    keepAliveTimeout: keepAliveMs,
    connectionsCheckingInterval: checkIntervalMs,
  };
  if (tls === undefined) {
    const server = createServer(options, respond);
    server.maxConnections = maxConnections;
    return { server, renewTls: () => undefined };
  }
  const server = createSecureServer(
    {
      ...options,
      ...contextOf(tls),
      requestCert: tls.clientAuthorities !== undefined,
      rejectUnauthorized: true,
    },
    respond,
  );
  server.maxConnections = maxConnections;
  const budget = new LogBudget();
  server.on('tlsClientError', (reason: NodeJS.ErrnoException, socket) => {
    if (reason.code !== 'ECONNRESET' && budget.take('handshake', performance.now()) !== undefined) {
      const isClear = reason.code === 'ERR_SSL_HTTP_REQUEST';
      log.info('a TLS handshake at the REST port failed', {
        peer: socket.remoteAddress ?? 'unknown',
        reason: isClear ? 'the client began in clear; use https://' : (reason.code ?? reason.message),
      });
    }
    socket.destroy();
  });
  return { server, renewTls: (renewed) => server.setSecureContext(contextOf(renewed)) };
}

function contextOf({ key, certificates, clientAuthorities }: TlsConfig): SecureContextOptions {
  return {
    key,
    cert: certificates,
    ...(clientAuthorities === undefined ? {} : { ca: clientAuthorities }),
    minVersion: 'TLSv1.2',
  };
}

/** Takes no new connections; resolves when the requests in flight have been answered, or at once when `force` fires. */
export function closeRestServer(server: Server, force: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => server.closeAllConnections();
    force.addEventListener('abort', end);
    server.close(() => {
      force.removeEventListener('abort', end);
      resolve();
    });
    server.closeIdleConnections();
    if (force.aborted) {
      end();
    }
  });
}
