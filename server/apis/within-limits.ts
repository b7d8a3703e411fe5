// A request for inference under the limits on rate and concurrency, whichever door it came by.
import { clientOfToken } from '../limits/client-name.ts';
import type { RequestLimits } from '../limits/request-limits.ts';
import type { Entrypoint, InferenceApi, Serving } from './serving.ts';

/** What the limits and the counters need to know of a request. */
export interface LimitedRequest {
  /** The model that it names, which need not exist. Asked only where it matters. */
  readonly modelOf: () => string;
  /** Its address, as server/limits/client-name.ts has it: the client, where it has no token of this server. */
  readonly address: () => string;
  /** The values of `authorization`. */
  readonly authorization: readonly string[];
  readonly api: InferenceApi;
  readonly entrypoint: Entrypoint;
}

/** Does `work` where the limits let the request in. Rejects with RATE_LIMITED or CONCURRENCY_LIMITED else, which counts. */
export async function withinLimits<T>(
  limits: RequestLimits,
  { observer, tokenName }: Pick<Serving, 'observer' | 'tokenName'>,
  request: LimitedRequest,
  work: () => Promise<T>,
): Promise<T> {
  const { modelOf, address, authorization, api, entrypoint } = request;
  const token = authorization.length === 0 ? undefined : tokenName?.(authorization);
  const client = token === undefined ? address() : clientOfToken(token);
  const admission = limits.admit(modelOf, client, performance.now());
  if (admission.kind === 'refused') {
    const { limit, model, error } = admission;
    const who = token === undefined ? {} : { token };
    observer.finished({ model, api, entrypoint, micros: 0, error, refusedBy: limit, ...who });
    throw error;
  }
  try {
    return await work();
  } finally {
    admission.leave(performance.now());
  }
}
