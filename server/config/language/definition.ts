// Where what a config names is on disk: directories, files, other models' configs. Pure: the caller resolves and looks.
import type { Span } from '../../textproto/diagnostics.ts';
import type { Document } from '../../textproto/syntax-tree.ts';
import type { ConfigKind } from '../config-kind.ts';
import { configSchema } from '../config-schema.ts';
import type { Surroundings } from '../surroundings.ts';
import { contentSpan, locate, textOf } from './typed-tree.ts';

/** A place on disk that a value names. */
export interface Definition {
  readonly kind: 'file' | 'directory';
  /** Absolute, or relative to the directory of the config; with forward slashes. */
  readonly path: string;
  /** The text that names it, without its quotes. */
  readonly originSpan: Span;
}

type Target = (text: string, around: Surroundings) => Omit<Definition, 'originSpan'>;

const file = (path: string): Omit<Definition, 'originSpan'> => ({ kind: 'file', path });
const directory = (path: string): Omit<Definition, 'originSpan'> => ({ kind: 'directory', path });

const targets: ReadonlyMap<string, Target> = new Map<string, Target>([
  ['inference.ModelOutput.label_filename', (text) => file(text)],
  ['inference.ModelWarmup.Input.input_data_file', (text) => file(`warmup/${text}`)],
  ['inference.ModelSequenceBatching.InitialState.data_file', (text) => file(`initial_state/${text}`)],
  ['inference.ModelConfig.default_model_filename', modelFile],
  ['inference.ModelConfig.cc_model_filenames.value', modelFile],
  ['inference.ModelEnsembling.Step.model_name', (text) => file(`../${text}/config.pbtxt`)],
  ['tensorflow.serving.ModelConfig.base_path', (text) => directory(text)],
]);

/** What the value at `offset` names; undefined where it names nothing on disk. Never throws. */
export function definitionAt(
  document: Document,
  kind: ConfigKind,
  offset: number,
  around: Surroundings = {},
): Definition | undefined {
  const { level, part, value } = locate(document, configSchema(kind), offset);
  const target = targets.get(`${level.schema?.fullName ?? ''}.${level.field?.name ?? ''}`);
  const text = textOf(document.text, value);
  if (
    part !== 'value' ||
    target === undefined ||
    value?.kind !== 'string' ||
    text === undefined ||
    text === ''
  ) {
    return undefined;
  }
  return { ...target(text, around), originSpan: contentSpan(document.text, value) ?? value };
}

/** In the newest version that has it. */
function modelFile(text: string, { directory: facts }: Surroundings): Omit<Definition, 'originSpan'> {
  const versions = facts?.versions.toReversed() ?? [];
  const version = versions.find(({ files }) => files.includes(text)) ?? versions[0];
  return file(version === undefined ? text : `${version.name}/${text}`);
}
