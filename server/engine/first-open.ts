// Opens a model file in a disposable process first: what crashes, hangs or eats memory there is a failed version, no more.
import { deadlineAfter } from '../deadline.ts';
import { PerchError } from '../errors.ts';
import type { Loader } from '../lifecycle/model-environment.ts';
import { checkExternalData } from '../models/external-data.ts';
import type { EngineHost } from './engine-host.ts';
import { EnginePool, toLoadedVersion } from './engine-pool.ts';
import { beginTrialProfile } from './trial-profile.ts';

/** Files that are tried at once, unless some of them take long. */
const usualTrials = 4;
/** A trial that takes longer does not hold up others: milliseconds. */
const longTrialMs = 5_000;
/** Trials at once, whatever they do. */
const mostTrials = 16;
/** A disposable process that has nothing to do for so long is ended: milliseconds. */
const idleMs = 10_000;

interface Trial {
  readonly host: EngineHost;
  readonly since: number;
}

/** Loads into disposable processes, one version in each at a time; what unloads leaves the process for the next one. */
export class TrialLoader implements Loader {
  readonly #pool: EnginePool;
  readonly #running = new Set<Trial>();
  readonly #idle = new Map<EngineHost, NodeJS.Timeout>();
  /** Called, in order, when a place may be free. */
  readonly #waiting: (() => void)[] = [];

  constructor(pool: EnginePool) {
    this.#pool = pool;
  }

  /** See Loader. LOAD_CRASHED or MODEL_MEMORY_EXCEEDED where the process ended. */
  readonly load: Loader['load'] = async (model, disk, signal) => {
    const { instances } = await this.#pool.plan(model, disk);
    const [plan] = instances;
    if (plan === undefined) {
      throw new PerchError('INTERNAL', 'A plan without instances.');
    }
    const trial = await this.#begin(signal);
    const profile = await beginTrialProfile(plan);
    const stop = (): void => void this.#pool.endHost(trial.host);
    signal.addEventListener('abort', stop);
    const end = (): void => {
      signal.removeEventListener('abort', stop);
      this.#end(trial);
    };
    try {
      const session = await this.#pool.openAlone(trial.host, disk, plan, signal, profile.prefix);
      const { run, lost, ...version } = toLoadedVersion(session);
      return {
        ...version,
        lost,
        run: async (...request) => {
          try {
            return await run(...request);
          } catch (reason) {
            const error = PerchError.from(reason);
            throw error.code === 'ENGINE_CRASHED' ? new PerchError('LOAD_CRASHED', error.message) : error;
          }
        },
        unload: async () => {
          try {
            await session.close();
          } finally {
            end();
            const cpuOps = await profile.finish(session.settings.provider);
            this.#pool.cpuFallbackOps.set(disk.fingerprint, cpuOps);
          }
        },
      };
    } catch (reason) {
      end();
      await profile.finish('cpu');
      throw reason;
    }
  };

  async #begin(signal: AbortSignal): Promise<Trial> {
    while (this.#placesTaken() >= usualTrials || this.#running.size >= mostTrials) {
      await this.#placeFree();
      signal.throwIfAborted();
    }
    const [idle] = this.#idle.keys();
    if (idle !== undefined) {
      clearTimeout(this.#idle.get(idle));
      this.#idle.delete(idle);
    }
    const trial = { host: idle ?? this.#pool.addTrialHost(), since: performance.now() };
    this.#running.add(trial);
    return trial;
  }

  #placesTaken(): number {
    const begun = performance.now() - longTrialMs;
    return [...this.#running].filter(({ since }) => since > begun).length;
  }

  /** Resolves when a trial ends, or after a while, when one of them may count as long. */
  async #placeFree(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, longTrialMs);
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #end(trial: Trial): void {
    const { host } = trial;
    this.#running.delete(trial);
    if (host.isUp()) {
      const end = (): void => {
        this.#idle.delete(host);
        void this.#pool.endHost(host);
      };
      this.#idle.set(host, setTimeout(end, idleMs).unref());
    } else {
      void this.#pool.endHost(host);
    }
    this.#waiting.shift()?.();
  }
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
        await checkExternalData(disk.file, disk.directory, limited);
        if (!EnginePool.loadsAlone(disk)) {
          progress?.({ step: 'first-open' });
          const tried = await trial.load(model, disk, limited);
          await tried.unload();
        }
        return loader.load(model, disk, limited, progress);
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
