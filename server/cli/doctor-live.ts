// The part of `perch doctor connection --live` that tries what was predicted.
import type { ConnectionFacts } from '../doctor/keepalive/connection-facts.ts';
import { durationText } from '../doctor/keepalive/finding.ts';
import {
  probeRemote,
  runProbe,
  type ProbeOutcome,
  type ProbeReport,
} from '../doctor/live-probe/run-probe.ts';
import { UnreachableError } from './cli-context.ts';
import type { Session } from './session.ts';

const usualSeconds = 20;

/** Tries the facts: with --address there, else against a private server. Throws UnreachableError. */
export async function probeLive(session: Session, facts: ConnectionFacts): Promise<ProbeReport> {
  const { args, context } = session;
  const address = args.text('address');
  const seconds = args.number('live_seconds', 1, 3600) ?? usualSeconds;
  if (address === undefined) {
    session.tell('Trying it with time sped up…');
    return runProbe(facts);
  }
  session.tell(`Trying it at ${address} for up to ${seconds} s…`);
  try {
    const report = await probeRemote(facts, { address, watchMs: seconds * 1000, signal: context.signal });
    if (report.streamRefusal !== '') {
      session.tell(
        `The server did not keep a call open (grpc.health.v1.Health/Watch: ${report.streamRefusal}): it was tried without one.`,
      );
    }
    return report;
  } catch (reason) {
    const text = reason instanceof Error ? reason.message : String(reason);
    throw new UnreachableError(`${address} cannot be tried: ${text}. It must speak HTTP/2 in clear.`, {
      cause: reason,
    });
  }
}

/** Says it, beside the prediction. */
export function showProbe(session: Session, { speed, outcome, agreement }: ProbeReport): void {
  const where = speed === 1 ? 'Tried, in real time' : `Tried, ${speedText(speed)}`;
  session.print(`${where}: ${outcomeText(outcome)}. ${agreements[agreement]}`);
}

const agreements: Readonly<Record<ProbeReport['agreement'], string>> = {
  agrees: 'As predicted.',
  differs: 'That is not what was predicted.',
  'not-reached': 'What is predicted takes longer.',
};

function speedText(speed: number): string {
  return speed >= 1
    ? `${Number(speed.toPrecision(2))} times as fast`
    : `${Number((1 / speed).toPrecision(2))} times as slow`;
}

function outcomeText(outcome: ProbeOutcome): string {
  const pings = `${outcome.pings} ${outcome.pings === 1 ? 'ping' : 'pings'}`;
  return outcome.outcome === 'stays-open'
    ? `it stayed open for ${durationText(Math.round(outcome.watchedMs))}, with ${pings}`
    : `it closed after ${durationText(Math.round(outcome.atMs))} and ${pings} (${outcome.cause}: ${outcome.evidence})`;
}
