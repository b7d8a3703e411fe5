// Which priority a request has, how long it may wait, and how many may wait: Triton's queue policies.
import type { RunHints } from '../../lifecycle/version-state.ts';
import type { QueuePolicy, TritonBatchingParameters } from './batch-parameters.ts';

/** What holds where a model says nothing. */
const noPolicy: QueuePolicy = {
  timeoutAction: 'reject',
  defaultTimeoutMicros: 0,
  allowTimeoutOverride: false,
  maxQueueSize: 0,
};

/** The priority of a request; 0 where the model has no priorities, else 1 (the first) to `priorityLevels`. */
export function priorityOf(
  { priorityLevels = 0, defaultPriorityLevel = 1 }: TritonBatchingParameters,
  { priority = 0 }: RunHints,
): number {
  if (priorityLevels === 0) {
    return 0;
  }
  return priority >= 1 && priority <= priorityLevels ? priority : defaultPriorityLevel;
}

/** The policy for the requests of a priority. */
export function policyOf(
  { priorityQueuePolicies, defaultQueuePolicy }: TritonBatchingParameters,
  priority: number,
): QueuePolicy {
  return priorityQueuePolicies?.get(priority) ?? defaultQueuePolicy ?? noPolicy;
}

/** How long a request may wait, milliseconds; Infinity where there is no limit. */
export function timeLimitMs(policy: QueuePolicy, { timeoutMicros = 0 }: RunHints): number {
  const own = policy.allowTimeoutOverride && timeoutMicros > 0 ? timeoutMicros : Infinity;
  const common = policy.defaultTimeoutMicros > 0 ? policy.defaultTimeoutMicros : Infinity;
  return Math.min(own, common) / 1000;
}
