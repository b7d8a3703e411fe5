// What a model keeps of each of its versions, and what follows from that alone.
import type { ErrorCode, PerchError } from '../errors.ts';
import type { VersionOnDisk } from './found.ts';
import type { VersionState } from './version-state.ts';
import { wantedVersions, type VersionPolicy } from './version-policy.ts';

/** One version of a model. */
export interface VersionEntry {
  readonly number: bigint;
  disk: VersionOnDisk | undefined;
  state: VersionState;
  /** What a person asked for, against the policy. */
  pin: 'load' | 'unload' | undefined;
  inFlight: number;
  /** Told when the last request in flight has finished. */
  drained: (() => void) | undefined;
  /** When the engine lost it, within the last minute. */
  losses: number[];
  /** Why it failed the last time. */
  lastError: PerchError | undefined;
  /** Loads that failed since its files last changed or a person asked for it. */
  failures: number;
  /** Takes back the retry that is due later. */
  cancelRetry: (() => void) | undefined;
}

/** Versions that are gone from disk and were served once: so many are remembered. */
const rememberedVersions = 8;

/** A version that was just seen for the first time. */
export function newEntry(number: bigint, since: number): VersionEntry {
  return {
    number,
    disk: undefined,
    state: { phase: 'not-loaded', since },
    pin: undefined,
    inFlight: 0,
    drained: undefined,
    losses: [],
    lastError: undefined,
    failures: 0,
    cancelRetry: undefined,
  };
}

/**
 * The versions that are to be served: what the policy says, plus and minus what a person asked for. A version that
 * failed does not count for `latest`: it does not take the place of an older one that works (TF Serving serves nothing
 * if the newest is broken at start).
 */
export function wantedAmong(entries: Iterable<VersionEntry>, policy: VersionPolicy): Set<bigint> {
  const all = [...entries];
  const candidates = all.filter(
    ({ disk, state }) => disk !== undefined && state.phase !== 'copying' && !hasFailed(state),
  );
  const wanted = wantedVersions(
    policy,
    candidates.map(({ number }) => number),
  );
  for (const { number, pin } of all) {
    if (pin === 'load') {
      wanted.add(number);
    } else if (pin === 'unload') {
      wanted.delete(number);
    }
  }
  return wanted;
}

/** Versions to be forgotten: neither on disk nor in use, but for the last few that were served. */
export function forgettable(entries: Iterable<VersionEntry>): bigint[] {
  const gone = [...entries].filter(({ disk }) => disk === undefined);
  const neverServed = gone.filter(({ state }) => ['not-loaded', 'copying', 'start'].includes(state.phase));
  const ended = gone.filter(({ state }) => state.phase === 'end');
  ended.sort((a, b) => a.state.since - b.state.since);
  const tooOld = ended.slice(0, Math.max(0, ended.length - rememberedVersions));
  return [...neverServed, ...tooOld].map(({ number }) => number);
}

/** The state of a version that is not in use: what its files say. */
export function restingState(disk: VersionOnDisk | undefined, since: number): VersionState {
  switch (disk?.readiness.kind) {
    case 'broken':
      return { phase: 'end', since, error: disk.readiness.error };
    case 'copying':
      return { phase: 'copying', since, detail: disk.readiness.detail };
    case 'complete':
    case undefined:
      return { phase: 'not-loaded', since };
  }
}

/** Whether two resting states say the same, their times aside. */
export function isSameRest(a: VersionState, b: VersionState): boolean {
  if (a.phase === 'end' && b.phase === 'end') {
    return a.error?.message === b.error?.message;
  }
  return a.phase === b.phase && (a.phase !== 'copying' || b.phase !== 'copying' || a.detail === b.detail);
}

/** What conversion finds wrong with a model: it would find the same again. */
const verdicts: ReadonlySet<ErrorCode> = new Set([
  'OPERATORS_UNSUPPORTED',
  'SAVED_MODEL_INVALID',
  'MODEL_FILE_INVALID',
]);

/** Whether only other files can help, so that nothing comes of converting it again. */
export function isFinal({ code }: PerchError, disk: VersionOnDisk | undefined): boolean {
  return disk?.isConverted === true && verdicts.has(code);
}

/** Whether the version ended with an error. */
export function hasFailed(state: VersionState): boolean {
  return state.phase === 'end' && state.error !== undefined;
}

/** An END without an error is a version that was unloaded: wanted again, it is loaded again. */
export function isLoadable(state: VersionState): boolean {
  return (
    state.phase === 'not-loaded' ||
    state.phase === 'start' ||
    (state.phase === 'end' && state.error === undefined)
  );
}
