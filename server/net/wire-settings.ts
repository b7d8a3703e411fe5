// --grpc_channel_arguments for the own transport.
import type { MessageEncoding } from '../wire/grpc/message-encoding.ts';
import type { MessageLimits } from '../wire/grpc/call-parts.ts';
import { defaultLimits, type ConnectionLimits } from '../wire/http2/connection-limits.ts';
import { defaultTimers, type ConnectionTimers } from '../wire/http2/connection-timers.ts';
import { defaultPingRules, type PingRules } from '../wire/http2/ping-policy.ts';
import type { ListenerSettings } from '../wire/socket/wire-listener.ts';
import { connectionsArgument, unlimited } from './channel-argument-table.ts';
import { argumentDefaults, readArguments, type ChannelArguments } from './channel-arguments.ts';

/** How the own transport treats connections and messages. */
export interface WireSettings extends ListenerSettings {
  readonly messages: MessageLimits;
  /** What answers are compressed with where the caller takes it. */
  readonly answerEncoding: MessageEncoding;
  /** One line for the log per argument that has no effect here. */
  readonly notices: readonly string[];
}

/** The least that fits the table of HTTP/2's limits here. */
const leastWindowBytes = 65_535;
const leastHeaderListBytes = 1024;
const mostHeaderListBytes = 2 ** 24;

/** What `channelArguments` ask for, over the defaults. Throws OPTION_INVALID where a value does not fit. */
export function toWireSettings(channelArguments: ChannelArguments): WireSettings {
  const { values, notices } = readArguments(channelArguments, 'perch');
  const value = (name: keyof typeof argumentDefaults): number => values.get(name) ?? argumentDefaults[name];
  return {
    limits: toLimits(values, value('grpc.max_concurrent_streams')),
    timers: toTimers(values, value),
    pings: toPingRules(values),
    maxConnections: value(connectionsArgument),
    messages: {
      maxReceiveBytes: toSize(value('grpc.max_receive_message_length')),
      maxSendBytes: toSize(value('grpc.max_send_message_length')),
    },
    answerEncoding: encodings[values.get('grpc.default_compression_algorithm') ?? 0] ?? 'identity',
    notices,
  };
}

/** By gRPC's grpc_compression_algorithm. */
const encodings: readonly MessageEncoding[] = ['identity', 'deflate', 'gzip'];

type Values = ReadonlyMap<string, number>;

function toLimits(values: Values, maxConcurrentStreams: number): ConnectionLimits {
  const streamWindowBytes = Math.max(
    leastWindowBytes,
    values.get('grpc.http2.lookahead_bytes') ?? defaultLimits.streamWindowBytes,
  );
  // gRPC's C++ refuses a share of what is between the two; here there is one limit, the hard one.
  const maxHeaderListBytes =
    values.get('grpc.absolute_max_metadata_size') ??
    values.get('grpc.max_metadata_size') ??
    defaultLimits.maxHeaderListBytes;
  return {
    ...defaultLimits,
    maxConcurrentStreams,
    streamWindowBytes,
    connectionWindowBytes: Math.max(defaultLimits.connectionWindowBytes, streamWindowBytes),
    maxFrameBytes: values.get('grpc.http2.max_frame_size') ?? defaultLimits.maxFrameBytes,
    maxHeaderListBytes: Math.min(mostHeaderListBytes, Math.max(leastHeaderListBytes, maxHeaderListBytes)),
    headerTableBytes: values.get('grpc.http2.hpack_table_size.decoder') ?? defaultLimits.headerTableBytes,
  };
}

function toTimers(values: Values, value: (name: keyof typeof argumentDefaults) => number): ConnectionTimers {
  const given = (name: string, otherwise: number): number => toTime(values.get(name) ?? otherwise);
  return {
    ...defaultTimers,
    keepaliveMs: toTime(value('grpc.keepalive_time_ms')),
    keepaliveTimeoutMs: toTime(value('grpc.keepalive_timeout_ms')),
    maxIdleMs: toTime(value('grpc.max_connection_idle_ms')),
    maxAgeMs: given('grpc.max_connection_age_ms', Infinity),
    maxAgeGraceMs: given('grpc.max_connection_age_grace_ms', Infinity),
    prefaceMs: given('grpc.server_handshake_timeout_ms', defaultTimers.prefaceMs),
    settingsAckMs: given('grpc.http2.settings_timeout', defaultTimers.settingsAckMs),
  };
}

/**
 * Whoever names an interval or strikes wants them kept, as gRPC's C++ server keeps them; otherwise its own numbers are
 * warned of only.
 */
function toPingRules(values: Values): PingRules {
  const minIntervalMs =
    values.get('grpc.http2.min_recv_ping_interval_without_data_ms') ??
    values.get('grpc.http2.min_ping_interval_without_data_ms');
  const maxStrikes = values.get('grpc.http2.max_ping_strikes');
  const isNamed = minIntervalMs !== undefined || maxStrikes !== undefined;
  return {
    mode: maxStrikes === 0 ? 'off' : isNamed ? 'strict' : defaultPingRules.mode,
    minIntervalMs: minIntervalMs ?? defaultPingRules.minIntervalMs,
    permitWithoutCalls: values.get('grpc.keepalive_permit_without_calls') === 1,
    maxStrikes: maxStrikes ?? defaultPingRules.maxStrikes,
  };
}

/** gRPC's highest integer stands for no time. */
function toTime(ms: number): number {
  return ms === unlimited ? Infinity : ms;
}

/** -1 is gRPC's "no limit". */
function toSize(bytes: number): number {
  return bytes === -1 ? Infinity : bytes;
}
