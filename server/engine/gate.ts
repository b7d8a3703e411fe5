// A promise that is settled from outside.
import type { PerchError } from '../errors.ts';

/** A promise, and what settles it; only the first of these counts. */
export interface Gate {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (reason: PerchError) => void;
}

/** A promise that is settled from outside; nobody need wait for it. */
export function newGate(): Gate {
  let resolve: Gate['resolve'] = () => undefined;
  let reject: Gate['reject'] = () => undefined;
  const promise = new Promise<void>((...both) => {
    [resolve, reject] = both;
  });
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
