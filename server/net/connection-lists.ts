// The connections of a gRPC listener at one moment, wherever they are handled.
import type { ClosedConnection, ConnectionFacts, Connections } from '../wire/socket/connection-table.ts';

/** As Connections tells them; times are milliseconds of the main thread's performance.now(). */
export interface ConnectionLists {
  readonly open: readonly ConnectionFacts[];
  readonly closed: readonly ClosedConnection[];
}

/** What `connections` tell now. */
export function listConnections(connections: Connections): ConnectionLists {
  return {
    open: Array.from(connections.open(), (connection) => connection.facts()),
    closed: connections.closed(),
  };
}

/** The same with all times later by so many milliseconds. */
export function shiftTimes({ open, closed }: ConnectionLists, byMs: number): ConnectionLists {
  return {
    open: open.map((facts) => shiftFacts(facts, byMs)),
    closed: closed.map((one) => ({ ...one, ...shiftFacts(one, byMs), closedAt: one.closedAt + byMs })),
  };
}

function shiftFacts(facts: ConnectionFacts, byMs: number): ConnectionFacts {
  const { since, statistics, timeline } = facts;
  return {
    ...facts,
    since: since + byMs,
    statistics:
      statistics === undefined
        ? undefined
        : { ...statistics, lastReceivedAt: statistics.lastReceivedAt + byMs },
    timeline: timeline.map((one) => ({ ...one, at: one.at + byMs, lastAt: one.lastAt + byMs })),
  };
}
