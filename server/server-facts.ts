// What the admin API tells of the process: addresses, engine hosts, devices, how late the network thread is.
import { readFileSync } from 'node:fs';
import type { ServerFacts } from './apis/admin/admin-service.ts';
import type { DeviceFacts } from './apis/admin/server-info.ts';
import type { HostFacts } from './engine/engine-host.ts';
import type { EnginePool } from './engine/engine-pool.ts';
import type { LoopDelay } from './observe/loop-delay.ts';
import type { ModelsSource, ServeOptions } from './options/serve-options.ts';

/** Whom the facts are asked of. */
export interface FactSources {
  readonly options: ServeOptions;
  readonly engine: EnginePool;
  readonly devices: () => Promise<DeviceFacts>;
  readonly loopDelay: LoopDelay;
  /** Filled in as the listeners open. */
  readonly addresses: { readonly grpc: string; readonly rest: string };
  readonly draining: AbortSignal;
  readonly versions: { readonly api: number; readonly version: string };
}

/** The facts, each read when it is asked for. The process counts as started now. */
export function serverFacts(sources: FactSources): ServerFacts {
  const { options, engine, devices, loopDelay, addresses, draining, versions } = sources;
  const startedAtMs = Date.now();
  return {
    draining,
    devices,
    loopDelay: () => loopDelay.facts(),
    restAddress: () =>
      options.restSsl && addresses.rest !== '' ? `https://${addresses.rest}` : addresses.rest,
    info: () => {
      const hosts = engine.facts();
      return {
        ...versions,
        pid: process.pid,
        grpcAddress: addresses.grpc,
        restAddress: addresses.rest,
        startedAtMs,
        modelsSource: describeSource(options.models),
        onnxruntimeVersion: hosts.find((host) => host.onnxruntimeVersion !== '')?.onnxruntimeVersion ?? '',
        nodeVersion: process.version,
        rssBytes: process.memoryUsage.rss(),
        engineHosts: hosts.map((host) => ({
          ...host,
          kind: describeKind(host),
          rssBytes: residentBytes(host.pid),
        })),
      };
    },
  };
}

function describeKind({ kind, isThread }: HostFacts): string {
  if (kind === 'trial') {
    return 'trial';
  }
  return isThread ? 'thread' : 'process';
}

/** Resident memory of a process, bytes; 0 where the system does not say. From procfs, which does not wait for a disk. */
function residentBytes(pid: number): number {
  if (pid === 0) {
    return 0;
  }
  try {
    const kibibytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kibibytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** What the models come from, as given. */
export function describeSource(models: ModelsSource): string {
  switch (models.kind) {
    case 'directory':
      return models.directory;
    case 'config-file':
      return models.file;
    case 'single':
      return models.basePath;
  }
}
