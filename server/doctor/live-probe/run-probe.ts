// A live probe: the facts that the doctor judges, played by a real client on a real socket, and what came of it.
import { whenAborted } from '../../deadline.ts';
import type { ConnectionFacts } from '../keepalive/connection-facts.ts';
import { predictConnection, type PredictedCause, type Prediction } from '../keepalive/predict-connection.ts';
import { goawayText } from '../record/recorded-event.ts';
import type { TapConnection } from '../record/tap-connection.ts';
import { TapProxy } from '../record/tap-proxy.ts';
import { FastClock, passed } from './fast-clock.ts';
import { ProbeClient, type ClientEnd } from './probe-client.ts';
import { planProbe, usualBounds, type ProbeBounds } from './probe-plan.ts';
import { probeMethods, ProbeServer } from './probe-server.ts';

/** What a probe saw. Times are those of the facts, however fast they passed. */
export type ProbeOutcome =
  | { readonly outcome: 'stays-open'; readonly pings: number; readonly watchedMs: number }
  | {
      readonly outcome: 'closes';
      /** `other`: none that is predicted; the evidence says what. */
      readonly cause: PredictedCause | 'other';
      /** Since the first call. */
      readonly atMs: number;
      readonly pings: number;
      readonly evidence: string;
    };

/** Prediction beside outcome. */
export interface ProbeReport {
  /** Milliseconds of the facts that passed in a real one. */
  readonly speed: number;
  readonly prediction: Prediction;
  readonly outcome: ProbeOutcome;
  /** `not-reached`: it was not looked for as long as it was predicted to take. */
  readonly agreement: 'agrees' | 'differs' | 'not-reached';
}

/** How far a number of pings may be off: one, which crosses on the wire with what closes; of many, a tenth. */
const pingTolerance = 0.1;

/** Plays the facts against a private server. Takes some seconds. Rejects with an AbortError. */
export async function runProbe(
  facts: ConnectionFacts,
  bounds: ProbeBounds = usualBounds,
  signal: AbortSignal = new AbortController().signal,
): Promise<ProbeReport> {
  const prediction = predictConnection(facts);
  const plan = planProbe(facts, prediction, bounds);
  const { client, server, path, traffic } = plan.facts;
  const clock = new FastClock(plan.speed);
  // What ends the connection in between has no ping policy here.
  const pingPolicy = path.terminates ? 'off' : server.pingPolicy;
  await using other = await ProbeServer.open({ ...server, pingPolicy }, traffic, clock);
  let tapped: TapConnection | undefined;
  await using tap = await TapProxy.open({
    listenHost: '127.0.0.1',
    listenPort: 0,
    serverHost: '127.0.0.1',
    serverPort: other.port,
    faults: {
      dropAfterSilenceMs: path.middleboxIdleMs / plan.speed,
      delayMs: path.rttMs / 2 / plan.speed,
    },
    opened: (connection) => (tapped = connection),
  });
  using probe = await ProbeClient.open({
    url: `http://${tap.address}`,
    client,
    traffic,
    methods: probeMethods,
    clock,
    signal,
  });
  const began = clock.now();
  const watch = new AbortController();
  const end = await Promise.race([
    probe.end,
    closedByServer(other, clock, watch.signal),
    passed(clock, plan.watchMs, watch.signal),
    whenAborted(signal).then(() => undefined),
  ]);
  watch.abort();
  signal.throwIfAborted();
  const seen = { end, pings: probe.pings, atMs: (end === undefined ? clock.now() : end.at) - began };
  const outcome =
    tapped?.isDropped === true
      ? droppedOutcome(seen)
      : outcomeOf(seen, other.closed()?.cause.kind === 'keepalive-timeout');
  return { speed: plan.speed, prediction, outcome, agreement: compare(prediction, outcome) };
}

/** Where another server is probed. */
export interface RemoteProbe {
  /** host:port, in clear. */
  readonly address: string;
  /** So long is looked, milliseconds. */
  readonly watchMs: number;
  readonly signal: AbortSignal;
}

/** What a server has that can be called without knowing it: gRPC's health service, or its refusal. */
const healthMethods = { call: '/grpc.health.v1.Health/Check', stream: '/grpc.health.v1.Health/Watch' };

/**
 * Plays the client's facts against a server that is there, in real time. Rejects with the operating system's error where it
 * cannot be connected to, and with an AbortError.
 */
export async function probeRemote(
  facts: ConnectionFacts,
  { address, watchMs, signal }: RemoteProbe,
): Promise<ProbeReport & { readonly streamRefusal: string }> {
  const clock = new FastClock(1);
  using probe = await ProbeClient.open({
    url: `http://${address}`,
    client: facts.client,
    // When the server sends something is not in the probe's hands.
    traffic: facts.traffic,
    methods: healthMethods,
    clock,
    signal,
  });
  const began = clock.now();
  const end = await Promise.race([probe.end, passed(clock, watchMs, signal)]);
  signal.throwIfAborted();
  const outcome = outcomeOf(
    { end, pings: probe.pings, atMs: (end === undefined ? clock.now() : end.at) - began },
    false,
  );
  const prediction = predictConnection(facts);
  return {
    speed: 1,
    prediction,
    outcome,
    agreement: compare(prediction, outcome),
    streamRefusal: probe.refusal,
  };
}

/** The private server closed it, and the client did not hear of it. */
interface ServerEnd {
  readonly kind: 'server';
  readonly at: number;
}

interface Seen {
  /** Undefined: it was open when the watching ended. */
  readonly end: ClientEnd | ServerEnd | undefined;
  readonly pings: number;
  readonly atMs: number;
}

/** Whoever noticed, and also where nobody did: it was lost when the path forgot it. */
function droppedOutcome({ end, pings, atMs }: Seen): ProbeOutcome {
  const by = end === undefined ? 'nobody' : end.kind === 'server' ? 'the server' : 'the client';
  return { outcome: 'closes', cause: 'silent-drop', atMs, pings, evidence: `noticed by ${by}` };
}

function outcomeOf({ end, pings, atMs }: Seen, byServersWatchdog: boolean): ProbeOutcome {
  if (end === undefined) {
    return { outcome: 'stays-open', pings, watchedMs: atMs };
  }
  const closes = (cause: PredictedCause | 'other', evidence: string): ProbeOutcome => ({
    outcome: 'closes',
    cause,
    atMs,
    pings,
    evidence,
  });
  if (byServersWatchdog) {
    return closes('server-watchdog', 'a ping of the server had no answer in time');
  }
  switch (end.kind) {
    case 'watchdog':
      return closes('client-watchdog', 'a ping of the client had no answer in time');
    case 'server':
      return closes('other', 'the server closed it');
    case 'lost':
      return closes('other', end.code === '' ? 'closed without GOAWAY' : end.code);
    case 'goaway':
      return closes(
        goawayCauses.get(end.debugData) ?? 'other',
        `GOAWAY ${goawayText(end.code, end.debugData)}`,
      );
  }
}

/** What gRPC's servers say (A8, A9); `connection idle` is C-core's. */
const goawayCauses = new Map<string, PredictedCause>([
  ['too_many_pings', 'too-many-pings'],
  ['max_idle', 'max-idle'],
  ['connection idle', 'max-idle'],
  ['max_age', 'max-age'],
]);

function compare(prediction: Prediction, outcome: ProbeOutcome): ProbeReport['agreement'] {
  if (prediction.outcome === 'stays-open' || outcome.outcome === 'stays-open') {
    if (prediction.outcome === outcome.outcome) {
      return 'agrees';
    }
    return prediction.outcome === 'closes' &&
      outcome.outcome === 'stays-open' &&
      prediction.atMs > outcome.watchedMs
      ? 'not-reached'
      : 'differs';
  }
  const tolerance = Math.max(1, prediction.pings * pingTolerance);
  return prediction.cause === outcome.cause && Math.abs(prediction.pings - outcome.pings) <= tolerance
    ? 'agrees'
    : 'differs';
}

/** How often the private server is asked whether it still has the connection, real milliseconds. */
const lookEveryMs = 5;

/** The server's side of the end: through a path that drops everything the client does not hear of it. */
async function closedByServer(
  server: ProbeServer,
  clock: FastClock,
  signal: AbortSignal,
): Promise<ServerEnd> {
  for (;;) {
    await passed(clock, lookEveryMs * clock.speed, signal);
    const closed = server.closed();
    if (closed !== undefined || signal.aborted) {
      // Time for the client to hear of it: it knows more.
      await passed(clock, 10 * lookEveryMs * clock.speed, signal);
      return { kind: 'server', at: closed?.at ?? clock.now() };
    }
  }
}
