// Everything about where requests go, put together: the split, labels, shadows, canaries, statistics, events.
import type { ModelManager } from '../lifecycle/model-manager.ts';
import type { Logger } from '../log.ts';
import { VersionStatistics } from '../observe/version-statistics.ts';
import { Router } from '../routing/router.ts';
import { CanaryDesk } from './canary-desk.ts';
import { EventLog } from './event-log.ts';
import { Mutations } from './mutations.ts';
import { RequestTraffic } from './request-traffic.ts';
import { Shadows } from './shadows.ts';
import { TrafficControl, type LabelStore, type TrafficParts, type TrafficStore } from './traffic-control.ts';

/** The parts, each for whom it concerns. */
export interface Traffic {
  readonly parts: TrafficParts;
  readonly control: TrafficControl;
  readonly canaries: CanaryDesk;
  readonly requests: RequestTraffic;
  readonly statistics: VersionStatistics;
  readonly shadows: Shadows;
}

/** What it is made of. */
export interface TrafficEnvironment {
  readonly manager: ModelManager;
  readonly store: TrafficStore;
  readonly labels: LabelStore;
  readonly log: Logger;
  /** Answers a REST predict body on a version, for golden requests. */
  readonly predict: (model: string, version: bigint, json: string, signal: AbortSignal) => Promise<string>;
}

/** Makes it; nothing is in effect before `control.restore`. */
export function createTraffic({ manager, store, labels, log, predict }: TrafficEnvironment): Traffic {
  const router = new Router((Math.random() * 2 ** 32) | 0);
  const statistics = new VersionStatistics();
  manager.events.on('removed', (model) => statistics.remove(model));
  manager.events.on('changed', (model) => {
    const { versions = [], labels } = manager.view(model) ?? {};
    const numbers = new Set(versions.map(({ number }) => number));
    statistics.keepOnly(
      model,
      (version) => numbers.has(version),
      (label) => labels?.has(label) === true,
    );
  });
  const shadows = new Shadows(manager, log);
  const parts: TrafficParts = {
    manager,
    router,
    store,
    labels,
    mutations: new Mutations(undefined, (model) => manager.touch(model)),
    events: new EventLog(log),
    shadows,
    now: Date.now,
  };
  const control = new TrafficControl(parts);
  const canaries = new CanaryDesk({ control, statistics, shadows, predict, log });
  const requests = new RequestTraffic({ manager, router, statistics, shadows });
  return { parts, control, canaries, requests, statistics, shadows };
}
