// What a config.pbtxt says of batching: max_batch_size and dynamic_batching, as the batcher takes them.
import type { MessageOutput } from '../../protos/messages.ts';
import {
  defaultBatchingParameters,
  type BatchingParameters,
  type QueuePolicy,
  type TritonBatchingParameters,
} from '../engine/batching/batch-parameters.ts';

type ModelMessage = MessageOutput<'inference.ModelConfig'>;
type DynamicBatching = MessageOutput<'inference.ModelDynamicBatching'>;
type PolicyMessage = MessageOutput<'inference.ModelQueuePolicy'>;

/**
 * Full batches that may wait where the file limits nothing. Triton sets no limit, and with requests that have no
 * deadline its queue grows until the memory is full. So many wait longer than clients do, and a queue of single rows
 * still takes all that a thousand callers send at once.
 */
const defaultEnqueuedBatches = 1000;

/**
 * How requests are batched; undefined where the file does not say: `max_batch_size` 0, or a scheduler that Perch has
 * not. Without a scheduler a `max_batch_size` above 1 means `dynamic_batching {}`, as Triton fills in for ONNX models,
 * and 1 means one row a run. rules/dynamic-batching-rules.ts has checked the message.
 */
export function batchingOf(message: ModelMessage): BatchingParameters | undefined {
  const { maxBatchSize, dynamicBatching, schedulingChoice } = message;
  if (maxBatchSize === 0 || (schedulingChoice ?? 'dynamicBatching') !== 'dynamicBatching') {
    return undefined;
  }
  const queue = dynamicBatching ? queueOf(dynamicBatching) : {};
  return {
    ...defaultBatchingParameters,
    maxBatchSize,
    maxExecutionBatchSize: maxBatchSize,
    batchTimeoutMicros: Number(dynamicBatching?.maxQueueDelayMicroseconds ?? 0),
    maxEnqueuedBatches: enqueuedBatches(queue),
    ...queue,
  };
}

function queueOf(batching: DynamicBatching): TritonBatchingParameters {
  const { preferredBatchSize, defaultQueuePolicy } = batching;
  return {
    ...(preferredBatchSize.length === 0 ? {} : { preferredBatchSizes: preferredBatchSize }),
    ...(batching.preserveOrdering ? { preserveOrdering: true } : {}),
    ...(defaultQueuePolicy === null ? {} : { defaultQueuePolicy: toPolicy(defaultQueuePolicy) }),
    ...(batching.priorityLevels === '0' ? {} : prioritiesOf(batching)),
  };
}

function prioritiesOf(batching: DynamicBatching): TritonBatchingParameters {
  const policies = Object.entries(batching.priorityQueuePolicy);
  return {
    priorityLevels: Number(batching.priorityLevels),
    defaultPriorityLevel: Number(batching.defaultPriorityLevel),
    ...(policies.length === 0
      ? {}
      : {
          priorityQueuePolicies: new Map(
            policies.map(([level, policy]) => [Number(level), toPolicy(policy)]),
          ),
        }),
  };
}

function toPolicy(policy: PolicyMessage): QueuePolicy {
  return {
    timeoutAction: policy.timeoutAction === 'DELAY' ? 'delay' : 'reject',
    defaultTimeoutMicros: Number(policy.defaultTimeoutMicroseconds),
    allowTimeoutOverride: policy.allowTimeoutOverride,
    maxQueueSize: policy.maxQueueSize,
  };
}

/** No less than what the queue policies allow, were each request a batch of its own. */
function enqueuedBatches(queue: TritonBatchingParameters): number {
  const { priorityLevels = 0, defaultQueuePolicy, priorityQueuePolicies } = queue;
  const ownPolicies = [...(priorityQueuePolicies?.values() ?? [])];
  const levels = Math.max(1, priorityLevels - ownPolicies.length);
  const allowed = ownPolicies.reduce(
    (sum, { maxQueueSize }) => sum + maxQueueSize,
    levels * (defaultQueuePolicy?.maxQueueSize ?? 0),
  );
  return Math.max(defaultEnqueuedBatches, allowed);
}
