// Every field of config.pbtxt has an effect or says that it has none, and docs/model-config.md speaks of each.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import protobuf from 'protobufjs';
import { rootJson } from '../../../../protos/gen/root-json.ts';
import type { MessageName } from '../../../../protos/messages.ts';
import { knownParameters } from '../../../../server/config/rules/parameter-values.ts';
import { parseModelConfig } from '../../../../server/config/model-config.ts';

const noticesOf = (text: string): readonly string[] => parseModelConfig(text, 'm/config.pbtxt').notices;

/** Names of the fields of a message, as the text has them. */
const fieldsOf = (name: MessageName): string[] =>
  protobuf.Root.fromJSON(rootJson)
    .lookupType(name)
    .fieldsArray.map((field) => field.name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));

const io = 'the list of inputs and outputs';

/**
 * For each message: how its fields are put into the file; the fields that are used or checked; and for the others a
 * value, and what the notice names.
 */
const messages: readonly {
  readonly message: MessageName;
  readonly wrap: (fields: string) => string;
  readonly used: readonly string[];
  readonly ignored: Readonly<Record<string, readonly [text: string, named: string]>>;
}[] = [
  {
    message: 'inference.ModelConfig',
    wrap: (fields) => fields,
    used: [
      ...['name', 'version_policy', 'max_batch_size', 'default_model_filename'],
      ...['instance_group', 'optimization', 'dynamic_batching'],
    ],
    ignored: {
      platform: ['platform: "tensorflow_savedmodel"', 'platform "tensorflow_savedmodel"'],
      backend: ['backend: "pytorch"', 'backend "pytorch"'],
      runtime: ['runtime: "libtriton_x.so"', 'runtime'],
      input: ['input { name: "x" }', io],
      output: ['output { name: "y" }', io],
      batch_input: ['batch_input { }', 'batch_input'],
      batch_output: ['batch_output { }', 'batch_output'],
      sequence_batching: ['sequence_batching { }', 'sequence_batching'],
      ensemble_scheduling: ['ensemble_scheduling { }', 'ensemble_scheduling'],
      cc_model_filenames: ['cc_model_filenames { key: "7.5" value: "m" }', 'cc_model_filenames'],
      metric_tags: ['metric_tags { key: "a" value: "b" }', 'metric_tags'],
      parameters: [
        'parameters { key: "gpu_mem_limit" value { string_value: "1" } }',
        'parameters "gpu_mem_limit"',
      ],
      model_warmup: ['model_warmup { name: "w" }', 'model_warmup'],
      model_operations: ['model_operations { op_library_filename: "ops.so" }', 'model_operations'],
      model_transaction_policy: ['model_transaction_policy { decoupled: true }', 'model_transaction_policy'],
      model_repository_agents: ['model_repository_agents { agents { } }', 'model_repository_agents'],
      response_cache: ['response_cache { enable: true }', 'response_cache'],
      model_metrics: ['model_metrics { metric_control { } }', 'model_metrics'],
    },
  },
  {
    message: 'inference.ModelInstanceGroup',
    wrap: (fields) => `instance_group [ { }, { ${fields} } ]`,
    used: ['name', 'kind', 'count', 'gpus', 'profile'],
    ignored: {
      rate_limiter: ['rate_limiter { priority: 2 }', 'instance_group[1].rate_limiter'],
      secondary_devices: ['secondary_devices { device_id: 1 }', 'instance_group[1].secondary_devices'],
      passive: ['passive: true', 'instance_group[1].passive'],
      host_policy: ['host_policy: "gpu_0"', 'instance_group[1].host_policy'],
    },
  },
  {
    message: 'inference.ModelOptimizationPolicy',
    wrap: (fields) => `optimization { ${fields} }`,
    used: ['graph', 'execution_accelerators'],
    ignored: {
      priority: ['priority: PRIORITY_MAX', 'optimization.priority'],
      cuda: ['cuda { graphs: true }', 'optimization.cuda'],
      input_pinned_memory: ['input_pinned_memory { enable: true }', 'optimization.input_pinned_memory'],
      output_pinned_memory: ['output_pinned_memory { enable: true }', 'optimization.output_pinned_memory'],
      gather_kernel_buffer_threshold: [
        'gather_kernel_buffer_threshold: 1',
        'optimization.gather_kernel_buffer_threshold',
      ],
      eager_batching: ['eager_batching: true', 'optimization.eager_batching'],
    },
  },
  {
    message: 'inference.ModelInput',
    wrap: (fields) => `input { name: "x" ${fields} }`,
    used: ['name', 'data_type', 'dims'],
    ignored: {
      format: ['format: FORMAT_NHWC', 'input "x" format'],
      reshape: ['reshape { shape: 1 }', 'input "x" reshape'],
      is_shape_tensor: ['is_shape_tensor: true', 'input "x" is_shape_tensor'],
      allow_ragged_batch: ['allow_ragged_batch: true', 'input "x" allow_ragged_batch'],
      optional: ['optional: true', 'input "x" optional'],
      is_non_linear_format_io: ['is_non_linear_format_io: true', 'input "x" is_non_linear_format_io'],
    },
  },
  {
    message: 'inference.ModelOutput',
    wrap: (fields) => `output { name: "y" ${fields} }`,
    used: ['name', 'data_type', 'dims', 'label_filename'],
    ignored: {
      reshape: ['reshape { shape: 1 }', 'output "y" reshape'],
      is_shape_tensor: ['is_shape_tensor: true', 'output "y" is_shape_tensor'],
      is_non_linear_format_io: ['is_non_linear_format_io: true', 'output "y" is_non_linear_format_io'],
    },
  },
  {
    message: 'inference.ModelDynamicBatching',
    wrap: (fields) => `max_batch_size: 4 dynamic_batching { ${fields} }`,
    used: [
      ...['preferred_batch_size', 'max_queue_delay_microseconds', 'preserve_ordering', 'priority_levels'],
      ...['default_priority_level', 'default_queue_policy'],
    ],
    ignored: {
      priority_queue_policy: [
        'priority_queue_policy { key: 1 value { } }',
        'dynamic_batching.priority_queue_policy',
      ],
    },
  },
];

describe('notices', () => {
  for (const { message, wrap, used, ignored } of messages) {
    it(`know every field of ${message}`, () => {
      assert.deepEqual([...used, ...Object.keys(ignored)].sort(), fieldsOf(message).sort());
    });

    for (const [field, [text, named]] of Object.entries(ignored)) {
      it(`say that ${message}.${field} has no effect`, () => {
        const before = noticesOf(wrap(''));
        const added = noticesOf(wrap(text)).filter((notice) => !before.includes(notice));
        assert.equal(added.length, 1, JSON.stringify(added));
        assert.match(added[0]!, /^[^\n]+ has no effect here: [^\n]+\.$/);
        assert.ok(added[0]!.startsWith(`${named} has no effect here: `), added[0]);
      });
    }
  }

  it('are none for what is used, and for what asks for nothing', () => {
    assert.deepEqual(
      noticesOf(`name: "m" platform: "onnxruntime_onnx" backend: "onnxruntime" max_batch_size: 4
        version_policy { all { } } default_model_filename: "m.onnx"
        dynamic_batching {
          priority_levels: 1 default_priority_level: 1 priority_queue_policy { key: 1 value { } }
        }
        instance_group [ { name: "a" count: 1 kind: KIND_GPU gpus: 0 } ]
        optimization {
          graph { level: 2 } priority: PRIORITY_DEFAULT cuda { } input_pinned_memory { enable: false }
          execution_accelerators { gpu_execution_accelerator { name: "cuda" } }
        }
        model_transaction_policy { decoupled: false } response_cache { enable: false }
        ${knownParameters.map((key) => `parameters { key: "${key}" value { string_value: "1" } }`).join('\n')}`),
      [],
    );
  });

  it('tell what has no effect beside something else', () => {
    const cases = [
      [
        'dynamic_batching { }',
        'dynamic_batching has no effect here: max_batch_size is 0, so the model has no batch dimension.',
      ],
      [
        'optimization { graph { level: 3 } }',
        'optimization.graph.level 3 has no effect here: the levels are -1, 1 and 2, and 0 for the default.',
      ],
      [
        `optimization { execution_accelerators { gpu_execution_accelerator {
          name: "tensorrt" parameters { key: "precision_mode" value: "FP16" } } } }`,
        'gpu_execution_accelerator "tensorrt" parameters has no effect here: it runs with its own defaults.',
      ],
    ] as const;
    for (const [text, notice] of cases) {
      assert.deepEqual(noticesOf(text), [notice]);
    }
  });
});

describe('docs/model-config.md', () => {
  const page = readFileSync(path.join(import.meta.dirname, '../../../../docs/model-config.md'), 'utf8');
  const prefixes: Readonly<Partial<Record<MessageName, string>>> = {
    'inference.ModelInput': 'input.',
    'inference.ModelOutput': 'output.',
  };
  for (const message of [
    ...messages.map(({ message: name }) => name),
    'inference.ModelQueuePolicy',
  ] as const) {
    it(`has every field of ${message}`, () => {
      const rows = page.split('\n').filter((line) => line.startsWith('| `'));
      const missing = fieldsOf(message).filter(
        (field) =>
          !rows.some((row) => row.split(' | ')[0]!.includes(`\`${prefixes[message] ?? ''}${field}\``)),
      );
      assert.deepEqual(missing, []);
    });
  }

  it('has every known key of parameters', () => {
    assert.deepEqual(
      knownParameters.filter((key) => !page.includes(`| \`${key}\` | used`)),
      [],
    );
  });
});
