// A route: which share of a model's requests goes to which version, where a request names none.
import { PerchError } from '../errors.ts';

/** Where a share goes: to the version that a label leads to at that moment, or always to one version. */
export type RouteTarget =
  { readonly kind: 'label'; readonly label: string } | { readonly kind: 'version'; readonly version: bigint };

/** A part of the requests. */
export interface RouteShare {
  readonly target: RouteTarget;
  /** Whole, 0 to 100. */
  readonly percent: number;
}

/** The shares of a model's requests: 1 to `maxShares` of them, no target twice, 100 percent in all. */
export interface Route {
  readonly shares: readonly RouteShare[];
}

/** Which part of stable's requests another version gets a copy of. */
export interface ShadowRule {
  readonly target: RouteTarget;
  /** Whole, 0 to 100. */
  readonly percent: number;
}

/** Targets of a route at most. */
export const maxShares = 16;

/** Versions are int64 in TensorFlow Serving's messages, and directories have no sign. */
const maxVersion = 2n ** 63n - 1n;

/** `label canary` or `version 3`: for people, and a key that no two targets have in common. */
export function targetText(target: RouteTarget): string {
  return target.kind === 'label' ? `label ${target.label}` : `version ${target.version}`;
}

/** Throws CONFIG_INVALID, with the reason, for a route that is not as `Route` says. */
export function checkRoute({ shares }: Route): void {
  if (shares.length === 0 || shares.length > maxShares) {
    throw invalid(`A route has 1 to ${maxShares} shares, not ${shares.length}.`);
  }
  const seen = new Set<string>();
  let sum = 0;
  for (const { target, percent } of shares) {
    checkTarget(target);
    const text = targetText(target);
    if (seen.has(text)) {
      throw invalid(`The route names ${text} twice.`);
    }
    seen.add(text);
    checkPercent(percent, `The share of ${text}`);
    sum += percent;
  }
  if (sum !== 100) {
    throw invalid(`The shares of a route are 100 percent together, not ${sum}.`);
  }
}

/** Throws CONFIG_INVALID, with the reason, for a rule that is not as `ShadowRule` says. */
export function checkShadow({ target, percent }: ShadowRule): void {
  checkTarget(target);
  checkPercent(percent, `The shadow of ${targetText(target)}`);
}

function checkTarget(target: RouteTarget): void {
  if (target.kind === 'label' && target.label === '') {
    throw invalid('A label in a route is not empty.');
  }
  if (target.kind === 'version' && (target.version < 0n || target.version > maxVersion)) {
    throw invalid(`A version in a route is 0 to ${maxVersion}, not ${target.version}.`);
  }
}

function checkPercent(percent: number, what: string): void {
  if (!Number.isInteger(percent) || percent < 0 || percent > 100) {
    throw invalid(`${what} is a whole number of percent, 0 to 100, not ${percent}.`);
  }
}

function invalid(reason: string): PerchError {
  return new PerchError('CONFIG_INVALID', reason);
}
