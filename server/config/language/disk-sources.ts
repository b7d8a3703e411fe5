// Versions, files, directories and labels that a config can name, as they are on disk and in the file. Pure.
import type { OnnxValue } from '../../models/onnx-signature.ts';
import { configSchema } from '../config-schema.ts';
import type { VersionFacts } from '../surroundings.ts';
import { directoryTyped } from './completion-item.ts';
import { describeTensor, directoryOf } from './model-facts.ts';
import { elementsOf, fieldOf, textOf, walkFields } from './typed-tree.ts';
import { otherElements, outer, siblingText, type ValueContext, type ValueOption } from './value-context.ts';

export function directoryName({ around }: ValueContext): readonly ValueOption[] {
  const name = around.directory?.name;
  return name === undefined ? [] : [{ text: name, kind: 'model', detail: "the directory's name" }];
}

export function modelFiles({ around }: ValueContext): readonly ValueOption[] {
  const names = new Set(around.directory?.versions.flatMap(({ files }) => files));
  return [...names].map((text) => ({ text, kind: 'file' }));
}

export function directoryFiles(under: string): (context: ValueContext) => readonly ValueOption[] {
  return ({ around }) => {
    const files = [...(around.directory?.files ?? [])];
    return files
      .filter((file) => file.startsWith(under) && (under !== '' || file !== 'config.pbtxt'))
      .map((file) => ({ text: file.slice(under.length), kind: 'file' }));
  };
}

/** The versions on disk, the newest first: of this model, or of the entry of a model config file that the offset is in. */
export function versionsOf(context: ValueContext): readonly ValueOption[] {
  const { around, kind, document, place } = context;
  const entry = place.frames.find(({ schema }) => schema?.fullName === 'tensorflow.serving.ModelConfig');
  const basePath = textOf(document.text, entry?.body && fieldOf(entry.body, 'base_path')?.value);
  const directory = kind === 'model' ? around.directory : directoryOf(around, basePath);
  const taken = otherElements(context);
  return (directory?.versions.toReversed() ?? [])
    .filter(({ number }) => !taken.has(String(number)))
    .map((version, at) => ({
      text: String(version.number),
      kind: 'value',
      detail: at === 0 ? 'the newest on disk' : 'on disk',
      documentation: describeVersion(version),
    }));
}

function describeVersion({ signature, problem }: VersionFacts): string | undefined {
  if (signature === undefined) {
    return problem;
  }
  const lines = (values: readonly OnnxValue[]): string =>
    values.map((value) => `${value.name}: ${describeTensor(value)}`).join('; ');
  return `Takes ${lines(signature.inputs)}. Gives ${lines(signature.outputs)}.`;
}

/** The last part of the entry's base_path: what its models are usually called. */
export function basePathName(context: ValueContext): readonly ValueOption[] {
  const name = siblingText(context, 'base_path')
    ?.split('/')
    .findLast((part) => part !== '');
  return name === undefined ? [] : [{ text: name, kind: 'model', detail: "the directory's name" }];
}

export function basePaths(context: ValueContext): readonly ValueOption[] {
  const { around, help, place, document } = context;
  const typed = document.text.slice(place.replace.start, place.replace.end);
  const directory = directoryTyped(typed);
  const entries = directory === undefined ? [] : (help.entries?.(directory) ?? []);
  const known = [...(around.basePaths ?? [])].filter(([, { kind }]) => kind === 'directory');
  const folders = entries.filter(({ isDirectory }) => isDirectory);
  const texts = new Set([
    ...folders.map(({ name }) => `${directory ?? ''}${name}`),
    ...known.map(([text]) => text),
  ]);
  texts.delete(typed);
  return [...texts].map((text) => ({ text, kind: 'folder' }));
}

/** Names that versions usually get, and those that the file has elsewhere; but not those of the entry itself. */
export function labels(context: ValueContext): readonly ValueOption[] {
  const { document, kind, place } = context;
  const entry = outer(context, 1)?.body;
  const names = new Set(['stable', 'canary']);
  const taken = new Set<string>();
  walkFields(document, configSchema(kind), ({ at, owner, body }) => {
    const isLabel =
      at.name.text === 'key' && owner?.fullName === 'tensorflow.serving.ModelConfig.version_labels';
    const isHere = at.start <= place.replace.start && place.replace.start <= at.end;
    if (!isLabel || isHere) {
      return;
    }
    const isOwn = entry !== undefined && body.start >= entry.start && body.end <= entry.end;
    for (const value of elementsOf(at)) {
      const name = textOf(document.text, value);
      if (name !== undefined && name !== '') {
        (isOwn ? taken : names).add(name);
      }
    }
  });
  return [...names].filter((name) => !taken.has(name)).map((text) => ({ text, kind: 'value' }));
}
