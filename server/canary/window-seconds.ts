// The windows that a canary is judged by. Pure.
import type { CanaryState } from './canary.ts';

/** How far back statistics reach, seconds. */
const longestWindow = 900;

/**
 * The windows that a canary is judged by, seconds, short to long: one interval, and since it has been in its phase and
 * step. Neither reaches back before that, nor further than statistics do.
 */
export function windowSeconds({ plan, phaseSinceMs }: CanaryState, now: number): readonly number[] {
  const since = Math.min(longestWindow, Math.max(1, Math.floor((now - phaseSinceMs) / 1000)));
  const interval = Math.ceil(plan.intervalMs / 1000);
  return interval < since ? [interval, since] : [since];
}
