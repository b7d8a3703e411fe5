// What happens to each request beside being answered: a version is chosen for it, it is counted, and perhaps copied.
import type { TensorMap } from '../codec/tensor.ts';
import type { ErrorCode } from '../errors.ts';
import type { ModelManager } from '../lifecycle/model-manager.ts';
import type { VersionStatistics } from '../observe/version-statistics.ts';
import type { RouteTarget } from '../routing/route.ts';
import type { Router } from '../routing/router.ts';
import type { Shadows } from './shadows.ts';

/** Where a request wants to go. At most one of version and label. */
export interface WantedVersion {
  readonly name: string;
  readonly version?: bigint;
  readonly label?: string;
}

/** Where it goes: what to ask the lifecycle for, and by which label it came there. */
export interface RoutedTo {
  readonly version?: bigint;
  readonly label?: string;
  /** Absent where it came by no label. */
  readonly byLabel?: string;
  /** Whether it named neither version nor label. */
  readonly isSplit: boolean;
  /** Whether the split sends it to what is not AVAILABLE, so that something else answers. */
  readonly isFallback?: boolean;
  /** The share of the split that it fell to; absent where no split decided. */
  readonly target?: RouteTarget;
}

/** A request that was answered, or failed on its version. */
export interface ServedRequest {
  readonly model: string;
  readonly version: bigint;
  readonly routed: RoutedTo;
  readonly code: 'OK' | ErrorCode;
  /** Microseconds. */
  readonly micros: number;
  /** Microseconds; absent where it did not get to the engine. */
  readonly engineUs?: number;
  readonly inputs?: TensorMap;
  readonly outputs?: TensorMap;
}

/** Requests of the last minute, per version: those that named nothing, and those that named the version or a label of it. */
export interface ObservedShare {
  readonly version: bigint;
  readonly split: number;
  readonly named: number;
}

/** Seconds over which shares are observed. */
const observedSeconds = 60;

/** What was observed in a second. */
interface ObservedSecond {
  /** Since the process started. */
  readonly second: number;
  /** Requests by version. */
  readonly counts: Map<bigint, [split: number, named: number]>;
  fallbacks: number;
}

/** What it works on. */
export interface RequestTrafficParts {
  readonly manager: ModelManager;
  readonly router: Router;
  readonly statistics: VersionStatistics;
  readonly shadows: Shadows;
}

/** Called for every request, on the network thread: quick, and never throws. */
export class RequestTraffic {
  readonly #parts: RequestTrafficParts;
  /** By model, the oldest second first. */
  readonly #observed = new Map<string, ObservedSecond[]>();

  constructor(parts: RequestTrafficParts) {
    this.#parts = parts;
  }

  /** Where a request goes; `key`: whoever sends the same one goes the same way. */
  choose({ name, version, label }: WantedVersion, key: string | undefined): RoutedTo {
    if (version !== undefined) {
      return { version, isSplit: false };
    }
    if (label !== undefined) {
      return { label, byLabel: label, isSplit: false };
    }
    const { manager, router } = this.#parts;
    if (router.get(name)?.route === undefined) {
      return { isSplit: true };
    }
    const facts = manager.routingFacts(name);
    if (facts === undefined) {
      return { isSplit: true };
    }
    const choice = router.choose(name, key === undefined ? {} : { key }, facts);
    const byLabel = choice.by === 'split' && choice.target.kind === 'label' ? choice.target.label : undefined;
    const target =
      choice.by === 'split' ? choice.target : choice.by === 'fallback' ? choice.fallbackFrom : undefined;
    return {
      isSplit: true,
      isFallback: choice.by === 'fallback',
      ...(target === undefined ? {} : { target }),
      ...(choice.version === undefined ? {} : { version: choice.version }),
      ...(byLabel === undefined ? {} : { byLabel }),
    };
  }

  /** Counts a request, and copies it where the model has a shadow. */
  served(request: ServedRequest): void {
    const { model, version, routed, code, micros, engineUs, inputs, outputs } = request;
    const { statistics, router, manager, shadows } = this.#parts;
    statistics.record({
      model,
      version,
      code,
      micros,
      ...(routed.byLabel === undefined ? {} : { label: routed.byLabel }),
      ...(engineUs === undefined ? {} : { runUs: engineUs, queueUs: Math.max(0, micros - engineUs) }),
      ...(outputs === undefined ? {} : { outputs }),
    });
    this.#observe(model, version, routed);
    if (inputs === undefined || outputs === undefined || router.get(model)?.shadow === undefined) {
      return;
    }
    const facts = manager.routingFacts(model);
    const shadow = facts === undefined ? undefined : router.chooseShadow(model, version, facts);
    if (shadow !== undefined) {
      shadows.offer({ model, version: shadow, stableVersion: version, inputs, outputs });
    }
  }

  /** The requests of the last minute, by version. */
  observed(model: string): ObservedShare[] {
    const sums = new Map<bigint, [number, number]>();
    for (const { counts } of this.#lastMinute(model)) {
      for (const [version, [split, named]] of counts) {
        const sum = sums.get(version) ?? [0, 0];
        sums.set(version, [sum[0] + split, sum[1] + named]);
      }
    }
    return [...sums].map(([version, [split, named]]) => ({ version, split, named }));
  }

  /** Requests of the last minute that the split sent to what was not AVAILABLE, whatever it says by now. */
  fallbacks(model: string): number {
    return this.#lastMinute(model).reduce((sum, { fallbacks }) => sum + fallbacks, 0);
  }

  #lastMinute(model: string): readonly ObservedSecond[] {
    const since = Math.floor(performance.now() / 1000) - observedSeconds;
    return (this.#observed.get(model) ?? []).filter(({ second }) => second > since);
  }

  #observe(model: string, version: bigint, { isSplit, isFallback }: RoutedTo): void {
    const now = Math.floor(performance.now() / 1000);
    let seconds = this.#observed.get(model);
    if (seconds === undefined) {
      seconds = [];
      this.#observed.set(model, seconds);
    }
    let last = seconds.at(-1);
    if (last?.second !== now) {
      last = { second: now, counts: new Map(), fallbacks: 0 };
      seconds.push(last);
      if (seconds.length > observedSeconds) {
        seconds.shift();
      }
    }
    const counts = last.counts.get(version) ?? [0, 0];
    last.counts.set(version, counts);
    counts[isSplit ? 0 : 1]++;
    if (isFallback === true) {
      last.fallbacks++;
    }
  }
}
