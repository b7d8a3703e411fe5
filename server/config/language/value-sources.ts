// Which values a field is likely to get, by the field's full name: what the model, the disk and the file itself say. Pure.
import {
  basePathName,
  basePaths,
  directoryFiles,
  directoryName,
  labels,
  modelFiles,
  versionsOf,
} from './disk-sources.ts';
import { tensorNames } from './model-facts.ts';
import {
  configInputs,
  dimsOf,
  ensembleTensors,
  stepTensors,
  tensors,
  typeOf,
  unnamed,
} from './tensor-sources.ts';
import { namesInFile, siblingText, type ValueContext, type ValueOption } from './value-context.ts';

type Source = (context: ValueContext) => readonly ValueOption[];

const sources: ReadonlyMap<string, Source> = new Map<string, Source>([
  ['inference.ModelConfig.name', directoryName],
  ['inference.ModelConfig.platform', fixed(['onnxruntime_onnx', 'ensemble'])],
  ['inference.ModelConfig.backend', fixed(['onnxruntime'])],
  ['inference.ModelConfig.default_model_filename', modelFiles],
  ['inference.ModelConfig.cc_model_filenames.value', modelFiles],
  ['inference.ModelConfig.parameters.key', parameterKeys],
  ['inference.ModelParameter.string_value', parameterValues],
  ['inference.ModelInput.name', (context) => unnamed(context, 'inputs', 'input')],
  ['inference.ModelOutput.name', (context) => unnamed(context, 'outputs', 'output')],
  ['inference.ModelInput.data_type', (context) => typeOf(context, 'inputs')],
  ['inference.ModelOutput.data_type', (context) => typeOf(context, 'outputs')],
  ['inference.ModelInput.dims', (context) => dimsOf(context, 'inputs')],
  ['inference.ModelOutput.dims', (context) => dimsOf(context, 'outputs')],
  ['inference.ModelOutput.label_filename', directoryFiles('')],
  ['inference.ModelWarmup.Input.input_data_file', directoryFiles('warmup/')],
  ['inference.ModelSequenceBatching.InitialState.data_file', directoryFiles('initial_state/')],
  ['inference.BatchInput.target_name', (context) => tensors(context, 'inputs')],
  ['inference.BatchInput.source_input', configInputs],
  ['inference.BatchOutput.target_name', (context) => tensors(context, 'outputs')],
  ['inference.BatchOutput.source_input', configInputs],
  ['inference.ModelWarmup.inputs.key', (context) => tensors(context, 'inputs')],
  ['inference.ModelSequenceBatching.ControlInput.name', (context) => tensors(context, 'inputs')],
  ['inference.ModelSequenceBatching.State.input_name', (context) => tensors(context, 'inputs')],
  ['inference.ModelSequenceBatching.State.output_name', (context) => tensors(context, 'outputs')],
  ['inference.ModelVersionPolicy.Specific.versions', versionsOf],
  ['inference.ModelEnsembling.Step.model_name', otherModels],
  [
    'inference.ModelEnsembling.Step.model_version',
    () => [{ text: '-1', kind: 'value', detail: 'the newest' }],
  ],
  ['inference.ModelEnsembling.Step.input_map.key', (context) => stepTensors(context, 'input')],
  ['inference.ModelEnsembling.Step.output_map.key', (context) => stepTensors(context, 'output')],
  ['inference.ModelEnsembling.Step.input_map.value', ensembleTensors],
  ['inference.ModelEnsembling.Step.output_map.value', ensembleTensors],
  ['inference.ModelOptimizationPolicy.Graph.level', graphLevels],
  [
    'inference.ModelOptimizationPolicy.ExecutionAccelerators.Accelerator.name',
    fixed(['tensorrt', 'cuda', 'openvino']),
  ],
  [
    'inference.ModelMetrics.MetricControl.MetricIdentifier.family',
    fixed(['nv_inference_first_response_histogram_ms']),
  ],
  ['tensorflow.serving.ModelConfig.name', basePathName],
  ['tensorflow.serving.ModelConfig.base_path', basePaths],
  ['tensorflow.serving.ModelConfig.model_platform', fixed(['onnx', 'onnxruntime_onnx', 'tensorflow'])],
  ['tensorflow.serving.ModelConfig.aspired_version_policy', transitions],
  ['tensorflow.serving.ModelConfig.version_labels.key', labels],
  ['tensorflow.serving.ModelConfig.version_labels.value', versionsOf],
  [
    'tensorflow.serving.FileSystemStoragePathSourceConfig.ServableVersionPolicy.Specific.versions',
    versionsOf,
  ],
]);

/** The values that are likely for the field at the offset, the likeliest first; those of its type alone are not among them. */
export function likelyValues(context: ValueContext): readonly ValueOption[] {
  const { frame, field } = context.place;
  return sources.get(`${frame.schema?.fullName ?? ''}.${field.name}`)?.(context) ?? [];
}

function fixed(texts: readonly string[]): Source {
  return () => texts.map((text) => ({ text, kind: 'value' }));
}

/** The settings of Triton's ONNX Runtime backend (triton.md §2.5), and values that they take. */
const parameters: ReadonlyMap<string, readonly string[]> = new Map([
  ['intra_op_thread_count', ['0', '1', '2', '4']],
  ['inter_op_thread_count', ['0', '1', '2', '4']],
  ['execution_mode', ['0', '1']],
  ['enable_mem_arena', ['1', '0']],
  ['enable_mem_pattern', ['1', '0']],
]);

function parameterKeys(context: ValueContext): readonly ValueOption[] {
  const taken = namesInFile(context, 'parameters', 'key');
  return [...parameters.keys()].filter((text) => !taken.has(text)).map((text) => ({ text, kind: 'value' }));
}

function parameterValues(context: ValueContext): readonly ValueOption[] {
  const values = parameters.get(siblingText(context, 'key', 1) ?? '') ?? [];
  return values.map((text) => ({ text, kind: 'value' }));
}

function otherModels(context: ValueContext): readonly ValueOption[] {
  const { around } = context;
  return [...(around.otherModels ?? [])]
    .filter(([name]) => name !== around.directory?.name)
    .map(([text, config]) => {
      const [inputs, outputs] = (['input', 'output'] as const).map((side) =>
        tensorNames(config, side).join(', '),
      );
      const detail = inputs === '' && outputs === '' ? undefined : `${inputs ?? ''} → ${outputs ?? ''}`;
      return { text, kind: 'model', detail };
    });
}

function graphLevels(): readonly ValueOption[] {
  return [
    { text: '0', kind: 'value', detail: 'all optimizations' },
    { text: '1', kind: 'value', detail: 'basic and extended ones' },
    { text: '-1', kind: 'value', detail: 'basic ones only' },
    { text: '2', kind: 'value', detail: 'none' },
  ];
}

function transitions(): readonly ValueOption[] {
  return [
    {
      text: 'availability-preserving',
      kind: 'value',
      detail: 'loads the new version before the old one goes',
    },
    {
      text: 'resource-preserving',
      kind: 'value',
      detail: 'unloads the old version before the new one is loaded',
    },
  ];
}
