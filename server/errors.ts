// Every error that the daemon answers with: its code, its gRPC and HTTP status. docs/errors.md explains each one.

/** gRPC status codes (grpc/grpc doc/statuscodes.md). */
export const grpcStatus = {
  OK: 0,
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
} as const;
export type GrpcStatusName = keyof typeof grpcStatus;

/** HTTP status per gRPC status, as TensorFlow Serving's REST API answers (reference §1.9). */
export const httpStatusOf: Readonly<Record<GrpcStatusName, number>> = {
  OK: 200,
  CANCELLED: 499,
  UNKNOWN: 500,
  INVALID_ARGUMENT: 400,
  DEADLINE_EXCEEDED: 504,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  PERMISSION_DENIED: 403,
  RESOURCE_EXHAUSTED: 429,
  FAILED_PRECONDITION: 400,
  ABORTED: 409,
  OUT_OF_RANGE: 400,
  UNIMPLEMENTED: 501,
  INTERNAL: 500,
  UNAVAILABLE: 503,
  DATA_LOSS: 500,
  UNAUTHENTICATED: 401,
};

/** The table: what an error is called, and its status. The text is given where it is thrown, with the facts in it. */
export const errorTable = {
  // Requests
  REQUEST_MALFORMED: 'INVALID_ARGUMENT',
  REQUEST_TOO_LARGE: 'RESOURCE_EXHAUSTED',
  MODEL_SPEC_MISSING: 'INVALID_ARGUMENT',
  MODEL_NAME_MISSING: 'INVALID_ARGUMENT',
  SERVABLE_NOT_FOUND: 'NOT_FOUND',
  MODEL_UNKNOWN: 'NOT_FOUND',
  VERSION_UNKNOWN: 'NOT_FOUND',
  SHADOW_CASE_UNKNOWN: 'NOT_FOUND',
  LABEL_UNKNOWN: 'INVALID_ARGUMENT',
  SIGNATURE_UNKNOWN: 'FAILED_PRECONDITION',
  SIGNATURE_UNKNOWN_REST: 'INVALID_ARGUMENT',
  SIGNATURE_UNKNOWN_EXAMPLES: 'INVALID_ARGUMENT',
  INPUT_NAMES_WRONG: 'INVALID_ARGUMENT',
  INPUT_DTYPE_WRONG: 'INVALID_ARGUMENT',
  INPUT_SHAPE_WRONG: 'INVALID_ARGUMENT',
  INPUT_STRING_UNFIT: 'INVALID_ARGUMENT',
  OUTPUT_UNKNOWN: 'INVALID_ARGUMENT',
  EXAMPLES_INVALID: 'INVALID_ARGUMENT',
  TASKS_INVALID: 'INVALID_ARGUMENT',
  OUTPUTS_UNFIT: 'FAILED_PRECONDITION',
  OUTPUTS_WRONG: 'INVALID_ARGUMENT',
  TENSOR_UNPARSABLE: 'INVALID_ARGUMENT',
  DTYPE_UNSUPPORTED: 'UNIMPLEMENTED',
  METADATA_FIELD_WRONG: 'INVALID_ARGUMENT',
  JSON_INVALID: 'INVALID_ARGUMENT',
  JSON_TOO_DEEP: 'INVALID_ARGUMENT',
  JSON_VALUE_WRONG: 'INVALID_ARGUMENT',
  LIST_TOO_LONG: 'RESOURCE_EXHAUSTED',
  BODY_ENCODING_UNKNOWN: 'INVALID_ARGUMENT',
  HOST_REFUSED: 'PERMISSION_DENIED',
  UNAUTHENTICATED: 'UNAUTHENTICATED',
  TOKEN_UNKNOWN: 'UNAUTHENTICATED',
  TOO_MANY_ATTEMPTS: 'RESOURCE_EXHAUSTED',
  ROLE_MISSING: 'PERMISSION_DENIED',
  UNIMPLEMENTED: 'UNIMPLEMENTED',
  CANCELLED: 'CANCELLED',
  DRAINING: 'UNAVAILABLE',
  DEADLINE_EXCEEDED: 'DEADLINE_EXCEEDED',
  RATE_LIMITED: 'RESOURCE_EXHAUSTED',
  CONCURRENCY_LIMITED: 'RESOURCE_EXHAUSTED',
  DOCTOR_BUSY: 'RESOURCE_EXHAUSTED',
  // Models
  MODEL_FILE_MISSING: 'FAILED_PRECONDITION',
  MODEL_FILE_UNREADABLE: 'FAILED_PRECONDITION',
  MODEL_FILE_INVALID: 'FAILED_PRECONDITION',
  EXTERNAL_DATA_REFUSED: 'FAILED_PRECONDITION',
  SAVED_MODEL_INVALID: 'FAILED_PRECONDITION',
  OPERATORS_UNSUPPORTED: 'FAILED_PRECONDITION',
  LOAD_FAILED: 'FAILED_PRECONDITION',
  LOAD_CRASHED: 'FAILED_PRECONDITION',
  LOAD_TIMED_OUT: 'FAILED_PRECONDITION',
  MODEL_MEMORY_EXCEEDED: 'FAILED_PRECONDITION',
  PROVIDER_UNAVAILABLE: 'FAILED_PRECONDITION',
  LOAD_CANCELLED: 'CANCELLED',
  WARMUP_INVALID: 'DATA_LOSS',
  WARMUP_TOO_LARGE: 'INVALID_ARGUMENT',
  WARMUP_FAILED: 'FAILED_PRECONDITION',
  // Engine
  TENSORS_TOO_LARGE: 'RESOURCE_EXHAUSTED',
  ENGINE_QUEUE_FULL: 'RESOURCE_EXHAUSTED',
  BATCH_QUEUE_FULL: 'RESOURCE_EXHAUSTED',
  BATCH_TOO_LARGE: 'INVALID_ARGUMENT',
  INFERENCE_FAILED: 'INVALID_ARGUMENT',
  ENGINE_CRASHED: 'UNAVAILABLE',
  ENGINE_RESTARTED: 'UNAVAILABLE',
  // Start and configuration
  OPTION_INVALID: 'INVALID_ARGUMENT',
  CONFIG_INVALID: 'INVALID_ARGUMENT',
  CONFIG_TRANSITION: 'FAILED_PRECONDITION',
  CONFIG_CHANGED: 'ABORTED',
  RESOURCE_CHANGED: 'ABORTED',
  CANARY_STATE: 'FAILED_PRECONDITION',
  LABEL_IN_USE: 'FAILED_PRECONDITION',
  VERSION_NOT_AVAILABLE: 'FAILED_PRECONDITION',
  MODELS_NOT_AVAILABLE: 'UNKNOWN',
  MODELS_DIRECTORY_MISSING: 'NOT_FOUND',
  PORT_TAKEN: 'UNAVAILABLE',
  ADDRESS_INVALID: 'INVALID_ARGUMENT',
  BIND_UNPROTECTED: 'FAILED_PRECONDITION',
  // The rest
  INTERNAL: 'INTERNAL',
} as const satisfies Readonly<Record<string, GrpcStatusName>>;
export type ErrorCode = keyof typeof errorTable;

/** Where HTTP has a status of its own for what TF Serving's REST API cannot meet. */
const ownHttpStatus: Readonly<Partial<Record<ErrorCode, number>>> = {
  REQUEST_TOO_LARGE: 413,
  BODY_ENCODING_UNKNOWN: 415,
};

/** The one error class of the daemon. `message` may go to a client; `cause` is for the log only. */
export class PerchError extends Error {
  readonly code: ErrorCode;
  /** When it is worth trying again: milliseconds from now, an estimate. */
  readonly retryAfterMs?: number;

  constructor(
    code: ErrorCode,
    message: string,
    options?: { readonly cause?: unknown; readonly retryAfterMs?: number },
  ) {
    super(message, options);
    this.name = 'PerchError';
    this.code = code;
    if (options?.retryAfterMs !== undefined) {
      this.retryAfterMs = options.retryAfterMs;
    }
  }

  /** The gRPC status name that this error is answered with. */
  get status(): GrpcStatusName {
    return errorTable[this.code];
  }

  /** The gRPC status number. */
  get grpcStatus(): number {
    return grpcStatus[this.status];
  }

  /** The HTTP status of the REST API. */
  get httpStatus(): number {
    return ownHttpStatus[this.code] ?? httpStatusOf[this.status];
  }

  /** Whether `reason` is a PerchError, with this code if one is given. */
  static is(reason: unknown, code?: ErrorCode): reason is PerchError {
    return reason instanceof PerchError && (code === undefined || reason.code === code);
  }

  /** Turns anything that was thrown into a PerchError; what is not one becomes INTERNAL, its text kept as cause only. */
  static from(reason: unknown): PerchError {
    if (reason instanceof PerchError) {
      return reason;
    }
    if (reason instanceof Error && reason.name === 'AbortError') {
      return new PerchError('CANCELLED', 'The request was cancelled.', { cause: reason });
    }
    return new PerchError('INTERNAL', 'Internal error; the log of the daemon has the details.', {
      cause: reason,
    });
  }
}
