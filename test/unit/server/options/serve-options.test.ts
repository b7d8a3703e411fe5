// The arguments of `perch serve`: every flag in both spellings, and every refusal and its text.
import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import type { flags } from '../../../../server/options/flags.ts';
import type { inertFlags } from '../../../../server/options/flags/inert-flags.ts';
import type { ScopeLimits } from '../../../../server/limits/limit-options.ts';
import type { ServeOptions } from '../../../../server/options/serve-options.ts';
import { allFlags, cwd, defaults, models, noLimits, notices, parse, parseAll, refusal } from './parse.ts';

const batching = '--enable_batching';
type InertName = (typeof inertFlags)[number]['name'];
type ActiveName = Exclude<(typeof flags)[number]['name'], InertName | 'version'>;

const withLimit = (
  kind: 'perSecond' | 'concurrent',
  scope: keyof ScopeLimits,
  figure: number,
): ServeOptions['limits'] => ({ ...noLimits, [kind]: { ...noLimits[kind], [scope]: figure } });

/** A value other than the default for every flag that does something, what it changes, and what must stand beside it. */
const samples: Readonly<Record<ActiveName, readonly [string, Partial<ServeOptions>, (readonly string[])?]>> =
  {
    models_directory: ['../x', { models: { kind: 'directory', directory: path.resolve(cwd, '../x') } }, []],
    model_config_file: [
      'm.config',
      { models: { kind: 'config-file', file: path.join(cwd, 'm.config') } },
      [],
    ],
    model_config_file_poll_wait_seconds: [
      '7',
      { configPollMs: 7000, models: { kind: 'config-file', file: path.join(cwd, 'c') } },
      ['--model_config_file=c'],
    ],
    model_name: [
      'digits',
      { models: { kind: 'single', name: 'digits', basePath: path.join(cwd, 'd') } },
      ['--model_base_path=d'],
    ],
    model_base_path: [
      'd',
      { models: { kind: 'single', name: 'default', basePath: path.join(cwd, 'd') } },
      [],
    ],
    file_system_poll_wait_seconds: ['-1', { pollIntervalMs: -1 }],
    aspired_version_policy: ['resource-preserving', { versionPolicyTransition: 'resource-preserving' }],
    servable_versions_always_present: ['false', { servableVersionsAlwaysPresent: false }],
    allow_version_labels_for_unavailable_models: ['true', { allowLabelsForUnavailable: true }],
    num_load_threads: ['3', { numLoadThreads: 3 }],
    max_num_load_retries: ['0', { maxLoadRetries: 0 }],
    load_retry_interval_micros: ['1500', { loadRetryIntervalMs: 1.5 }],
    unload_grace_seconds: ['0', { unloadGraceMs: 0 }],
    enable_model_warmup: ['false', { warmUp: false }],
    num_request_iterations_for_warmup: ['9', { warmUpIterations: 9 }],
    enable_batching: ['true', { batching: { enabled: true, perModel: false } }],
    batching_parameters_file: [
      'b',
      { batching: { enabled: true, parametersFile: path.join(cwd, 'b'), perModel: false } },
      [models, batching],
    ],
    enable_per_model_batching_parameters: [
      'true',
      { batching: { enabled: true, perModel: true } },
      [models, batching],
    ],
    routing_key_header: ['X-User', { routingKeys: { header: 'x-user', jsonField: '' } }],
    routing_key_json_field: ['user', { routingKeys: { header: 'x-perch-routing-key', jsonField: 'user' } }],
    engine_threads: ['6', { engine: { ...defaults.engine, threads: 6 } }],
    engine_isolation: ['thread', { engine: { ...defaults.engine, isolation: 'thread' } }],
    execution_providers: ['cuda,cpu', { engine: { ...defaults.engine, providers: 'cuda,cpu' } }],
    engine_queue_limit: ['7', { engine: { ...defaults.engine, queueLimit: 7 } }],
    load_timeout: ['2.5', { engine: { ...defaults.engine, loadTimeoutMs: 2500 } }],
    model_memory_limit_mb: ['2', { engine: { ...defaults.engine, memoryLimitBytes: 2_097_152 } }],
    tensorflow_session_parallelism: ['2', { engine: { ...defaults.engine, intraOpThreads: 2 } }],
    tensorflow_intra_op_parallelism: ['3', { engine: { ...defaults.engine, intraOpThreads: 3 } }],
    saved_model_tags: ['serve, gpu', { conversion: { ...defaults.conversion, tags: ['serve', 'gpu'] } }],
    prefer_tflite_model: ['true', { conversion: { ...defaults.conversion, prefersTflite: true } }],
    enable_signature_method_name_check: [
      'true',
      { conversion: { ...defaults.conversion, checksMethodNames: true } },
    ],
    converted_models_directory: [
      '',
      { conversion: { ...defaults.conversion, place: { kind: 'temporary' } } },
    ],
    converted_models_bytes: ['0', { conversion: { ...defaults.conversion, maximumBytes: 0 } }],
    enable_serialization_as_tensor_content: ['true', { tensorContentOutputs: true }],
    bind_address: [
      '::1, 127.0.0.2',
      {
        bind: {
          bindAddress: '::1',
          moreAddresses: [{ address: '127.0.0.2', optional: false }],
          bindAddressFrom: 'flag',
        },
      },
    ],
    bind_all_interfaces: [
      'true',
      {
        bind: {
          bindAddress: '0.0.0.0',
          moreAddresses: [{ address: '::', optional: true }],
          bindAddressFrom: 'flag',
        },
      },
    ],
    insecure_bind: ['true', { insecureBind: true }],
    token_file: ['t', { tokenFile: path.join(cwd, 't') }],
    require_predict_token: ['true', { requirePredictToken: true }],
    rest_ssl: [
      'true',
      { restSsl: true, restPort: 1, sslConfigFile: path.join(cwd, 'ssl') },
      [models, '--rest_api_port=1', '--ssl_config_file=ssl'],
    ],
    port: ['9000', { grpcPort: 9000 }],
    rest_api_port: ['8501', { restPort: 8501 }],
    grpc_socket_path: ['s', { grpcSocketPath: path.join(cwd, 's') }],
    ssl_config_file: ['ssl', { sslConfigFile: path.join(cwd, 'ssl') }],
    grpc_transport: ['grpc-js', { grpcTransport: 'grpc-js' }],
    network_threads: ['2', { networkThreads: 2 }],
    grpc_channel_arguments: [
      'grpc.a=1,b=x',
      {
        grpcChannelArguments: new Map<string, string | number>([
          ['grpc.a', 1],
          ['b', 'x'],
        ]),
      },
    ],
    rest_api_max_body_mb: [
      '1',
      { restMaxBodyBytes: 1024 * 1024, restPort: 1 },
      [models, '--rest_api_port=1'],
    ],
    rest_api_timeout_in_ms: ['5', { restTimeoutMs: 5, restPort: 1 }, [models, '--rest_api_port=1']],
    rest_api_enable_cors_support: ['true', { restCors: true, restPort: 1 }, [models, '--rest_api_port=1']],
    monitoring_config_file: [
      'm',
      { monitoringConfigFile: path.join(cwd, 'm'), restPort: 1 },
      [models, '--rest_api_port=1'],
    ],
    max_requests_per_second: ['9', { limits: withLimit('perSecond', 'total', 9) }],
    max_requests_per_second_per_model: ['9', { limits: withLimit('perSecond', 'perModel', 9) }],
    max_requests_per_second_per_client: ['9', { limits: withLimit('perSecond', 'perClient', 9) }],
    rate_limit_burst: [
      '9',
      { limits: { ...withLimit('perSecond', 'total', 1), burst: 9 } },
      [models, '--max_requests_per_second=1'],
    ],
    max_concurrent_requests: ['9', { limits: withLimit('concurrent', 'total', 9) }],
    max_concurrent_requests_per_model: ['9', { limits: withLimit('concurrent', 'perModel', 9) }],
    max_concurrent_requests_per_client: ['9', { limits: withLimit('concurrent', 'perClient', 9) }],
    rest_max_connections: ['9', { restMaxConnections: 9, restPort: 1 }, [models, '--rest_api_port=1']],
    rest_slow_read_seconds: ['5', { restSlowReadMs: 5000, restPort: 1 }, [models, '--rest_api_port=1']],
    allowed_hosts: [
      'Models.example.com, [fd00::1]',
      { allowedHosts: new Set(['models.example.com', '[fd00::1]']), restPort: 1 },
      [models, '--rest_api_port=1'],
    ],
    ready_json: ['true', { readyJson: true }],
    log_format: ['json', { logFormat: 'json' }],
    log_verbose: ['true', { logVerbose: true }],
    drain_grace_seconds: ['0', { drainGraceMs: 0 }],
    ready_when: ['any', { readiness: { readyWhen: 'any', required: new Set() } }],
    required_models: ['a, b', { readiness: { readyWhen: 'all', required: new Set(['a', 'b']) } }],
    engine_stuck_seconds: ['5', { engineStuckMs: 5000 }],
  };

describe('flags', () => {
  it('have the defaults that their entries tell, of which nothing needs to be said', () => {
    assert.deepEqual(parse(models), defaults);
    for (const { name, defaultText } of allFlags) {
      const given = name === 'models_directory' || defaultText === '' ? [] : [`--${name}=${defaultText}`];
      // What is named must be there; what is there by itself may be missing.
      const bind: ServeOptions['bind'] = {
        bindAddress: '127.0.0.1',
        moreAddresses: [{ address: '::1', optional: false }],
        bindAddressFrom: 'flag',
      };
      const expected = name === 'bind_address' ? { ...defaults, bind } : defaults;
      assert.deepEqual(parseAll([models, ...given]).options, expected, name);
      assert.deepEqual(notices(models, ...given), [], name);
    }
  });

  for (const [name, [value, change, beside = [models]]] of Object.entries(samples)) {
    it(`--${name} is taken as one word and as two, and works without a word`, () => {
      const expected = { ...defaults, ...change };
      assert.deepEqual(parse(...beside, `--${name}=${value}`), expected);
      assert.deepEqual(parse(`--${name}`, value, ...beside), expected);
      assert.deepEqual(notices(...beside, `--${name}=${value}`), []);
    });
  }

  it('have 0 and -1 for none and at once where TensorFlow Serving does', () => {
    assert.equal(parse(models, '--load_retry_interval_micros=-1').loadRetryIntervalMs, 0);
    assert.equal(parse(models, '--num_request_iterations_for_warmup=0').warmUpIterations, 1);
    assert.equal(parse('--model_config_file=c', '--model_config_file_poll_wait_seconds=-1').configPollMs, 0);
    const { grpcPort, grpcSocketPath } = parse(models, '--port=0', '--grpc_socket_path=/s');
    assert.deepEqual([grpcPort, grpcSocketPath], [undefined, path.resolve('/s')]);
  });

  it('--grpc_channel_arguments gives numbers where they are 32-bit integers, and texts elsewhere', () => {
    const text = 'a=1,b=-2,c=2147483648,d=,e=x=y,f=1.5, g=0';
    assert.deepEqual(
      [...parse(models, `--grpc_channel_arguments=${text}`).grpcChannelArguments],
      [
        ['a', 1],
        ['b', -2],
        ['c', '2147483648'],
        ['d', ''],
        ['e', 'x=y'],
        ['f', '1.5'],
        ['g', 0],
      ],
    );
  });

  it('take the bounds of their ranges', () => {
    assert.equal(parse(models, '--rest_api_max_body_mb=2048').restMaxBodyBytes, 2 ** 31);
    assert.equal(parse(models, '--file_system_poll_wait_seconds=0').pollIntervalMs, 0);
    assert.equal(parse(models, '--file_system_poll_wait_seconds=86400').pollIntervalMs, 86_400_000);
    assert.equal(parse(models, '--drain_grace_seconds=3600').drainGraceMs, 3_600_000);
    assert.equal(parse(models, '--port=65535').grpcPort, 65_535);
    assert.deepEqual(
      [parse(models, '--port=auto', '--rest_api_port=auto')].map(({ grpcPort, restPort }) => [
        grpcPort,
        restPort,
      ]),
      [['auto', 'auto']],
    );
  });

  it('that are switches need no value, and take true and false', () => {
    assert.equal(parse(models, '--ready_json').readyJson, true);
    assert.equal(parse('--ready_json', models).readyJson, true);
    assert.equal(parse(models, '--ready_json=false').readyJson, false);
  });

  it('given twice count as given last', () => {
    assert.equal(parse(models, '--port=1', '--port=2').grpcPort, 2);
  });

  it('keep a single model’s path and name unread where a config file is given', () => {
    assert.deepEqual(parse('--model_config_file=/c', '--model_base_path=/b', '--model_name=n').models, {
      kind: 'config-file',
      file: path.resolve('/c'),
    });
  });
});

describe('refusals', () => {
  it('name the flag, what it takes and what came', () => {
    const cases: readonly (readonly [string, string])[] = [
      ['--port=http', '--port takes a port from 1 to 65535, or auto, not "http".'],
      ['--port=70000', '--port takes a port from 1 to 65535, or auto, not "70000".'],
      ['--port=', '--port takes a port from 1 to 65535, or auto, not "".'],
      ['--port=-1', '--port takes a port from 1 to 65535, or auto, not "-1".'],
      ['--rest_api_port=1.5', '--rest_api_port takes a port from 1 to 65535, or auto, not "1.5".'],
      [
        '--per_process_gpu_memory_fraction=2',
        '--per_process_gpu_memory_fraction takes a number from 0 to 1, not "2".',
      ],
      [
        '--grpc_channel_arguments=grpc.a=1,grpc.b',
        '--grpc_channel_arguments takes name=value,name=value, not "grpc.a=1,grpc.b".',
      ],
      ['--grpc_channel_arguments==1', '--grpc_channel_arguments takes name=value,name=value, not "=1".'],
      [
        '--aspired_version_policy=fast',
        '--aspired_version_policy takes one of availability-preserving, resource-preserving, not "fast".',
      ],
      ['--rest_api_max_body_mb=0', '--rest_api_max_body_mb takes an integer from 1 to 2048, not "0".'],
      ['--rest_api_max_body_mb=64MB', '--rest_api_max_body_mb takes an integer from 1 to 2048, not "64MB".'],
      [
        '--file_system_poll_wait_seconds=-2',
        '--file_system_poll_wait_seconds takes an integer from -1 to 86400, not "-2".',
      ],
      ['--drain_grace_seconds=1e3', '--drain_grace_seconds takes an integer from 0 to 3600, not "1e3".'],
      ['--ready_json=yes', '--ready_json takes true or false, not "yes".'],
      ['--log_format=xml', '--log_format takes one of auto, text, json, not "xml".'],
    ];
    for (const [arg, message] of cases) {
      assert.equal(refusal(models, arg), message);
    }
    assert.match(
      refusal(models, '--bind_address=localhost'),
      /^--bind_address takes an IP address .*not "localhost"\.$/,
    );
    assert.match(refusal(models, '--port'), /--port/);
    for (const host of ['https://a.example', 'a.example:8501', '*', 'a b']) {
      assert.equal(
        refusal(models, `--allowed_hosts=ok.example,${host}`),
        `--allowed_hosts takes host names such as models.example.com, without scheme and port, not "${host}".`,
      );
    }
  });

  it('of a token in the arguments say where to put it, and do not repeat it', () => {
    for (const arg of ['--token=s3cret', '--token', '--admin-token=s3cret', '--predict_token=s3cret']) {
      const text = refusal(models, arg);
      assert.match(text, /^There is no flag --[\w-]*token: .*PERCH_TOKEN.*--token_file\.$/, arg);
      assert.ok(!text.includes('s3cret'));
    }
  });

  it('of --bind_address beside --bind_all_interfaces', () => {
    assert.equal(
      refusal(models, '--bind_address=127.0.0.1', '--bind_all_interfaces'),
      'Give --bind_address or --bind_all_interfaces: they exclude each other.',
    );
    assert.match(
      refusal(models, '--bind_address=127.0.0.1,'),
      /several separated by commas, not "127\.0\.0\.1,"/,
    );
  });

  it('of an unknown flag name the nearest known one', () => {
    const near = [
      ['--prot=1', '--port'],
      ['--models-directory=x', '--models_directory'],
      ['--model_directory=x', '--models_directory'],
      ['--rest_port=1', '--rest_api_port'],
      ['--address=x', '--bind_address'],
    ] as const;
    for (const [arg, known] of near) {
      const text = refusal(models, arg);
      const given = arg.split('=')[0]!;
      assert.ok(text.includes(given) && new RegExp(`${known}\\b`).test(text), `${arg}: ${text}`);
    }
    for (const arg of ['--models_dir=x', '--grpc_port=1', '--poll', '--x']) {
      const text = refusal(models, arg);
      assert.ok(
        allFlags.some(({ name }) => new RegExp(`--${name}\\b`).test(text)),
        text,
      );
      assert.doesNotMatch(text, /\n/);
    }
  });

  it('of words that are no flags', () => {
    assert.notEqual(refusal(models, 'extra'), 'not refused');
    assert.notEqual(refusal(models, '-port=1'), 'not refused');
  });

  it('of sources that exclude each other, and of none', () => {
    const exclude =
      'Give --models_directory, or --model_config_file, or --model_base_path: they exclude each other.';
    assert.equal(refusal(models, '--model_base_path=b'), exclude);
    assert.equal(refusal(models, '--model_config_file=c'), exclude);
    const nothing =
      /^Both server_options\.model_base_path and server_options\.model_config_file are empty! Say what to serve: --models_directory=<directory>/;
    assert.match(refusal(), nothing);
    assert.match(refusal('--models_directory='), nothing);
  });

  it('of what TensorFlow Serving refuses too, in its words', () => {
    assert.match(
      refusal(models, '--port=0'),
      /^At least one of server_options\.grpc_port or server_options\.grpc_socket_path must be set\./,
    );
    assert.equal(
      refusal(models, '--batching_parameters_file=b'),
      'server_options.batching_parameters_file is set without setting server_options.enable_batching to true.',
    );
    assert.equal(
      refusal(models, '--use_alts_credentials', '--ssl_config_file=s'),
      'Either use_alts_credentials must be false or ssl_config_file must be empty.',
    );
    assert.equal(
      refusal(models, '--network_threads=2', '--grpc_transport=grpc-js'),
      '--network_threads=2 needs --grpc_transport=perch: the other one has one thread.',
    );
    assert.match(
      refusal(models, '--network_threads=2', '--grpc_socket_path=s'),
      /^--network_threads=2 and --grpc_socket_path exclude each other/,
    );
    assert.equal(parse(models, '--network_threads=1', '--grpc_socket_path=s').networkThreads, 1);
  });

  it('of one port for both listeners', () => {
    assert.equal(
      refusal(models, '--port=8501', '--rest_api_port=8501'),
      '--port and --rest_api_port are both 8501; they must differ.',
    );
    assert.equal(
      refusal(models, '--rest_api_port=8500'),
      '--port and --rest_api_port are both 8500; they must differ.',
    );
  });
});
