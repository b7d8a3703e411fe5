// What a config.pbtxt sets that changes nothing here: one line each, so that nothing is dropped without a word.
import type { MessageOutput } from '../../protos/messages.ts';
import { graphLevels } from './model-config-engine.ts';
import { knownParameters } from './rules/parameter-values.ts';

type ModelMessage = MessageOutput<'inference.ModelConfig'>;
type GroupMessage = MessageOutput<'inference.ModelInstanceGroup'>;
type OptimizationMessage = MessageOutput<'inference.ModelOptimizationPolicy'>;
type InputMessage = MessageOutput<'inference.ModelInput'>;
type OutputMessage = MessageOutput<'inference.ModelOutput'>;

/** Fields of `M` that have no effect, and why. */
type IgnoredFields<M> = readonly (readonly [field: keyof M & string, why: string])[];

const modelFields: IgnoredFields<ModelMessage> = [
  ['runtime', 'every model runs on ONNX Runtime'],
  ['batchInput', 'requests carry all inputs themselves'],
  ['batchOutput', 'outputs are divided by their first dimension'],
  ['ccModelFilenames', 'the model file is the same for every GPU'],
  ['metricTags', 'metrics have the labels of TensorFlow Serving'],
  ['modelWarmup', "warm-up records come from the version's assets.extra directory, as in TensorFlow Serving"],
  ['modelOperations', 'libraries of operators are not loaded'],
  ['modelTransactionPolicy', 'every request has one answer'],
  ['modelRepositoryAgents', 'model files are taken as they are'],
  ['responseCache', 'answers are not kept'],
  ['modelMetrics', 'histograms have buckets of their own'],
];

const groupFields: IgnoredFields<GroupMessage> = [
  ['rateLimiter', 'instances run as soon as there is work'],
  ['secondaryDevices', 'ONNX Runtime has no such devices'],
  ['passive', 'all instances take requests'],
  ['hostPolicy', 'there are no host policies'],
];

const optimizationFields: IgnoredFields<OptimizationMessage> = [
  ['priority', 'models have the same priority'],
  ['cuda', 'it is for TensorRT models'],
  ['inputPinnedMemory', 'ONNX Runtime manages its own buffers'],
  ['outputPinnedMemory', 'ONNX Runtime manages its own buffers'],
  ['gatherKernelBufferThreshold', 'batches are put together on the CPU'],
  ['eagerBatching', 'batches are put together as soon as an instance is free anyway'],
];

const reshapeReason = "requests and answers have the model's own shapes";
const inputFields: IgnoredFields<InputMessage> = [
  ['format', 'images are not laid out anew'],
  ['reshape', reshapeReason],
  ['isShapeTensor', 'it is for TensorRT models'],
  ['allowRaggedBatch', 'only requests of equal shapes share a batch'],
  ['optional', 'whether an input may be left out is up to the model'],
  ['isNonLinearFormatIo', 'it is for TensorRT models'],
];
const outputFields: IgnoredFields<OutputMessage> = [
  ['reshape', reshapeReason],
  ['isShapeTensor', 'it is for TensorRT models'],
  ['isNonLinearFormatIo', 'it is for TensorRT models'],
];

/** Names of enum values that are defaults, among the fields above. */
const defaultNames: ReadonlySet<string> = new Set(['', 'PRIORITY_DEFAULT', 'FORMAT_NONE']);

/** One line for each thing that `message` sets and that has no effect, in a fixed order. */
export function noticesOf(message: ModelMessage): string[] {
  const { optimization } = message;
  return [
    ...backendNotices(message),
    ...ignored(message, modelFields, ''),
    ...schedulingNotices(message),
    ...message.instanceGroup.flatMap((group, at) => ignored(group, groupFields, `instance_group[${at}].`)),
    ...(optimization === null ? [] : optimizationNotices(optimization)),
    ...ioNotices(message),
    ...Object.keys(message.parameters)
      .filter((key) => !knownParameters.some((known) => known === key))
      .map((key) => noEffect(`parameters "${key}"`, 'it is not known')),
  ];
}

function backendNotices({ platform, backend }: ModelMessage): string[] {
  const why = 'every model runs on ONNX Runtime';
  return [
    ...(['', 'onnxruntime_onnx'].includes(platform) ? [] : [noEffect(`platform "${platform}"`, why)]),
    ...(['', 'onnxruntime'].includes(backend) ? [] : [noEffect(`backend "${backend}"`, why)]),
  ];
}

function schedulingNotices({ schedulingChoice, dynamicBatching, maxBatchSize }: ModelMessage): string[] {
  switch (schedulingChoice) {
    case 'sequenceBatching':
      return [noEffect('sequence_batching', 'nothing is kept between the requests of a sequence')];
    case 'ensembleScheduling':
      return [noEffect('ensemble_scheduling', 'a model is one file, not made of others')];
    case 'dynamicBatching':
    case undefined:
      break;
  }
  const policies = Object.keys(dynamicBatching?.priorityQueuePolicy ?? {});
  return [
    ...(dynamicBatching && maxBatchSize === 0
      ? [noEffect('dynamic_batching', 'max_batch_size is 0, so the model has no batch dimension')]
      : []),
    ...(policies.length > 0 && dynamicBatching?.priorityLevels === '0'
      ? [noEffect('dynamic_batching.priority_queue_policy', 'priority_levels is 0')]
      : []),
  ];
}

function optimizationNotices(optimization: OptimizationMessage): string[] {
  const level = optimization.graph?.level ?? 0;
  const onGpu = optimization.executionAccelerators?.gpuExecutionAccelerator ?? [];
  return [
    ...ignored(optimization, optimizationFields, 'optimization.'),
    ...(level === 0 || graphLevels.has(level)
      ? []
      : [noEffect(`optimization.graph.level ${level}`, 'the levels are -1, 1 and 2, and 0 for the default')]),
    ...onGpu
      .filter(({ parameters }) => isSet(parameters))
      .map(({ name }) =>
        noEffect(`gpu_execution_accelerator "${name}" parameters`, 'it runs with its own defaults'),
      ),
  ];
}

function ioNotices({ input, output }: ModelMessage): string[] {
  return [
    ...(input.length + output.length === 0
      ? []
      : [noEffect('the list of inputs and outputs', "the model's own are served, and not compared with it")]),
    ...input.flatMap((tensor) => ignored(tensor, inputFields, `input "${tensor.name}" `)),
    ...output.flatMap((tensor) => ignored(tensor, outputFields, `output "${tensor.name}" `)),
  ];
}

function ignored<M extends object>(message: M, fields: IgnoredFields<M>, prefix: string): string[] {
  return fields
    .filter(([field]) => isSet(message[field]))
    .map(([field, why]) => noEffect(`${prefix}${textName(field)}`, why));
}

function noEffect(what: string, why: string): string {
  return `${what} has no effect here: ${why}.`;
}

/** The field's name as config.pbtxt has it. */
function textName(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Whether there is anything but defaults: a message of nothing else asks for nothing. */
function isSet(value: unknown): boolean {
  if (typeof value === 'string') {
    return !defaultNames.has(value);
  }
  if (typeof value === 'object' && value !== null) {
    return Array.isArray(value) ? value.length > 0 : Object.values(value).some(isSet);
  }
  return Boolean(value);
}
