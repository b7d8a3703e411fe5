// Which version answers a request: what the request names, else the route of its model, else the default.
import { AnonymousChooser } from './anonymous-chooser.ts';
import type { RouteTarget, ShadowRule } from './route.ts';
import { slotOf } from './slot-of.ts';
import type { SlotTable } from './slot-table.ts';

/** How the traffic of one model goes. Immutable: a change is another one, whole. */
export interface ModelRouting {
  /** Absent where requests that name nothing go to the default choice. */
  readonly route?: SlotTable;
  readonly shadow?: ShadowRule;
  /** Which change this is; counts up. */
  readonly revision: bigint;
}

/** What a request says of where it wants to go. `version` and `label` exclude each other. */
export interface RoutedRequest {
  readonly version?: bigint;
  readonly label?: string;
  /** Requests of the same key go the same way. An empty one is none. */
  readonly key?: string | Uint8Array;
}

/** What there is to choose from, at this moment. Cheap to ask: some of it is asked for every request. */
export interface VersionFacts {
  /** undefined for a label that the model does not have. */
  versionOfLabel(label: string): bigint | undefined;
  isAvailable(version: bigint): boolean;
  /** The version of label `stable`; undefined without one. */
  stable(): bigint | undefined;
}

/**
 * The version that answers, and why. Without `version` the model's default answers; but by 'label' it means that there is
 * no such label.
 */
export type Choice =
  | { readonly version: bigint; readonly by: 'named' }
  | { readonly version: bigint | undefined; readonly by: 'label' }
  | { readonly version: bigint; readonly by: 'split'; readonly target: RouteTarget }
  | { readonly version: bigint | undefined; readonly by: 'fallback'; readonly fallbackFrom: RouteTarget }
  | { readonly version: undefined; readonly by: 'default' };

/** What is known of one model. */
interface Lane {
  routing: ModelRouting;
  readonly anonymous: AnonymousChooser;
  readonly shadows: AnonymousChooser;
}

const defaultChoice: Choice = { version: undefined, by: 'default' };

/** The routes of all models. Changing one is a single step: each request sees the old routing or the new one, whole. */
export class Router {
  readonly #lanes = new Map<string, Lane>();
  #seed: number;

  /** The same `seed`, 32 bits, gives the same choices for the same calls. */
  constructor(seed: number) {
    this.#seed = seed | 0;
  }

  /** Takes effect on the next request. `undefined` forgets the model. */
  set(model: string, routing: ModelRouting | undefined): void {
    if (routing === undefined) {
      this.#lanes.delete(model);
      return;
    }
    const lane = this.#lanes.get(model) ?? this.#newLane(routing);
    this.#lanes.set(model, lane);
    if (lane.routing.route !== routing.route) {
      lane.anonymous.restart();
    }
    if (lane.routing.shadow !== routing.shadow) {
      lane.shadows.restart();
    }
    lane.routing = routing;
  }

  get(model: string): ModelRouting | undefined {
    return this.#lanes.get(model)?.routing;
  }

  /**
   * What answers this request. A target that is not AVAILABLE, or a label that is not there, gives its share to stable, or
   * where that is not AVAILABLE either to the default.
   */
  choose(model: string, request: RoutedRequest, facts: VersionFacts): Choice {
    if (request.version !== undefined) {
      return { version: request.version, by: 'named' };
    }
    if (request.label !== undefined) {
      return { version: facts.versionOfLabel(request.label), by: 'label' };
    }
    const lane = this.#lanes.get(model);
    const route = lane?.routing.route;
    if (lane === undefined || route === undefined) {
      return defaultChoice;
    }
    const { key } = request;
    const slot = key === undefined || key.length === 0 ? lane.anonymous.next() : slotOf(key);
    const share = route.route.shares[route.slots[slot] ?? 0];
    if (share === undefined) {
      return defaultChoice;
    }
    const { target } = share;
    const version = availableVersion(target, facts);
    if (version !== undefined) {
      return { version, by: 'split', target };
    }
    return { version: availableStable(facts), by: 'fallback', fallbackFrom: target };
  }

  /**
   * The version that gets a copy of a request that `answered` answered; undefined for none. Copied is what stable
   * answers, whether it was named or chosen; without a stable, what any version but the shadow's answers. Of every 100
   * such requests exactly as many as the rule says, in a random order.
   */
  chooseShadow(model: string, answered: bigint, facts: VersionFacts): bigint | undefined {
    const lane = this.#lanes.get(model);
    const shadow = lane?.routing.shadow;
    if (lane === undefined || shadow === undefined) {
      return undefined;
    }
    const stable = facts.stable();
    if (stable !== undefined && stable !== answered) {
      return undefined;
    }
    const version = availableVersion(shadow.target, facts);
    if (version === undefined || version === answered) {
      return undefined;
    }
    return lane.shadows.next() < shadow.percent ? version : undefined;
  }

  #newLane(routing: ModelRouting): Lane {
    // Models must not be dealt the same slots: an odd step leads through all 2^32 seeds.
    const nextSeed = (): number => (this.#seed = (this.#seed + 0x9e3779b9) | 0);
    return {
      routing: { revision: routing.revision },
      anonymous: new AnonymousChooser(nextSeed()),
      shadows: new AnonymousChooser(nextSeed()),
    };
  }
}

function availableVersion(target: RouteTarget, facts: VersionFacts): bigint | undefined {
  const version = target.kind === 'version' ? target.version : facts.versionOfLabel(target.label);
  return version !== undefined && facts.isAvailable(version) ? version : undefined;
}

function availableStable(facts: VersionFacts): bigint | undefined {
  const version = facts.stable();
  return version !== undefined && facts.isAvailable(version) ? version : undefined;
}
