// What a connection's first bytes say: HTTP/2, or somebody who has the wrong port, and what to tell him.
import type { WrongProtocol } from '../close-cause.ts';

/** The connection preface of a client (RFC 9113 §3.4). */
const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

/** What came first. */
export type Knock =
  /** The whole preface, and perhaps more. */
  | { readonly kind: 'http2' }
  /** Too little to tell. */
  | { readonly kind: 'undecided' }
  | { readonly kind: 'wrong'; readonly protocol: WrongProtocol };

/** The methods of RFC 9110 §9 and RFC 5789, each with the space that follows it. */
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE', 'CONNECT'].map(
  (method) => `${method} `,
);

const longestMethod = Math.max(...methods.map(({ length }) => length));

/** Judges a connection by all the bytes that have come on it so far. At most 24 of them are looked at. */
export function readKnock(bytes: Uint8Array): Knock {
  const begun = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, preface.length));
  if (begun.equals(preface.subarray(0, begun.length))) {
    return { kind: begun.length === preface.length ? 'http2' : 'undecided' };
  }
  // A TLS record (RFC 8446 §5.1) of the type handshake, and the version that all of them tell: 3.x.
  if (begun[0] === 0x16 && (begun.length === 1 || begun[1] === 3)) {
    return begun.length === 1 ? { kind: 'undecided' } : { kind: 'wrong', protocol: 'tls' };
  }
  const text = begun.toString('latin1', 0, longestMethod);
  if (methods.some((method) => text.startsWith(method))) {
    return { kind: 'wrong', protocol: 'http1' };
  }
  return methods.some((method) => method.startsWith(text))
    ? { kind: 'undecided' }
    : { kind: 'wrong', protocol: 'unknown' };
}

/** So many bytes of a stranger go to the log. */
const shownBytes = 32;

/** The first bytes as text: printable ASCII as it is, everything else as \xNN. */
export function shownText(bytes: Uint8Array): string {
  const shown = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, shownBytes));
  const text = shown
    .toString('latin1')
    .replace(/[^\x20-\x7e]|\\/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return bytes.length > shownBytes ? `${text}…` : text;
}

/**
 * The answer to HTTP/1.x, whatever it asked for. `restAddress`: where REST is, host:port; empty where it is off.
 * `isSecure`: the port speaks TLS.
 */
export function http1Reply(restAddress: string, isSecure: boolean): Uint8Array {
  const where =
    restAddress === ''
      ? 'The REST API is off; --rest_api_port turns it on.'
      : `The REST API is at http://${restAddress}.`;
  const body = `This is the gRPC port, which speaks HTTP/2${isSecure ? ' over TLS' : ''}, not HTTP/1.1. ${where}\n`;
  return Buffer.from(
    `HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

/**
 * The answer to a TLS client on a port in clear: a record of the type alert, version 1.0 as in a first record (RFC 8446
 * §5.1), fatal, handshake_failure (§6.2). Without it clients wait, or report the HTTP/2 they read as a wrong version.
 */
export const tlsAlert: Uint8Array = Buffer.from([21, 3, 1, 0, 2, 2, 40]);
