// The desk of the canaries over a fake engine, and a store that notes what it was given.
import type { ModelTraffic } from '../../../../../server/canary/model-traffic.ts';
import { fillPlan } from '../../../../../server/canary/plan.ts';
import { ModelManager } from '../../../../../server/lifecycle/model-manager.ts';
import { KeptLabels } from '../../../../../server/traffic/kept-labels.ts';
import { anonymousMutation } from '../../../../../server/traffic/mutations.ts';
import { createTraffic, type Traffic } from '../../../../../server/traffic/traffic.ts';
import { MemoryStore } from '../../../../support/memory-traffic.ts';
import { FakeLoader, memoryLog, modelOnDisk } from '../../fakes.ts';

/** Notes every state that was on disk. */
export class NotingStore extends MemoryStore {
  readonly states: ModelTraffic[] = [];
  /** What the next update rejects with. */
  refusal: Error | undefined;

  override update(model: string, traffic: ModelTraffic): Promise<void> {
    const { refusal } = this;
    this.refusal = undefined;
    if (refusal !== undefined) {
      return Promise.reject(refusal);
    }
    this.states.push(traffic);
    return super.update(model, traffic);
  }
}

export const plan = fillPlan({ steps: [50, 100], intervalMs: 86_400_000 });

/** So much to stable, the rest to the canary. */
export function shares(stable: number): ModelTraffic['shares'] {
  return [
    { target: { kind: 'label', label: 'stable' }, percent: stable },
    { target: { kind: 'label', label: 'canary' }, percent: 100 - stable },
  ];
}

interface Running {
  readonly manager: ModelManager;
  readonly loader: FakeLoader;
  readonly kept: KeptLabels;
  readonly lines: string[];
  readonly traffic: Traffic;
}

/** A daemon with one model, `m`, that can be started again. */
export class DeskDaemon {
  store = new NotingStore();
  #running: Running | undefined;

  get manager(): ModelManager {
    return this.#now.manager;
  }

  get loader(): FakeLoader {
    return this.#now.loader;
  }

  get kept(): KeptLabels {
    return this.#now.kept;
  }

  get lines(): string[] {
    return this.#now.lines;
  }

  get traffic(): Traffic {
    return this.#now.traffic;
  }

  get #now(): Running {
    if (this.#running === undefined) {
      throw new Error('The daemon was not started.');
    }
    return this.#running;
  }

  /** Has just started, over what the store holds; it has looked, and loads nothing yet. */
  beginAgain(versions: readonly bigint[] = [1n, 2n]): void {
    const { store } = this;
    const { log, lines } = memoryLog();
    const loader = new FakeLoader();
    const manager = new ModelManager(loader, log, { now: () => 1000 });
    const kept = new KeptLabels(store, (found) => manager.apply(found));
    const predict = (): Promise<string> => Promise.reject(new Error('There is no golden request.'));
    const traffic = createTraffic({ manager, store, labels: kept, log, predict });
    this.#running = { manager, loader, kept, lines, traffic };
    traffic.control.restore(['m']);
    traffic.canaries.show(['m']);
    kept.found([modelOnDisk('m', versions, { rules: { policy: { kind: 'specific', versions } } })]);
  }

  /** Has started, and both versions are up. */
  async restart(): Promise<void> {
    this.beginAgain();
    await this.loader.loading(1n).succeed();
    await this.loader.loading(2n).succeed();
  }

  labels(): Record<string, bigint> {
    return Object.fromEntries(this.manager.view('m')?.labels ?? []);
  }

  phase(): string | undefined {
    return this.store.get('m').canary?.phase;
  }

  setLabel(label: string, version: bigint): Promise<void> {
    const { signal } = new AbortController();
    return this.traffic.control.setLabel('m', label, version, {
      waitMs: 0,
      signal,
      mutation: anonymousMutation,
    });
  }
}
