// An engine pool as tests and benchmarks use it: one shared host, nothing limited, the daemon's own plan.
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EnginePool, type EnginePoolOptions } from '../../server/engine/engine-pool.ts';
import { createLogger } from '../../server/log.ts';
import { planVersion } from '../../server/plan-version.ts';

/** The built program of an engine host. */
export const engineWorkerFile = path.join(import.meta.dirname, '..', '..', 'dist', 'engine-worker.cjs');

/** The built program of a network thread. */
export const networkThreadFile = path.join(path.dirname(engineWorkerFile), 'network-thread.cjs');

/** A pool of built hosts; what is not given is as said above. */
export function openEnginePool(options: Partial<EnginePoolOptions> = {}): EnginePool {
  return new EnginePool({
    workerFile: engineWorkerFile,
    log: createLogger({ format: 'json', write: () => undefined }, 'test'),
    sharedHosts: 1,
    threads: false,
    queueLimit: 0,
    memoryLimitBytes: 0,
    conversion: { tags: ['serve'], cacheDirectory: path.join(tmpdir(), 'perch-unused'), cacheBytes: 0 },
    plan: () => Promise.resolve(planVersion(1)),
    ...options,
  });
}
