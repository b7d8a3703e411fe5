// The keepalive doctor: what will become of a connection with these settings, what is wrong with them, and the least change
// that mends it. A pure function; the rules R1-R16 are those of connections.md §2.
import { atOnce } from '../../limits/turns.ts';
import { effectiveKeepalive, type ConnectionFacts, type Duration } from './connection-facts.ts';
import { durationText, type Finding } from './finding.ts';
import { predictConnection, type Prediction } from './predict-connection.ts';
import { proposeChanges, type Proposal } from './smallest-change.ts';

/** The whole answer. */
export interface Diagnosis {
  readonly prediction: Prediction;
  /** In a sentence: stay or close, when and why. */
  readonly summary: string;
  /**
   * Where it is closed for its pings: the keepalive time of each connection that follows, as the client doubles it at
   * every close (R9), until one stays.
   */
  readonly reconnects: readonly Duration[];
  readonly findings: readonly Finding[];
  readonly proposals: readonly Proposal[];
}

/** Enough to come from a millisecond to two hours. */
const maxReconnects = 24;
/** Shorter ones close healthy connections when a process or a network is slow for a moment (R10). */
const safeTimeoutMs = 10_000;

/** Looks at a connection. */
export function diagnoseConnection(facts: ConnectionFacts): Diagnosis {
  return atOnce(diagnoseInSteps(facts));
}

/**
 * The same, for where others wait. Silly settings take many events to play through, and are played many times over: yields between
 * them, every five milliseconds or so.
 */
export function* diagnoseInSteps(facts: ConnectionFacts): Generator<void, Diagnosis> {
  const prediction = predictConnection(facts);
  return {
    prediction,
    summary: summaryOf(prediction, facts),
    reconnects: yield* reconnectsOf(prediction, facts),
    findings: findingsOf(facts),
    proposals: yield* proposeChanges(facts, prediction),
  };
}

function* reconnectsOf(prediction: Prediction, facts: ConnectionFacts): Generator<void, Duration[]> {
  const times: Duration[] = [];
  let current = prediction;
  let { client } = facts;
  while (
    current.outcome === 'closes' &&
    current.cause === 'too-many-pings' &&
    times.length < maxReconnects &&
    client.implementation !== 'dotnet'
  ) {
    client = { ...client, keepaliveMs: effectiveKeepalive(client) * 2 };
    times.push(client.keepaliveMs);
    yield;
    current = predictConnection({ ...facts, client });
  }
  return times;
}

function summaryOf(prediction: Prediction, { client, server, path }: ConnectionFacts): string {
  if (prediction.outcome === 'stays-open') {
    if (prediction.warnedAtPing !== undefined) {
      return (
        `The connection stays open, because this server only warns; a gRPC C++, Go or Java server, TensorFlow Serving ` +
        `and Triton too, would close it at the client's ping number ${prediction.warnedAtPing} (too_many_pings).`
      );
    }
    return effectiveKeepalive(client) === Infinity
      ? 'The connection stays open; the client sends no keepalive pings.'
      : `The connection stays open; the client's pings every ${durationText(effectiveKeepalive(client))} are allowed.`;
  }
  const at = durationText(prediction.atMs);
  switch (prediction.cause) {
    case 'too-many-pings':
      return (
        `The server closes the connection after ${at}, at the client's ping number ${prediction.pings} ` +
        '(GOAWAY ENHANCE_YOUR_CALM, too_many_pings): the client pings more often than the server allows.'
      );
    case 'max-idle':
      return `The server closes the connection after ${at} without a call (GOAWAY, max_idle). That is normal: the next call opens a new one.`;
    case 'max-age':
      return `The server closes the connection at an age of ${at}, give or take a tenth (GOAWAY, max_age). That is normal${prediction.cutsCalls ? `; streams that are open ${durationText(server.graceMs)} later are cut` : ''}.`;
    case 'silent-drop':
      return (
        `${path.middlebox === '' ? 'Something on the path' : path.middlebox} forgets the connection after ` +
        `${durationText(path.middleboxIdleMs)} of silence, and nobody is told: it shows after ${at}, when something is sent.`
      );
    case 'client-watchdog':
      return `The client closes the connection after ${at}: its time-out of ${durationText(client.timeoutMs)} is shorter than the way there and back (${durationText(path.rttMs)}).`;
    case 'server-watchdog':
      return `The server closes the connection after ${at}: its time-out of ${durationText(server.timeoutMs)} is shorter than the way there and back (${durationText(path.rttMs)}).`;
  }
}

type Rule = (facts: ConnectionFacts) => Finding | undefined;

/** R1: Go and Java do not ping more often than every ten seconds. */
const clamped: Rule = ({ client }) =>
  effectiveKeepalive(client) > client.keepaliveMs && client.keepaliveMs > 0
    ? {
        rule: 'R1',
        severity: 'info',
        text: `The client takes ${durationText(effectiveKeepalive(client))} for a keepalive time of ${durationText(client.keepaliveMs)}.`,
      }
    : undefined;

/** R2: no pings while no call is open. */
const idleUnprotected: Rule = ({ client, traffic }) =>
  effectiveKeepalive(client) !== Infinity && !client.permitWithoutCalls && !traffic.activeStream
    ? {
        rule: 'R2',
        severity: 'info',
        text: 'The client pings only while a call is open: between calls nothing keeps the connection alive.',
      }
    : undefined;

/** R7: C-core stops pinging. */
const pingsRunOut: Rule = ({ client, server, traffic }) =>
  client.implementation === 'core' &&
  client.maxPingsWithoutData > 0 &&
  effectiveKeepalive(client) !== Infinity &&
  (client.permitWithoutCalls || traffic.activeStream) &&
  traffic.callEveryMs > effectiveKeepalive(client) * client.maxPingsWithoutData
    ? {
        rule: 'R7',
        severity: 'warning',
        option: 'grpc.http2.max_pings_without_data',
        text:
          `The client stops after ${client.maxPingsWithoutData} pings without data (newer versions: one a minute)` +
          `${client.maxPingsWithoutData < server.maxPingStrikes + 2 ? ', which is also why the server does not mind them' : ''}: ` +
          'its keepalive does not protect a quiet connection. 0 takes the limit away.',
      }
    : undefined;

/** R10: time-outs that a slow moment passes. */
const shortTimeout: Rule = ({ client, server, path }) => {
  const shortest = Math.max(3 * path.rttMs, server.worstStallMs);
  if (effectiveKeepalive(client) !== Infinity && client.timeoutMs < Math.max(shortest, safeTimeoutMs)) {
    return {
      rule: 'R10',
      severity: client.timeoutMs < shortest ? 'error' : 'warning',
      text:
        `The client waits ${durationText(client.timeoutMs)} for the answer to a ping` +
        `${server.worstStallMs >= client.timeoutMs ? `, and the server has stood still for ${durationText(server.worstStallMs)}` : ''}: ` +
        'a slow moment closes a healthy connection. Use ten seconds or more.',
    };
  }
  return server.keepaliveMs !== Infinity && server.timeoutMs < Math.max(3 * path.rttMs, safeTimeoutMs)
    ? {
        rule: 'R10',
        severity: server.timeoutMs < 3 * path.rttMs ? 'error' : 'warning',
        text: `The server waits ${durationText(server.timeoutMs)} for the answer to a ping: a slow moment closes a healthy connection. Use ten seconds or more.`,
      }
    : undefined;
};

/** R11: the path forgets sooner than either side pings. */
const pathForgets: Rule = ({ client, server, path, traffic }) => {
  const clientPings =
    client.permitWithoutCalls || traffic.activeStream ? effectiveKeepalive(client) : Infinity;
  const every = Math.min(clientPings, server.keepaliveMs, traffic.callEveryMs);
  return path.middleboxIdleMs !== Infinity && every > path.middleboxIdleMs / 2
    ? {
        rule: 'R11',
        severity: every > path.middleboxIdleMs ? 'error' : 'warning',
        text:
          `${path.middlebox === '' ? 'The path' : path.middlebox} forgets connections after ` +
          `${durationText(path.middleboxIdleMs)} of silence, and something goes over this one only every ${durationText(every)}: ` +
          `ping every ${durationText(path.middleboxIdleMs / 2)} at the latest.`,
      }
    : undefined;
};

/** R12: a server that keeps what is dead. */
const deadStay: Rule = ({ server }) =>
  server.keepaliveMs === Infinity && server.idleMs === Infinity
    ? {
        rule: 'R12',
        severity: 'warning',
        text: 'The server neither pings nor closes idle connections: those of clients that vanished stay for ever.',
      }
    : undefined;

/** R13: streams that are longer than a connection may live. */
const streamsCut: Rule = ({ server, traffic }) =>
  traffic.activeStream && server.ageMs !== Infinity && server.graceMs !== Infinity
    ? {
        rule: 'R13',
        severity: 'info',
        text: `A stream is cut at ${durationText(server.ageMs + server.graceMs)} at the latest (max age and its grace): resume it.`,
      }
    : undefined;

/** R15: the policy of what is in between. */
const terminated: Rule = ({ path }) =>
  path.terminates
    ? {
        rule: 'R15',
        severity: 'info',
        text: `${path.middlebox} ends the connection and opens one of its own: its ping policy and its time-outs count, not the server's.`,
      }
    : undefined;

/** R16: both ask. */
const bothPing: Rule = ({ client, server, traffic }) =>
  (client.permitWithoutCalls || traffic.activeStream) && effectiveKeepalive(client) === server.keepaliveMs
    ? {
        rule: 'R16',
        severity: 'info',
        text: 'Both sides ping at the same interval; make the server’s a little longer, and only the client pings.',
      }
    : undefined;

const rules: readonly Rule[] = [
  clamped,
  idleUnprotected,
  pingsRunOut,
  shortTimeout,
  pathForgets,
  deadStay,
  streamsCut,
  terminated,
  bothPing,
];

function findingsOf(facts: ConnectionFacts): Finding[] {
  return rules.flatMap((rule) => rule(facts) ?? []);
}
