// Every option that has to do with keepalive, by its names in gRPC's languages and servers: what it sets, and on which side.
import type { ClientImplementation, ServerImplementation } from './connection-facts.ts';

/** What an option sets; of the field's unit where that is a time. */
export type OptionField =
  | 'keepaliveMs'
  | 'timeoutMs'
  | 'permitWithoutCalls'
  | 'maxPingsWithoutData'
  | 'minPingIntervalMs'
  | 'maxPingStrikes'
  | 'idleMs'
  | 'ageMs'
  | 'graceMs'
  /** It has no effect in any gRPC of today. */
  | 'nothing';

/** Which side an option is for. */
export type OptionSide = 'client' | 'server' | 'both';

/** An option of a language. */
export interface KeepaliveOption {
  readonly name: string;
  readonly side: OptionSide;
  readonly field: OptionField;
}

/** Channel arguments (include/grpc/impl/channel_arg_names.h), which C-core's languages and grpc-js share. */
export const channelArguments: readonly KeepaliveOption[] = [
  { name: 'grpc.keepalive_time_ms', side: 'both', field: 'keepaliveMs' },
  { name: 'grpc.keepalive_timeout_ms', side: 'both', field: 'timeoutMs' },
  { name: 'grpc.keepalive_permit_without_calls', side: 'both', field: 'permitWithoutCalls' },
  { name: 'grpc.http2.max_pings_without_data', side: 'client', field: 'maxPingsWithoutData' },
  { name: 'grpc.http2.min_time_between_pings_ms', side: 'client', field: 'nothing' },
  { name: 'grpc.http2.min_ping_interval_without_data_ms', side: 'server', field: 'minPingIntervalMs' },
  { name: 'grpc.http2.min_recv_ping_interval_without_data_ms', side: 'server', field: 'minPingIntervalMs' },
  { name: 'grpc.http2.max_ping_strikes', side: 'server', field: 'maxPingStrikes' },
  { name: 'grpc.max_connection_idle_ms', side: 'server', field: 'idleMs' },
  { name: 'grpc.max_connection_age_ms', side: 'server', field: 'ageMs' },
  { name: 'grpc.max_connection_age_grace_ms', side: 'server', field: 'graceMs' },
];

/** The same as C++ writes them, GRPC_ARG_…. */
export const macros: ReadonlyMap<string, string> = new Map([
  ['GRPC_ARG_KEEPALIVE_TIME_MS', 'grpc.keepalive_time_ms'],
  ['GRPC_ARG_KEEPALIVE_TIMEOUT_MS', 'grpc.keepalive_timeout_ms'],
  ['GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS', 'grpc.keepalive_permit_without_calls'],
  ['GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA', 'grpc.http2.max_pings_without_data'],
  ['GRPC_ARG_HTTP2_MIN_SENT_PING_INTERVAL_WITHOUT_DATA_MS', 'grpc.http2.min_time_between_pings_ms'],
  ['GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS', 'grpc.http2.min_ping_interval_without_data_ms'],
  ['GRPC_ARG_HTTP2_MAX_PING_STRIKES', 'grpc.http2.max_ping_strikes'],
  ['GRPC_ARG_MAX_CONNECTION_IDLE_MS', 'grpc.max_connection_idle_ms'],
  ['GRPC_ARG_MAX_CONNECTION_AGE_MS', 'grpc.max_connection_age_ms'],
  ['GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS', 'grpc.max_connection_age_grace_ms'],
]);

/** tritonclient.grpc.KeepAliveOptions (Python); milliseconds. */
export const tritonClientOptions: readonly KeepaliveOption[] = [
  { name: 'keepalive_time_ms', side: 'client', field: 'keepaliveMs' },
  { name: 'keepalive_timeout_ms', side: 'client', field: 'timeoutMs' },
  { name: 'keepalive_permit_without_calls', side: 'client', field: 'permitWithoutCalls' },
  { name: 'http2_max_pings_without_data', side: 'client', field: 'maxPingsWithoutData' },
];

/** tritonserver's flags (src/command_line_parser.cc); milliseconds. */
export const tritonServerFlags: readonly KeepaliveOption[] = [
  { name: '--grpc-keepalive-time', side: 'server', field: 'keepaliveMs' },
  { name: '--grpc-keepalive-timeout', side: 'server', field: 'timeoutMs' },
  { name: '--grpc-keepalive-permit-without-calls', side: 'server', field: 'permitWithoutCalls' },
  { name: '--grpc-http2-max-pings-without-data', side: 'server', field: 'nothing' },
  {
    name: '--grpc-http2-min-recv-ping-interval-without-data',
    side: 'server',
    field: 'minPingIntervalMs',
  },
  { name: '--grpc-http2-max-ping-strikes', side: 'server', field: 'maxPingStrikes' },
  { name: '--grpc-max-connection-age', side: 'server', field: 'ageMs' },
  { name: '--grpc-max-connection-age-grace', side: 'server', field: 'graceMs' },
];

/** Go's keepalive.ClientParameters, ServerParameters and EnforcementPolicy; `Time` and `Timeout` are in two of them. */
export const goOptions: readonly KeepaliveOption[] = [
  { name: 'Time', side: 'both', field: 'keepaliveMs' },
  { name: 'Timeout', side: 'both', field: 'timeoutMs' },
  { name: 'PermitWithoutStream', side: 'both', field: 'permitWithoutCalls' },
  { name: 'MinTime', side: 'server', field: 'minPingIntervalMs' },
  { name: 'MaxConnectionIdle', side: 'server', field: 'idleMs' },
  { name: 'MaxConnectionAge', side: 'server', field: 'ageMs' },
  { name: 'MaxConnectionAgeGrace', side: 'server', field: 'graceMs' },
];

/** Java's ManagedChannelBuilder and NettyServerBuilder. */
export const javaOptions: readonly KeepaliveOption[] = [
  { name: 'keepAliveTime', side: 'both', field: 'keepaliveMs' },
  { name: 'keepAliveTimeout', side: 'both', field: 'timeoutMs' },
  { name: 'keepAliveWithoutCalls', side: 'client', field: 'permitWithoutCalls' },
  { name: 'permitKeepAliveTime', side: 'server', field: 'minPingIntervalMs' },
  { name: 'permitKeepAliveWithoutCalls', side: 'server', field: 'permitWithoutCalls' },
  { name: 'maxConnectionIdle', side: 'server', field: 'idleMs' },
  { name: 'maxConnectionAge', side: 'server', field: 'ageMs' },
  { name: 'maxConnectionAgeGrace', side: 'server', field: 'graceMs' },
];

/** .NET's SocketsHttpHandler. */
export const dotnetOptions: readonly KeepaliveOption[] = [
  { name: 'KeepAlivePingDelay', side: 'client', field: 'keepaliveMs' },
  { name: 'KeepAlivePingTimeout', side: 'client', field: 'timeoutMs' },
  { name: 'KeepAlivePingPolicy', side: 'client', field: 'permitWithoutCalls' },
];

/**
 * The channel arguments that grpc-js knows (src/channel-options.ts, and one that is missing there and works); it ignores
 * all others without a word.
 */
export const grpcJsArguments: ReadonlySet<string> = new Set([
  'grpc.ssl_target_name_override',
  'grpc.primary_user_agent',
  'grpc.secondary_user_agent',
  'grpc.default_authority',
  'grpc.keepalive_time_ms',
  'grpc.keepalive_timeout_ms',
  'grpc.keepalive_permit_without_calls',
  'grpc.service_config',
  'grpc.max_concurrent_streams',
  'grpc.initial_reconnect_backoff_ms',
  'grpc.max_reconnect_backoff_ms',
  'grpc.use_local_subchannel_pool',
  'grpc.max_send_message_length',
  'grpc.max_receive_message_length',
  'grpc.enable_http_proxy',
  'grpc.http_connect_target',
  'grpc.http_connect_creds',
  'grpc.default_compression_algorithm',
  'grpc.enable_channelz',
  'grpc.dns_min_time_between_resolutions_ms',
  'grpc.enable_retries',
  'grpc.per_rpc_retry_buffer_size',
  'grpc.retry_buffer_size',
  'grpc.max_connection_age_ms',
  'grpc.max_connection_age_grace_ms',
  'grpc.max_connection_idle_ms',
  'grpc-node.max_session_memory',
  'grpc-node.tls_enable_trace',
  'grpc-node.retry_max_attempts_limit',
  'grpc-node.flow_control_window',
  'grpc.server_call_metric_recording',
  'grpc.service_config_disable_resolution',
  'grpc.client_idle_timeout_ms',
]);

/** The options of a language, as its users write them. */
export function optionsOf(
  implementation: ClientImplementation | ServerImplementation,
): readonly KeepaliveOption[] {
  switch (implementation) {
    case 'go':
      return goOptions;
    case 'java':
      return javaOptions;
    case 'dotnet':
      return dotnetOptions;
    case 'core':
    case 'js':
    case 'perch':
      return channelArguments;
  }
}
