// Opens a model file in a disposable process first: what crashes, hangs or eats memory there is a failed version, no more.
import { deadlineAfter } from '../deadline.ts';
import { PerchError } from '../errors.ts';
import type { Loader } from '../lifecycle/model-environment.ts';
import { checkExternalData } from '../models/external-data.ts';
import { modelFormatOf } from '../models/model-format.ts';
import type { LoadedVersion } from '../lifecycle/version-state.ts';
import { EnginePool, toLoadedVersion } from './engine-pool.ts';
import type { ExecutionProvider } from './engine-settings.ts';
import type { HostSession } from './host-session.ts';
import { TrialHosts } from './trial-hosts.ts';
import { beginTrialProfile, type TrialProfile } from './trial-profile.ts';

/** Loads into disposable processes, one version in each at a time; what unloads leaves the process for the next one. */
export class TrialLoader implements Loader {
  readonly #pool: EnginePool;
  readonly #hosts: TrialHosts;

  constructor(pool: EnginePool) {
    this.#pool = pool;
    this.#hosts = new TrialHosts(pool);
  }

  /** See Loader. LOAD_CRASHED or MODEL_MEMORY_EXCEEDED where the process ended. */
  readonly load: Loader['load'] = async (model, disk, signal) => {
    const { instances } = await this.#pool.plan(model, disk);
    const [plan] = instances;
    if (plan === undefined) {
      throw new PerchError('INTERNAL', 'A plan without instances.');
    }
    const host = await this.#hosts.take(signal);
    const stop = (): void => void this.#pool.endHost(host);
    signal.addEventListener('abort', stop);
    let profile: TrialProfile | undefined;
    const end = async (provider: ExecutionProvider): Promise<void> => {
      signal.removeEventListener('abort', stop);
      this.#hosts.giveBack(host);
      const ops = (await profile?.finish(provider)) ?? [];
      if (ops.length > 0) {
        this.#pool.noteCpuFallbackOps(disk, ops);
      }
    };
    try {
      profile = await beginTrialProfile(plan);
      const session = await this.#pool.openAlone(host, model, disk, plan, signal, profile.prefix);
      return triedVersion(session, () => end(session.settings.provider));
    } catch (reason) {
      await end('cpu');
      throw reason;
    }
  };
}

/** A version in a disposable process: whatever ends that process is the version's own doing. */
function triedVersion(session: HostSession, end: () => Promise<void>): LoadedVersion {
  let lost: PerchError | undefined;
  void session.lost.then((reason) => {
    lost = reason;
  });
  const blame = (reason: unknown): PerchError => {
    const error = lost ?? PerchError.from(reason);
    const isCrash = error.code === 'ENGINE_CRASHED' || error.code === 'ENGINE_RESTARTED';
    return isCrash ? new PerchError('LOAD_CRASHED', error.message, { cause: reason }) : error;
  };
  const version = toLoadedVersion(session);
  return {
    ...version,
    run: async (...request) => {
      try {
        return await version.run(...request);
      } catch (reason) {
        throw blame(reason);
      }
    },
    unload: async () => {
      try {
        await session.close();
      } catch (reason) {
        throw blame(reason);
      } finally {
        await end();
      }
    },
  };
}

/**
 * Loads as `loader` does, once the version has been loaded and warmed up by `trial`; one that gets a process of its own
 * needs no trial: that process contains it. Before anything opens it, its external data is checked. Both together may take `timeoutMs` (0: as long as they take); after that,
 * LOAD_TIMED_OUT, and the process that did it is ended.
 */
export function withFirstOpen(loader: Loader, trial: Loader, timeoutMs: number): Loader {
  return {
    load: (model, disk, signal, progress) =>
      within(timeoutMs, signal, async (limited) => {
        progress?.({ step: 'checking' });
        if (modelFormatOf(disk.file) === 'onnx') {
          await checkExternalData(disk.file, disk.directory, limited);
        }
        if (!EnginePool.loadsAlone(disk)) {
          progress?.({ step: 'first-open' });
          const tried = await trial.load(model, disk, limited);
          await tried.unload();
        }
        const loaded = await loader.load(model, disk, limited, progress);
        if (limited.aborted) {
          // Too late by a moment: its process may have been ended already.
          await loaded.unload().catch(() => undefined);
          limited.throwIfAborted();
        }
        return loaded;
      }),
  };
}

/** Does `work` with a signal that fires with `signal`, and when the time is up. */
async function within<Value>(
  timeoutMs: number,
  signal: AbortSignal,
  work: (limited: AbortSignal) => Promise<Value>,
): Promise<Value> {
  if (timeoutMs === 0) {
    return work(signal);
  }
  using deadline = deadlineAfter(timeoutMs, signal);
  try {
    return await work(deadline.signal);
  } catch (reason) {
    if (deadline.signal.aborted && !signal.aborted) {
      throw new PerchError(
        'LOAD_TIMED_OUT',
        `Loading and warming up took longer than --load_timeout allows (${timeoutMs / 1000} s).`,
        { cause: reason },
      );
    }
    throw reason;
  }
}
