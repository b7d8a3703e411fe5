// A request for inference under the limits on rate and concurrency, whichever door it came by.
import type { RequestLimits } from '../limits/request-limits.ts';
import type { Entrypoint, InferenceApi, RequestObserver } from './serving.ts';

/** What the limits and the counters need to know of a request. */
export interface LimitedRequest {
  /** The model that it names, which need not exist. Asked only where it matters. */
  readonly modelOf: () => string;
  /** Who sent it, as server/limits/client-name.ts has it. */
  readonly client: string;
  readonly api: InferenceApi;
  readonly entrypoint: Entrypoint;
}

/** Does `work` where the limits let the request in. Rejects with RATE_LIMITED or CONCURRENCY_LIMITED else, which counts. */
export async function withinLimits<T>(
  limits: RequestLimits,
  observer: RequestObserver,
  request: LimitedRequest,
  work: () => Promise<T>,
): Promise<T> {
  const { modelOf, client, api, entrypoint } = request;
  const admission = limits.admit(modelOf, client, performance.now());
  if (admission.kind === 'refused') {
    const { limit, model, error } = admission;
    observer.finished({ model, api, entrypoint, micros: 0, error, refusedBy: limit });
    throw error;
  }
  try {
    return await work();
  } finally {
    admission.leave(performance.now());
  }
}
