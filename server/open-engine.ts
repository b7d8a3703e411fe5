// Makes the engine of the daemon: how many hosts, which devices, and what becomes of each version.
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { loadModelConfig } from './config/model-config.ts';
import { EnginePool } from './engine/engine-pool.ts';
import { defaultEngineSettings } from './engine/engine-settings.ts';
import { shareThreads } from './engine/engine-threads.ts';
import { allowedProviders } from './engine/providers/allowed-providers.ts';
import { KnownProviders } from './engine/providers/known-providers.ts';
import { findOnnxRuntime, hasCudaProvider } from './engine/providers/onnxruntime-package.ts';
import type { Logger } from './log.ts';
import type { ServeOptions } from './options/serve-options.ts';
import { planVersion } from './plan-version.ts';

/** The engine, and what it runs on. */
export interface OpenEngine {
  readonly engine: EnginePool;
  readonly providers: KnownProviders;
}

/**
 * Starts the engine hosts. `workerFile` is their bundled program; that of the probes lies beside it. `convertedModels` is
 * where converted models are kept.
 */
export function openEngine(
  { engine: options, conversion }: ServeOptions,
  workerFile: string,
  convertedModels: string,
  log: Logger,
): OpenEngine {
  const cudaInstalled = hasCudaProvider(findOnnxRuntime(workerFile));
  const providers = new KnownProviders({
    allowed: allowedProviders(options.providers, process, cudaInstalled),
    probeFile: path.join(path.dirname(workerFile), 'provider-probe.cjs'),
    log: log.child('providers'),
  });
  const shares = shareThreads(options.threads, options.intraOpThreads, availableParallelism());
  const engine = new EnginePool({
    workerFile,
    log: log.child('engine'),
    sharedHosts: shares.sharedHosts,
    threads: options.isolation === 'thread',
    queueLimit: options.queueLimit,
    memoryLimitBytes: options.memoryLimitBytes,
    conversion: {
      tags: conversion.tags,
      cacheDirectory: convertedModels,
      cacheBytes: conversion.maximumBytes,
    },
    plan: async (_model, { directory }) => {
      const config = await loadModelConfig(path.dirname(directory));
      const settings = config?.engine ?? defaultEngineSettings;
      return planVersion(shares.intraOpThreads, settings, await providers.knowledgeFor(settings));
    },
  });
  return { engine, providers };
}
