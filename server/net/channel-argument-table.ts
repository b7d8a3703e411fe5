// The arguments of gRPC's C++ server: which of them each of the two transports can do, and why not where it cannot.

/** What --grpc_transport chooses from. */
export type TransportName = 'perch' | 'grpc-js';

/** The lowest and the highest value of an argument. */
export type Range = readonly [min: number, max: number];

type Reasons = readonly (readonly [reason: string, names: readonly string[]])[];

/** The highest 32-bit integer: gRPC's "none" for times and sizes. */
export const unlimited = 2 ** 31 - 1;

/** Connections at once. */
export const connectionsArgument = 'grpc.max_allowed_incoming_connections';

const effectiveInBoth: readonly (readonly [name: string, range: Range])[] = [
  ['grpc.max_receive_message_length', [-1, unlimited]],
  ['grpc.max_send_message_length', [-1, unlimited]],
  ['grpc.keepalive_time_ms', [1, unlimited]],
  ['grpc.keepalive_timeout_ms', [1, unlimited]],
  ['grpc.max_connection_idle_ms', [1, unlimited]],
  ['grpc.max_connection_age_ms', [1, unlimited]],
  ['grpc.max_connection_age_grace_ms', [0, unlimited]],
  ['grpc.max_concurrent_streams', [1, unlimited]],
  [connectionsArgument, [1, unlimited]],
];

const effective: Readonly<Record<TransportName, ReadonlyMap<string, Range>>> = {
  perch: new Map([
    ...effectiveInBoth,
    ['grpc.http2.min_recv_ping_interval_without_data_ms', [0, unlimited]],
    // The name before gRPC 1.10, which gRPC's C++ still takes.
    ['grpc.http2.min_ping_interval_without_data_ms', [0, unlimited]],
    ['grpc.http2.max_ping_strikes', [0, unlimited]],
    ['grpc.keepalive_permit_without_calls', [0, 1]],
    // RFC 9113 §6.5.2.
    ['grpc.http2.max_frame_size', [16_384, 16_777_215]],
    ['grpc.http2.lookahead_bytes', [5, unlimited]],
    ['grpc.http2.hpack_table_size.decoder', [0, 2 ** 20]],
    ['grpc.max_metadata_size', [1, unlimited]],
    ['grpc.absolute_max_metadata_size', [1, unlimited]],
    ['grpc.server_handshake_timeout_ms', [1, unlimited]],
    ['grpc.http2.settings_timeout', [1, unlimited]],
    // GRPC_COMPRESS_NONE, _DEFLATE, _GZIP.
    ['grpc.default_compression_algorithm', [0, 2]],
  ]),
  'grpc-js': new Map([
    ...effectiveInBoth,
    ['grpc.enable_channelz', [0, 1]],
    ['grpc-node.max_session_memory', [1, unlimited]],
    ['grpc-node.tls_enable_trace', [0, 1]],
  ]),
};

/** Why the others have no effect. */
const ineffectiveInBoth: Reasons = [
  [
    "this server's own pings go by grpc.keepalive_time_ms alone",
    ['grpc.http2.max_pings_without_data', 'grpc.http2.min_time_between_pings_ms', 'grpc.http2.bdp_probe'],
  ],
  ['this server never shares its port with another one', ['grpc.so_reuseport', 'grpc.expand_wildcard_addrs']],
  [
    'Node.js decides on threads and sockets',
    [
      'grpc.resource_quota',
      'grpc.optimization_target',
      'grpc.minimal_stack',
      'grpc.socket_mutator',
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

const ineffective: Readonly<Record<TransportName, ReadonlyMap<string, string>>> = {
  perch: byName([
    ...ineffectiveInBoth,
    [
      'answers are compressed as grpc.default_compression_algorithm says, and compressed requests are always taken',
      [
        'grpc.default_compression_level',
        'grpc.compression_enabled_algorithms_bitset',
        'grpc.per_message_compression',
        'grpc.per_message_decompression',
      ],
    ],
    [
      'headers are sent so that they never depend on each other, and a write takes what is there',
      [
        'grpc.http2.write_buffer_size',
        'grpc.http2.hpack_table_size.encoder',
        'grpc.http2.initial_sequence_number',
        'grpc.http2.true_binary',
      ],
    ],
    [
      'it is for --grpc_transport=grpc-js',
      [
        'grpc.enable_channelz',
        'grpc-node.max_session_memory',
        'grpc-node.tls_enable_trace',
        'grpc-node.flow_control_window',
      ],
    ],
  ]),
  'grpc-js': byName([
    ...ineffectiveInBoth,
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
      'this server answers every ping of a client and never closes a connection because of pings',
      [
        'grpc.http2.min_recv_ping_interval_without_data_ms',
        'grpc.http2.min_ping_interval_without_data_ms',
        'grpc.http2.max_ping_strikes',
        'grpc.keepalive_permit_without_calls',
      ],
    ],
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
    ['Node.js decides on the handshake', ['grpc.server_handshake_timeout_ms', 'grpc.http2.settings_timeout']],
  ]),
};

function byName(reasons: Reasons): ReadonlyMap<string, string> {
  return new Map(reasons.flatMap(([reason, names]) => names.map((name) => [name, reason] as const)));
}

/** What an argument may be where `transport` can do it; undefined where it cannot. */
export function rangeOf(name: string, transport: TransportName): Range | undefined {
  return effective[transport].get(name);
}

/** Why an argument has no effect; undefined where there is no such argument. */
export function reasonOf(name: string, transport: TransportName): string | undefined {
  return ineffective[transport].get(name);
}

/** The names of all arguments that are known. */
export function argumentNames(transport: TransportName): string[] {
  return [...effective[transport].keys(), ...ineffective[transport].keys()];
}
