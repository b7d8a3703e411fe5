// The load on the process and its machine, second by second: to be laid beside the closes of connections, so that
// "connections dropped while the processor was at 100 %" is seen and not suspected.
import type { GpuFacts } from '../engine/providers/gpu-facts.ts';
import { systemProbes, type HostCpu, type ProcessUse, type ResourceProbes } from './resource-probes.ts';
import { ResourceRing } from './resource-ring.ts';

/** What of a GPU changes. */
export type GpuLoad = Pick<GpuFacts, 'index' | 'utilizationPercent' | 'memoryUsedBytes'>;

/** The load since the sample before. Figures that the system does not tell are absent. */
export interface ResourceSample {
  /** When it was taken, milliseconds since the Unix epoch. */
  readonly atMs: number;
  /** Since the sample before, milliseconds: a second, or more where the thread was held up. */
  readonly spanMs: number;
  /** Of the daemon's process; 100 is one core. */
  readonly processCpuPercent: number;
  /** Of its engine hosts that are processes, together; 100 is one core. */
  readonly engineCpuPercent?: number;
  /** Of the machine; 100 is all cores. */
  readonly hostCpuPercent: number;
  /** Of the daemon's process, resident. */
  readonly rssBytes: number;
  /** Of its engine hosts that are processes, together, resident. */
  readonly engineRssBytes?: number;
  /** What the machine, or the container's limit, leaves to take. */
  readonly memoryAvailableBytes: number;
  /** How late a timer of the network thread fired at most. */
  readonly loopDelayMaxMs: number;
  /** How much of the time the network thread did not wait; 100 is all. */
  readonly loopBusyPercent: number;
  /** As they were asked last; empty where none is known. */
  readonly gpus: readonly GpuLoad[];
}

/** Whom it asks. */
export interface ResourceSources {
  /** The process ids of the engine hosts; 0 and this process count as none. */
  readonly enginePids: () => readonly number[];
  /**
   * Asked every ten seconds while somebody looks at the samples, since nvidia-smi takes tens of milliseconds of a core and
   * wakes a sleeping driver; never again once there was none. Absent: no GPU is looked at.
   */
  readonly gpus?: () => Promise<readonly GpuLoad[]>;
  /** Stand in for the system's in tests. */
  readonly probes?: ResourceProbes;
}

const intervalMs = 1000;
const gpuIntervalMs = 10_000;
/** Who looks asks for the samples at least so often. */
const lookedAtMs = 60_000;
/** Ten minutes. */
const keptSamples = 600;

/**
 * Takes a sample each second from its making until `stop`, keeps ten minutes of them, and keeps no process up. With four
 * engine hosts it costs 0.07 % of a core (2-core x64 machine, Node 20.20, beside LoopDelay).
 */
export class ResourceWatch {
  readonly #sources: ResourceSources;
  readonly #probes: ResourceProbes;
  readonly #samples = new ResourceRing<ResourceSample>(keptSamples);
  readonly #timer: NodeJS.Timeout;
  #before: { readonly now: number; readonly cpuMs: number; readonly host: HostCpu };
  #engineBefore = new Map<number, ProcessUse>();
  #gpus: readonly GpuLoad[] = [];
  #gpusAskedAt = -Infinity;
  #lookedAt = -Infinity;
  #hasGpus = true;
  #isAskingGpus = false;

  constructor(sources: ResourceSources) {
    this.#sources = sources;
    this.#probes = sources.probes ?? systemProbes();
    this.#before = this.#look();
    this.#timer = setInterval(() => this.sample(), intervalMs).unref();
  }

  /** The machine's memory, or the container's limit. */
  get memoryTotalBytes(): number {
    return this.#probes.memoryTotalBytes();
  }

  /** What was sampled after `sinceMs`, milliseconds since the Unix epoch, oldest first: at most ten minutes. */
  samples(sinceMs = 0): ResourceSample[] {
    this.#lookedAt = this.#probes.now();
    return this.#samples.values().filter(({ atMs }) => atMs > sinceMs);
  }

  /** The latest sample; undefined within the first second. */
  latest(): ResourceSample | undefined {
    return this.#samples.latest();
  }

  /** Takes a sample; the timer's doing. */
  sample(): void {
    const probes = this.#probes;
    const before = this.#before;
    const current = this.#look();
    this.#before = current;
    const spanMs = current.now - before.now;
    if (spanMs <= 0) {
      return;
    }
    this.#askGpus(current.now);
    this.#samples.add({
      atMs: probes.epochNow(),
      spanMs,
      processCpuPercent: ((current.cpuMs - before.cpuMs) / spanMs) * 100,
      hostCpuPercent: percentOf(current.host.busy - before.host.busy, current.host.total - before.host.total),
      rssBytes: probes.rssBytes(),
      ...this.#engineUse(spanMs),
      memoryAvailableBytes: probes.memoryAvailableBytes(),
      loopDelayMaxMs: probes.loopDelayMaxMs(),
      loopBusyPercent: probes.loopBusy() * 100,
      gpus: this.#gpus,
    });
  }

  /** Samples no more; what there is stays. */
  stop(): void {
    clearInterval(this.#timer);
    this.#probes.stop();
  }

  #look(): { readonly now: number; readonly cpuMs: number; readonly host: HostCpu } {
    const probes = this.#probes;
    return { now: probes.now(), cpuMs: probes.processCpuMs(), host: probes.hostCpu() };
  }

  /** A host that has come since the last sample counts from the next one on. */
  #engineUse(spanMs: number): Pick<ResourceSample, 'engineCpuPercent' | 'engineRssBytes'> {
    const pids = this.#sources.enginePids().filter((pid) => pid !== 0 && pid !== process.pid);
    const before = this.#engineBefore;
    const current = new Map<number, ProcessUse>();
    let engineRssBytes = 0;
    let cpuMs = 0;
    for (const pid of pids) {
      const use = this.#probes.processUse(pid);
      if (use !== undefined) {
        current.set(pid, use);
        engineRssBytes += use.rssBytes;
        cpuMs += Math.max(0, use.cpuMs - (before.get(pid)?.cpuMs ?? use.cpuMs));
      }
    }
    this.#engineBefore = current;
    return current.size === 0 ? {} : { engineRssBytes, engineCpuPercent: (cpuMs / spanMs) * 100 };
  }

  #askGpus(now: number): void {
    const { gpus } = this.#sources;
    const isWatched = now - this.#lookedAt <= lookedAtMs;
    if (!isWatched) {
      // What they did a while ago is not what they do now.
      this.#gpus = [];
    }
    const isDue = now - this.#gpusAskedAt >= gpuIntervalMs;
    if (gpus === undefined || !this.#hasGpus || !isWatched || this.#isAskingGpus || !isDue) {
      return;
    }
    this.#gpusAskedAt = now;
    this.#isAskingGpus = true;
    gpus()
      .then(
        (loads) => {
          this.#gpus = loads.map(toLoad);
          this.#hasGpus = loads.length > 0;
        },
        () => {
          // An old figure beside new ones would be a wrong one.
          this.#gpus = [];
        },
      )
      .finally(() => {
        this.#isAskingGpus = false;
      });
  }
}

function percentOf(part: number, whole: number): number {
  return whole <= 0 ? 0 : Math.min(100, Math.max(0, (part / whole) * 100));
}

function toLoad({ index, utilizationPercent, memoryUsedBytes }: GpuLoad): GpuLoad {
  return {
    index,
    ...(utilizationPercent === undefined ? {} : { utilizationPercent }),
    ...(memoryUsedBytes === undefined ? {} : { memoryUsedBytes }),
  };
}
