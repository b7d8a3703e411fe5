// How the requests of a model are split, and the canary that is under way, as the editor shows them.

/** Where a share of the requests goes. A version is in decimal. */
export type TrafficTarget =
  { readonly kind: 'label'; readonly label: string } | { readonly kind: 'version'; readonly version: string };

/** A share of the requests that name neither version nor label. */
export interface TrafficShare {
  readonly target: TrafficTarget;
  /** 0 to 100; those of a model add up to 100. */
  readonly percent: number;
  /** The version that it leads to now; `0` where it leads to none. */
  readonly version: string;
  /** Whether that version takes requests. Where not, its share goes to stable. */
  readonly available: boolean;
}

/** Where a canary is, in the words of Argo Rollouts and Flagger. `unknown`: a newer daemon's. */
export type CanaryPhase =
  'progressing' | 'paused' | 'waiting' | 'inconclusive' | 'succeeded' | 'rolled-back' | 'unknown';

/** A canary, as far as it is shown. Times are milliseconds since the Unix epoch. */
export interface Canary {
  readonly version: string;
  /** The version that was stable when it began. */
  readonly stableVersion: string;
  readonly phase: CanaryPhase;
  /** Percent of the traffic, ascending. */
  readonly steps: readonly number[];
  /** Index into `steps`. */
  readonly step: number;
  /** Why the phase is what it is, a sentence of the daemon's. */
  readonly reason: string;
  readonly phaseSinceMs: number;
  /** When it is judged next; 0 where it is not. */
  readonly nextEvaluationMs: number;
  /** How long the old version stays loaded after a promotion, milliseconds. */
  readonly keepWarmMs: number;
}

/** The name of a target, as people write it. */
export function targetName(target: TrafficTarget): string {
  return target.kind === 'label' ? target.label : target.version;
}

/** Whether both name the same. */
export function isSameTarget(a: TrafficTarget, b: TrafficTarget): boolean {
  return a.kind === b.kind && targetName(a) === targetName(b);
}

/** Whether it takes part in serving now: it is not over. */
export function isRunning(canary: Canary): boolean {
  return isHeld(canary) || canary.phase === 'progressing';
}

/** Whether it waits for somebody to resume it. */
export function isHeld({ phase }: Canary): boolean {
  return phase === 'paused' || phase === 'waiting' || phase === 'inconclusive';
}
