// Why a connection closed: known by construction, because every way to close one goes through here.
import type { ErrorCodeName } from './http2/error-code.ts';

/** What bytes that are no HTTP/2 look like. */
export type WrongProtocol = 'http1' | 'tls' | 'unknown';

/** Abuse that a guard recognised (CVE numbers in the guards' own comments). */
export type Flood =
  | 'rapid-reset'
  | 'continuation'
  | 'settings'
  | 'ping'
  | 'empty-data'
  | 'window-update'
  | 'priority'
  | 'reset'
  | 'refused-streams';

/** Why. `by` of each is in `closedBy`. */
export type CloseCause =
  /** FIN from the peer. */
  | { readonly kind: 'peer-closed'; readonly openStreams: number; readonly afterGoaway: boolean }
  /** RST from the peer or something in between; `silentMs`: since its last byte. */
  | { readonly kind: 'peer-reset'; readonly openStreams: number; readonly silentMs: number }
  /** The peer sent GOAWAY with an error. */
  | { readonly kind: 'peer-error'; readonly code: number; readonly debugData: string }
  | { readonly kind: 'too-many-pings'; readonly intervalMs: number; readonly allowedMs: number }
  | { readonly kind: 'max-idle'; readonly idleMs: number }
  | { readonly kind: 'max-age'; readonly ageMs: number; readonly cutStreams: number }
  /** A PING was not answered in time; `loopDelayMs`: how long this process itself had stood still meanwhile, at most. */
  | { readonly kind: 'keepalive-timeout'; readonly timeoutMs: number; readonly loopDelayMs: number }
  | { readonly kind: 'preface-timeout'; readonly timeoutMs: number; readonly receivedBytes: number }
  | { readonly kind: 'settings-timeout'; readonly timeoutMs: number }
  /** A header block that did not get complete in time. */
  | { readonly kind: 'headers-timeout'; readonly timeoutMs: number }
  /** The peer did not read what it was sent. */
  | { readonly kind: 'write-timeout'; readonly timeoutMs: number; readonly queuedBytes: number }
  | { readonly kind: 'wrong-protocol'; readonly protocol: WrongProtocol; readonly firstBytes: string }
  | { readonly kind: 'tls-failed'; readonly reason: string }
  /** The peer broke a rule of HTTP/2 or HPACK; `rule` cites it, as in "RFC 9113 §6.5". */
  | {
      readonly kind: 'protocol-error';
      readonly code: ErrorCodeName;
      readonly rule: string;
      readonly text: string;
    }
  | { readonly kind: 'flood'; readonly flood: Flood; readonly count: number; readonly windowMs: number }
  /** A limit of this server; `option` is the one that governs it. */
  | { readonly kind: 'limit'; readonly option: string; readonly limit: number; readonly actual: number }
  | { readonly kind: 'drained' }
  | { readonly kind: 'forced'; readonly cutStreams: number }
  /** The operating system's error for the socket. */
  | { readonly kind: 'socket-error'; readonly code: string }
  /** A mistake of this server. */
  | { readonly kind: 'internal'; readonly text: string };
