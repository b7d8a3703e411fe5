// Errors of calls on their way between threads.
import { errorTable, PerchError, type ErrorCode } from '../../errors.ts';

/** A PerchError as JSON has it. */
export interface CallFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryAfterMs?: number;
  /** For the log. */
  readonly cause?: string;
}

/** `reason` for the other thread. Of what is no PerchError the cause goes too, with its stack. */
export function toFailure(reason: unknown): CallFailure {
  const { code, message, retryAfterMs, cause } = PerchError.from(reason);
  return {
    code,
    message,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(cause === undefined ? {} : { cause: causeText(cause) }),
  };
}

/** The error that `payload`, a CallFailure as JSON, tells of. */
export function readFailure(payload: Buffer): PerchError {
  return failureError(JSON.parse(payload.toString()) as CallFailure);
}

/** The error that it tells of. */
export function failureError({ code, message, retryAfterMs, cause }: CallFailure): PerchError {
  return new PerchError(Object.hasOwn(errorTable, code) ? code : 'INTERNAL', message, {
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(cause === undefined ? {} : { cause }),
  });
}

/** What the log says of a cause. */
export function causeText(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}
