// Renaming a model in all configs that name it. Pure: the caller renames directories.
import type { Span } from '../../textproto/diagnostics.ts';
import { stringLiteral } from '../../textproto/strings.ts';
import type { Document, Field, MessageValue, StringValue } from '../../textproto/syntax-tree.ts';
import type { TextEdit } from '../../textproto/text-edit.ts';
import type { ConfigKind } from '../config-kind.ts';
import { configSchema } from '../config-schema.ts';
import { contentSpan, fieldOf, locate, stringField, textOf } from './typed-tree.ts';
import { messagesNamed } from './value-context.ts';

/** A config of the workspace. */
export interface WorkspaceConfig {
  readonly kind: ConfigKind;
  readonly document: Document;
  /** The name of the directory that it is in: a config.pbtxt's model is called so where the file names none. */
  readonly directory: string;
}

/** Where a model is named. */
export interface ModelMention {
  readonly name: string;
  /** Without its quotes. */
  readonly span: Span;
}

/** What renaming takes; `Key` tells the configs apart. */
export type ModelRename<Key> =
  | {
      readonly kind: 'edits';
      /** Only those that change. */
      readonly edits: ReadonlyMap<Key, readonly TextEdit[]>;
      /** The config.pbtxt files whose directories must be renamed to the new name: Triton takes no others. */
      readonly directories: readonly Key[];
    }
  | { readonly kind: 'refused'; readonly reason: string };

/** The model that is named at `offset`, where it can be renamed from there. */
export function modelNameAt(document: Document, kind: ConfigKind, offset: number): ModelMention | undefined {
  const { level, part, value } = locate(document, configSchema(kind), offset);
  const field = `${level.schema?.fullName ?? ''}.${level.field?.name ?? ''}`;
  const name = textOf(document.text, value);
  if (
    part !== 'value' ||
    value?.kind !== 'string' ||
    name === undefined ||
    name === '' ||
    !naming.has(field)
  ) {
    return undefined;
  }
  return { name, span: contentSpan(document.text, value) ?? value };
}

const naming: ReadonlySet<string> = new Set([
  'inference.ModelConfig.name',
  'inference.ModelEnsembling.Step.model_name',
  'tensorflow.serving.ModelConfig.name',
]);

/** File systems take no longer names. */
const nameLimit = 255;

/** Why no model can be called `name`; undefined if one can. */
export function badModelName(name: string): string | undefined {
  if (name === '') {
    return 'A model needs a name.';
  }
  // Triton's words (triton.md §2.4): the name is that of the directory.
  if (/[/\\]/.test(name) || name === '.' || name === '..') {
    return `invalid model name '${name}', model name must not contain path traversal characters`;
  }
  if (/\p{Cc}|\p{Surrogate}/u.test(name)) {
    return 'The name of a model cannot hold control characters.';
  }
  if (name.trim() !== name) {
    return 'The name of a model cannot begin or end with a space.';
  }
  return new TextEncoder().encode(name).length > nameLimit
    ? `The name of a model cannot have more than ${nameLimit} bytes: it is that of its directory.`
    : undefined;
}

/**
 * All that changes when the model `from` is called `to`: its own name, entries of model config files, steps of ensembles, and
 * base paths that lead to its directory if that is renamed. Refused if `to` is no name, or taken by another model.
 */
export function renameModel<Key>(
  configs: ReadonlyMap<Key, WorkspaceConfig>,
  from: string,
  to: string,
): ModelRename<Key> {
  const problem = badModelName(to) ?? takenBy(configs, from, to);
  if (problem !== undefined) {
    return { kind: 'refused', reason: problem };
  }
  const directories = [...configs].filter(([, config]) => isConfigOf(config, from)).map(([key]) => key);
  const renamesDirectory = directories.length > 0;
  const edits = new Map<Key, readonly TextEdit[]>();
  for (const [key, config] of configs) {
    const own = from === to ? [] : editsIn(config, from, to, renamesDirectory);
    if (own.length > 0) {
      edits.set(key, own);
    }
  }
  const moved = directories.filter((key) => configs.get(key)?.directory !== to);
  return { kind: 'edits', edits, directories: moved };
}

function isConfigOf({ kind, document, directory }: WorkspaceConfig, model: string): boolean {
  return kind === 'model' && (stringField(document.text, document.root, 'name') ?? directory) === model;
}

function takenBy<Key>(
  configs: ReadonlyMap<Key, WorkspaceConfig>,
  from: string,
  to: string,
): string | undefined {
  const isTaken = [...configs.values()].some(
    (config) =>
      isConfigOf(config, to) ||
      (config.kind === 'model' && config.directory === to && !isConfigOf(config, from)) ||
      entriesOf(config).some((entry) => stringField(config.document.text, entry, 'name') === to),
  );
  return from !== to && isTaken ? `There is a model ${to} already.` : undefined;
}

/** The entries of a model config file; of other files none. */
function entriesOf({ kind, document }: WorkspaceConfig): readonly MessageValue[] {
  return kind === 'model-server'
    ? messagesNamed(document.root, 'model_config_list').flatMap((list) => messagesNamed(list, 'config'))
    : [];
}

function editsIn(config: WorkspaceConfig, from: string, to: string, renamesDirectory: boolean): TextEdit[] {
  const { kind, document } = config;
  const { text, root } = document;
  if (kind === 'model') {
    const steps = messagesNamed(root, 'ensemble_scheduling').flatMap((body) => messagesNamed(body, 'step'));
    const names = [fieldOf(root, 'name'), ...steps.map((step) => fieldOf(step, 'model_name'))];
    return names.flatMap((field) => renamed(text, field, from, to)).sort((a, b) => a.start - b.start);
  }
  return entriesOf(config)
    .filter((entry) => stringField(text, entry, 'name') === from)
    .flatMap((entry) => [
      ...renamed(text, fieldOf(entry, 'name'), from, to),
      ...(renamesDirectory ? movedPath(text, fieldOf(entry, 'base_path'), from, to) : []),
    ])
    .sort((a, b) => a.start - b.start);
}

function renamed(text: string, field: Field | undefined, from: string, to: string): readonly TextEdit[] {
  const value = field?.value;
  return value?.kind === 'string' && textOf(text, value) === from ? [replaceString(text, value, to)] : [];
}

/** The path with its last part renamed, if that is the model's directory. */
function movedPath(text: string, field: Field | undefined, from: string, to: string): readonly TextEdit[] {
  const value = field?.value;
  const path = textOf(text, value);
  if (value?.kind !== 'string' || path === undefined) {
    return [];
  }
  const slashes = /[/]*$/.exec(path)?.[0] ?? '';
  const bare = path.slice(0, path.length - slashes.length);
  return bare.endsWith(`/${from}`)
    ? [replaceString(text, value, bare.slice(0, bare.length - from.length) + to + slashes)]
    : [];
}

/** Between the quotes that are there, if the new content needs no escapes. */
function replaceString(text: string, value: StringValue, content: string): TextEdit {
  const span = contentSpan(text, value);
  const literal = stringLiteral(content);
  const isPlain = literal === `"${content}"` && !content.includes("'");
  const isClosed = span !== undefined && span.end < value.end;
  return span !== undefined && isClosed && isPlain
    ? { ...span, text: content }
    : { start: value.start, end: value.end, text: literal };
}
