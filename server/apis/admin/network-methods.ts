// The admin calls that tell of health, listeners, connections, load, and of who did what.
import { serviceMethods, type MessageInput } from '../../../protos/messages.ts';
import type { Audit } from '../../auth/audit.ts';
import type { ServerFacts } from '../../doctor/keepalive/connection-facts.ts';
import type { Health } from '../../health/health.ts';
import { limitNames, type LimitOptions, type ScopeLimits } from '../../limits/limit-options.ts';
import type { ConnectionLists } from '../../net/connection-lists.ts';
import type { ListenerExposure } from '../../net/exposure.ts';
import type { ResourceSample, ResourceWatch } from '../../observe/resource-watch.ts';
import type { CloseCounts } from '../../wire/socket/close-tally.ts';
import { closeText } from '../../wire/socket/close-text.ts';
import type { ClosedConnection, ConnectionFacts } from '../../wire/socket/connection-table.ts';
import { unary, type Method } from '../method.ts';

const methods = serviceMethods('perch.admin.v1.Admin');

type GrpcConnection = MessageInput<'perch.admin.v1.GrpcConnection'>;

/** Whom the calls ask. */
export interface NetworkParts {
  readonly health: Health;
  readonly audit: Audit;
  readonly resources: ResourceWatch;
  /** Empty until the listeners are open. */
  readonly exposure: () => readonly ListenerExposure[];
  /** Undefined where the transport does not tell, or is not open yet. */
  readonly connections: () => Promise<ConnectionLists | undefined> | undefined;
  readonly grpcTransport: string;
  /** How connections are treated. */
  readonly rules: { readonly server: ServerFacts; readonly maxConnections: number };
  /** Undefined until the gRPC listener is open. */
  readonly closes: () => CloseCounts | undefined;
  readonly limits: LimitOptions;
  /** Requests that limits refused, by model and option. */
  readonly refusals: () => readonly RefusedRequests[];
}

/** How many requests of a model a limit refused. */
export interface RefusedRequests {
  readonly option: string;
  /** Empty where the request named no model that there is. */
  readonly model: string;
  readonly count: number;
}

/** GetHealthDetail, GetNetwork, GetResources and ListAuditEvents. */
export function networkMethods(parts: NetworkParts): Method[] {
  const { health, audit, resources } = parts;
  return [
    unary(methods.GetHealthDetail, () => toHealthDetail(health)),
    unary(methods.GetNetwork, async () => {
      const lists = await parts.connections();
      const now = performance.now();
      return {
        listeners: parts.exposure().map(toExposure),
        grpcTransport: parts.grpcTransport,
        open: (lists?.open ?? []).map((facts) => toConnection(facts, now)),
        closed: (lists?.closed ?? []).map((closed) => toClosedConnection(closed, now)),
        rules: toRules(parts),
        closes: [...(parts.closes()?.byCause() ?? [])]
          .filter(([, count]) => count > 0)
          .map(([cause, count]) => ({ cause, count })),
        limits: toLimits(parts.limits),
        refused: [...parts.refusals()],
      };
    }),
    unary(methods.GetResources, ({ sinceMs }) => ({
      samples: resources.samples(Number(sinceMs)).map(toSample),
      memoryTotalBytes: resources.memoryTotalBytes,
    })),
    unary(methods.ListAuditEvents, ({ afterId }) => ({
      events: audit
        .list(Number(afterId))
        .map(({ at, role = '', ...event }) => ({ ...event, role, atMs: Math.round(at) })),
    })),
  ];
}

function toRules({ rules, closes }: NetworkParts): MessageInput<'perch.admin.v1.ConnectionRules'> {
  const { server, maxConnections } = rules;
  return {
    pingMode: server.pingPolicy,
    minPingIntervalMs: finite(server.minPingIntervalMs),
    permitWithoutCalls: server.permitWithoutCalls,
    maxPingStrikes: server.maxPingStrikes,
    keepaliveMs: finite(server.keepaliveMs),
    keepaliveTimeoutMs: finite(server.timeoutMs),
    maxIdleMs: finite(server.idleMs),
    maxAgeMs: finite(server.ageMs),
    maxConnections,
    openConnections: closes()?.open ?? 0,
  };
}

function toLimits({ perSecond, concurrent }: LimitOptions): MessageInput<'perch.admin.v1.RequestLimit'>[] {
  const set = (limits: ScopeLimits, names: Readonly<Record<keyof ScopeLimits, string>>): [string, number][] =>
    (['total', 'perModel', 'perClient'] as const).map((scope) => [names[scope], limits[scope]]);
  return [...set(perSecond, limitNames.rate), ...set(concurrent, limitNames.concurrent)]
    .filter(([, limit]) => limit > 0)
    .map(([option, limit]) => ({ option, limit }));
}

function toHealthDetail(health: Health): MessageInput<'perch.admin.v1.GetHealthDetailResponse'> {
  const { liveness, readiness, models } = health.report();
  return {
    alive: liveness.isAlive,
    notAliveReasons: [...liveness.reasons],
    ready: readiness.isReady,
    notReadyReasons: [...readiness.reasons],
    models: models.map(({ name, isReady, isRequired, reason, sinceMs, versions }) => ({
      name,
      ready: isReady,
      required: isRequired,
      reason,
      sinceMs,
      versions: versions.map((version) => ({
        version: version.version.toString(),
        ready: version.isReady,
        reason: version.reason,
        sinceMs: version.sinceMs,
      })),
    })),
  };
}

function toExposure({
  name,
  reachable,
  audience,
  risk,
  text,
}: ListenerExposure): MessageInput<'perch.admin.v1.ListenerExposure'> {
  return {
    name,
    reachable: reachable.map((one) => ({
      address: one.address,
      interface: one.interfaceName,
      audience: one.audience,
    })),
    audience,
    risk,
    text,
  };
}

function toConnection(facts: ConnectionFacts, now: number): GrpcConnection {
  const { id, peer, transport, tls, since, openStreams, statistics, timeline, calls, tooManyPings } = facts;
  const pingsReceived = timeline
    .filter(({ type, direction, ack }) => type === 'PING' && direction === 'received' && !ack)
    .reduce((sum, { count }) => sum + count, 0);
  return {
    id,
    peer,
    transport,
    tls: tls === undefined ? '' : `${tls.version} ${tls.cipher}`,
    ageMs: now - since,
    openStreams,
    ...(statistics === undefined
      ? {}
      : {
          bytesReceived: statistics.bytesReceived,
          bytesSent: statistics.bytesSent,
          streamsOpened: statistics.streamsOpened,
          streamsCompleted: statistics.streamsCompleted,
          streamsResetByPeer: statistics.streamsResetByPeer,
          streamsReset: statistics.streamsReset,
          streamsRefused: statistics.streamsRefused,
          pingsReceived,
          pingVerdict: tooManyPings !== undefined ? 'too-many' : pingsReceived > 0 ? 'allowed' : 'none',
          lastPingIntervalMs: finite(statistics.lastPingIntervalMs),
          minPingIntervalMs: finite(statistics.minPingIntervalMs),
          roundTripMs: finite(statistics.roundTripMs),
        }),
    calls: Object.fromEntries(calls),
    ...(tooManyPings === undefined
      ? {}
      : { pingIntervalMs: tooManyPings.intervalMs, pingAllowedMs: tooManyPings.allowedMs }),
    frames: timeline.map(({ at, count, direction, type, ack, streamId, detail }) => ({
      atMs: at - since,
      count,
      sent: direction === 'sent',
      type,
      ack,
      stream: streamId,
      detail,
    })),
  };
}

function toClosedConnection(closed: ClosedConnection, now: number): GrpcConnection {
  const { level, text, advice } = closeText(closed.cause);
  const { cause } = closed;
  return {
    ...toConnection(closed, closed.closedAt),
    ...(cause.kind === 'too-many-pings'
      ? { pingVerdict: 'too-many', pingIntervalMs: cause.intervalMs, pingAllowedMs: cause.allowedMs }
      : {}),
    close: {
      // The table counts in the time of performance.now().
      atMs: Math.round(Date.now() - (now - closed.closedAt)),
      cause: closed.cause.kind,
      text,
      advice,
      severity: level,
    },
  };
}

function finite(ms: number): number {
  return Number.isFinite(ms) ? ms : 0;
}

function toSample(sample: ResourceSample): MessageInput<'perch.admin.v1.ResourceSample'> {
  return {
    atMs: Math.round(sample.atMs),
    spanMs: sample.spanMs,
    processCpuPercent: sample.processCpuPercent,
    ...(sample.engineCpuPercent === undefined ? {} : { engineCpuPercent: sample.engineCpuPercent }),
    hostCpuPercent: sample.hostCpuPercent,
    rssBytes: sample.rssBytes,
    ...(sample.engineRssBytes === undefined ? {} : { engineRssBytes: Math.round(sample.engineRssBytes) }),
    memoryAvailableBytes: Math.round(sample.memoryAvailableBytes),
    loopDelayMaxMs: sample.loopDelayMaxMs,
    loopBusyPercent: sample.loopBusyPercent,
    gpus: sample.gpus.map((gpu) => ({ ...gpu })),
  };
}
