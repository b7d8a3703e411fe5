// How the cause of a recorded close is put, and what several rules say alike.
import { durationText } from '../keepalive/finding.ts';
import type { Side } from './frame-watch.ts';
import { goawayText } from './recorded-event.ts';
import type { SeenConnection, SeenGoaway, SeenSide } from './seen-connection.ts';

/** The causes that can be told from outside. */
export type RecordedCause =
  | 'still-open'
  | 'server-unreachable'
  | 'recorder-reset'
  | 'silent-drop'
  | 'nothing-said'
  | 'encrypted'
  | 'tls-on-plaintext-port'
  | 'plaintext-on-tls-port'
  | 'http1-on-grpc-port'
  | 'http1'
  | 'grpc-on-rest-port'
  | 'proxy-setting'
  | 'not-http2'
  | 'too-many-pings'
  | 'flood'
  | 'too-many-streams'
  | 'server-error'
  | 'client-error'
  | 'max-age'
  | 'max-idle'
  | 'server-watchdog'
  | 'client-watchdog'
  | 'forced-shutdown'
  | 'server-goodbye'
  | 'reset'
  | 'client-closed'
  | 'server-vanished';

/** The answer. */
export interface ClosedBecause {
  readonly cause: RecordedCause;
  /** What happened, as a sentence. */
  readonly text: string;
  /** What was seen that says so. */
  readonly evidence: readonly string[];
  /** What to do about it; empty where there is nothing to do. */
  readonly advice: string;
  /** What else was seen that people ask about, and that closes no connection. */
  readonly notes: readonly string[];
}

/** What a rule says; the notes come from elsewhere. */
export type Verdict = Omit<ClosedBecause, 'notes'>;

/** Undefined: it has nothing to say. */
export type Rule = (seen: SeenConnection) => Verdict | undefined;

/** A ping that was sent right before the end has had no time for an answer. */
const watchdogMs = 100;

/** Without a call for so long, a goodbye is taken for the idle limit and not for a shutdown. */
export const idleMs = 1000;

/** Puts a verdict together. */
export function verdict(
  cause: RecordedCause,
  text: string,
  evidence: readonly string[],
  advice = '',
): Verdict {
  return { cause, text, evidence, advice };
}

/** `asked` got nothing, not a byte, since a PING of `by`. */
export function answersNot(asked: SeenSide, by: SeenSide): boolean {
  const at = by.unansweredPingAt;
  const endedAt = by.goaways[0]?.at ?? by.end?.at;
  return at !== undefined && endedAt !== undefined && endedAt - at >= watchdogMs && asked.lastByteAt <= at;
}

/** Rows 4 and 5: `side` gave it up. */
export function watchdog(side: Side, by: SeenSide, evidence: readonly string[]): Verdict {
  const other = side === 'client' ? 'server' : 'client';
  return verdict(
    side === 'client' ? 'client-watchdog' : 'server-watchdog',
    `The ${side} gave it up because a ping got no answer.`,
    [...unanswered(side, by), ...evidence],
    `The ${other} stood still (overloaded, asleep, stopped), or the path between drops packets. A keepalive time-out of ten seconds or more survives a slow moment.`,
  );
}

/** That a PING of `side` had no answer; nothing where all had. */
export function unanswered(side: Side, { unansweredPingAt, end }: SeenSide): string[] {
  return unansweredPingAt === undefined
    ? []
    : [
        `the ${side}'s PING of ${durationText(unansweredPingAt)} had no answer${end === undefined ? '' : ` for ${durationText(end.at - unansweredPingAt)}`}`,
      ];
}

/** A GOAWAY as evidence. */
export function goawayEvidence(side: Side, { at, code, debugData }: SeenGoaway): string {
  return `GOAWAY of the ${side} at ${durationText(at)}: ${goawayText(code, debugData)}`;
}

/** Who ended it, as evidence. */
export function ended(side: Side): string {
  return `the ${side} ended the connection`;
}

/** A silence, as evidence. */
export function silence(ms: number): string {
  return `nothing went by for ${durationText(ms)} before`;
}

/** A number of calls. */
export function calls(count: number): string {
  return count === 1 ? '1 call' : `${count} calls`;
}
