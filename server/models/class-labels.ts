// Names for the classes of a model, from its metadata or a text file beside it: a decorator of the loader.
import path from 'node:path';
import type { Signature } from '../codec/tensor.ts';
import { systemCode } from '../file-system-error.ts';
import type { VersionOnDisk } from '../lifecycle/found.ts';
import type { Loader } from '../lifecycle/model-environment.ts';
import type { LoadedVersion } from '../lifecycle/version-state.ts';
import type { Logger } from '../log.ts';
import { modelFormatOf } from './model-format.ts';
import { readOnnxMetadata } from './onnx-metadata.ts';
import { withRegularFile } from './regular-file.ts';

/** The key in an ONNX model's `metadata_props`. */
export const classLabelsKey = 'class_labels';
/** The field of an output in Triton's config.pbtxt that names a file in the model's directory, one label per line. */
export const labelFilenameKey = 'label_filename';
/** The file in the version directory or in the model's, one label per line. */
export const labelsFileName = 'labels.txt';

const maximumFileBytes = 1024 * 1024;
const maximumLabels = 100_000;

/**
 * `loader`, whose versions have the class labels in their signature that the model's metadata has, else the file that
 * `label_filename` in the model's config.pbtxt names, else `labels.txt` in the version directory or in the model's. They
 * are read whenever a version is loaded. They never fail a load: what cannot be read is logged and counts as absent, what
 * does not fit the scores is logged only.
 */
export function withClassLabels(loader: Loader, log: Logger): Loader {
  return {
    load: async (model, version, signal, progress) => {
      const loaded = await loader.load(model, version, signal, progress);
      const facts = { model, version: version.number.toString() };
      const classLabels = await readClassLabels(version, (source, reason) =>
        log.warning('class labels are passed over', { ...facts, source, reason }),
      );
      if (classLabels === undefined) {
        return loaded;
      }
      const widths = scoreWidths(loaded.signature);
      if (widths.length > 0 && !widths.includes(classLabels.length)) {
        const scores = widths.join(', ');
        log.warning('class labels do not fit the scores', { ...facts, labels: classLabels.length, scores });
      }
      return {
        ...loaded,
        ...withLabels(loaded, classLabels),
        run: (...request) => loaded.run(...request),
        unload: () => loaded.unload(),
      };
    },
  };
}

function withLabels(
  { signature, signatures }: LoadedVersion,
  classLabels: readonly string[],
): Pick<LoadedVersion, 'signature' | 'signatures'> {
  const labelled = { ...signature, classLabels };
  return signatures === undefined
    ? { signature: labelled }
    : {
        signature: labelled,
        signatures: new Map([...signatures].map(([name, one]) => [name, { ...one, classLabels }])),
      };
}

/** The columns of every float output that may be the scores, as far as the model says. */
function scoreWidths({ outputs }: Signature): number[] {
  return outputs
    .filter(({ dtype, shape }) => dtype.startsWith('float') && shape.length === 2)
    .flatMap(({ shape: [, width = -1] }) => (width < 0 ? [] : [width]));
}

/**
 * The class labels of `version`, at least one, or undefined where its files have none. `passedOver` is told, without paths,
 * of a source that has some and cannot be read; the next one is tried then.
 */
export async function readClassLabels(
  { file, directory }: Pick<VersionOnDisk, 'file' | 'directory'>,
  passedOver: (source: string, reason: string) => void,
): Promise<readonly string[] | undefined> {
  const sources: readonly (readonly [string, () => Promise<readonly string[]>])[] = [
    [classLabelsKey, () => labelsOfModel(file)],
    [labelFilenameKey, () => labelsOfConfig(path.dirname(directory))],
    [labelsFileName, () => labelsOfFile(path.join(directory, labelsFileName))],
    [`../${labelsFileName}`, () => labelsOfFile(path.join(path.dirname(directory), labelsFileName))],
  ];
  for (const [source, read] of sources) {
    try {
      const labels = await read();
      if (labels.length > maximumLabels) {
        throw new Error(`there are ${labels.length} labels; at most ${maximumLabels} are taken`);
      }
      if (labels.length > 0) {
        return labels;
      }
    } catch (reason) {
      passedOver(source, systemCode(reason) ?? (reason instanceof Error ? reason.message : String(reason)));
    }
  }
  return undefined;
}

async function labelsOfModel(file: string): Promise<readonly string[]> {
  if (modelFormatOf(file) !== 'onnx') {
    return [];
  }
  const properties = await withRegularFile(
    file,
    async (handle, size) => (await readOnnxMetadata(handle, size)).properties,
  );
  return parseLabels(properties?.get(classLabelsKey) ?? '');
}

/**
 * The labels in the text of a metadata value: a JSON array of strings and numbers, else one per line, else with commas
 * between them. Empty text has none. Throws an Error for other lists and objects in JSON.
 */
export function parseLabels(text: string): readonly string[] {
  const json = parseJson(text);
  if (typeof json === 'object' && json !== null) {
    const list: readonly unknown[] = Array.isArray(json) ? json : [json];
    return list.map((label) => {
      if (typeof label !== 'string' && typeof label !== 'number') {
        throw new Error('it is not a JSON array of strings and numbers');
      }
      return String(label);
    });
  }
  const trimmed = text.trim();
  if (trimmed === '') {
    return [];
  }
  return trimmed.split(trimmed.includes('\n') ? '\n' : ',').map((label) => label.trim());
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The labels of the first output that has a `label_filename`. The name is that of a file in the model's directory. */
async function labelsOfConfig(modelDirectory: string): Promise<readonly string[]> {
  const config = await readText(path.join(modelDirectory, 'config.pbtxt'));
  const name = config === undefined ? undefined : labelFilenameIn(config);
  if (name === undefined || name === '') {
    return [];
  }
  if (/[/\\]|^\.\.?$/.test(name)) {
    throw new Error(`"${name}" is no plain file name in the model's directory`);
  }
  return labelsOfFile(path.join(modelDirectory, name));
}

/** The value of the first `label_filename` in text format, comments passed over. */
function labelFilenameIn(config: string): string | undefined {
  const tokens = config.matchAll(
    /#[^\n]*|\blabel_filename\s*:\s*(?:"([^"\\\n]*)"|'([^'\\\n]*)')|"[^"\n]*"|'[^'\n]*'/g,
  );
  for (const [, double, single] of tokens) {
    const name = double ?? single;
    if (name !== undefined) {
      return name;
    }
  }
  return undefined;
}

/** One label per line, an empty line being a class without a label; the line end of the last is no line of its own. */
async function labelsOfFile(file: string): Promise<readonly string[]> {
  const text = await readText(file);
  if (text === undefined || text.trim() === '') {
    return [];
  }
  return text
    .replace(/\r?\n$/, '')
    .split('\n')
    .map((label) => label.trim());
}

/** The text of a small file; undefined where there is no such file. */
function readText(file: string): Promise<string | undefined> {
  return withRegularFile(file, async (handle, size) => {
    if (size > maximumFileBytes) {
      throw new Error(`it has ${size} bytes; at most ${maximumFileBytes} are taken`);
    }
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size), 0, size, 0);
    // Takes a byte order mark away, which editors on Windows write.
    return new TextDecoder().decode(buffer.subarray(0, bytesRead));
  });
}
