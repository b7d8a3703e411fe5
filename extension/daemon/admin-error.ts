// What a call of the administration API fails with.
import type { ServiceError } from '@grpc/grpc-js';

/** By number (google/rpc/code.proto). Not grpc-js's own table: it would be loaded with the extension. */
const statusNames = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];

/** A call that the daemon refused or that did not get through. `message` is in the daemon's words. */
export class AdminError extends Error {
  /** The gRPC status: `NOT_FOUND`, `UNAVAILABLE` … */
  readonly status: string;

  constructor(error: ServiceError) {
    super(error.details === '' ? error.message : error.details, { cause: error });
    this.name = 'AdminError';
    this.status = statusNames[error.code] ?? 'UNKNOWN';
  }

  /** Whether `reason` is an AdminError, of this status if one is given. */
  static is(reason: unknown, statusName?: string): reason is AdminError {
    return reason instanceof AdminError && (statusName === undefined || reason.status === statusName);
  }
}

/** What a stream of grpc-js threw: as AdminError where it is the call that failed. */
export function toAdminError(reason: unknown): unknown {
  return reason instanceof Error && 'code' in reason && 'details' in reason
    ? new AdminError(reason as ServiceError)
    : reason;
}
