// --grpc_channel_arguments: what gRPC's C++ server takes, as far as a grpc-js server can do it, and why not where it cannot.
import type { ChannelOptions } from '@grpc/grpc-js';
import { PerchError } from '../errors.ts';
import { nearest } from '../nearest.ts';

/** How connections are treated. */
export interface ChannelSettings {
  readonly options: ChannelOptions;
  /** Connections at once per address; further ones are closed. */
  readonly maxConnections: number;
  /** One line for the log per argument that has no effect here. */
  readonly notices: readonly string[];
}

/** The highest 32-bit integer: gRPC's "none" for times and sizes. */
const unlimited = 2 ** 31 - 1;

const connectionsArgument = 'grpc.max_allowed_incoming_connections';

/** More clients than one machine's editor and tools ever open (reference, connections §1.6). */
const defaultMaxConnections = 512;

/**
 * Never grpc-js's own defaults: they leave sockets of vanished clients open for ever (reference, connections §1.6).
 * Messages may be as large as a protobuf can be, as in TF Serving.
 */
const defaults: ChannelOptions = {
  'grpc.max_receive_message_length': unlimited,
  'grpc.max_send_message_length': unlimited,
  'grpc.keepalive_time_ms': 60_000,
  'grpc.keepalive_timeout_ms': 20_000,
  'grpc.max_connection_idle_ms': 30 * 60_000,
  'grpc.max_concurrent_streams': 1024,
};

/** The arguments that work, and their lowest and highest value. */
const effective = new Map<string, readonly [min: number, max: number]>([
  ['grpc.max_receive_message_length', [-1, unlimited]],
  ['grpc.max_send_message_length', [-1, unlimited]],
  ['grpc.keepalive_time_ms', [1, unlimited]],
  ['grpc.keepalive_timeout_ms', [1, unlimited]],
  ['grpc.max_connection_idle_ms', [1, unlimited]],
  ['grpc.max_connection_age_ms', [1, unlimited]],
  ['grpc.max_connection_age_grace_ms', [0, unlimited]],
  ['grpc.max_concurrent_streams', [1, unlimited]],
  [connectionsArgument, [1, unlimited]],
  ['grpc.enable_channelz', [0, 1]],
  ['grpc-node.max_session_memory', [1, unlimited]],
  ['grpc-node.tls_enable_trace', [0, 1]],
]);

/** The arguments of gRPC's C++ server that have no effect here, by the reason. */
const ineffectiveByReason: readonly (readonly [reason: string, names: readonly string[]])[] = [
  [
    'this server answers every ping of a client and never closes a connection because of pings',
    [
      'grpc.http2.min_recv_ping_interval_without_data_ms',
      'grpc.http2.min_ping_interval_without_data_ms',
      'grpc.http2.max_ping_strikes',
      'grpc.keepalive_permit_without_calls',
    ],
  ],
  [
    "this server's own pings go by grpc.keepalive_time_ms alone",
    ['grpc.http2.max_pings_without_data', 'grpc.http2.min_time_between_pings_ms', 'grpc.http2.bdp_probe'],
  ],
  ['this server never shares its port with another one', ['grpc.so_reuseport', 'grpc.expand_wildcard_addrs']],
  [
    'Node.js sets the sizes of HTTP/2 frames, windows and headers',
    [
      'grpc.http2.max_frame_size',
      'grpc.http2.lookahead_bytes',
      'grpc.http2.write_buffer_size',
      'grpc.http2.hpack_table_size.decoder',
      'grpc.http2.hpack_table_size.encoder',
      'grpc.http2.initial_sequence_number',
      'grpc.http2.true_binary',
      'grpc.max_metadata_size',
      'grpc.absolute_max_metadata_size',
      'grpc-node.flow_control_window',
    ],
  ],
  [
    'answers are never compressed, and compressed requests are always taken',
    [
      'grpc.default_compression_algorithm',
      'grpc.default_compression_level',
      'grpc.compression_enabled_algorithms_bitset',
      'grpc.per_message_compression',
      'grpc.per_message_decompression',
    ],
  ],
  [
    'Node.js decides on threads, sockets and the handshake',
    [
      'grpc.resource_quota',
      'grpc.optimization_target',
      'grpc.minimal_stack',
      'grpc.socket_mutator',
      'grpc.server_handshake_timeout_ms',
      'grpc.tsi.max_frame_size',
      'grpc.experimental.tcp_read_chunk_size',
      'grpc.experimental.tcp_min_read_chunk_size',
      'grpc.experimental.tcp_max_read_chunk_size',
    ],
  ],
  [
    'calls are counted by --monitoring_config_file',
    [
      'grpc.server_call_metric_recording',
      'grpc.census',
      'grpc.loadreporting',
      'grpc.max_channel_trace_event_memory_per_node',
    ],
  ],
  [
    'it is for clients',
    [
      'grpc.client_idle_timeout_ms',
      'grpc.initial_reconnect_backoff_ms',
      'grpc.min_reconnect_backoff_ms',
      'grpc.max_reconnect_backoff_ms',
      'grpc.default_authority',
      'grpc.primary_user_agent',
      'grpc.secondary_user_agent',
      'grpc.ssl_target_name_override',
      'grpc.service_config',
      'grpc.service_config_disable_resolution',
      'grpc.lb_policy_name',
      'grpc.enable_retries',
      'grpc.per_rpc_retry_buffer_size',
      'grpc.retry_buffer_size',
      'grpc.use_local_subchannel_pool',
      'grpc.dns_min_time_between_resolutions_ms',
      'grpc.enable_http_proxy',
      'grpc.http_proxy',
    ],
  ],
];

const ineffective = new Map(
  ineffectiveByReason.flatMap(([reason, names]) => names.map((name) => [name, reason] as const)),
);

/** What `channelArguments` ask for, over this server's defaults. Throws OPTION_INVALID where a value does not fit. */
export function toChannelSettings(channelArguments: ReadonlyMap<string, string | number>): ChannelSettings {
  const options: ChannelOptions = { ...defaults };
  const notices: string[] = [];
  let maxConnections = defaultMaxConnections;
  for (const [name, value] of channelArguments) {
    const range = effective.get(name);
    if (range === undefined) {
      notices.push(noticeOf(name));
      continue;
    }
    const number = checkValue(name, value, range);
    if (name === connectionsArgument) {
      maxConnections = number;
    } else {
      options[name] = name === 'grpc.max_connection_age_ms' ? fitTimer(number) : number;
    }
  }
  return { options, maxConnections, notices };
}

function checkValue(
  name: string,
  value: string | number,
  [min, max]: readonly [min: number, max: number],
): number {
  if (typeof value === 'string' || value < min || value > max) {
    throw new PerchError(
      'OPTION_INVALID',
      `--grpc_channel_arguments: ${name} takes an integer from ${min} to ${max}, not "${value}".`,
    );
  }
  return value;
}

/** grpc-js adds up to a tenth to an age, and a timer that is set beyond 2^31 - 1 fires at once. */
function fitTimer(ms: number): number {
  return ms * 1.1 > unlimited ? unlimited : ms;
}

function noticeOf(name: string): string {
  const reason = ineffective.get(name);
  if (reason !== undefined) {
    return `--grpc_channel_arguments: ${name} has no effect: ${reason}.`;
  }
  const known = nearest(name, [...effective.keys(), ...ineffective.keys()]);
  return `--grpc_channel_arguments: ${name} has no effect: there is no such argument. Did you mean ${known}?`;
}
