// How a call ends, for every gRPC transport: the status of an error, and why a call that nobody waits for was stopped.
import { PerchError, type GrpcStatusName } from '../errors.ts';
import type { Logger } from '../log.ts';

/** What a gRPC client is told of a call that failed. */
export interface CallStatus {
  /** Not OK. */
  readonly status: GrpcStatusName;
  /** At most 1,024 UTF-16 units, without lone surrogates. */
  readonly message: string;
  /** When to try again: whole milliseconds, for the trailer `pushbackKey`. */
  readonly pushbackMs?: number;
}

/**
 * Where clients look for when to try again: whole milliseconds. A client with a retry policy waits for so long instead of
 * its own back-off (gRFC A6, "Server Pushback").
 */
export const pushbackKey = 'grpc-retry-pushback-ms';

/** gRPC cuts long messages as TF Serving does (ToGRPCStatus): HTTP/2 header limits apply to them. */
const longestMessage = 1024;

const truncationMark = '...TRUNCATED';

/** The status that the call at `path` is answered with. Errors of the code INTERNAL go to `log` with their cause. */
export function statusOfError(reason: unknown, path: string, log: Logger): CallStatus {
  const error = PerchError.from(reason);
  if (error.code === 'INTERNAL') {
    log.error('a call failed', { path }, error.cause ?? error);
  }
  return {
    status: error.status,
    message: statusMessage(error.message),
    ...(error.retryAfterMs === undefined ? {} : { pushbackMs: Math.ceil(error.retryAfterMs) }),
  };
}

/** `text` as a status can carry it. */
export function statusMessage(text: string): string {
  const cut =
    text.length > longestMessage
      ? `${text.slice(0, longestMessage - truncationMark.length)}${truncationMark}`
      : text;
  // Half a pair, by the cut or from outside, has no UTF-8.
  return cut.replace(/\p{Surrogate}/gu, '\ufffd');
}

/** Why the signal of a call fires whose deadline has passed. */
export const deadlinePassed = new PerchError(
  'DEADLINE_EXCEEDED',
  'The deadline passed before the call was answered.',
);

/** Why the signal of a call fires whose caller left. */
export const callerLeft = new PerchError('CANCELLED', 'The request was cancelled.');

/**
 * A client gives up when its own clock says so, and that began before the request travelled: it mostly leaves a little
 * before the deadline that the server counts. Milliseconds.
 */
const earlyDeadlineMs = 20;

/** Why a caller left that had `remainingMs` until its deadline; Infinity where it had none. */
export function causeOfLeaving(remainingMs: number): PerchError {
  return remainingMs > earlyDeadlineMs ? callerLeft : deadlinePassed;
}
