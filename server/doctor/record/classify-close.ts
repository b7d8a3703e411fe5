// Why a recorded connection closed: the rows of connections.md §1.5 that show on the wire, with evidence and advice.
import { errorCode, errorCodeText } from '../../wire/http2/error-code.ts';
import { durationText } from '../keepalive/finding.ts';
import { middleboxesFor } from '../keepalive/middleboxes.ts';
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

type Verdict = Omit<ClosedBecause, 'notes'>;

type Rule = (seen: SeenConnection) => Verdict | undefined;

/** A connection that is this young and had one call was made for that call. */
const singleCallMs = 1000;

/** A ping that was sent right before the end has had no time for an answer. */
const watchdogMs = 100;

/** Without a call for so long, a goodbye is taken for the idle limit and not for a shutdown. */
const idleMs = 1000;

/** Says why. */
export function classifyClose(seen: SeenConnection): ClosedBecause {
  for (const rule of rules) {
    const verdict = rule(seen);
    if (verdict !== undefined) {
      return { ...verdict, notes: notesOf(seen) };
    }
  }
  return {
    ...verdict('still-open', 'The connection was open when the recording ended.', []),
    notes: notesOf(seen),
  };
}

function verdict(cause: RecordedCause, text: string, evidence: readonly string[], advice = ''): Verdict {
  return { cause, text, evidence, advice };
}

const unreachable: Rule = ({ unreachable: code }) =>
  code === undefined
    ? undefined
    : verdict(
        'server-unreachable',
        `The server could not be connected to (${code}).`,
        [`connect: ${code}`],
        code === 'ECONNREFUSED'
          ? 'Nothing listens at that address and port: the server is not running, has ended, or listens on another address (127.0.0.1 is not ::1).'
          : 'Compare address and port with those that the server tells, and see whether a firewall is between.',
      );

const ownReset: Rule = ({ wasReset }) =>
  wasReset
    ? verdict('recorder-reset', 'The recorder reset it, as it was told to.', ['RST to both sides'])
    : undefined;

/** Row 7, brought about by the tap, or found out by the operating system. */
const silentDrop: Rule = (seen) => {
  const { droppedAt, firstEnd } = seen;
  if (droppedAt !== undefined) {
    if (firstEnd === undefined) {
      return verdict(
        'silent-drop',
        'The path dropped everything, and neither side noticed until the recording ended.',
        [`nothing was let through since ${durationText(droppedAt)}`],
        'Let one side ping (grpc.keepalive_time_ms): without pings nobody finds out until the next call.',
      );
    }
    const by = seen[firstEnd];
    const after = durationText((by.end?.at ?? droppedAt) - droppedAt);
    return verdict(
      'silent-drop',
      `The path dropped everything; the ${firstEnd} gave up ${after} later.`,
      [`nothing was let through since ${durationText(droppedAt)}`, ...unanswered(firstEnd, by)],
      'It takes the keepalive time and its time-out to notice: half of the time after which the path forgets is a good keepalive time.',
    );
  }
  const timedOut = (['client', 'server'] as const).find((side) => seen[side].end?.code === 'ETIMEDOUT');
  return timedOut === undefined
    ? undefined
    : verdict(
        'silent-drop',
        `What was sent to the ${timedOut} got no answer, and the operating system gave up.`,
        ['ETIMEDOUT', silence(seen.silentMs)],
        'A firewall that forgets idle connections, or a machine that is gone. A keepalive time below the firewall’s limit shows it sooner and prevents it.',
      );
};

/** Rows 16 to 19 and 24: who speaks what. */
const wrongDoor: Rule = ({ client, server, firstEnd, silentMs }) => {
  const first = [`first bytes of the client: ${client.firstBytes}`];
  const both = server.firstBytes === '' ? first : [...first, `of the server: ${server.firstBytes}`];
  const serverTls = server.opening === 'tls' || server.opening === 'tls-alert';
  switch (client.opening) {
    case undefined:
      return firstEnd === undefined || client.bytes > 0
        ? undefined
        : verdict(
            'nothing-said',
            'The client connected and said nothing.',
            [ended(firstEnd)],
            'Port scanners and health checks that only connect do this.',
          );
    case 'tls':
    case 'tls-alert':
      return server.opening === 'tls'
        ? verdict(
            'encrypted',
            'The connection is encrypted: its frames cannot be seen here.',
            both,
            'Record in clear, on a port without TLS.',
          )
        : verdict(
            'tls-on-plaintext-port',
            'The client speaks TLS, and the server does not.',
            both,
            'Let the client connect without TLS (an insecure channel, http://), or give the server a certificate.',
          );
    case 'http1-connect':
      return verdict(
        'proxy-setting',
        'The client takes this address for an HTTP proxy.',
        both,
        'Look at http_proxy, https_proxy and grpc_proxy; no_proxy=127.0.0.1,localhost,::1 exempts this machine.',
      );
    case 'http1':
      return server.opening === 'http1'
        ? verdict(
            'http1',
            'This is HTTP/1.1, not gRPC.',
            both,
            firstEnd === 'server' && silentMs >= idleMs
              ? 'A server that closes idle connections while the client sends its next request makes it fail with ECONNRESET: the client’s keep-alive time must be the shorter one.'
              : 'Where gRPC was meant, the client is no gRPC client. Perch answers such a one on its gRPC port with the address of REST.',
          )
        : verdict(
            'http1-on-grpc-port',
            'An HTTP/1.1 client knocked at a gRPC port.',
            both,
            'The REST API has a port of its own (TensorFlow Serving: 8501, Triton: 8000).',
          );
    case 'other':
      return verdict(
        'not-http2',
        'What the client says is neither HTTP/2 nor TLS.',
        both,
        'Look for a client with a wrong port.',
      );
    case 'http2':
      if (server.opening === 'http1') {
        return verdict(
          'grpc-on-rest-port',
          'A gRPC client knocked at an HTTP/1.1 port.',
          both,
          'The gRPC API has a port of its own (TensorFlow Serving: 8500, Triton: 8001).',
        );
      }
      if (serverTls || (server.bytes === 0 && firstEnd === 'server')) {
        return verdict(
          'plaintext-on-tls-port',
          serverTls
            ? 'The client speaks in clear, and the server TLS.'
            : 'The server closed without a word: it most likely expects TLS.',
          serverTls ? both : [...first, ended('server')],
          'Let the client use a secure channel, with the server’s certificate authority.',
        );
      }
      return server.opening === 'other'
        ? verdict(
            'not-http2',
            'What the server answers is not HTTP/2.',
            both,
            'Something else listens on that port.',
          )
        : undefined;
  }
};

/** Rows 1, 15, 21, 22: GOAWAY with an error. */
const serverError: Rule = (seen) => {
  const { server, client } = seen;
  const goaway = server.goaways.find(({ code }) => code !== errorCode.NO_ERROR && code !== errorCode.CANCEL);
  if (goaway === undefined) {
    return undefined;
  }
  const { code, debugData } = goaway;
  const evidence = [goawayEvidence('server', goaway)];
  if (isIdleText(debugData)) {
    return idle(seen, goaway, evidence);
  }
  if (code === errorCode.ENHANCE_YOUR_CALM && debugData.includes('ping')) {
    return verdict(
      'too-many-pings',
      `The server closed it because the client pings too often (${client.pings} pings).`,
      [...evidence, pingEvidence(client)],
      'Raise the client’s keepalive time above what the server allows: five minutes unless it is told otherwise, two hours while no call is open and it does not permit pings then. Or allow more on the server (grpc.http2.min_ping_interval_without_data_ms, grpc.keepalive_permit_without_calls). "perch doctor connection" says which.',
    );
  }
  if (code === errorCode.ENHANCE_YOUR_CALM) {
    return verdict(
      'flood',
      'The server holds that the client asks for too much.',
      evidence,
      'A client that opens and resets calls in quick succession, or floods with control frames, is defective or means harm.',
    );
  }
  const allowed = server.maxConcurrentStreams;
  if (allowed !== undefined && seen.mostOpenStreams > allowed) {
    return verdict(
      'too-many-streams',
      `The client had ${seen.mostOpenStreams} calls open, and the server allows ${allowed}.`,
      evidence,
      'Raise grpc.max_concurrent_streams, or use more channels.',
    );
  }
  return verdict(
    'server-error',
    `The server holds that the client broke a rule (${errorCodeText(code)}).`,
    evidence,
    'A defect of the client or of a proxy between, or another guard of the server; its log may say more.',
  );
};

const clientError: Rule = ({ client }) => {
  const goaway = client.goaways.find(({ code }) => code !== errorCode.NO_ERROR);
  return goaway === undefined
    ? undefined
    : verdict(
        'client-error',
        `The client gave it up (${errorCodeText(goaway.code)}).`,
        [goawayEvidence('client', goaway)],
        'It holds that the server broke a rule; its own log may say which.',
      );
};

/** Rows 2, 3, 4, 10, 11: the server said goodbye. */
const serverGoodbye: Rule = (seen) => {
  const { server, client, openStreams } = seen;
  const goaway = server.goaways[0];
  if (goaway === undefined) {
    return undefined;
  }
  const evidence = server.goaways.map((each) => goawayEvidence('server', each));
  const texts = server.goaways.map(({ debugData }) => debugData).join(' ');
  const cut = seen.firstEnd === 'server' ? openStreams : 0;
  if (texts.includes('max_age')) {
    return verdict(
      'max-age',
      `The connection had reached its age (${durationText(goaway.at)})${cut > 0 ? `, and ${calls(cut)} had not ended within the grace` : ''}.`,
      evidence,
      cut > 0
        ? 'Raise grpc.max_connection_age_grace_ms above the longest call, or let streams resume.'
        : 'That is normal: it spreads load. The next call opens a new connection.',
    );
  }
  if (isIdleText(texts)) {
    return idle(seen, goaway, evidence);
  }
  if (answersNot(client, server)) {
    return watchdog('server', server, evidence);
  }
  if (server.goaways.some(({ code }) => code === errorCode.CANCEL) || cut > 0) {
    return verdict(
      'forced-shutdown',
      `The server was stopped, and cut ${calls(cut)}.`,
      [...evidence, ended('server')],
      'Give it longer to drain, or end the streams first.',
    );
  }
  // Some servers do not say that it is their idle limit: no call for a while says it for them.
  return goaway.openStreams === 0 && goaway.at - seen.lastStreamEndAt >= idleMs && texts === ''
    ? idle(seen, goaway, evidence)
    : verdict(
        'server-goodbye',
        'The server said goodbye and let all calls end: it shuts down, or reloads.',
        evidence,
        'That is normal; calls that come then are made again on a new connection.',
      );
};

/** Go and grpc-java say `max_idle`, with NO_ERROR; C-core 1.85 `connection idle`, with INTERNAL_ERROR. */
function isIdleText(debugData: string): boolean {
  return /max_idle|connection idle/.test(debugData);
}

function idle(seen: SeenConnection, goaway: SeenGoaway, evidence: readonly string[]): Verdict {
  const quiet = durationText(goaway.at - seen.lastStreamEndAt);
  return verdict(
    'max-idle',
    `The server closed it after ${quiet} without a call.`,
    [...evidence, `no call for ${quiet}`],
    'That is normal: the next call opens a new connection. grpc.max_connection_idle_ms sets the time.',
  );
}

/** Rows 4 and 5 without GOAWAY, 6, 8, 12: who ended it, and how. */
const bareEnd: Rule = (seen) => {
  const { client, server, firstEnd } = seen;
  if (firstEnd === undefined) {
    return undefined;
  }
  const by = seen[firstEnd];
  const other = firstEnd === 'client' ? server : client;
  if (answersNot(other, by)) {
    return watchdog(firstEnd, by, [ended(firstEnd)]);
  }
  if (by.end?.how !== 'fin') {
    const devices = middleboxesFor(seen.silentMs).map(({ name }) => name);
    return verdict(
      'reset',
      `The ${firstEnd}, or something between, reset it after ${durationText(seen.silentMs)} of silence, with ${calls(seen.openStreams)} open.`,
      [`${by.end?.code ?? ''} from the ${firstEnd}'s side`, silence(seen.silentMs)],
      devices.length === 0
        ? 'A process that crashed or was killed does this, and devices that forget connections.'
        : `That is the idle limit of ${devices.join(' or ')}: let one side ping twice as often (grpc.keepalive_time_ms).`,
    );
  }
  if (firstEnd === 'server') {
    return verdict(
      'server-vanished',
      `The server closed it without a goodbye, with ${calls(seen.openStreams)} open.`,
      ['FIN from the server, no GOAWAY'],
      'Its process ended (its log, or the exit code, says why: out of memory, a crash, a kill), or a proxy between closed.',
    );
  }
  const isForOneCall =
    seen.streams === 1 &&
    (by.end.at < singleCallMs ||
      (seen.openStreams === 0 && by.end.at - seen.lastStreamEndAt < 100 && by.end.at < 5000));
  return verdict(
    'client-closed',
    seen.openStreams === 0
      ? 'The client closed it.'
      : `The client closed it with ${calls(seen.openStreams)} open: it ended, or was ended.`,
    ['FIN from the client first'],
    isForOneCall
      ? 'One call on a connection that lasted no longer: where this repeats, the client makes a channel for every call. Keep one.'
      : '',
  );
};

const rules: readonly Rule[] = [
  unreachable,
  ownReset,
  silentDrop,
  wrongDoor,
  serverError,
  clientError,
  serverGoodbye,
  bareEnd,
];

/** `asked` got nothing, not a byte, since a PING of `by`. */
function answersNot(asked: SeenSide, by: SeenSide): boolean {
  const at = by.unansweredPingAt;
  const endedAt = by.goaways[0]?.at ?? by.end?.at;
  return at !== undefined && endedAt !== undefined && endedAt - at >= watchdogMs && asked.lastByteAt <= at;
}

function watchdog(side: Side, by: SeenSide, evidence: readonly string[]): Verdict {
  const other = side === 'client' ? 'server' : 'client';
  return verdict(
    side === 'client' ? 'client-watchdog' : 'server-watchdog',
    `The ${side} gave it up because a ping got no answer.`,
    [...unanswered(side, by), ...evidence],
    `The ${other} stood still (overloaded, asleep, stopped), or the path between drops packets. A keepalive time-out of ten seconds or more survives a slow moment.`,
  );
}

function unanswered(side: Side, { unansweredPingAt, end }: SeenSide): string[] {
  return unansweredPingAt === undefined
    ? []
    : [
        `the ${side}'s PING of ${durationText(unansweredPingAt)} had no answer${end === undefined ? '' : ` for ${durationText(end.at - unansweredPingAt)}`}`,
      ];
}

function pingEvidence({ pings, pingsSinceAnswer, pingIntervals }: SeenSide): string {
  const intervals = pingIntervals.map((ms) => durationText(Math.round(ms))).join(', ');
  return `${pings} PINGs of the client, ${pingsSinceAnswer} since the server last sent headers or data${intervals === '' ? '' : `, apart: ${intervals}`}`;
}

function goawayEvidence(side: Side, { at, code, debugData }: SeenGoaway): string {
  return `GOAWAY of the ${side} at ${durationText(at)}: ${goawayText(code, debugData)}`;
}

function ended(side: Side): string {
  return `the ${side} ended the connection`;
}

function silence(ms: number): string {
  return `nothing went by for ${durationText(ms)} before`;
}

function calls(count: number): string {
  return count === 1 ? '1 call' : `${count} calls`;
}

/** Rows 9, 13, 15: what ended calls and not the connection. */
function notesOf({ client, server }: SeenConnection): string[] {
  const count = (side: SeenSide, code: number): number => side.resets.get(code) ?? 0;
  const cancelled = count(client, errorCode.CANCEL);
  const calm = count(server, errorCode.ENHANCE_YOUR_CALM);
  const refused = count(server, errorCode.REFUSED_STREAM);
  return [
    ...(cancelled === 0
      ? []
      : [
          `The client cancelled ${calls(cancelled)}: it left, or its deadline passed. Compare the deadline with how long calls take.`,
        ]),
    ...(calm === 0
      ? []
      : [
          `The server reset ${calls(calm)} with ENHANCE_YOUR_CALM, which clients show as RESOURCE_EXHAUSTED "Bandwidth exhausted": too much metadata, or too much asked.`,
        ]),
    ...(refused === 0
      ? []
      : [
          `The server refused ${calls(refused)} (REFUSED_STREAM): it allows ${server.maxConcurrentStreams ?? 'fewer'} at once. Clients may try again.`,
        ]),
  ];
}
