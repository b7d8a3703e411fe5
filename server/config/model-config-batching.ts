// What a config.pbtxt says of batching: max_batch_size and dynamic_batching, checked by Triton's rules.
import type { MessageOutput } from '../../protos/messages.ts';
import {
  defaultBatchingParameters,
  type BatchingParameters,
  type QueuePolicy,
  type TritonBatchingParameters,
} from '../engine/batching/batch-parameters.ts';
import { invalidModelConfig, type ModelConfigSource } from './model-config-source.ts';

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
 * and 1 means one row a run. Throws CONFIG_INVALID in Triton's words (triton.md §2.4, R6 and R8 to R13).
 */
export function batchingOf(message: ModelMessage, source: ModelConfigSource): BatchingParameters | undefined {
  const { maxBatchSize, dynamicBatching, schedulingChoice } = message;
  const problem = problemOf(message);
  if (problem !== undefined) {
    throw invalidModelConfig(source, `${problem} for ${source.model}`);
  }
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

/** What Triton refuses, without the ` for <model>` at the end; undefined where nothing is wrong. */
function problemOf({ maxBatchSize, dynamicBatching }: ModelMessage): string | undefined {
  if (maxBatchSize < 0) {
    return "'max_batch_size' must be non-negative value";
  }
  return dynamicBatching
    ? (problemOfSizes(dynamicBatching, maxBatchSize) ??
        problemOfPriorities(dynamicBatching) ??
        problemOfOrdering(dynamicBatching))
    : undefined;
}

function problemOfSizes({ preferredBatchSize }: DynamicBatching, maxBatchSize: number): string | undefined {
  for (const size of preferredBatchSize) {
    if (size <= 0) {
      return 'dynamic batching preferred size must be positive';
    }
    if (size > maxBatchSize) {
      return 'dynamic batching preferred size must be <= max batch size';
    }
  }
  return undefined;
}

function problemOfPriorities(batching: DynamicBatching): string | undefined {
  // 64-bit numbers, which a double would round.
  const levels = BigInt(batching.priorityLevels);
  const isLevel = (text: string): boolean => BigInt(text) >= 1n && BigInt(text) <= levels;
  if (levels === 0n) {
    return undefined;
  }
  if (!isLevel(batching.defaultPriorityLevel)) {
    return `default priority level must be in range [1, ${levels.toString()}]`;
  }
  if (!Object.keys(batching.priorityQueuePolicy).every(isLevel)) {
    return `priority queue policy must have priority level in range [1, ${levels.toString()}]`;
  }
  return undefined;
}

function problemOfOrdering(batching: DynamicBatching): string | undefined {
  if (!batching.preserveOrdering) {
    return undefined;
  }
  if (BigInt(batching.priorityLevels) > 1n) {
    return "Only one priority level is allowed when 'preserve_ordering' is true";
  }
  const policies = [batching.defaultQueuePolicy, ...Object.values(batching.priorityQueuePolicy)];
  return policies.some(
    (policy) => policy?.timeoutAction === 'DELAY' && policy.defaultTimeoutMicroseconds !== '0',
  )
    ? "Queue policy can not have DELAY as timeout action when 'preserve_ordering' is true"
    : undefined;
}
