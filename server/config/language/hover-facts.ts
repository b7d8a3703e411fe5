// What the model and the disk have in the place of a field: signatures, versions, other models. Markdown. Pure.
import type { OnnxValue } from '../../models/onnx-signature.ts';
import type { Document } from '../../textproto/syntax-tree.ts';
import type { ConfigKind } from '../config-kind.ts';
import type { Surroundings } from '../surroundings.ts';
import { code } from './markdown.ts';
import { describeTensor, messagesIn, newestSignature, tensorNamed } from './model-facts.ts';
import { stringField, textOf, type Located } from './typed-tree.ts';

/** How many tensors or versions are listed. */
const listLimit = 20;

/** Paragraphs on what is there; none where nothing is known. */
export function hoverFacts(
  document: Document,
  kind: ConfigKind,
  { level, part, value }: Located,
  around: Surroundings,
): readonly string[] {
  const owner = level.schema?.fullName;
  const field = level.field?.name ?? '';
  switch (owner) {
    case 'inference.ModelConfig':
      return field === 'input' || field === 'output' ? signatureOf(around, `${field}s`) : [];
    case 'inference.ModelInput':
    case 'inference.ModelOutput': {
      const name = stringField(document.text, level.body, 'name');
      return ['name', 'data_type', 'dims'].includes(field)
        ? tensorFacts(around, owner === 'inference.ModelInput' ? 'inputs' : 'outputs', name)
        : [];
    }
    case 'inference.ModelEnsembling.Step':
      return field === 'model_name' && part === 'value'
        ? otherModel(around, textOf(document.text, value))
        : [];
    case 'tensorflow.serving.ModelConfig': {
      const basePath = stringField(document.text, level.body, 'base_path');
      return kind === 'model-server' && ['name', 'base_path', 'model_version_policy'].includes(field)
        ? basePathFacts(around, basePath)
        : [];
    }
    default:
      return [];
  }
}

function signatureOf(around: Surroundings, side: 'inputs' | 'outputs'): readonly string[] {
  const signed = newestSignature(around.directory);
  if (signed === undefined) {
    return [];
  }
  const values = signed.signature[side];
  return [`The model, version ${signed.version.name}, has ${list(values.map(tensorLine))}`];
}

function tensorLine(value: OnnxValue): string {
  return `${code(value.name)}: ${code(describeTensor(value))}`;
}

function tensorFacts(
  around: Surroundings,
  side: 'inputs' | 'outputs',
  name: string | undefined,
): readonly string[] {
  const signed = newestSignature(around.directory);
  if (signed === undefined || name === undefined) {
    return [];
  }
  const tensor = tensorNamed(signed.signature[side], name);
  const model = `The model, version ${signed.version.name},`;
  if (tensor !== undefined) {
    return [`${model} has ${tensorLine(tensor)}.`];
  }
  const noun = side === 'inputs' ? 'input' : 'output';
  const names = signed.signature[side].slice(0, listLimit).map((value) => code(value.name));
  return [`${model} has no ${noun} ${code(name)}${names.length === 0 ? '' : `, but ${names.join(', ')}`}.`];
}

function otherModel(around: Surroundings, name: string | undefined): readonly string[] {
  const config = name === undefined ? undefined : around.otherModels?.get(name);
  if (name === undefined || config === undefined) {
    return [];
  }
  const lines = (['input', 'output'] as const).flatMap((side) =>
    messagesIn(config[side]).map((tensor) => {
      const type = typeof tensor.dataType === 'string' ? tensor.dataType : '';
      const dims = Array.isArray(tensor.dims) ? tensor.dims.map(String).join(', ') : '';
      const own = typeof tensor.name === 'string' ? tensor.name : '';
      return `${side} ${code(own)}: ${code(`${type} [${dims}]`)}`;
    }),
  );
  return [
    lines.length === 0
      ? `The model ${code(name)} is in this repository.`
      : `${code(name)} has ${list(lines)}`,
  ];
}

function basePathFacts(around: Surroundings, basePath: string | undefined): readonly string[] {
  const facts = basePath === undefined ? undefined : around.basePaths?.get(basePath);
  switch (facts?.kind) {
    case undefined:
      return [];
    case 'missing':
      return ['There is no such directory.'];
    case 'no-directory':
      return ['This is no directory.'];
    case 'directory': {
      const { versions } = facts.directory;
      return versions.length === 0
        ? ['There is no version in this directory.']
        : [
            `Versions on disk: ${versions
              .slice(-listLimit)
              .map((version) => version.name)
              .join(', ')}.`,
          ];
    }
  }
}

/** Lines as a Markdown list, behind a verb. */
function list(lines: readonly string[]): string {
  const more = lines.length > listLimit ? [`and ${lines.length - listLimit} more`] : [];
  const items = [...lines.slice(0, listLimit), ...more].map((line) => `- ${line}`);
  return items.length === 0 ? 'none.' : `\n\n${items.join('\n')}`;
}
