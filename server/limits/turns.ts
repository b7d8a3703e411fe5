// Long work on the network thread: a piece in each turn of the event loop, so that nobody else has to wait for all of it.
import { PerchError } from '../errors.ts';

/** Work that yields wherever it may be interrupted, every few milliseconds. */
export type Steps<Result> = Generator<void, Result>;

/** Who waits for a turn, the one that had its last turn longest ago first. An immediate is set while there are any. */
const waiting: (() => void)[] = [];

/** One piece a turn, whosever it is: ten long tasks delay others no more than one does. */
function giveTurn(): void {
  waiting.shift()?.();
  if (waiting.length > 0) {
    setImmediate(giveTurn);
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    if (waiting.push(resolve) === 1) {
      setImmediate(giveTurn);
    }
  });
}

/** All of the work at once, for where nobody waits. */
export function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) {
      return step.value;
    }
  }
}

/**
 * The result of `steps`. The first piece is done at once, and short work with it: its result is there without a promise, and
 * what it throws is thrown. The others take turns with all long work of the process. Rejects with the reason of `signal`, and
 * does no more, when that fires in between.
 */
export function inTurns<Result>(steps: Steps<Result>, signal?: AbortSignal): Result | Promise<Result> {
  const first = steps.next();
  return first.done === true ? first.value : theRest(steps, signal);
}

async function theRest<Result>(steps: Steps<Result>, signal: AbortSignal | undefined): Promise<Result> {
  try {
    for (;;) {
      await turn();
      if (signal?.aborted === true) {
        throw PerchError.from(signal.reason);
      }
      const step = steps.next();
      if (step.done === true) {
        return step.value;
      }
    }
  } finally {
    // Lets go of what it holds, where it is given up.
    steps.return(undefined as never);
  }
}
