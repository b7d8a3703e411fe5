// Blocks that are written often, whole. A tab is one level of indentation.
import { snippetChoice } from './completion-item.ts';

/** A block, for the message that it can stand in. */
export interface Snippet {
  /** Full name of the message. */
  readonly message: string;
  /** The field that it writes: it is not offered where that cannot be set. */
  readonly field: string;
  readonly label: string;
  readonly detail: string;
  readonly lines: readonly string[];
}

const dataTypes = [
  'TYPE_FP32',
  'TYPE_FP16',
  'TYPE_INT64',
  'TYPE_INT32',
  'TYPE_UINT8',
  'TYPE_BOOL',
  'TYPE_STRING',
];
const dataType = snippetChoice(2, dataTypes);
const tensor = ['[', '\t{', '\t\tname: "$1"', `\t\tdata_type: ${dataType}`, '\t\tdims: [$3]', '\t}', ']'];

const model = 'inference.ModelConfig';
const serving = 'tensorflow.serving.ModelConfig';

const entry = (keyword: string): readonly string[] => [
  `${keyword} {`,
  '\tname: "${1:model}"',
  '\tbase_path: "${2:/models/$1}"',
  '\tmodel_platform: "${3:onnx}"',
  '}',
];

const blocks: readonly Snippet[] = [
  {
    message: model,
    field: 'input',
    label: 'input […]',
    detail: 'a complete input',
    lines: [`input ${tensor[0] ?? ''}`, ...tensor.slice(1)],
  },
  {
    message: model,
    field: 'output',
    label: 'output […]',
    detail: 'a complete output',
    lines: [`output ${tensor[0] ?? ''}`, ...tensor.slice(1)],
  },
  {
    message: model,
    field: 'instance_group',
    label: 'instance_group […]',
    detail: 'how many instances, and where',
    lines: [
      'instance_group [',
      '\t{',
      `\t\tkind: ${snippetChoice(1, ['KIND_AUTO', 'KIND_CPU', 'KIND_GPU'])}`,
      '\t\tcount: ${2:1}',
      '\t}',
      ']',
    ],
  },
  {
    message: model,
    field: 'dynamic_batching',
    label: 'dynamic_batching {…}',
    detail: 'requests that come close after each other share a run',
    lines: ['dynamic_batching {', '\tmax_queue_delay_microseconds: ${1:100}', '}'],
  },
  {
    message: model,
    field: 'ensemble_scheduling',
    label: 'ensemble_scheduling {…}',
    detail: 'a model that is made of others',
    lines: [
      'ensemble_scheduling {',
      '\tstep [',
      '\t\t{',
      '\t\t\tmodel_name: "$1"',
      '\t\t\tmodel_version: -1',
      '\t\t\tinput_map { key: "$2" value: "$3" }',
      '\t\t\toutput_map { key: "$4" value: "$5" }',
      '\t\t}',
      '\t]',
      '}',
    ],
  },
  {
    message: model,
    field: 'model_warmup',
    label: 'model_warmup […]',
    detail: 'a request that is run before the model is ready',
    lines: [
      'model_warmup [',
      '\t{',
      '\t\tname: "${1:warm-up}"',
      '\t\tbatch_size: ${2:1}',
      '\t\tinputs {',
      '\t\t\tkey: "$3"',
      `\t\t\tvalue { data_type: ${snippetChoice(4, dataTypes)} dims: [$5] zero_data: true }`,
      '\t\t}',
      '\t}',
      ']',
    ],
  },
  {
    message: model,
    field: 'parameters',
    label: 'parameters {…}',
    detail: 'a setting for the backend',
    lines: ['parameters {', '\tkey: "$1"', '\tvalue { string_value: "$2" }', '}'],
  },
  ...policies(model, 'version_policy'),
  ...policies(serving, 'model_version_policy'),
  {
    message: serving,
    field: 'version_labels',
    label: 'version_labels {…}',
    detail: 'a name for a version',
    lines: ['version_labels {', '\tkey: "${1:stable}"', '\tvalue: $2', '}'],
  },
  {
    message: 'tensorflow.serving.ModelConfigList',
    field: 'config',
    label: 'config {…}',
    detail: 'a complete entry for a model',
    lines: entry('config'),
  },
  {
    message: 'tensorflow.serving.ModelServerConfig',
    field: 'model_config_list',
    label: 'model_config_list {…}',
    detail: 'a list with one model',
    lines: ['model_config_list {', ...entry('config').map((line) => `\t${line}`), '}'],
  },
];

function policies(message: string, field: string): readonly Snippet[] {
  const variants = [
    { name: 'latest', detail: 'the versions with the highest numbers', body: '{ num_versions: ${1:1} }' },
    { name: 'all', detail: 'every version on disk', body: '{}' },
    { name: 'specific', detail: 'the versions that are listed', body: '{ versions: [$1] }' },
  ];
  return variants.map(({ name, detail, body }) => ({
    message,
    field,
    label: `${field}: ${name}`,
    detail,
    lines: [`${field} { ${name} ${body} }`],
  }));
}

/** The blocks for a message. */
export function snippetsFor(message: string): readonly Snippet[] {
  return blocks.filter((block) => block.message === message);
}

/** One element of the list that a field's block is, as lines. Undefined where there is no such block. */
export function elementSnippet(message: string, field: string): readonly string[] | undefined {
  const block = blocks.find(
    (known) => known.message === message && known.field === field && known.lines[0]?.endsWith('['),
  );
  return block?.lines.slice(1, -1).map((line) => line.slice(1));
}
