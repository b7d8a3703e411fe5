// Puts together what happens between "load this version" and a version that runs: trial, engine, class labels, warm-up, batching, the limit.
import path from 'node:path';
import { loadModelConfig } from './config/model-config.ts';
import {
  loadBatchingParameters,
  loadVersionParameters,
  defaultBatchingParameters,
  type BatchingParameters,
} from './engine/batching/batch-parameters.ts';
import { withBatching, type BatchReport } from './engine/batching/with-batching.ts';
import { withFirstOpen } from './engine/first-open.ts';
import { withWarmUp, type WarmUpReport } from './apis/tensorflow-serving/warm-up.ts';
import type { VersionOnDisk } from './lifecycle/found.ts';
import { limitLoads } from './lifecycle/load-limit.ts';
import type { Loader } from './lifecycle/model-environment.ts';
import type { Logger } from './log.ts';
import { withClassLabels } from './models/class-labels.ts';
import type { BatchingOptions, ServeOptions } from './options/serve-options.ts';

/** Is told of warm-ups and batches. Must be quick: it runs on the network thread. What it throws is logged. */
export interface LoadObserver {
  warmedUp(report: WarmUpReport): void;
  batchBegun(report: BatchReport): void;
}

/** Where versions are loaded. */
export interface Engines {
  /** Where they are served. */
  readonly main: Loader;
  /** Where their files are opened first. */
  readonly trial: Loader;
}

/**
 * The loader of the lifecycle over `engines`. Warm-up is inside batching, so that no recorded request waits for company;
 * the limit is outside of all. Rejects with CONFIG_INVALID where the batching parameters file is wrong.
 */
export async function createLoader(
  options: ServeOptions,
  { main, trial }: Engines,
  log: Logger,
  observer: LoadObserver,
): Promise<Loader> {
  const warmUp = { enabled: options.warmUp, iterations: options.warmUpIterations };
  const warmedTrial = withWarmUp(trial, { ...warmUp, log: log.child('first-open') });
  // The labels are innermost, so that warm-up and batching see them.
  const warmed = withWarmUp(withClassLabels(main, log.child('labels')), {
    ...warmUp,
    log: log.child('warm-up'),
    onWarmUp: (report) => observer.warmedUp(report),
  });
  const batched = await withChosenBatching(options.batching, warmed, log.child('batching'), observer);
  const tried = withFirstOpen(batched, warmedTrial, options.engine.loadTimeoutMs);
  return limitLoads(tried, options.numLoadThreads);
}

/** A model's own config.pbtxt comes before the server's flags. */
async function withChosenBatching(
  options: BatchingOptions,
  loader: Loader,
  log: Logger,
  observer: LoadObserver,
): Promise<Loader> {
  const { enabled, parametersFile, perModel } = options;
  const common =
    parametersFile === undefined ? defaultBatchingParameters : await loadBatchingParameters(parametersFile);
  const parametersOf = async (
    _model: string,
    { directory }: VersionOnDisk,
  ): Promise<BatchingParameters | undefined> => {
    const config = await loadModelConfig(path.dirname(directory));
    if (config?.batching !== undefined) {
      // Two runs in flight for each instance: one that runs, and one whose bytes are on their way.
      const instances = config.engine.instanceGroups.reduce((sum, { count }) => sum + count, 0);
      return { ...config.batching, numBatchThreads: 2 * instances };
    }
    if (!enabled) {
      return undefined;
    }
    return perModel ? loadVersionParameters(directory) : common;
  };
  return withBatching(loader, parametersOf, {
    onBatch: (report) => observer.batchBegun(report),
    onHookFailed: (reason) => log.error('a batch could not be reported', {}, reason),
    onUnbatchable: ({ model, version, reason }) =>
      log.info('version is not batched', { model, version: version.toString(), reason }),
  });
}
