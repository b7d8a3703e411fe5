// Requests at moments that chance gives, whether or not the last one was answered: what a service's users do.

/** Gaps of a Poisson process, seconds: the same on every run. */
export function* randomGaps(perSecond: number, seed = 1): Generator<number, never, undefined> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield -Math.log((state + 1) / (2 ** 32 + 1)) / perSecond;
  }
}

/** Sends a request after each of `gaps` for `ms` milliseconds; gives how long each took from when it was sent, microseconds. */
export async function openLoop(
  gaps: Iterator<number, never, undefined>,
  ms: number,
  request: () => Promise<unknown>,
): Promise<number[]> {
  const micros: number[] = [];
  const underWay: Promise<unknown>[] = [];
  const begun = performance.now();
  for (let due = begun; ;) {
    due += gaps.next().value * 1000;
    if (due > begun + ms) {
      break;
    }
    // A timer may be a millisecond late; what was due meanwhile is sent at once.
    while (performance.now() < due) {
      await new Promise((resolve) => setTimeout(resolve, due - performance.now()));
    }
    const at = performance.now();
    underWay.push(request().then(() => micros.push((performance.now() - at) * 1000)));
  }
  await Promise.all(underWay);
  return micros;
}
