// What GOAWAY says to the peer for each reason to close a connection.
import type { CloseCause } from '../close-cause.ts';
import type { ErrorCodeName } from './error-code.ts';

/** The code and debug data of a GOAWAY: ASCII, at most 128 characters, nothing in it of what the peer sent. */
export interface Goodbye {
  readonly code: ErrorCodeName;
  readonly debugData: string;
}

const maxDebugData = 128;

/**
 * The last word. The debug data that clients of gRPC know, and act on, are C-core's: "too_many_pings", "max_idle",
 * "max_age".
 */
export function goodbyeFor(cause: CloseCause): Goodbye {
  const { code, debugData } = fullGoodbye(cause);
  return { code, debugData: debugData.slice(0, maxDebugData) };
}

function fullGoodbye(cause: CloseCause): Goodbye {
  switch (cause.kind) {
    case 'protocol-error':
      return { code: cause.code, debugData: `${cause.rule.replace('§', '')}: ${cause.text}` };
    case 'too-many-pings':
      return { code: 'ENHANCE_YOUR_CALM', debugData: 'too_many_pings' };
    case 'flood':
      return { code: 'ENHANCE_YOUR_CALM', debugData: `flood: ${cause.flood}` };
    case 'limit':
      return { code: 'ENHANCE_YOUR_CALM', debugData: `limit: ${cause.option}` };
    case 'settings-timeout':
      return { code: 'SETTINGS_TIMEOUT', debugData: '' };
    case 'headers-timeout':
      return { code: 'ENHANCE_YOUR_CALM', debugData: 'header block took too long' };
    case 'max-idle':
      return { code: 'NO_ERROR', debugData: 'max_idle' };
    case 'max-age':
      return { code: 'NO_ERROR', debugData: 'max_age' };
    case 'internal':
      return { code: 'INTERNAL_ERROR', debugData: '' };
    case 'wrong-protocol':
      return { code: 'PROTOCOL_ERROR', debugData: '' };
    case 'keepalive-timeout':
    case 'preface-timeout':
    case 'write-timeout':
    case 'peer-closed':
    case 'peer-reset':
    case 'peer-error':
    case 'tls-failed':
    case 'socket-error':
    case 'drained':
    case 'forced':
      return { code: 'NO_ERROR', debugData: '' };
  }
}
