// No flag is ignored in silence: what is said of those that change nothing, and of TF_SERVING_ADDRESS.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inertFlags } from '../../../../server/options/flags/inert-flags.ts';
import { defaults, models, notices, parse, parseAll } from './parse.ts';

type InertName = (typeof inertFlags)[number]['name'];

/** A value other than the default for every flag that is taken without effect. */
const inertSamples: Readonly<Record<InertName, string>> = {
  grpc_max_threads: '16',
  rest_api_num_threads: '16',
  num_unload_threads: '4',
  flush_filesystem_caches: 'false',
  enable_grpc_healthcheck_service: 'false',
  use_alts_credentials: 'true',
  tensorflow_inter_op_parallelism: '2',
  tensorflow_session_config_file: 'f',
  platform_config_file: 'f',
  per_process_gpu_memory_fraction: '0.5',
  remove_unused_fields_from_bundle_metagraph: 'false',
  num_tflite_pools: '8',
  num_tflite_interpreters_per_pool: '2',
  xla_cpu_compilation_enabled: 'true',
  xla_gpu_compilation_enabled: 'true',
  enable_profiler: 'true',
  thread_pool_factory_config_file: 'f',
  mixed_precision: 'bfloat16',
  skip_initialize_tpu: 'true',
};

describe('flags', () => {
  for (const { name, inert } of inertFlags) {
    it(`--${name} is taken and changes nothing, and a line says why`, () => {
      const flag = `--${name}=${inertSamples[name]}`;
      assert.deepEqual(parse(models, flag), defaults);
      assert.deepEqual(notices(models, flag), [`--${name} has no effect: ${inert}`]);
    });
  }

  it('of a burst without a rate say so', () => {
    assert.deepEqual(notices(models, '--rate_limit_burst=5', '--max_concurrent_requests=1'), [
      '--rate_limit_burst has no effect without one of --max_requests_per_second….',
    ]);
    assert.deepEqual(notices(models, '--rate_limit_burst=5', '--max_requests_per_second_per_model=1'), []);
  });

  it('that are switched off by another one say so', () => {
    const cases: readonly (readonly [string[], string])[] = [
      [['--model_base_path=b'], '--model_base_path has no effect beside --model_config_file.'],
      [['--model_name=n'], '--model_name has no effect beside --model_config_file.'],
      [
        ['--num_request_iterations_for_warmup=2', '--enable_model_warmup=false'],
        '--num_request_iterations_for_warmup has no effect without --enable_model_warmup.',
      ],
      [
        ['--enable_per_model_batching_parameters'],
        '--enable_per_model_batching_parameters has no effect without --enable_batching.',
      ],
      [['--rest_api_timeout_in_ms=1'], '--rest_api_timeout_in_ms has no effect without --rest_api_port.'],
      [
        ['--rest_api_enable_cors_support'],
        '--rest_api_enable_cors_support has no effect without --rest_api_port.',
      ],
      [['--monitoring_config_file=m'], '--monitoring_config_file has no effect without --rest_api_port.'],
      [
        ['--tensorflow_intra_op_parallelism=2', '--tensorflow_session_parallelism=3'],
        '--tensorflow_intra_op_parallelism has no effect beside --tensorflow_session_parallelism.',
      ],
      [
        ['--ssl_config_file=s', '--rest_api_port=auto'],
        '--ssl_config_file protects gRPC only: REST is not encrypted, as in TensorFlow Serving. --rest_ssl encrypts it.',
      ],
    ];
    for (const [args, line] of cases) {
      assert.deepEqual(notices('--model_config_file=c', ...args), [line]);
    }
    assert.deepEqual(notices(models, '--model_config_file_poll_wait_seconds=5'), [
      '--model_config_file_poll_wait_seconds has no effect without --model_config_file.',
    ]);
    assert.equal(parse(models, '--enable_per_model_batching_parameters').batching.perModel, false);
    assert.equal(
      parse(models, '--tensorflow_intra_op_parallelism=2', '--tensorflow_session_parallelism=3').engine
        .intraOpThreads,
      3,
    );
  });
});

describe('TF_SERVING_ADDRESS', () => {
  const environment = { TF_SERVING_ADDRESS: '0.0.0.0' };

  it('sets the bind address, with a word of warning', () => {
    const { options, notices: lines } = parseAll([models], environment);
    assert.deepEqual(options, {
      ...defaults,
      bind: { bindAddress: '0.0.0.0', moreAddresses: [], bindAddressFrom: 'environment' },
    });
    assert.deepEqual(lines, [
      'TF_SERVING_ADDRESS sets the bind address to 0.0.0.0; TensorFlow Serving itself has no such variable.',
    ]);
  });

  it('gives way to the flag, with a word where they differ', () => {
    const { options, notices: lines } = parseAll([models, '--bind_address=127.0.0.1'], environment);
    assert.deepEqual(options, {
      ...defaults,
      bind: { bindAddress: '127.0.0.1', moreAddresses: [], bindAddressFrom: 'flag' },
    });
    assert.deepEqual(lines, ['TF_SERVING_ADDRESS has no effect: --bind_address is given.']);
    assert.deepEqual(parseAll([models, '--bind_address=0.0.0.0'], environment).notices, []);
  });

  it('is nothing when it is empty, and refused when it is no IP address', () => {
    assert.deepEqual(parseAll([models], { TF_SERVING_ADDRESS: '' }), {
      kind: 'serve',
      options: defaults,
      notices: [],
    });
    assert.throws(
      () => parseAll([models], { TF_SERVING_ADDRESS: 'here' }),
      /^PerchError: TF_SERVING_ADDRESS takes an IP address .*not "here"\.$/,
    );
  });
});
