// Configs with one mistake each, about names, platforms, versions and batches: what Triton says of it, and where.
import { bad, directory, type ModelCase } from './model-case.ts';

const names: readonly ModelCase[] = [
  bad(
    'triton/name-missing',
    "model configuration must specify 'name'",
    'name: «""»\nmax_batch_size: 1',
    'max_batch_size: 1',
  ),
  bad(
    'triton/name-path',
    "invalid model name '../m', model name must not contain path traversal characters",
    'name: «"../m"»',
    'name: "m"',
  ),
  bad(
    'triton/directory-name',
    "unexpected directory name 'm' for model 'n', directory name must equal model name",
    'name: «"n"»',
    'name: "m"',
  ),
  bad(
    'triton/platform',
    "unexpected platform type 'onnx' for m",
    'platform: «"onnx"»',
    'platform: "onnxruntime_onnx"',
  ),
  bad(
    'triton/platform',
    "unexpected platform type 'tensorrtplan' for m",
    'platform: «"tensorrtplan"»',
    'platform: "tensorrt_plan"',
  ),
  bad('triton/platform', "unexpected platform type 'caffe2_netdef' for m", 'platform: «"caffe2_netdef"»'),
  bad(
    'triton/platform-backend',
    "unexpected 'platform' and 'backend' pair, got:tensorrt_plan, onnxruntime",
    'platform: «"tensorrt_plan"» backend: "onnxruntime"',
    'platform: "onnxruntime_onnx" backend: "onnxruntime"',
  ),
  bad(
    'triton/platform-backend',
    "unexpected 'platform' and 'backend' pair, got:onnxruntime, onnxruntime",
    'platform: «"onnxruntime"» default_model_filename: "model.onnx"',
    'platform: "onnxruntime_onnx" default_model_filename: "model.onnx"',
  ),
  bad(
    'triton/backend-unknown',
    "Invalid model name: Could not determine backend for model 'm' with no backend in model configuration. Expected model name of the form 'model.<backend_name>'.",
    'default_model_filename: «"mlp.onnx"»\n',
    'default_model_filename: "mlp.onnx"\nbackend: "onnxruntime"\n',
  ),
  bad(
    'triton/backend-unknown',
    "Invalid model name: Could not determine backend for model 'm' with no backend in model configuration. Expected model name of the form 'model.<backend_name>'.",
    '«max_batch_size»: 0\n',
    undefined,
    directory({ '1': ['weights.bin'] }),
  ),
  ...['../model.onnx', 'a/b', 'c:model.onnx', '..', 'a\u0001'].map((name) =>
    bad(
      'triton/model-filename',
      `default_model_filename must be the name of a file in the version directory, not '${name}'`,
      `backend: "onnxruntime" default_model_filename: «"${name.replace('\u0001', '\\001')}"»`,
    ),
  ),
  bad(
    'triton/version-policy',
    "at least one version must be available under the version policy of model 'm'",
    'version_policy { latest { num_versions: «0» } }',
    'version_policy { latest { num_versions: 1 } }',
  ),
  bad(
    'triton/version-policy',
    "at least one version must be available under the version policy of model 'm'",
    'version_policy: { «specific»: { } }',
  ),
  bad(
    'triton/version-policy',
    "at least one version must be available under the version policy of model 'm'",
    'version_policy: { «latest» { } }',
  ),
  bad(
    'triton/leading-zeros',
    "ignore version directory '01' which contains leading zeros in its directory name",
    '«max_batch_size»: 1',
    undefined,
    directory({ '01': ['model.onnx'] }),
  ),
];

const inDynamic = (fields: string): string => `max_batch_size: 8 dynamic_batching { ${fields} }`;
const delay = 'timeout_action: «DELAY» default_timeout_microseconds: 1';
const reject = 'timeout_action: REJECT default_timeout_microseconds: 1';

const batching: readonly ModelCase[] = [
  bad(
    'triton/max-batch-size',
    "'max_batch_size' must be non-negative value for m",
    'max_batch_size: «-1»',
    'max_batch_size: 0',
  ),
  bad(
    'triton/preferred-size-positive',
    'dynamic batching preferred size must be positive for m',
    inDynamic('preferred_batch_size: [ 4, «0» ]'),
    inDynamic('preferred_batch_size: [ 4 ]'),
  ),
  bad(
    'triton/preferred-size-limit',
    'dynamic batching preferred size must be <= max batch size for m',
    inDynamic('preferred_batch_size: [ «16», 4 ]'),
    inDynamic('preferred_batch_size: [ 8, 4 ]'),
  ),
  bad(
    'triton/preferred-size-limit',
    'dynamic batching preferred size must be <= max batch size for m',
    'name: "m"\ndynamic_batching { preferred_batch_size: «4» }\n',
    'name: "m"\ndynamic_batching { preferred_batch_size: 4 }\nmax_batch_size: 4\n',
  ),
  bad(
    'triton/default-priority',
    'default priority level must be in range [1, 2] for m',
    inDynamic('priority_levels: 2 default_priority_level: «3»'),
    inDynamic('priority_levels: 2 default_priority_level: 2'),
  ),
  bad(
    'triton/default-priority',
    'default priority level must be in range [1, 2] for m',
    'max_batch_size: 8 «dynamic_batching» { priority_levels: 2 }',
    inDynamic('priority_levels: 2 default_priority_level: 1'),
  ),
  bad(
    'triton/priority-policy-level',
    'priority queue policy must have priority level in range [1, 1] for m',
    inDynamic('priority_levels: 1 default_priority_level: 1 priority_queue_policy { key: «2» value { } }'),
  ),
  bad(
    'triton/ordering-priorities',
    "Only one priority level is allowed when 'preserve_ordering' is true for m",
    inDynamic('priority_levels: «2» default_priority_level: 1 preserve_ordering: true'),
  ),
  bad(
    'triton/ordering-delay',
    "Queue policy can not have DELAY as timeout action when 'preserve_ordering' is true for m",
    inDynamic(`preserve_ordering: true default_queue_policy { ${delay} }`),
    inDynamic(`preserve_ordering: true default_queue_policy { ${reject} }`),
  ),
  bad(
    'triton/ordering-delay',
    "Queue policy can not have DELAY as timeout action when 'preserve_ordering' is true for m",
    inDynamic(
      `preserve_ordering: true priority_levels: 1 default_priority_level: 1 priority_queue_policy { key: 1 value { ${delay} } }`,
    ),
    inDynamic(
      `preserve_ordering: true priority_levels: 1 default_priority_level: 1 priority_queue_policy { key: 1 value { ${reject} } }`,
    ),
  ),
  bad(
    'triton/batching-without-batches',
    'dynamic_batching has no effect: max_batch_size is 0, so the model has no batch dimension.',
    '«dynamic_batching» { }',
  ),
  bad(
    'triton/policy-without-levels',
    'priority_queue_policy has no effect: priority_levels is 0.',
    inDynamic('«priority_queue_policy» { key: 1 value { } }'),
  ),
];

/** All of them. */
export const modelCases: readonly ModelCase[] = [...names, ...batching];
