// How fast a live probe's clock runs, for how long it looks, and with which settings.
import { effectiveKeepalive, type ConnectionFacts } from '../keepalive/connection-facts.ts';
import type { Prediction } from '../keepalive/predict-connection.ts';

/** What a probe is made of. */
export interface ProbePlan {
  /** Milliseconds of the facts that pass in a real one. */
  readonly speed: number;
  /** So long is looked, in milliseconds of the facts. */
  readonly watchMs: number;
  /** The facts as they are played: time-outs that would be too short to be real ones are longer. */
  readonly facts: ConnectionFacts;
}

/** Bounds of a probe, real milliseconds. */
export interface ProbeBounds {
  /** The longest interval that matters takes so long. */
  readonly longestMs: number;
  /** The shortest one is at least so long, whatever the longest one takes then. */
  readonly shortestMs: number;
  /** So long is looked at most. */
  readonly watchMs: number;
}

export const usualBounds: ProbeBounds = { longestMs: 2000, shortestMs: 30, watchMs: 20_000 };

/** A time-out that is not what the connection is expected to die of is at least so long, real milliseconds. */
const leastTimeoutMs = 500;

/** Behind the moment at which it is expected to close; an age is a tenth more or less. */
const margin = 1.25;

/** Intervals that are so much longer than the client's pings are not waited for where it stays open. */
const muchLonger = 20;

/** Plans the probe of a connection that is predicted to end like this. */
export function planProbe(facts: ConnectionFacts, prediction: Prediction, bounds: ProbeBounds): ProbePlan {
  const intervals = intervalsOf(facts);
  const wanted =
    prediction.outcome === 'closes' ? prediction.atMs * margin : watchWhereItStays(facts, intervals);
  const relevant = intervals.filter((ms) => ms <= wanted);
  const longest = Math.max(...relevant, 1);
  const shortest = Math.min(...relevant, longest);
  const speed = Math.min(longest / bounds.longestMs, shortest / bounds.shortestMs);
  const timeoutMs = leastTimeoutMs * speed;
  return {
    speed,
    // A forgotten connection is noticed a time-out later, and that may be longer here.
    watchMs: Math.min(wanted + 2 * timeoutMs, bounds.watchMs * speed),
    facts: isWatchdog(prediction) ? facts : withTimeouts(facts, timeoutMs),
  };
}

function isWatchdog(prediction: Prediction): boolean {
  return (
    prediction.outcome === 'closes' &&
    (prediction.cause === 'client-watchdog' || prediction.cause === 'server-watchdog')
  );
}

function withTimeouts(facts: ConnectionFacts, leastMs: number): ConnectionFacts {
  const { client, server } = facts;
  return {
    ...facts,
    client: { ...client, timeoutMs: Math.max(leastMs, client.timeoutMs) },
    server: { ...server, timeoutMs: Math.max(leastMs, server.timeoutMs) },
  };
}

/** Everything that recurs, or runs out. */
function intervalsOf({ client, server, path, traffic }: ConnectionFacts): number[] {
  const pings = traffic.activeStream || client.permitWithoutCalls ? effectiveKeepalive(client) : Infinity;
  return [
    pings,
    server.keepaliveMs,
    traffic.activeStream ? Infinity : server.idleMs,
    server.ageMs,
    path.middleboxIdleMs,
    traffic.callEveryMs,
    traffic.activeStream ? traffic.serverDataEveryMs : Infinity,
  ].filter((ms) => ms !== Infinity);
}

/** Long enough for one strike more than are forgiven, and for what is not much longer. */
function watchWhereItStays(
  { client, server, traffic }: ConnectionFacts,
  intervals: readonly number[],
): number {
  const pings = traffic.activeStream || client.permitWithoutCalls ? effectiveKeepalive(client) : Infinity;
  const longest = Math.max(...intervals.filter((ms) => ms <= pings * muchLonger), 1) * margin;
  return pings === Infinity ? longest : Math.max(longest, pings * (server.maxPingStrikes + 3));
}
