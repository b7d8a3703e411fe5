// From what the daemon says of its network to what the dashboard's tab "Network" shows. No vscode in here.
import type { GetNetworkResponse__Output } from '../../../../protos/gen/perch/admin/v1/GetNetworkResponse.ts';
import type { GetResourcesResponse__Output } from '../../../../protos/gen/perch/admin/v1/GetResourcesResponse.ts';
import type { ListAuditEventsResponse__Output } from '../../../../protos/gen/perch/admin/v1/ListAuditEventsResponse.ts';
import {
  risks,
  type CallCount,
  type ClosedConnection,
  type CloseSeverity,
  type ConnectionFacts,
  type LimitFacts,
  type ListenerFacts,
  type LiveNetwork,
  type LoadSample,
  type OpenConnection,
  type RefusalFacts,
} from '../../../../webview/dashboard/network-snapshot.ts';
import type { Translate } from '../../../translate.ts';
import { pingText, pingVerdict, ruleFacts } from './ping-words.ts';

type WireConnection = GetNetworkResponse__Output['open'][number];

/** What was asked of the daemon. */
export interface NetworkSource {
  readonly network: GetNetworkResponse__Output;
  readonly load: readonly LoadSample[];
  readonly refusals: readonly RefusalFacts[];
  /** host:port of the gRPC listener. */
  readonly grpcAddress: string;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/** A page shows no more open connections; the worst come first. */
const mostOpen = 100;
/** Control frames of a connection that a page shows. */
const mostFrames = 16;
const mostRefusals = 20;

/** All that there is to show. */
export function liveNetwork(translate: Translate, source: NetworkSource): LiveNetwork {
  const { network, now } = source;
  const open = sortedByNeed(network.open.map((connection) => openConnection(translate, connection, now)));
  return {
    kind: 'live',
    atMs: now,
    note:
      network.grpcTransport === 'perch'
        ? ''
        : translate(
            'The server runs with --grpc_transport={0}, which does not tell of its connections.',
            network.grpcTransport,
          ),
    grpcAddress: source.grpcAddress,
    listeners: network.listeners.map((listener) => listenerFacts(translate, listener)),
    rules: network.rules === null ? [] : ruleFacts(translate, network.rules),
    open: open.slice(0, mostOpen),
    openBeyond: Math.max(0, open.length - mostOpen),
    closed: network.closed.map((connection) => closedConnection(translate, connection)).reverse(),
    load: source.load,
    limits: limitFacts(network),
    closes: network.closes
      .map(({ cause, count }) => ({ cause, count: Number(count) }))
      .sort((a, b) => b.count - a.count),
    refusals: source.refusals.slice(0, mostRefusals),
  };
}

function listenerFacts(
  translate: Translate,
  { name, risk, text, reachable }: GetNetworkResponse__Output['listeners'][number],
): ListenerFacts {
  return {
    name,
    risk: risks.find((known) => known === risk) ?? 'open',
    text,
    addresses: reachable.map((one) => ({
      address: one.address,
      interfaceName: one.interface,
      audience: audienceText(translate, one.audience),
    })),
  };
}

function audienceText(translate: Translate, audience: string): string {
  switch (audience) {
    case 'machine':
      return translate('this machine');
    case 'container':
      return translate('containers on this machine');
    case 'vpn':
      return translate('a private network (VPN)');
    case 'private':
      return translate('the local network');
    default:
      return translate('the Internet');
  }
}

/** Problems first; then those with calls open; then the youngest. */
export function sortedByNeed(connections: readonly OpenConnection[]): OpenConnection[] {
  return connections.toSorted(
    (a, b) =>
      Number(a.problem === '') - Number(b.problem === '') ||
      Number(b.openStreams > 0) - Number(a.openStreams > 0) ||
      a.ageMs - b.ageMs,
  );
}

function openConnection(translate: Translate, connection: WireConnection, now: number): OpenConnection {
  return {
    ...connectionFacts(translate, connection, now),
    transport: connection.transport,
    tls: connection.tls,
    openStreams: connection.openStreams,
    problem: problemOf(translate, connection),
  };
}

/** What is wrong with a connection that is open, the worst only. */
function problemOf(translate: Translate, connection: WireConnection): string {
  const failed = Object.entries(connection.calls).filter(([status]) => status !== 'OK');
  const failures = failed.reduce((sum, [, count]) => sum + Number(count), 0);
  const calls = failures + Number(connection.calls.OK ?? 0);
  if (connection.pingVerdict === 'too-many') {
    return translate('Pings too often');
  }
  if (connection.streamsRefused > 0) {
    return translate('{0} calls were refused: too many at once', connection.streamsRefused);
  }
  // One in ten: single failures are every day's business.
  return failures > 0 && failures * 10 >= calls ? translate('{0} of {1} calls failed', failures, calls) : '';
}

function closedConnection(translate: Translate, connection: WireConnection): ClosedConnection {
  const { close } = connection;
  const closedAtMs = Number(close?.atMs ?? 0);
  return {
    ...connectionFacts(translate, connection, closedAtMs),
    closedAtMs,
    pingIntervalMs: Math.max(0, connection.pingIntervalMs),
    cause: close?.cause ?? '',
    severity: severityOf(close?.severity),
    text: close?.text ?? '',
    advice: close?.advice ?? '',
  };
}

function severityOf(severity: string | undefined): CloseSeverity {
  switch (severity) {
    case 'error':
    case 'warning':
    case 'info':
      return severity;
    default:
      return 'usual';
  }
}

function connectionFacts(translate: Translate, connection: WireConnection, endMs: number): ConnectionFacts {
  const { id, peer, ageMs, frames } = connection;
  return {
    // One that was not let in has no number; its port tells it from others.
    key: id === 0 ? `0 ${peer}` : String(id),
    peer,
    openedAtMs: Math.max(0, endMs - ageMs),
    ageMs: Math.max(0, ageMs),
    calls: callCounts(connection),
    bytesReceived: Number(connection.bytesReceived),
    bytesSent: Number(connection.bytesSent),
    pings: connection.pingsReceived,
    verdict: pingVerdict(connection),
    pingText: pingText(translate, connection),
    frames: frames.slice(-mostFrames).map(({ atMs, count, sent, type, ack, stream, detail }) => ({
      atMs: Math.max(0, atMs),
      count,
      sent,
      type: `${type}${ack ? ' ACK' : ''}${stream === 0 ? '' : ` #${stream}`}`,
      detail,
    })),
  };
}

function callCounts({ calls }: WireConnection): CallCount[] {
  return Object.entries(calls)
    .map(([status, count]) => ({ status, count: Number(count) }))
    .sort((a, b) => b.count - a.count);
}

function limitFacts({ limits, refused }: GetNetworkResponse__Output): LimitFacts[] {
  const limitOf = new Map(limits.map(({ option, limit }) => [option, limit]));
  const perModel = refused.map(({ option, model, count }) => ({
    name: model === '' ? option : `${option} (${model})`,
    limit: limitOf.get(option) ?? 0,
    refused: Number(count),
  }));
  const unused = limits
    .filter(({ option }) => !refused.some((one) => one.option === option))
    .map(({ option, limit }) => ({ name: option, limit, refused: 0 }));
  return [...perModel.sort((a, b) => b.refused - a.refused), ...unused];
}

/** The samples, as the page shows them. */
export function loadSamples({ samples }: GetResourcesResponse__Output): LoadSample[] {
  return samples.map((sample) => ({
    atMs: Number(sample.atMs),
    cpuPercent: Math.max(0, sample.processCpuPercent + (sample.engineCpuPercent ?? 0)),
    memoryBytes: Number(sample.rssBytes) + Number(sample.engineRssBytes ?? 0),
    delayMs: Math.max(0, sample.loopDelayMaxMs),
  }));
}

/** The refusals among the events, the newest first. */
export function refusalFacts({ events }: ListAuditEventsResponse__Output): RefusalFacts[] {
  return events
    .filter(({ kind }) => kind === 'refusal')
    .map(({ id, atMs, transport, method, peer, outcome }) => ({
      id: Number(id),
      atMs: Number(atMs),
      request: `${transport} ${method}`,
      peer,
      outcome,
    }))
    .reverse();
}
