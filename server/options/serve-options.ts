// What `perch serve` was asked to do, and how its arguments and its environment become that.
import path from 'node:path';
import { allowedProviders } from '../engine/providers/allowed-providers.ts';
import type { RoutingKeys } from '../apis/serving.ts';
import { PerchError } from '../errors.ts';
import type { ReadinessRules, ReadyWhen } from '../health/readiness.ts';
import type { VersionTransition } from '../lifecycle/version-policy.ts';
import type { LimitOptions } from '../limits/limit-options.ts';
import { addressVariable, toBindOptions, type BindOptions } from './bind-options.ts';
import { toPairs } from './check-flag.ts';
import { flagNotices, type FlagText } from './notices.ts';
import { readFlags } from './read-flags.ts';

/** A port to listen on: a number, `auto` for any free one, or undefined for none. */
export type PortChoice = number | 'auto' | undefined;

/** Where the models come from. */
export type ModelsSource =
  | { readonly kind: 'directory'; readonly directory: string }
  | { readonly kind: 'config-file'; readonly file: string }
  | { readonly kind: 'single'; readonly name: string; readonly basePath: string };

/** How requests are put together; server/engine/batching/ reads the file. */
export interface BatchingOptions {
  readonly enabled: boolean;
  /** Absolute; only where batching is enabled. */
  readonly parametersFile?: string;
  /** Whether a version's own batching_params.pbtxt counts. */
  readonly perModel: boolean;
}

/** Where and how models run. */
export interface EngineOptions {
  /** Threads of all models on the CPU; 0: all cores but one. */
  readonly threads: number;
  readonly isolation: 'process' | 'thread';
  /** Checked names with commas between them, in the order in which they are tried; empty: the daemon's choice. */
  readonly providers: string;
  /** Runs that may wait for one engine host; 0: any number. */
  readonly queueLimit: number;
  /** Milliseconds; 0: as long as it takes. */
  readonly loadTimeoutMs: number;
  /** Bytes; 0: no limit. */
  readonly memoryLimitBytes: number;
  /** Threads of one run; 0: an engine host's share of `threads`. */
  readonly intraOpThreads: number;
}

/** Where converted models are kept; server/converted-models.ts finds it. */
export type ConvertedModelsPlace =
  | { readonly kind: 'user-cache' }
  /** Goes with the server. */
  | { readonly kind: 'temporary' }
  /** Absolute. */
  | { readonly kind: 'directory'; readonly directory: string };

/** How models that are not ONNX are served. */
export interface ConversionOptions {
  /** Of a SavedModel's graph, at least one. */
  readonly tags: readonly string[];
  readonly prefersTflite: boolean;
  readonly checksMethodNames: boolean;
  readonly place: ConvertedModelsPlace;
  /** Bytes; 0: no limit. */
  readonly maximumBytes: number;
}

/** What `perch serve` was asked to do. Each field is documented by its flag in flags/. Paths are absolute. */
export interface ServeOptions {
  readonly models: ModelsSource;
  /** Milliseconds; 0: look once, -1: never but on events. */
  readonly pollIntervalMs: number;
  /** Milliseconds; 0: read the model config file once. */
  readonly configPollMs: number;
  readonly versionPolicyTransition: VersionTransition;
  readonly servableVersionsAlwaysPresent: boolean;
  readonly allowLabelsForUnavailable: boolean;
  /** 0: no limit of its own. */
  readonly numLoadThreads: number;
  readonly maxLoadRetries: number;
  /** Milliseconds; 0: at once. */
  readonly loadRetryIntervalMs: number;
  /** Milliseconds; 0: as long as it takes. */
  readonly unloadGraceMs: number;
  readonly warmUp: boolean;
  /** At least 1. */
  readonly warmUpIterations: number;
  readonly batching: BatchingOptions;
  readonly engine: EngineOptions;
  readonly conversion: ConversionOptions;
  readonly tensorContentOutputs: boolean;
  readonly bind: BindOptions;
  readonly insecureBind: boolean;
  readonly tokenFile?: string;
  readonly requirePredictToken: boolean;
  /** Undefined only where there is a `grpcSocketPath`. */
  readonly grpcPort: PortChoice;
  readonly grpcSocketPath?: string;
  readonly sslConfigFile?: string;
  readonly grpcTransport: 'perch' | 'grpc-js';
  /** 1: the main thread. More only on the own transport, on a port, without a UNIX socket. */
  readonly networkThreads: number;
  readonly grpcChannelArguments: ReadonlyMap<string, string | number>;
  readonly restPort: PortChoice;
  /** Only where there is an `sslConfigFile`. */
  readonly restSsl: boolean;
  readonly restMaxBodyBytes: number;
  readonly restTimeoutMs: number;
  readonly restCors: boolean;
  /** Milliseconds for each 64 kB of an answer; 0: any time. */
  readonly restSlowReadMs: number;
  /** At each address. */
  readonly restMaxConnections: number;
  /** In lower case. */
  readonly allowedHosts: ReadonlySet<string>;
  readonly limits: LimitOptions;
  readonly routingKeys: RoutingKeys;
  readonly monitoringConfigFile?: string;
  readonly readyJson: boolean;
  readonly logFormat: 'auto' | 'text' | 'json';
  readonly logVerbose: boolean;
  readonly drainGraceMs: number;
  readonly readiness: ReadinessRules;
  /** Milliseconds; 0: never. */
  readonly engineStuckMs: number;
}

/** What the arguments ask for: to serve, or to print a text and end. */
export type ParsedArguments =
  | {
      readonly kind: 'serve';
      readonly options: ServeOptions;
      /** One line each, for the log: what was given and has no effect, or not the one that was meant. */
      readonly notices: readonly string[];
    }
  | { readonly kind: 'print'; readonly text: string };

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Parses the arguments after `perch serve`, with `environment` for what they leave open. Relative paths are taken from
 * `cwd`. Throws OPTION_INVALID with a text that names the flag; for an unknown flag, the nearest known one.
 */
export function parseServeArguments(
  args: readonly string[],
  cwd: string,
  environment: Environment = process.env,
): ParsedArguments {
  const read = readFlags(args);
  if (read.kind === 'print') {
    return read;
  }
  const { given, text } = read;
  const bind = toBindOptions(given.has('bind_address'), text, environment[addressVariable] ?? '');
  const options = toOptions(text, bind.bind, cwd);
  return { kind: 'serve', options, notices: [...flagNotices(given, text), ...bind.notices] };
}

function toOptions(text: FlagText, bind: BindOptions, cwd: string): ServeOptions {
  const isTrue = (name: Parameters<FlagText>[0]): boolean => text(name) === 'true';
  const number = (name: Parameters<FlagText>[0]): number => Number(text(name));
  const file = (name: Parameters<FlagText>[0]): string | undefined =>
    text(name) === '' ? undefined : path.resolve(cwd, text(name));
  const grpcSocketPath = file('grpc_socket_path');
  const sslConfigFile = file('ssl_config_file');
  const tokenFile = file('token_file');
  const monitoringConfigFile = file('monitoring_config_file');
  checkCombinations(text);
  allowedProviders(text('execution_providers'), process, false);
  return {
    models: toModelsSource(text, cwd),
    pollIntervalMs: Math.max(-1, number('file_system_poll_wait_seconds') * 1000),
    configPollMs: Math.max(0, number('model_config_file_poll_wait_seconds') * 1000),
    versionPolicyTransition: text('aspired_version_policy') as VersionTransition,
    servableVersionsAlwaysPresent: isTrue('servable_versions_always_present'),
    allowLabelsForUnavailable: isTrue('allow_version_labels_for_unavailable_models'),
    numLoadThreads: number('num_load_threads'),
    maxLoadRetries: number('max_num_load_retries'),
    loadRetryIntervalMs: Math.max(0, number('load_retry_interval_micros') / 1000),
    unloadGraceMs: number('unload_grace_seconds') * 1000,
    warmUp: isTrue('enable_model_warmup'),
    warmUpIterations: Math.max(1, number('num_request_iterations_for_warmup')),
    batching: toBatching(isTrue, file),
    engine: {
      threads: number('engine_threads'),
      isolation: text('engine_isolation') as EngineOptions['isolation'],
      providers: text('execution_providers'),
      queueLimit: number('engine_queue_limit'),
      loadTimeoutMs: number('load_timeout') * 1000,
      memoryLimitBytes: number('model_memory_limit_mb') * 2 ** 20,
      intraOpThreads: number('tensorflow_session_parallelism') || number('tensorflow_intra_op_parallelism'),
    },
    conversion: {
      tags: toTags(text('saved_model_tags')),
      prefersTflite: isTrue('prefer_tflite_model'),
      checksMethodNames: isTrue('enable_signature_method_name_check'),
      place: toConvertedModelsPlace(text('converted_models_directory'), cwd),
      maximumBytes: number('converted_models_bytes'),
    },
    tensorContentOutputs: isTrue('enable_serialization_as_tensor_content'),
    bind,
    insecureBind: isTrue('insecure_bind'),
    ...(tokenFile === undefined ? {} : { tokenFile }),
    requirePredictToken: isTrue('require_predict_token'),
    grpcPort: toPort(text('port')),
    ...(grpcSocketPath === undefined ? {} : { grpcSocketPath }),
    ...(sslConfigFile === undefined ? {} : { sslConfigFile }),
    grpcTransport: text('grpc_transport') as ServeOptions['grpcTransport'],
    networkThreads: number('network_threads'),
    grpcChannelArguments: toPairs(text('grpc_channel_arguments')),
    restPort: toPort(text('rest_api_port')),
    restSsl: isTrue('rest_ssl') && sslConfigFile !== undefined,
    restMaxBodyBytes: number('rest_api_max_body_mb') * 1024 * 1024,
    restTimeoutMs: number('rest_api_timeout_in_ms'),
    restCors: isTrue('rest_api_enable_cors_support'),
    restSlowReadMs: number('rest_slow_read_seconds') * 1000,
    restMaxConnections: number('rest_max_connections'),
    allowedHosts: toAllowedHosts(text('allowed_hosts')),
    limits: {
      perSecond: {
        total: number('max_requests_per_second'),
        perModel: number('max_requests_per_second_per_model'),
        perClient: number('max_requests_per_second_per_client'),
      },
      burst: number('rate_limit_burst'),
      concurrent: {
        total: number('max_concurrent_requests'),
        perModel: number('max_concurrent_requests_per_model'),
        perClient: number('max_concurrent_requests_per_client'),
      },
    },
    routingKeys: {
      header: text('routing_key_header').toLowerCase(),
      jsonField: text('routing_key_json_field'),
    },
    ...(monitoringConfigFile === undefined ? {} : { monitoringConfigFile }),
    readyJson: isTrue('ready_json'),
    logFormat: text('log_format') as ServeOptions['logFormat'],
    logVerbose: isTrue('log_verbose'),
    drainGraceMs: number('drain_grace_seconds') * 1000,
    readiness: {
      readyWhen: text('ready_when') as ReadyWhen,
      required: toNames(text('required_models')),
    },
    engineStuckMs: number('engine_stuck_seconds') * 1000,
  };
}

/** Refuses what TensorFlow Serving refuses at start, in its words; and equal ports, where it serves without REST. */
function checkCombinations(text: FlagText): void {
  const refuse = (message: string): never => {
    throw new PerchError('OPTION_INVALID', message);
  };
  const grpcPort = toPort(text('port'));
  const restPort = toPort(text('rest_api_port'));
  if (grpcPort === undefined && text('grpc_socket_path') === '') {
    refuse(
      'At least one of server_options.grpc_port or server_options.grpc_socket_path must be set. (--port=0 opens no port.)',
    );
  }
  if (restPort === grpcPort && typeof restPort === 'number') {
    refuse(`--port and --rest_api_port are both ${restPort}; they must differ.`);
  }
  if (text('batching_parameters_file') !== '' && text('enable_batching') === 'false') {
    refuse(
      'server_options.batching_parameters_file is set without setting server_options.enable_batching to true.',
    );
  }
  if (text('use_alts_credentials') === 'true' && text('ssl_config_file') !== '') {
    refuse('Either use_alts_credentials must be false or ssl_config_file must be empty.');
  }
  const networkThreads = Number(text('network_threads'));
  if (networkThreads > 1 && text('grpc_transport') !== 'perch') {
    refuse(`--network_threads=${networkThreads} needs --grpc_transport=perch: the other one has one thread.`);
  }
  if (networkThreads > 1 && text('grpc_socket_path') !== '') {
    refuse(
      `--network_threads=${networkThreads} and --grpc_socket_path exclude each other, since threads cannot share a UNIX socket: leave out one of them.`,
    );
  }
}

function toBatching(
  isTrue: (name: 'enable_batching' | 'enable_per_model_batching_parameters') => boolean,
  file: (name: 'batching_parameters_file') => string | undefined,
): BatchingOptions {
  const enabled = isTrue('enable_batching');
  const parametersFile = file('batching_parameters_file');
  return {
    enabled,
    ...(parametersFile === undefined ? {} : { parametersFile }),
    perModel: enabled && isTrue('enable_per_model_batching_parameters'),
  };
}

function toTags(text: string): readonly string[] {
  const tags = [...toNames(text)];
  if (tags.length === 0) {
    throw new PerchError('OPTION_INVALID', '--saved_model_tags takes at least one tag, such as serve.');
  }
  return tags;
}

function toConvertedModelsPlace(text: string, cwd: string): ConvertedModelsPlace {
  switch (text) {
    case 'auto':
      return { kind: 'user-cache' };
    case '':
      return { kind: 'temporary' };
    default:
      return { kind: 'directory', directory: path.resolve(cwd, text) };
  }
}

function toAllowedHosts(text: string): ReadonlySet<string> {
  const hosts = toNames(text.toLowerCase());
  for (const host of hosts) {
    if (!/^(?:[\w.-]+|\[[\da-f:.]+\])$/.test(host)) {
      throw new PerchError(
        'OPTION_INVALID',
        `--allowed_hosts takes host names such as models.example.com, without scheme and port, not "${host}".`,
      );
    }
  }
  return hosts;
}

/** Names with commas between them. */
function toNames(text: string): ReadonlySet<string> {
  return new Set(
    text
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  );
}

function toPort(text: string): PortChoice {
  if (text === 'auto') {
    return 'auto';
  }
  return Number(text) === 0 ? undefined : Number(text);
}

function toModelsSource(text: FlagText, cwd: string): ModelsSource {
  const directory = text('models_directory');
  const file = text('model_config_file');
  const basePath = text('model_base_path');
  if (directory !== '' && (file !== '' || basePath !== '')) {
    throw new PerchError(
      'OPTION_INVALID',
      'Give --models_directory, or --model_config_file, or --model_base_path: they exclude each other.',
    );
  }
  if (directory !== '') {
    return { kind: 'directory', directory: path.resolve(cwd, directory) };
  }
  if (file !== '') {
    return { kind: 'config-file', file: path.resolve(cwd, file) };
  }
  if (basePath !== '') {
    return { kind: 'single', name: text('model_name'), basePath: path.resolve(cwd, basePath) };
  }
  throw new PerchError(
    'OPTION_INVALID',
    'Both server_options.model_base_path and server_options.model_config_file are empty! Say what to serve: --models_directory=<directory>, or --model_base_path=<directory> with --model_name, or --model_config_file=<file>.',
  );
}
