// Bytes on the REST port that are not HTTP/1.1: what to answer, and a hint in the log about who took the wrong port.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from '../log.ts';

interface ParseError extends NodeJS.ErrnoException {
  /** What node's parser was given when it failed. */
  readonly rawPacket?: Buffer;
}

interface Refusal {
  /** Status line without the version. */
  readonly status: string;
  readonly text: string;
  /** For the log, where a person should know. */
  readonly hint?: string;
}

/** A client that tries again and again is named this often at most. */
const hintIntervalMs = 60_000;

/** Who is asked and told. */
export interface MalformedHttpRules {
  /** Where gRPC is, for clients that took the wrong port. */
  readonly grpcAddress: () => string;
  /** Told of each: REQUEST_TIMEOUT, HEADERS_TOO_LARGE or MALFORMED_HTTP. */
  readonly refused: (reason: string) => void;
}

/** Answers what `server` cannot parse with a status and `{"error": …}`, and closes the connection. */
export function answerMalformed(
  server: Server,
  { grpcAddress, refused }: MalformedHttpRules,
  log: Logger,
): void {
  const current = new WeakMap<Duplex, ServerResponse>();
  const hintedAt = new Map<string, number>();
  server.on('request', (message: IncomingMessage, response: ServerResponse) => {
    const { socket } = message;
    current.set(socket, response);
    // An idle connection must not hold the last request and its answer.
    response.once('close', () => {
      if (current.get(socket) === response) {
        current.delete(socket);
      }
    });
  });
  server.on('clientError', (error: ParseError, socket: Duplex) => {
    if (error.code !== 'ECONNRESET') {
      refused(reasonOf(error));
    }
    const response = current.get(socket);
    // An answer is owed to the request before this one: nothing may come between.
    const owed =
      response !== undefined && !response.writableEnded && (response.headersSent || response.req.complete);
    if (owed || !socket.writable || error.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    const { status, text, hint } = refusalOf(error, grpcAddress);
    if (hint !== undefined && performance.now() - (hintedAt.get(hint) ?? -Infinity) > hintIntervalMs) {
      hintedAt.set(hint, performance.now());
      log.warning(hint);
    }
    const body = JSON.stringify({ error: text });
    socket.end(
      `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
      () => socket.destroy(),
    );
  });
}

function reasonOf({ code }: ParseError): string {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return 'REQUEST_TIMEOUT';
    case 'HPE_HEADER_OVERFLOW':
      return 'HEADERS_TOO_LARGE';
    default:
      return 'MALFORMED_HTTP';
  }
}

function refusalOf(error: ParseError, grpcAddress: () => string): Refusal {
  const badRequest = '400 Bad Request';
  const begun = error.rawPacket?.subarray(0, 16).toString('latin1') ?? '';
  if (begun.startsWith('PRI * HTTP/2')) {
    const address = grpcAddress();
    return {
      status: badRequest,
      text: `This is the REST port, which speaks HTTP/1.1; gRPC is on ${address}.`,
      hint: `a gRPC client knocked at the REST port; gRPC is on ${address}`,
    };
  }
  // A TLS handshake record, version 3.x.
  if (begun.startsWith('\x16\x03')) {
    return {
      status: badRequest,
      text: 'The REST port has no TLS; use http://.',
      hint: 'a TLS client knocked at the REST port, which has no TLS; use http://',
    };
  }
  switch (error.code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { status: '408 Request Timeout', text: 'The request did not arrive in time.' };
    case 'HPE_HEADER_OVERFLOW':
      return { status: '431 Request Header Fields Too Large', text: 'The request headers are too large.' };
    default:
      return { status: badRequest, text: `Malformed HTTP: ${error.message}.` };
  }
}
