// TLS on connections that came in clear sockets: who does not begin a handshake is found out before OpenSSL sees it.
import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { CloseCause } from '../close-cause.ts';
import type { TlsFacts } from './connection-table.ts';
import { peerText } from './peer-text.ts';
import type { Clock } from '../clock.ts';
import type { Timed, TimerQueue } from './timer-queue.ts';

/** Certificates and keys, as PEM. */
export interface TlsIdentity {
  readonly key: string;
  /** The server's certificate, and those between it and its root. */
  readonly certificates: string;
  /** Where clients must show a certificate: those that it is checked against. */
  readonly clientAuthorities?: string | undefined;
}

/** What becomes of the connections. */
export interface TlsDoorOptions {
  readonly identity: TlsIdentity;
  readonly clock: Clock;
  readonly timers: TimerQueue;
  /** From the connection to the first byte, and from there to the end of the handshake; milliseconds. */
  readonly handshakeMs: number;
  /** The handshake is over. */
  readonly secured: (socket: TLSSocket, tls: TlsFacts) => void;
  /** The first bytes are no handshake. The socket is paused, and free of listeners. */
  readonly clear: (socket: Socket, bytes: Buffer) => void;
  /** There is no connection; the socket is being destroyed. */
  readonly failed: (peer: string, cause: CloseCause) => void;
}

/** The content type of a record that carries a handshake (RFC 8446 §5.1). */
const handshakeRecord = 0x16;

/** Makes connections secure, one after the other. */
export class TlsDoor {
  readonly #options: TlsDoorOptions;
  #server: Server;
  /** How to end the connections on which nothing has come yet. */
  readonly #silent = new Set<(cause: CloseCause) => void>();
  /** Why this side has cut what was shaking hands. */
  #cutBecause: CloseCause | undefined;

  constructor(options: TlsDoorOptions) {
    this.#options = options;
    this.#server = this.#makeServer(options.identity);
  }

  /** Handshakes that begin from now on go by `identity`. */
  renew(identity: TlsIdentity): void {
    // It listens nowhere: those that it has begun with need it no more, and it needs not be closed.
    this.#server = this.#makeServer(identity);
  }

  #makeServer({ key, certificates, clientAuthorities }: TlsIdentity): Server {
    const { handshakeMs, failed } = this.#options;
    const server = createServer(
      {
        key,
        cert: certificates,
        ...(clientAuthorities === undefined ? {} : { ca: clientAuthorities }),
        requestCert: clientAuthorities !== undefined,
        rejectUnauthorized: true,
        // RFC 9113 §9.2.
        minVersion: 'TLSv1.2',
        // HTTP/1.1 is taken only to be told where it belongs. Without ALPN, HTTP/2 is tried (prior knowledge).
        ALPNProtocols: ['h2', 'http/1.1'],
        handshakeTimeout: handshakeMs,
        allowHalfOpen: true,
        noDelay: true,
      },
      (socket) => this.#secured(socket),
    );
    server.on('tlsClientError', (reason: NodeJS.ErrnoException, socket) => {
      // Of a certificate that it does not trust, node tells only here; the error is that of the socket it has closed then.
      const distrust: unknown = socket.authorizationError;
      const cause: CloseCause =
        typeof distrust === 'string'
          ? { kind: 'tls-failed', reason: `the certificate of the client is not trusted (${distrust})` }
          : causeOf(reason, handshakeMs, this.#cutBecause);
      failed(peerText(socket), cause);
      // After its own error node destroys it; a handshake that takes too long only tells.
      socket.destroy();
    });
    return server;
  }

  /** Takes a connection over. */
  accept(socket: Socket): void {
    const { clock, timers, handshakeMs, failed, clear } = this.#options;
    const peer = peerText(socket);
    const end = (cause: CloseCause): void => {
      leave();
      socket.destroy();
      failed(peer, cause);
    };
    const waiting: Timed = {
      timerSlot: -1,
      timerAt: Infinity,
      timeout: () => end({ kind: 'preface-timeout', timeoutMs: handshakeMs, receivedBytes: 0 }),
    };
    const ended = (): void => end({ kind: 'peer-closed', openStreams: 0, afterGoaway: false });
    const broken = (reason: NodeJS.ErrnoException): void =>
      end({ kind: 'socket-error', code: reason.code ?? reason.message });
    const begun = (bytes: Buffer): void => {
      leave();
      socket.pause();
      if (bytes[0] === handshakeRecord) {
        // Errors of the clear socket become those of the secure one.
        socket.on('error', () => undefined);
        // A client that leaves within the handshake has nothing more to be told, and would keep the socket until its time is over.
        socket.allowHalfOpen = false;
        socket.unshift(bytes);
        this.#server.emit('connection', socket);
      } else {
        clear(socket, bytes);
      }
    };
    const leave = (): void => {
      this.#silent.delete(end);
      timers.remove(waiting);
      socket.off('data', begun).off('end', ended).off('error', broken);
    };
    this.#silent.add(end);
    timers.callBy(waiting, clock.now() + handshakeMs);
    socket.on('data', begun).on('end', ended).on('error', broken);
  }

  /** Lets go of those that have said nothing. Handshakes that have begun go on, unless `isForced`: the caller cuts them. */
  close(isForced: boolean): void {
    const cause: CloseCause = isForced ? { kind: 'forced', cutStreams: 0 } : { kind: 'drained' };
    this.#cutBecause = isForced ? cause : undefined;
    this.#silent.forEach((end) => end(cause));
  }

  #secured(socket: TLSSocket): void {
    // RFC 9113 §9.2.1: there is no renegotiation in HTTP/2.
    socket.disableRenegotiation();
    const { alpnProtocol } = socket;
    this.#options.secured(socket, {
      version: socket.getProtocol() ?? '',
      cipher: socket.getCipher().name,
      alpn: typeof alpnProtocol === 'string' ? alpnProtocol : '',
      clientCertificate: socket.authorized,
    });
  }
}

function causeOf(
  reason: NodeJS.ErrnoException,
  handshakeMs: number,
  cutBecause: CloseCause | undefined,
): CloseCause {
  switch (reason.code) {
    case 'ECONNRESET':
      // Clients that do not trust a certificate mostly leave without the alert that says so.
      return cutBecause ?? { kind: 'tls-failed', reason: 'the client left within it' };
    case 'ERR_TLS_HANDSHAKE_TIMEOUT':
      return { kind: 'tls-failed', reason: `it was not complete within ${handshakeMs} ms` };
    default:
      return { kind: 'tls-failed', reason: opensslText(reason.message) };
  }
}

/** `C0D7…:error:0A000418:SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca:../deps/…:1590:SSL alert number 48` in short. */
function opensslText(message: string): string {
  const parts = message.split(':');
  const at = parts.indexOf('error');
  return (at === -1 ? message : (parts[at + 4] ?? message)).trim();
}
