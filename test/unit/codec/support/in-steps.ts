// Reads a document at once and in the smallest steps: both must come to the same.
import assert from 'node:assert/strict';
import { atOnce, type Steps } from '../../../../server/limits/turns.ts';

/** What `read` gives for a piece size. Throws what it throws. */
export function inAnySteps<Result>(read: (piece?: number) => Steps<Result>): Result {
  const whole = outcomeOf(() => atOnce(read()));
  for (const piece of [1, 2, 7]) {
    assert.deepEqual(
      outcomeOf(() => atOnce(read(piece))),
      whole,
      `in steps of ${piece} bytes`,
    );
  }
  if ('error' in whole) {
    throw whole.error;
  }
  return whole.result;
}

function outcomeOf<Result>(work: () => Result): { readonly result: Result } | { readonly error: unknown } {
  try {
    return { result: work() };
  } catch (error) {
    return { error };
  }
}
