// Traffic that keeps everything in memory: for tests of what is around it.
import type { ModelTraffic } from '../../server/canary/model-traffic.ts';
import { noTraffic } from '../../server/canary/model-traffic.ts';
import type { ModelManager } from '../../server/lifecycle/model-manager.ts';
import { createLogger } from '../../server/log.ts';
import { KeptLabels } from '../../server/traffic/kept-labels.ts';
import { createTraffic, type Traffic } from '../../server/traffic/traffic.ts';
import type { TrafficStore } from '../../server/traffic/traffic-control.ts';

/** A store that forgets with the process. */
export class MemoryStore implements TrafficStore {
  readonly #models = new Map<string, ModelTraffic>();

  get(model: string): ModelTraffic {
    return this.#models.get(model) ?? noTraffic;
  }

  update(model: string, traffic: ModelTraffic): Promise<void> {
    this.#models.set(model, traffic);
    return Promise.resolve();
  }
}

/** Traffic of `manager`, and the labels, which take what a source finds. */
export function memoryTraffic(manager: ModelManager): {
  readonly traffic: Traffic;
  readonly labels: KeptLabels;
} {
  const store = new MemoryStore();
  const labels = new KeptLabels(store, (found) => manager.apply(found));
  const log = createLogger({ format: 'json', write: () => undefined }, 'test');
  const predict = (): Promise<string> => Promise.reject(new Error('There is no golden request.'));
  return { traffic: createTraffic({ manager, store, labels, log, predict }), labels };
}
