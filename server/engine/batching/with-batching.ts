// Makes a loader's versions batch their requests: a decorator, so that lifecycle and engine know nothing of it.
import type { Signature } from '../../codec/tensor.ts';
import type { VersionOnDisk } from '../../lifecycle/found.ts';
import type { Loader } from '../../lifecycle/model-environment.ts';
import type { LoadedVersion } from '../../lifecycle/version-state.ts';
import { isBatchable } from './batch-group-key.ts';
import type { BatchingParameters } from './batch-parameters.ts';
import { BatchQueue } from './batch-queue.ts';
import type { BatchFacts } from './batch-run.ts';

/** A batch, and whose it is. */
export interface BatchReport extends BatchFacts {
  readonly model: string;
  readonly version: bigint;
  /** The name that the batching parameters give. */
  readonly threadPoolName: string;
}

/** A version that is not batched although it was to be. */
export interface UnbatchableReport {
  readonly model: string;
  readonly version: bigint;
  readonly reason: string;
}

/** What can be told of batches, for metrics and the log. */
export interface BatchingHooks {
  /** Called for every run of a batched version, of one request or of many, but not for runs after a failure. */
  readonly onBatch?: (report: BatchReport) => void;
  readonly onUnbatchable?: (report: UnbatchableReport) => void;
  /** Told what one of the others threw about a batch, which goes on all the same. Must not throw. */
  readonly onHookFailed?: (reason: unknown) => void;
}

/**
 * Loads as `loader` does; what it loads batches its requests by the parameters that `parametersOf` gives, undefined for
 * no batching. A signature without a dynamic first dimension on every input and output is never batched, nor one that keeps
 * state between requests; each signature has a queue of its own. `load` rejects, and
 * loads nothing, where `parametersOf` does.
 */
export function withBatching(
  loader: Loader,
  parametersOf: (model: string, version: VersionOnDisk) => Promise<BatchingParameters | undefined>,
  hooks: BatchingHooks = {},
): Loader {
  return {
    load: async (model, disk, signal, progress) => {
      const parameters = await parametersOf(model, disk);
      const loaded = await loader.load(model, disk, signal, progress);
      if (parameters === undefined) {
        return loaded;
      }
      const whose = { model, version: disk.number };
      const { threadPoolName } = parameters;
      const { onBatch, onUnbatchable, onHookFailed } = hooks;
      const queueFor = (version: LoadedVersion): BatchQueue =>
        new BatchQueue(version, forInstances(parameters, loaded), {
          ...(onBatch === undefined
            ? {}
            : { onBatch: (facts) => onBatch({ ...whose, threadPoolName, ...facts }) }),
          onUnbatchable: (reason) => onUnbatchable?.({ ...whose, reason }),
          ...(onHookFailed === undefined ? {} : { onHookFailed }),
        });
      const queues = queuesBySignature(loaded, queueFor);
      if (queues.size === 0) {
        onUnbatchable?.({ ...whose, reason: 'not every input and output has a dynamic first dimension' });
        return loaded;
      }
      const defaultName = nameOf(loaded.signature);
      return {
        ...loaded,
        run: (inputs, outputNames, runSignal, hints) =>
          (queues.get(hints?.signature ?? defaultName) ?? loaded).run(inputs, outputNames, runSignal, hints),
        unload: () => {
          queues.forEach((queue) => queue.close());
          return loaded.unload();
        },
      };
    },
  };
}

/** A queue for each signature that may be batched, by its name: requests of two signatures never share a run. */
function queuesBySignature(
  loaded: LoadedVersion,
  queueFor: (version: LoadedVersion) => BatchQueue,
): Map<string, BatchQueue> {
  const signatures = loaded.signatures === undefined ? [loaded.signature] : [...loaded.signatures.values()];
  const batchable = signatures.filter((signature) => isBatchable(signature));
  return new Map(batchable.map((signature) => [nameOf(signature), queueFor(ofSignature(loaded, signature))]));
}

/** The version as if it had this signature alone. */
function ofSignature(loaded: LoadedVersion, signature: Signature): LoadedVersion {
  const { named } = signature;
  return named === undefined
    ? loaded
    : {
        ...loaded,
        signature,
        run: (inputs, outputNames, signal, hints) =>
          loaded.run(inputs, outputNames, signal, { ...hints, signature: named.name }),
      };
}

function nameOf({ named }: Signature): string {
  return named?.name ?? '';
}

/** Each of several instances has its own engine host: two runs for each keep all of them busy. */
function forInstances(parameters: BatchingParameters, { execution }: LoadedVersion): BatchingParameters {
  const instances = execution?.instances.length ?? 1;
  const { numBatchThreads } = parameters;
  return instances > 1
    ? { ...parameters, numBatchThreads: Math.max(numBatchThreads, 2 * instances) }
    : parameters;
}
