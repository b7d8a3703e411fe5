// What every inference API works on: the models, and whoever wants to know how each request went.
import type { PerchError } from '../errors.ts';
import type { ModelManager } from '../lifecycle/model-manager.ts';
import type { LimitName } from '../limits/limit-options.ts';
import type { RequestLimits } from '../limits/request-limits.ts';
import type { RequestTraffic } from '../traffic/request-traffic.ts';

/** The inference APIs, by TensorFlow Serving's names. */
export type InferenceApi = 'Predict' | 'Classify' | 'Regress' | 'MultiInference';

/** By which door a request came, in TensorFlow Serving's words. */
export type Entrypoint = 'GRPC' | 'REST';

/** One request that was answered or refused, once its model was known. */
export interface FinishedRequest {
  readonly model: string;
  /** The version that was chosen; absent where none could be. */
  readonly version?: bigint;
  /** The label that the request named. */
  readonly label?: string;
  readonly api: InferenceApi;
  readonly entrypoint: Entrypoint;
  /** Absent where it was answered. */
  readonly error?: PerchError;
  /** The option whose limit refused it, before anything was done for it. */
  readonly refusedBy?: LimitName;
  /** The name of the token that it was counted by then; absent where it had none. */
  readonly token?: string;
  /** From the decoded request to the tensors of the answer, microseconds. */
  readonly micros: number;
  /** Time in the engine, microseconds; absent where it did not get there. */
  readonly engineUs?: number;
  /** Rows of the batch; absent where the inputs have no batch dimension. */
  readonly examples?: number;
}

/** Is told of every request. Must not throw and must be quick: it runs on the network thread. */
export interface RequestObserver {
  finished(request: FinishedRequest): void;
}

/** The models and the observer. */
export interface Serving {
  readonly manager: ModelManager;
  readonly observer: RequestObserver;
  /** Splits, counts and copies; absent: every request that names no version goes to the newest one. */
  readonly traffic?: RequestTraffic;
  readonly routingKeys?: RoutingKeys;
  /** --enable_signature_method_name_check; absent: any call may use any signature. */
  readonly checksMethodNames?: boolean;
  /** Of requests for inference from outside; absent: none. */
  readonly limits?: RequestLimits;
  /** The name of the token in the values of `authorization`, for the limits of clients; absent: all are addresses. */
  readonly tokenName?: (authorization: readonly string[]) => string | undefined;
}

/** Where requests say what keeps them on one version. */
export interface RoutingKeys {
  /** The metadata key and HTTP header, in lower case; --routing_key_header. */
  readonly header: string;
  /** The top-level string of a REST body, where the header is not there; empty: none. --routing_key_json_field. */
  readonly jsonField: string;
}

/** What holds where nothing else is said. */
export const defaultRoutingKeys: RoutingKeys = { header: 'x-perch-routing-key', jsonField: '' };

/** How a request came, and when to give it up. */
export interface RequestOrigin {
  readonly api: InferenceApi;
  readonly entrypoint: Entrypoint;
  readonly signal: AbortSignal;
  /** Requests with the same one go to the same version while the split stays as it is. */
  readonly routingKey?: string;
}
