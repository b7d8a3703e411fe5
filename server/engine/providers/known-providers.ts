// What the daemon knows of its execution providers: each is probed once, when the first model needs it or the daemon is idle.
import type { DeviceFacts, ProviderFacts } from '../../apis/admin/server-info.ts';
import { PerchError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import type { ExecutionProvider, ModelEngineSettings } from '../engine-settings.ts';
import { providersOf, type AllowedProviders } from './allowed-providers.ts';
import type { ProviderKnowledge } from './choose.ts';
import { readGpuFacts } from './gpu-facts.ts';
import { describeProbe, probeProviders, type ProbeResult } from './probe.ts';

/** Probes wait so long after the start, unless a model needs one: the models come first. Milliseconds. */
const idleProbeDelayMs = 5_000;
/** GPU facts that are not older are not read again: milliseconds. */
const gpuFactsAgeMs = 5_000;

/** What it needs. */
export interface KnownProvidersOptions {
  readonly allowed: AllowedProviders;
  /** The program `provider-probe`; absolute. */
  readonly probeFile: string;
  readonly log: Logger;
}

/** Probes, and remembers what came of it. */
export class KnownProviders {
  readonly #options: KnownProvidersOptions;
  readonly #probes = new Map<ExecutionProvider, Promise<ProbeResult>>();
  readonly #results = new Map<ExecutionProvider, ProbeResult>();
  readonly #stopping = new AbortController();
  readonly #idleTimer: NodeJS.Timeout;
  /** The probe that was asked for last. */
  #last: Promise<unknown> = Promise.resolve();
  #gpus: { readonly at: number; readonly facts: Promise<DeviceFacts['gpus']> } | undefined;

  constructor(options: KnownProvidersOptions) {
    this.#options = options;
    this.#idleTimer = setTimeout(() => void this.#probeAll(this.#probable), idleProbeDelayMs).unref();
  }

  /** What must be known to place a model of these settings; probes what is not known yet. */
  async knowledgeFor({
    instanceGroups,
    accelerators,
  }: Pick<ModelEngineSettings, 'instanceGroups' | 'accelerators'>): Promise<ProviderKnowledge> {
    const { allowed } = this.#options;
    const wanted = instanceGroups.flatMap(({ kind }) => {
      if (kind === 'cpu') {
        return [];
      }
      return [...accelerators, ...(kind === 'gpu' ? allowed.onGpu : allowed.anywhere)];
    });
    await this.#probeAll(wanted.filter((provider) => provider !== 'cpu'));
    return { allowed, probes: this.#results };
  }

  /** For the admin API. */
  async devices(): Promise<DeviceFacts> {
    return {
      gpus: await this.#readGpus(),
      providers: providersOf(process).map((name) => this.#factsOf(name)),
    };
  }

  /** Ends what is being probed. */
  stop(): void {
    clearTimeout(this.#idleTimer);
    this.#stopping.abort(new PerchError('CANCELLED', 'The server stops.'));
  }

  /** Those that a model may be given to. TensorRT is not: to try it takes seconds of all cores. */
  get #probable(): ExecutionProvider[] {
    const { anywhere, onGpu } = this.#options.allowed;
    return [...new Set([...anywhere, ...onGpu])].filter((name) => name !== 'cpu' && name !== 'tensorrt');
  }

  async #probeAll(providers: readonly ExecutionProvider[]): Promise<void> {
    await Promise.all(Array.from(new Set(providers), (provider) => this.#probe(provider)));
  }

  #probe(provider: ExecutionProvider): Promise<ProbeResult> {
    const known = this.#probes.get(provider);
    if (known !== undefined) {
      return known;
    }
    // One after the other: two that try the same GPU at once may fail of that alone.
    const probing = this.#last.then(() => this.#probeNow(provider));
    this.#last = probing;
    this.#probes.set(provider, probing);
    return probing;
  }

  async #probeNow(provider: ExecutionProvider): Promise<ProbeResult> {
    const { probeFile, log } = this.#options;
    let result: ProbeResult;
    try {
      const { results } = await probeProviders([provider], { probeFile, signal: this.#stopping.signal });
      result = results.get(provider) ?? { kind: 'unavailable', reason: 'The probe said nothing.' };
    } catch (reason) {
      result = { kind: 'unavailable', reason: PerchError.from(reason).message };
    }
    this.#results.set(provider, result);
    log.info('execution provider probed', {
      provider,
      outcome: result.kind,
      ...describeProbe(provider, result),
    });
    return result;
  }

  #factsOf(name: ExecutionProvider): ProviderFacts {
    const result = this.#results.get(name);
    if (name === 'cpu' || result === undefined) {
      return { name, state: name === 'cpu' ? 'works' : 'not-probed', reason: '', remedy: '' };
    }
    const { reason, remedy = '' } = describeProbe(name, result);
    return { name, state: result.kind, reason: result.kind === 'works' ? '' : reason, remedy };
  }

  #readGpus(): Promise<DeviceFacts['gpus']> {
    const now = performance.now();
    if (this.#gpus === undefined || now - this.#gpus.at > gpuFactsAgeMs) {
      const facts = readGpuFacts(this.#stopping.signal).then(
        (gpus) =>
          gpus.map((gpu) => ({
            index: gpu.index,
            name: gpu.name,
            driverVersion: gpu.driverVersion ?? '',
            memoryTotalBytes: gpu.memoryTotalBytes ?? 0,
            memoryUsedBytes: gpu.memoryUsedBytes ?? 0,
            utilizationPercent: gpu.utilizationPercent ?? -1,
          })),
        () => [],
      );
      this.#gpus = { at: now, facts };
    }
    return this.#gpus.facts;
  }
}
