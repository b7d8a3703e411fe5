// A complete config.pbtxt for an ONNX model, by the rules of Triton's ONNX Runtime backend (triton.md §2.5). Pure.
import type { OnnxSignature, OnnxValue } from '../../models/onnx-signature.ts';
import { stringLiteral } from '../../textproto/strings.ts';
import { configDims, isBatchable } from './model-facts.ts';

/** What is known of the model beside its signature. */
export interface GeneratedModel {
  /** That of its directory. */
  readonly name: string;
  /** The model's file in the version directory; `model.onnx` if it is not said. */
  readonly fileName?: string;
  /** The version that the signature is of, as its directory is called. */
  readonly version?: string;
}

/** What Triton takes where a model can batch and nobody says how much. */
const defaultMaxBatchSize = 4;

const usualFileName = 'model.onnx';

/** The config, formatted, with comments that say why. */
export function generateConfig(
  signature: OnnxSignature,
  { name, fileName = usualFileName, version }: GeneratedModel,
): string {
  const isBatched = isBatchable(signature);
  const source = version === undefined ? 'its model file' : `version ${plain(version)} of its model`;
  const lines = [
    `# Written from ${source}: opset ${signature.opset}${signature.producer === '' ? '' : `, by ${plain(signature.producer)}`}.`,
    `name: ${stringLiteral(name)}`,
    'backend: "onnxruntime"',
    ...(fileName === usualFileName ? [] : [`default_model_filename: ${stringLiteral(fileName)}`]),
    '',
    ...batchLines(isBatched),
    ...tensorBlock('input', signature.inputs, isBatched),
    ...tensorBlock('output', signature.outputs, isBatched),
    '# A GPU where there is one, else the CPU.',
    'instance_group [',
    '  {',
    '    kind: KIND_AUTO',
    '    count: 1',
    '  }',
    ']',
    ...(isBatched ? ['', '# Requests that wait at the same time share a run.', 'dynamic_batching {}'] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function batchLines(isBatched: boolean): readonly string[] {
  return isBatched
    ? [
        '# The first dimension of every tensor takes any size, so it is that of the batch; dims leave it out.',
        `max_batch_size: ${defaultMaxBatchSize}`,
        '',
      ]
    : [
        '# Not every tensor has a first dimension that takes any size, so requests cannot share a run; dims are whole.',
        'max_batch_size: 0',
        '',
      ];
}

/**
 * The inputs or outputs: all, or none, which the server then takes from the model. Triton refuses a config with some of the
 * inputs, and outputs that are not listed cannot be asked for.
 */
function tensorBlock(
  list: 'input' | 'output',
  values: readonly OnnxValue[],
  isBatched: boolean,
): readonly string[] {
  const unsayable = values.filter((value) => !canBeSaid(value, isBatched));
  if (unsayable.length > 0) {
    return [
      ...unsayable.map(
        ({ name }) => `# The ${list} ${plain(name)} has a type or shape that a config cannot say.`,
      ),
      `# So the server takes all ${list}s from the model.`,
      '',
    ];
  }
  if (values.length === 0) {
    return [];
  }
  const blocks = values.map((value, at) => [
    '  {',
    ...tensorLines(value, isBatched).map((line) => `    ${line}`),
    at < values.length - 1 ? '  },' : '  }',
  ]);
  return [`${list} [`, ...blocks.flat(), ']', ''];
}

function canBeSaid(value: OnnxValue, isBatched: boolean): boolean {
  const dims = configDims(value, isBatched);
  // A scalar can be said only where there is a batch dimension in front of it.
  return (
    value.name !== '' && value.dataType !== undefined && dims !== undefined && (isBatched || dims.length > 0)
  );
}

function tensorLines(value: OnnxValue, isBatched: boolean): readonly string[] {
  const dims = configDims(value, isBatched) ?? [];
  const named = (value.dims ?? []).slice(isBatched ? 1 : 0).filter((dim) => typeof dim === 'string');
  return [
    ...(named.length === 0 ? [] : [`# Any size: ${named.map(plain).join(', ')}.`]),
    `name: ${stringLiteral(value.name)}`,
    `data_type: ${value.dataType ?? ''}`,
    `dims: [${(dims.length === 0 ? [1] : dims).join(', ')}]`,
    // A config needs dims; the model has none beside the batch.
    ...(dims.length === 0 ? ['reshape { shape: [] }'] : []),
  ];
}

/** Text of the model file for a comment, which is one line. */
function plain(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}]+/gu, ' ').trim();
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}
