// Which errors say something about a version, and which about those who ask it. Pure.
import { errorTable, type ErrorCode, type GrpcStatusName } from '../errors.ts';
import type { WindowFigures } from './gates.ts';

/** A caller's own doing, as 4xx beside 5xx: it is left out of a success rate, on both sides of it. */
const callersStatuses: ReadonlySet<GrpcStatusName> = new Set([
  'INVALID_ARGUMENT',
  'NOT_FOUND',
  'CANCELLED',
  'OUT_OF_RANGE',
  'UNAUTHENTICATED',
  'PERMISSION_DENIED',
]);

/** Answered with such a status, too, but for what the version did: TensorFlow Serving answers so where a run fails. */
const versionsOwn: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['INFERENCE_FAILED', 'OUTPUTS_WRONG']);

/** What else is wrong with the request itself. */
const requestsOwn: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'SIGNATURE_UNKNOWN',
  'DTYPE_UNSUPPORTED',
  'REQUEST_TOO_LARGE',
  'LIST_TOO_LONG',
]);

/** Whether a request that ended so says nothing about the version that it came to. */
export function isCallersError(code: ErrorCode): boolean {
  return requestsOwn.has(code) || (callersStatuses.has(errorTable[code]) && !versionsOwn.has(code));
}

/** The requests of a window that count, how many of them were answered, 0 to 1 (NaN where none counts), and the others. */
export function judgedRequests(
  requests: number,
  errorsByCode: ReadonlyMap<ErrorCode, number>,
): Pick<WindowFigures, 'requests' | 'successRate' | 'leftOut'> {
  let judged = requests;
  let failed = 0;
  for (const [code, count] of errorsByCode) {
    if (isCallersError(code)) {
      judged -= count;
    } else {
      failed += count;
    }
  }
  return {
    requests: judged,
    successRate: judged > 0 ? (judged - failed) / judged : NaN,
    leftOut: requests - judged,
  };
}
