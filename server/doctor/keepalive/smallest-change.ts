// Which settings to change so that a connection stays: every proposal is played through before it is made.
import {
  intervalWithoutCallsMs,
  type ClientFacts,
  type ConnectionFacts,
  type ServerFacts,
} from './connection-facts.ts';
import type { OptionField } from './keepalive-options.ts';
import { optionCode, optionName } from './option-code.ts';
import { predictConnection, type PredictedCause, type Prediction } from './predict-connection.ts';

/** A setting that is to be another. */
export interface Change {
  readonly side: 'client' | 'server';
  /** As the side's language names it. */
  readonly option: string;
  /** Milliseconds where it is a time; Infinity is off. */
  readonly to: number | boolean;
  /** The line to write. */
  readonly code: string;
}

/** Changes that belong together. */
export type Proposal = readonly Change[];

interface Draft {
  readonly client?: Partial<Omit<ClientFacts, 'implementation'>>;
  readonly server?: Partial<Omit<ServerFacts, 'implementation' | 'pingPolicy' | 'worstStallMs'>>;
}

/**
 * The proposals that keep the connection open, those of fewest changes first, at most `count`. None where it stays anyway,
 * or where nothing helps; being closed for idleness or age counts as open where that was not the trouble. `prediction` is of
 * `facts`. Yields before each one that is played through, which may take some
 * milliseconds.
 */
export function* proposeChanges(
  facts: ConnectionFacts,
  prediction: Prediction,
  count = 3,
): Generator<void, Proposal[]> {
  if (prediction.outcome === 'stays-open' && prediction.warnedAtPing === undefined) {
    return [];
  }
  const cause = prediction.outcome === 'closes' ? prediction.cause : 'too-many-pings';
  const helpful: Draft[] = [];
  for (const draft of drafts(cause, facts)) {
    yield;
    if (isWell(applied(facts, draft), cause)) {
      helpful.push(draft);
    }
  }
  return helpful
    .map((draft) => toChanges(facts, draft))
    .filter((proposal) => proposal.length > 0)
    .sort((a, b) => a.length - b.length)
    .slice(0, count);
}

/** It stays, or is closed later by what is normal where that was not the trouble. */
function isWell(facts: ConnectionFacts, trouble: PredictedCause): boolean {
  const prediction = predictConnection(facts);
  return prediction.outcome === 'stays-open'
    ? prediction.warnedAtPing === undefined
    : isNormal(prediction.cause) && !isNormal(trouble);
}

function isNormal(cause: PredictedCause): boolean {
  return cause === 'max-idle' || cause === 'max-age';
}

function applied(facts: ConnectionFacts, { client, server }: Draft): ConnectionFacts {
  return { ...facts, client: { ...facts.client, ...client }, server: { ...facts.server, ...server } };
}

function drafts(cause: PredictedCause, { client, server, path, traffic }: ConnectionFacts): Draft[] {
  switch (cause) {
    case 'too-many-pings': {
      const allowed =
        traffic.activeStream || server.permitWithoutCalls ? server.minPingIntervalMs : intervalWithoutCallsMs;
      return [
        { client: { keepaliveMs: allowed } },
        ...(traffic.activeStream ? [] : [{ client: { permitWithoutCalls: false } }]),
        { server: { minPingIntervalMs: client.keepaliveMs } },
        { server: { permitWithoutCalls: true } },
        { server: { permitWithoutCalls: true, minPingIntervalMs: client.keepaliveMs } },
        { client: { keepaliveMs: server.minPingIntervalMs }, server: { permitWithoutCalls: true } },
      ];
    }
    case 'silent-drop': {
      // Half of the time, so that one lost packet is made good (R11).
      const often = Math.floor(path.middleboxIdleMs / 2);
      const pings = traffic.activeStream
        ? { keepaliveMs: often, maxPingsWithoutData: 0 }
        : { keepaliveMs: often, permitWithoutCalls: true, maxPingsWithoutData: 0 };
      return [
        { server: { keepaliveMs: often } },
        { client: pings },
        { client: pings, server: { minPingIntervalMs: often } },
        { client: pings, server: { minPingIntervalMs: often, permitWithoutCalls: true } },
      ];
    }
    case 'client-watchdog':
      return [{ client: { timeoutMs: Math.max(10_000, 3 * path.rttMs) } }];
    case 'server-watchdog':
      return [{ server: { timeoutMs: Math.max(10_000, 3 * path.rttMs) } }];
    case 'max-idle':
      return [{ server: { idleMs: Infinity } }];
    case 'max-age':
      return [{ server: { ageMs: Infinity } }];
  }
}

function toChanges({ client, server }: ConnectionFacts, draft: Draft): Change[] {
  const changesOf = (
    side: 'client' | 'server',
    now: ClientFacts | ServerFacts,
    wanted: Readonly<Record<string, number | boolean>>,
  ): Change[] =>
    Object.entries(wanted).flatMap(([key, to]) => {
      const field = key as OptionField;
      const option = optionName(now.implementation, side, field);
      return option === undefined || new Map<string, unknown>(Object.entries(now)).get(key) === to
        ? []
        : [{ side, option, to, code: optionCode(now.implementation, side, field, to) }];
    });
  return [
    ...changesOf('client', client, draft.client ?? {}),
    ...changesOf('server', server, draft.server ?? {}),
  ];
}
