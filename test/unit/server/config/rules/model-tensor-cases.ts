// Configs with one mistake each, about sequences, caches, inputs and outputs.
import { bad, type ModelCase } from './model-case.ts';

const io = 'output { name: "y" data_type: TYPE_FP32 dims: 1 }';
const input = (fields: string): string => `input { ${fields} } ${io}`;
const inputX = (fields: string): string => input(`name: "x" data_type: TYPE_FP32 ${fields}`);

const both = "'int32_false_true', 'fp32_false_true' or 'bool_false_true'";
const sequence = (fields: string): string => `max_batch_size: 8 sequence_batching { ${fields} }`;
const control = (fields: string): string => sequence(`control_input { name: "c" control { ${fields} } }`);
const start = 'kind: CONTROL_SEQUENCE_START int32_false_true: [ 0, 1 ]';
const end = 'kind: CONTROL_SEQUENCE_END int32_false_true: [ 0, 1 ]';

const sequences: readonly ModelCase[] = [
  bad(
    'triton/sequence-cache',
    'Response Cache does not currently support model m with sequence batching scheduler. Please disable the response cache.',
    'sequence_batching { } response_cache { enable: «true» }',
    'sequence_batching { } response_cache { enable: false }',
  ),
  bad(
    'triton/decoupled-cache',
    "Response Cache does not currently support model m with 'decoupled' transaction policy. Please disable the response cache.",
    'model_transaction_policy { decoupled: true } response_cache { enable: «true» }',
    'model_transaction_policy { decoupled: true } response_cache { enable: false }',
  ),
  bad(
    'triton/control-name',
    'sequence batching control tensor must have a name for m',
    sequence(`«control_input» { control { ${start} } }`),
  ),
  bad(
    'triton/control-tensor-twice',
    "sequence batching control tensor 'c' is specified for multiple control kinds for m",
    sequence(`control_input [ { name: "c" control { ${start} } }, { name: «"c"» control { ${end} } } ]`),
  ),
  bad(
    'triton/control-kind-twice',
    'sequence batching specifies multiple CONTROL_SEQUENCE_START tensors for m',
    sequence(
      `control_input [ { name: "c" control { ${start} } }, { name: "d" control { ${start.replace(/CONTROL_\w+/, '«$&»')} } } ]`,
    ),
  ),
  bad(
    'triton/control-values-missing',
    `sequence batching must specify either ${both} for CONTROL_SEQUENCE_READY for m`,
    sequence('control_input { name: "c" «control» { kind: CONTROL_SEQUENCE_READY } }'),
  ),
  bad(
    'triton/control-values-several',
    "sequence batching specifies more than one from 'int32_false_true', 'fp32_false_true' and 'bool_false_true' for CONTROL_SEQUENCE_START for m",
    control(`${start} «fp32_false_true»: [ 0, 1 ]`),
  ),
  bad(
    'triton/control-values-count',
    "sequence batching control 'bool_false_true' must have exactly 2 entries for CONTROL_SEQUENCE_END for m",
    control('kind: CONTROL_SEQUENCE_END «bool_false_true»: true'),
  ),
  bad(
    'triton/correlation-values',
    `sequence batching must not specify either ${both} for CONTROL_SEQUENCE_CORRID for m`,
    control('kind: CONTROL_SEQUENCE_CORRID data_type: TYPE_UINT64 «int32_false_true»: [ 0, 1 ]'),
    control('kind: CONTROL_SEQUENCE_CORRID data_type: TYPE_UINT64'),
  ),
  bad(
    'triton/correlation-type',
    'unexpected data type for control CONTROL_SEQUENCE_CORRID for m. Allowed data types are TYPE_UINT64, TYPE_INT64, TYPE_UINT32, TYPE_INT32 and TYPE_STRING',
    control('kind: CONTROL_SEQUENCE_CORRID data_type: «TYPE_FP32»'),
  ),
  bad(
    'triton/sequence-size-positive',
    'sequence batching preferred batch size must be positive for m',
    sequence('oldest { preferred_batch_size: [ «-1», 2 ] }'),
    sequence('oldest { preferred_batch_size: [ 2 ] }'),
  ),
  bad(
    'triton/sequence-size-limit',
    'sequence batching preferred batch size must be <= max batch size for m',
    sequence('oldest { preferred_batch_size: «9» }'),
    sequence('oldest { preferred_batch_size: 8 }'),
  ),
  bad(
    'triton/slot-utilization',
    'sequence batching minimum slot utilization must be in range (0.0, 1.0] for m',
    sequence('direct { minimum_slot_utilization: «1.5» }'),
    sequence('direct { minimum_slot_utilization: 1 }'),
  ),
];

const tensors: readonly ModelCase[] = [
  bad(
    'triton/io-name',
    "model input must specify 'name' for m",
    `«input» { data_type: TYPE_FP32 dims: 1 } ${io}`,
  ),
  bad(
    'triton/io-name',
    "model input must specify 'name' for m",
    `input [ { «data_type»: TYPE_FP32 dims: 1 }, { name: "x" data_type: TYPE_FP32 dims: 1 } ] ${io}`,
  ),
  bad(
    'triton/io-data-type',
    "model input 'x' must specify 'data_type' for m",
    `«input» { name: "x" dims: 1 } ${io}`,
  ),
  bad(
    'triton/io-data-type',
    "model input 'x' must specify 'data_type' for m",
    input('name: "x" data_type: «TYPE_INVALID» dims: 1'),
  ),
  bad('triton/io-dims', "model input 'x' must specify 'dims' for m", inputX('«dims»: []')),
  bad(
    'triton/io-dims',
    "model output 'y' must specify 'dims' for m",
    'input { name: "x" data_type: TYPE_FP32 dims: 1 } output [ { «name»: "y" data_type: TYPE_FP32 }, { name: "z" data_type: TYPE_FP32 dims: 2 } ]',
  ),
  bad(
    'triton/io-dimension',
    "model input 'x' dimension must be integer >= 1, or -1 to indicate a variable-size dimension for m",
    inputX('dims: [ 3, «0» ]'),
    inputX('dims: [ 3, -1 ]'),
  ),
  bad(
    'triton/reshape-empty',
    "model input 'x' cannot have empty reshape for non-batching model as scalar tensors are not supported for m",
    inputX('dims: 1 «reshape» { shape: [] }'),
  ),
  bad(
    'triton/reshape-dimension',
    "model input 'x' reshape dimensions must be integer >= 1, or -1 to indicate a variable-size dimension for m",
    inputX('dims: [ -1, 2 ] reshape { shape: [ «-2», 2 ] }'),
    inputX('dims: [ -1, 2 ] reshape { shape: [ -1, 2 ] }'),
  ),
  bad(
    'triton/reshape-size',
    "model input 'x' has different size for dims and reshape for m",
    inputX('dims: [ 2, 4 ] reshape { «shape»: [ 2, 5 ] }'),
  ),
  bad(
    'triton/reshape-size',
    "model input 'x' has different size for dims and reshape for m",
    inputX('dims: [ 2, 4, -1, 6 ] reshape { «shape»: [ 4, -1, 12 ] }'),
  ),
  bad(
    'triton/reshape-variable',
    "model input 'x' has different number of variable-size dimensions for dims and reshape for m",
    inputX('dims: [ -1, 4 ] reshape { «shape»: [ -1, -1 ] }'),
  ),
  bad(
    'triton/format-dims',
    'model input NHWC/NCHW require 3 dims for m',
    inputX('dims: [ 3, 4 ] format: «FORMAT_NCHW»'),
  ),
  bad(
    'triton/shape-tensor',
    'shape tensors are only supported for TensorRT platform for m',
    inputX('dims: 1 is_shape_tensor: «true»'),
    inputX('dims: 1'),
  ),
  bad(
    'triton/non-linear-io',
    'Non-linear IO format is only supported for the TensorRT platform for m',
    inputX('dims: 1 is_non_linear_format_io: «true»'),
    inputX('dims: 1'),
  ),
  bad(
    'triton/non-linear-io',
    'Non-linear IO format input requires 3 dims for m',
    `platform: "tensorrt_plan" ${inputX('dims: 1 is_non_linear_format_io: «true»')}`,
  ),
  bad(
    'triton/duplicate-tensor',
    "There is an input 'x' already.",
    `input [ { name: "x" data_type: TYPE_FP32 dims: 1 }, { name: «"x"» data_type: TYPE_FP32 dims: 1 } ] ${io}`,
  ),
  bad(
    'triton/batch-input-source',
    "batch input kind 'BATCH_ELEMENT_COUNT' expects 1 source input, got 0 for m",
    '«batch_input» { target_name: "c" data_type: TYPE_FP32 }',
  ),
  bad(
    'triton/batch-input-kind',
    "unknown batch input kind '9' for m",
    'batch_input { kind: «9» target_name: "c" data_type: TYPE_FP32 source_input: "x" }',
  ),
  bad(
    'triton/batch-input-type',
    'batch input data type must be TYPE_INT32 or TYPE_FP32 for m',
    'batch_input { target_name: "c" data_type: «TYPE_INT64» source_input: "x" }',
  ),
  bad(
    'triton/batch-source-unknown',
    "unknown source input name 'q' for m",
    `${inputX('dims: 1')} batch_input { data_type: TYPE_INT32 source_input: «"q"» }`,
  ),
  bad(
    'triton/batch-output-source',
    "batch output kind 'BATCH_SCATTER_WITH_INPUT_SHAPE' expects 1 source input, got 2 for m",
    'batch_output { «source_input»: [ "a", "b" ] }',
  ),
  bad(
    'triton/batch-output-kind',
    "unknown batch output kind '1' for m",
    'batch_output { kind: «1» source_input: "a" }',
  ),
  bad(
    'triton/batch-target-unknown',
    "unknown target output name 'q' for m",
    `${inputX('dims: 1')} batch_output { source_input: "x" target_name: [ "y", «"q"» ] }`,
  ),
  bad(
    'triton/batch-target-twice',
    "target output name 'y' can only be specified once for m",
    `${inputX('dims: 1')} batch_output { source_input: "x" target_name: [ "y", «"y"» ] }`,
  ),
];

/** All of them. */
export const modelTensorCases: readonly ModelCase[] = [...sequences, ...tensors];
