// What this server itself does about pings, idle connections and their number, as the keepalive doctor puts it.
import { defaultServer, type ServerFacts } from './doctor/keepalive/connection-facts.ts';
import type { TransportName } from './net/channel-argument-table.ts';
import { toChannelSettings, type ChannelArguments } from './net/channel-arguments.ts';
import { toWireSettings } from './net/wire-settings.ts';

/** How connections to this server are treated. */
export interface OwnConnectionRules {
  readonly server: ServerFacts;
  /** Connections at once. */
  readonly maxConnections: number;
}

/** By the transport and the arguments that it runs with. Throws OPTION_INVALID where a value does not fit. */
export function ownConnectionRules(
  transport: TransportName,
  channelArguments: ChannelArguments,
): OwnConnectionRules {
  if (transport === 'grpc-js') {
    const { options, maxConnections } = toChannelSettings(channelArguments);
    const time = (name: keyof typeof options): number => {
      const value: unknown = options[name];
      return typeof value === 'number' && value < 2 ** 31 - 1 ? value : Infinity;
    };
    return {
      maxConnections,
      server: {
        ...defaultServer('js'),
        keepaliveMs: time('grpc.keepalive_time_ms'),
        timeoutMs: time('grpc.keepalive_timeout_ms'),
        idleMs: time('grpc.max_connection_idle_ms'),
        ageMs: time('grpc.max_connection_age_ms'),
        graceMs: time('grpc.max_connection_age_grace_ms'),
      },
    };
  }
  const { timers, pings, maxConnections } = toWireSettings(channelArguments);
  return {
    maxConnections,
    server: {
      ...defaultServer('perch'),
      pingPolicy: pings.mode,
      minPingIntervalMs: pings.minIntervalMs,
      permitWithoutCalls: pings.permitWithoutCalls,
      maxPingStrikes: pings.maxStrikes,
      keepaliveMs: timers.keepaliveMs,
      timeoutMs: timers.keepaliveTimeoutMs,
      idleMs: timers.maxIdleMs,
      ageMs: timers.maxAgeMs,
      graceMs: timers.maxAgeGraceMs,
    },
  };
}
