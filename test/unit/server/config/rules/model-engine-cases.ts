// Configs with one mistake each, about instances, parameters, optimization, warm-up and metrics.
import { bad, type ModelCase } from './model-case.ts';

const group = (fields: string): string => `instance_group { ${fields} }`;
const named = 'instance group m_0 of model m';

const groups: readonly ModelCase[] = [
  bad(
    'triton/instance-group-gpus',
    `${named} has kind KIND_CPU but specifies one or more GPUs`,
    group('kind: KIND_CPU «gpus»: [ 0, 1 ]'),
    group('kind: KIND_CPU'),
  ),
  bad(
    'triton/instance-group-gpus',
    'instance group g of model m has kind KIND_MODEL but specifies one or more GPUs',
    group('name: "g" kind: KIND_MODEL «gpus»: 0'),
    group('name: "g" kind: KIND_MODEL'),
  ),
  bad('triton/instance-group-kind', `${named} has unexpected kind 7`, group('kind: «7»')),
  bad(
    'triton/instance-group-gpu-id',
    `${named} specifies invalid or unsupported gpu id -1`,
    group('kind: KIND_GPU gpus: [ 0, «-1» ]'),
    group('kind: KIND_GPU gpus: [ 0 ]'),
  ),
  bad(
    'triton/instance-group-profile',
    `${named} and platform onnxruntime_onnxspecifies profile field which is only supported for TensorRT models`,
    group('count: 1 «profile»: "0"'),
    group('count: 1'),
  ),
  bad(
    'triton/instance-group-count',
    'instance group m_1 of model m has count -2; it must be 1 or more, or 0 for the default',
    'instance_group [ { }, { count: «-2» } ]',
    'instance_group [ { }, { count: 1 } ]',
  ),
  bad(
    'triton/resource-scope',
    'Resource "r" is present as both global and device-specific resource in the model configuration.',
    `${group('rate_limiter { resources { name: "r" count: 1 } }')} ${group('rate_limiter { resources { name: "r" global: «true» } }')}`,
  ),
];

const parameter = (key: string, value: string): string =>
  `parameters { key: ${key} value: { string_value: ${value} } }`;

const engine: readonly ModelCase[] = [
  bad(
    'triton/parameter-integer',
    "failed to convert intra_op_thread_count 'four' to integral number",
    parameter('"intra_op_thread_count"', '«"four"»'),
  ),
  bad(
    'triton/parameter-integer',
    "failed to convert execution_mode 'parallel' to integral number",
    parameter('"execution_mode"', '«"parallel"»'),
    parameter('"execution_mode"', '"1"'),
  ),
  bad(
    'triton/parameter-integer',
    "failed to convert inter_op_thread_count '' to integral number",
    'parameters { key: "inter_op_thread_count" «value»: { } }',
  ),
  bad(
    'triton/parameter-boolean',
    "failed to convert enable_mem_arena 'yes' to boolean value",
    parameter('"enable_mem_arena"', '«"yes"»'),
    parameter('"enable_mem_arena"', '"true"'),
  ),
  bad(
    'triton/execution-mode',
    'Invalid configuration value provided. Expected values for  execution_mode are 0 or 1 but got 2 .',
    parameter('"execution_mode"', '«"2"»'),
  ),
  bad(
    'triton/parameter-unknown',
    "The ONNX Runtime backend has no parameter 'intra_op_threads_count'; did you mean intra_op_thread_count?",
    parameter('«"intra_op_threads_count"»', '"2"'),
    parameter('"intra_op_thread_count"', '"2"'),
  ),
  bad(
    'triton/graph-level',
    'The graph level 3 has no effect: the levels are -1, 1 and 2, and 0 for the default.',
    'optimization { graph { level: «3» } }',
  ),
  bad(
    'triton/accelerator',
    "unknown Execution Accelerator 'tensort' is requested",
    'optimization { execution_accelerators { gpu_execution_accelerator [ { name: «"tensort"» } ] } }',
    'optimization { execution_accelerators { gpu_execution_accelerator [ { name: "tensorrt" } ] } }',
  ),
  bad(
    'triton/accelerator',
    "unknown Execution Accelerator 'openvino' is requested",
    'optimization { execution_accelerators { cpu_execution_accelerator { name: «"openvino"» } } }',
    'optimization { execution_accelerators { } }',
  ),
];

const rest: readonly ModelCase[] = [
  bad(
    'triton/warmup-dims',
    "warmup setting expects all variable-size dimensions are specified for input 'x'",
    'model_warmup { inputs { key: "x" value { data_type: TYPE_FP32 dims: [ «-1», 2 ] zero_data: true } } }',
  ),
  bad(
    'triton/warmup-data',
    "warmup setting expects input 'x' to have input_data_type set",
    'model_warmup { inputs { key: «"x"» value { data_type: TYPE_FP32 dims: 2 } } }',
  ),
  bad(
    'triton/metric-identifier',
    "metric control must specify 'metric_identifier'",
    'model_metrics { «metric_control» { histogram_options { buckets: 1 } } }',
  ),
  bad(
    'triton/metric-family',
    "metric identifier must specify non-empty 'family'",
    'model_metrics { metric_control { metric_identifier { family: «""» } histogram_options { buckets: 1 } } }',
  ),
  bad(
    'triton/metric-options',
    "metric control must specify 'histogram_options'",
    'model_metrics { «metric_control» { metric_identifier { family: "nv_inference_first_response_histogram_ms" } } }',
  ),
  bad(
    'triton/metric-buckets',
    "histogram options must specify non-empty 'buckets'",
    'model_metrics { metric_control { metric_identifier { family: "nv_inference_first_response_histogram_ms" } «histogram_options» { } } }',
  ),
  bad(
    'triton/metric-not-customizable',
    "Metric family 'nv_inference_count' in 'metric_identifier' is not a customizable metric in Triton core.",
    'model_metrics { metric_control { metric_identifier { family: «"nv_inference_count"» } histogram_options { buckets: 1 } } }',
  ),
];

/** All of them. */
export const modelEngineCases: readonly ModelCase[] = [...groups, ...engine, ...rest];
