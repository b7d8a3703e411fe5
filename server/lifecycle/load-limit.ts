// A limit to the loads that go on at the same time, so that a large repository does not load all at once.
import { PerchError } from '../errors.ts';
import type { LoadProgressListener } from './load-progress.ts';
import type { Loader } from './model-environment.ts';

/**
 * At most `limit` loads of `loader` at once, in the order in which they were asked for; 0 is no limit. A load that has to
 * wait is in the step `queued` meanwhile.
 */
export function limitLoads(loader: Loader, limit: number): Loader {
  if (limit === 0) {
    return loader;
  }
  let running = 0;
  const waiting: (() => void)[] = [];
  const enter = async (signal: AbortSignal, progress?: LoadProgressListener): Promise<void> => {
    if (running < limit) {
      running++;
      return;
    }
    progress?.({ step: 'queued' });
    // The place is handed over by the load that ends; `running` stays the same.
    await new Promise<void>((resolve, reject) => {
      const go = (): void => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = (): void => {
        waiting.splice(waiting.indexOf(go), 1);
        reject(new PerchError('LOAD_CANCELLED', 'The load was cancelled before it began.'));
      };
      signal.addEventListener('abort', giveUp, { once: true });
      waiting.push(go);
    });
  };
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) {
      running--;
    } else {
      next();
    }
  };
  return {
    load: async (model, version, signal, progress) => {
      await enter(signal, progress);
      try {
        return await loader.load(model, version, signal, progress);
      } finally {
        leave();
      }
    },
  };
}
