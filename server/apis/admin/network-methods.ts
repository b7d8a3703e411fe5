// The admin calls that tell of health, listeners, connections, load, and of who did what.
import { serviceMethods, type MessageInput } from '../../../protos/messages.ts';
import type { Audit } from '../../auth/audit.ts';
import type { Health } from '../../health/health.ts';
import type { ListenerExposure } from '../../net/exposure.ts';
import type { ResourceSample, ResourceWatch } from '../../observe/resource-watch.ts';
import { closeText } from '../../wire/socket/close-text.ts';
import type { ClosedConnection, ConnectionFacts, Connections } from '../../wire/socket/connection-table.ts';
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
  readonly connections: () => Connections | undefined;
  readonly grpcTransport: string;
}

/** GetHealthDetail, GetNetwork, GetResources and ListAuditEvents. */
export function networkMethods(parts: NetworkParts): Method[] {
  const { health, audit, resources } = parts;
  return [
    unary(methods.GetHealthDetail, () => toHealthDetail(health)),
    unary(methods.GetNetwork, () => {
      const connections = parts.connections();
      const now = performance.now();
      return {
        listeners: parts.exposure().map(toExposure),
        grpcTransport: parts.grpcTransport,
        open: Array.from(connections?.open() ?? [], (connection) => toConnection(connection.facts(), now)),
        closed: (connections?.closed() ?? []).map((closed) => toClosedConnection(closed, now)),
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
  const { id, peer, transport, tls, since, openStreams, statistics, timeline } = facts;
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
          pingsReceived: timeline
            .filter(({ type, direction, ack }) => type === 'PING' && direction === 'received' && !ack)
            .reduce((sum, { count }) => sum + count, 0),
          minPingIntervalMs: finite(statistics.minPingIntervalMs),
          roundTripMs: finite(statistics.roundTripMs),
        }),
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
  return {
    ...toConnection(closed, closed.closedAt),
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
