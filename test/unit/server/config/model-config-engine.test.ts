// What config.pbtxt says of the engine: instances, parameters, graph level and accelerators, with every rule.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseModelConfig } from '../../../../server/config/model-config.ts';
import type { InstanceGroup, ModelEngineSettings } from '../../../../server/engine/engine-settings.ts';

const engineOf = (text: string): ModelEngineSettings => parseModelConfig(text, 'm/config.pbtxt').engine;

const invalid = (text: string, words: string): void =>
  assert.throws(() => engineOf(text), { code: 'CONFIG_INVALID', message: `config.pbtxt: ${words}` });

const parameter = (key: string, value: string): string =>
  `parameters { key: "${key}" value: { string_value: "${value}" } }`;

describe('instance_group', () => {
  const auto: InstanceGroup = { kind: 'auto', count: 1, gpus: [] };
  const accepted: readonly (readonly [string, readonly InstanceGroup[]])[] = [
    ['', [auto]],
    ['instance_group { }', [auto]],
    ['instance_group { count: 3 }', [{ ...auto, count: 3 }]],
    ['instance_group { count: 0 }', [auto]],
    ['instance_group { kind: KIND_AUTO gpus: 0 }', [{ ...auto, gpus: [0] }]],
    ['instance_group { kind: KIND_CPU }', [{ ...auto, kind: 'cpu' }]],
    ['instance_group { kind: KIND_MODEL }', [{ ...auto, kind: 'cpu' }]],
    ['instance_group { kind: KIND_GPU }', [{ ...auto, kind: 'gpu' }]],
    [
      'instance_group [ { kind: KIND_GPU count: 2 gpus: [ 0, 1 ] }, { kind: KIND_CPU } ]',
      [
        { kind: 'gpu', count: 2, gpus: [0, 1] },
        { ...auto, kind: 'cpu' },
      ],
    ],
  ];
  for (const [text, groups] of accepted) {
    it(`is taken: ${text}`, () => {
      assert.deepEqual(engineOf(text).instanceGroups, groups);
    });
  }

  const refused = [
    [
      'kind: KIND_CPU gpus: 0',
      'instance group m_0 of model m has kind KIND_CPU but specifies one or more GPUs',
    ],
    [
      'kind: KIND_MODEL gpus: 0',
      'instance group m_0 of model m has kind KIND_MODEL but specifies one or more GPUs',
    ],
    [
      'name: "g" kind: KIND_CPU gpus: 0',
      'instance group g of model m has kind KIND_CPU but specifies one or more GPUs',
    ],
    ['kind: 7', 'instance group m_0 of model m has unexpected kind 7'],
    ['gpus: [0, -1]', 'instance group m_0 of model m specifies invalid or unsupported gpu id -1'],
    ['count: -1', 'instance group m_0 of model m has count -1; it must be 1 or more, or 0 for the default'],
    [
      'profile: "1"',
      'instance group m_0 of model m and platform onnxruntime_onnxspecifies profile field which is only supported for TensorRT models',
    ],
  ] as const;
  for (const [group, words] of refused) {
    it(`is refused: ${group}`, () => {
      invalid(`instance_group { ${group} }`, words);
    });
  }

  it('is named by its place in the list', () => {
    invalid(
      'instance_group [ { }, { count: -2 } ]',
      'instance group m_1 of model m has count -2; it must be 1 or more, or 0 for the default',
    );
  });
});

describe('parameters', () => {
  const accepted: readonly (readonly [string, string, ModelEngineSettings['session']])[] = [
    ['intra_op_thread_count', '4', { intraOpThreads: 4 }],
    ['intra_op_thread_count', ' +4 ', { intraOpThreads: 4 }],
    ['intra_op_thread_count', '0', {}],
    ['intra_op_thread_count', '-1', {}],
    ['inter_op_thread_count', '2', { interOpThreads: 2 }],
    ['inter_op_thread_count', '0', {}],
    ['execution_mode', '0', { executionMode: 'sequential' }],
    ['execution_mode', '1', { executionMode: 'parallel' }],
    ['enable_mem_arena', '1', { memoryArena: true }],
    ['enable_mem_arena', 'False', { memoryArena: false }],
    ['enable_mem_pattern', 'ON', { memoryPattern: true }],
    ['enable_mem_pattern', 'off', { memoryPattern: false }],
    ['another', 'one', {}],
    ['__proto__', '1', {}],
  ];
  for (const [key, value, session] of accepted) {
    it(`are taken: ${key} "${value}"`, () => {
      assert.deepEqual(engineOf(parameter(key, value)).session, session);
    });
  }

  const refused = [
    ['intra_op_thread_count', 'four', "failed to convert intra_op_thread_count 'four' to integral number"],
    ['intra_op_thread_count', '', "failed to convert intra_op_thread_count '' to integral number"],
    ['inter_op_thread_count', '1.5', "failed to convert inter_op_thread_count '1.5' to integral number"],
    [
      'inter_op_thread_count',
      '2147483648',
      "failed to convert inter_op_thread_count '2147483648' to integral number",
    ],
    ['execution_mode', 'parallel', "failed to convert execution_mode 'parallel' to integral number"],
    [
      'execution_mode',
      '2',
      'Invalid configuration value provided. Expected values for  execution_mode are 0 or 1 but got 2 .',
    ],
    [
      'execution_mode',
      '-1',
      'Invalid configuration value provided. Expected values for  execution_mode are 0 or 1 but got -1 .',
    ],
    ['enable_mem_arena', 'yes', "failed to convert enable_mem_arena 'yes' to boolean value"],
    ['enable_mem_pattern', '2', "failed to convert enable_mem_pattern '2' to boolean value"],
  ] as const;
  for (const [key, value, words] of refused) {
    it(`are refused: ${key} "${value}"`, () => {
      invalid(parameter(key, value), words);
    });
  }
});

describe('optimization', () => {
  const levels = [
    ['optimization { }', undefined],
    ['optimization { graph { } }', undefined],
    ['optimization { graph { level: -1 } }', 'basic'],
    ['optimization { graph : { level : 1 } }', 'extended'],
    ['optimization { graph { level: 2 } }', 'disabled'],
    ['optimization { graph { level: 99 } }', undefined],
  ] as const;
  for (const [text, level] of levels) {
    it(`has the graph level of Triton's ONNX Runtime backend: ${text}`, () => {
      assert.equal(engineOf(text).session.graphOptimizationLevel, level);
    });
  }

  const onGpu = (...names: string[]): string =>
    `optimization { execution_accelerators { gpu_execution_accelerator : [ ${names.map((name) => `{ name : "${name}" }`).join(', ')} ] } }`;

  it('names accelerators to try first, in order, each once', () => {
    assert.deepEqual(engineOf('').accelerators, []);
    assert.deepEqual(engineOf(onGpu('tensorrt')).accelerators, ['tensorrt']);
    assert.deepEqual(engineOf(onGpu('cuda', 'tensorrt', 'cuda')).accelerators, ['cuda', 'tensorrt']);
  });

  it('may not name another accelerator', () => {
    invalid(onGpu('openvino'), "unknown Execution Accelerator 'openvino' is requested");
    invalid(
      onGpu('tensorrt', 'auto_mixed_precision'),
      "unknown Execution Accelerator 'auto_mixed_precision' is requested",
    );
    invalid(onGpu('dml'), "unknown Execution Accelerator 'dml' is requested");
    for (const name of ['openvino', 'cuda', '']) {
      invalid(
        `optimization { execution_accelerators { cpu_execution_accelerator : [ { name : "${name}" } ] } }`,
        `unknown Execution Accelerator '${name}' is requested`,
      );
    }
  });
});
