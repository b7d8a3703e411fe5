// The engine hosts of the daemon, and where a version goes: shared hosts, hosts of their own, disposable ones.
import { PerchError } from '../errors.ts';
import type { VersionOnDisk } from '../lifecycle/found.ts';
import type { Loader } from '../lifecycle/model-environment.ts';
import type { LoadedVersion } from '../lifecycle/version-state.ts';
import type { Logger } from '../log.ts';
import { modelFormatOf } from '../models/model-format.ts';
import { EngineHost, type HostFacts, type HostKind } from './engine-host.ts';
import type { EnginePlan, InstancePlan } from './engine-plan.ts';
import type { ConversionSettings } from './engine-settings.ts';
import { openSession, type HostSession, type SessionRequest } from './host-session.ts';
import { joinInstances } from './instances.ts';
import { openProcessChannel } from './process-channel.ts';
import { SharedHosts, type SharedPlace } from './shared-hosts.ts';
import { openThreadChannel } from './thread-channel.ts';

/**
 * A version with this many bytes of files gets a host of its own: loading it blocks its process for long, and the models
 * of a shared host would wait (DESIGN decision 2: 865 ms for 400 MB). Below it a load is done in milliseconds.
 */
const ownHostBytes = 64 * 2 ** 20;

/** What a pool needs. */
export interface EnginePoolOptions {
  /** The bundled program of a host. */
  readonly workerFile: string;
  readonly log: Logger;
  /** Shared hosts, at least 1; each runs one call at a time. Up to as many again while versions of a model need them. */
  readonly sharedHosts: number;
  /** Whether shared hosts are threads of this process, quicker and not contained: --engine_isolation=thread. */
  readonly threads: boolean;
  /** Runs that may wait for one host; 0: any number. */
  readonly queueLimit: number;
  /** How far a host may grow after it began to load a version, bytes; 0: without limit. */
  readonly memoryLimitBytes: number;
  /** How models that are not ONNX are converted, and where that is kept. */
  readonly conversion: Omit<ConversionSettings, 'format' | 'model'>;
  /** What becomes of a version. Rejects with PROVIDER_UNAVAILABLE or CONFIG_INVALID. */
  readonly plan: (model: string, version: VersionOnDisk) => Promise<EnginePlan>;
}

/**
 * Loads small versions into the shared host that holds the fewest and no other version of the same model, and large ones
 * into hosts of their own.
 */
export class EnginePool implements Loader {
  readonly #options: EnginePoolOptions;
  readonly #hosts = new Set<EngineHost>();
  /** A GPU's memory holds what each process brings beside its models: one host per provider and device. */
  readonly #deviceHosts = new Map<string, EngineHost>();
  readonly #shared: SharedHosts<EngineHost>;
  /** What a trial on a GPU found to run on the CPU all the same. */
  readonly #trialFindings = new WeakMap<VersionOnDisk, readonly string[]>();
  #nextIndex = 0;

  constructor(options: EnginePoolOptions) {
    this.#options = options;
    this.#shared = new SharedHosts({
      usual: options.sharedHosts,
      add: () => this.#addHost('shared', options.threads),
      end: (host) => void this.endHost(host),
    });
  }

  /** The hosts as they are now. */
  facts(): HostFacts[] {
    return Array.from(this.#hosts, (host) => host.facts());
  }

  /** Whether the version is loaded into a process that holds nothing else, which contains whatever the load does. */
  static loadsAlone({ totalBytes }: VersionOnDisk): boolean {
    return totalBytes >= ownHostBytes;
  }

  /** See Loader. */
  readonly load: Loader['load'] = async (model, disk, signal, progress) => {
    const { instances } = await this.#options.plan(model, disk);
    progress?.({ step: 'loading' });
    const sessions: HostSession[] = [];
    try {
      for (const plan of instances) {
        const used = sessions.map(({ host }) => host);
        sessions.push(await this.#openInstance(model, disk, plan, used, signal));
      }
    } catch (reason) {
      await Promise.allSettled(sessions.map((session) => session.close()));
      throw reason;
    }
    return joinInstances(sessions, this.#trialFindings.get(disk) ?? []);
  };

  /** A disposable host, made for one file after the other, until something in one of them ends it. */
  addTrialHost(): EngineHost {
    return this.#addHost('trial', false);
  }

  /**
   * Opens the version in a host that holds nothing else. Rejects as openSession does, but with LOAD_CRASHED where the host
   * ended by itself.
   */
  async openAlone(
    host: EngineHost,
    model: string,
    disk: VersionOnDisk,
    plan: InstancePlan,
    signal: AbortSignal,
    profilePrefix = '',
  ): Promise<HostSession> {
    try {
      const { memoryLimitBytes } = this.#options;
      const request = { ...this.#requestFor(model, disk, plan), memoryLimitBytes, profilePrefix };
      return await openSession(host, request, signal);
    } catch (reason) {
      signal.throwIfAborted();
      const error = PerchError.from(reason);
      if (error.code === 'ENGINE_CRASHED' || error.code === 'ENGINE_RESTARTED') {
        throw new PerchError('LOAD_CRASHED', error.message, { cause: error });
      }
      throw error;
    }
  }

  /** Keeps, for the load that follows, the operators that a trial of the version found to run on the CPU. */
  noteCpuFallbackOps(disk: VersionOnDisk, ops: readonly string[]): void {
    this.#trialFindings.set(disk, ops);
  }

  /** Ends a host, for good. */
  async endHost(host: EngineHost): Promise<void> {
    this.#hosts.delete(host);
    await host.stop();
  }

  /** What becomes of a version; its first instance stands for all where it is only tried. */
  plan(model: string, disk: VersionOnDisk): Promise<EnginePlan> {
    return this.#options.plan(model, disk);
  }

  /** Ends all hosts. */
  async stop(): Promise<void> {
    this.#shared.stop();
    await Promise.all(Array.from(this.#hosts, (host) => host.stop()));
  }

  async #openInstance(
    model: string,
    disk: VersionOnDisk,
    plan: InstancePlan,
    used: readonly EngineHost[],
    signal: AbortSignal,
  ): Promise<HostSession> {
    const place = EnginePool.loadsAlone(disk) ? undefined : this.#placeFor(model, disk.number, plan, used);
    if (place !== undefined) {
      return this.#openShared(place, model, disk, plan, signal);
    }
    const host = this.#addHost('own', false);
    const end = (): Promise<void> => {
      signal.removeEventListener('abort', abort);
      return this.endHost(host);
    };
    const abort = (): void => void end();
    // Also while it warms up; once the version is loaded nobody aborts the signal of its load.
    signal.addEventListener('abort', abort);
    try {
      const session = await this.openAlone(host, model, disk, plan, signal);
      void session.lost.then(end);
      return closedBy(session, end);
    } catch (reason) {
      await end();
      throw reason;
    }
  }

  async #openShared(
    { host, leave }: SharedPlace<EngineHost>,
    model: string,
    disk: VersionOnDisk,
    plan: InstancePlan,
    signal: AbortSignal,
  ): Promise<HostSession> {
    // A thread cannot end for its memory alone.
    const memoryLimitBytes = host.isThread ? 0 : this.#options.memoryLimitBytes;
    try {
      const request = { ...this.#requestFor(model, disk, plan), memoryLimitBytes, profilePrefix: '' };
      const session = await openSession(host, request, signal);
      void session.lost.then(leave);
      return closedBy(session, () => session.close().finally(leave));
    } catch (reason) {
      leave();
      throw reason;
    }
  }

  #requestFor(
    model: string,
    { file, number }: VersionOnDisk,
    plan: InstancePlan,
  ): Pick<SessionRequest, 'file' | 'plan' | 'conversion'> {
    const format = modelFormatOf(file);
    const whose = { name: model, version: number.toString() };
    return format === 'onnx'
      ? { file, plan }
      : { file, plan, conversion: { ...this.#options.conversion, format, model: whose } };
  }

  /** Where an instance goes whose version has others in `used`; undefined where it is to get a host of its own. */
  #placeFor(
    model: string,
    version: bigint,
    { candidates }: InstancePlan,
    used: readonly EngineHost[],
  ): SharedPlace<EngineHost> | undefined {
    const [wanted] = candidates;
    if (wanted === undefined || wanted.provider === 'cpu') {
      return this.#shared.enter({ model, version }, used);
    }
    const key = `${wanted.provider}:${wanted.deviceId}`;
    const host = this.#deviceHosts.get(key) ?? this.#addHost('shared', false);
    this.#deviceHosts.set(key, host);
    return { host, leave: () => undefined };
  }

  #addHost(kind: HostKind, thread: boolean): EngineHost {
    const { workerFile, log, queueLimit } = this.#options;
    const open = thread ? openThreadChannel : openProcessChannel;
    const host = new EngineHost({
      index: this.#nextIndex++,
      kind,
      isThread: thread,
      log,
      queueLimit,
      open: (events) => open(workerFile, events),
    });
    this.#hosts.add(host);
    return host;
  }
}

/** The session, but for how it is closed. */
function closedBy(session: HostSession, close: () => Promise<void>): HostSession {
  return {
    host: session.host,
    settings: session.settings,
    fallbackReason: session.fallbackReason,
    signatures: session.signatures,
    conversion: session.conversion,
    lost: session.lost,
    get runsInFlight() {
      return session.runsInFlight;
    },
    run: (...request) => session.run(...request),
    close,
  };
}

/** What a single session is to the lifecycle. */
export function toLoadedVersion(session: HostSession): LoadedVersion {
  return joinInstances([session], []);
}
