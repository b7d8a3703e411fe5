// Where a model that is added goes: the next version of a model, or a new model. No vscode in here.
import { copyFile, cp, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/** What is added. */
export interface AddedModel {
  /** A model file, or a directory that holds one: a SavedModel is always one. Absolute. */
  readonly source: string;
  /** The directory of the model's versions, absolute; it need not be there. */
  readonly basePath: string;
}

/** The graph of a SavedModel; the rest of it lies beside. */
const savedModelFile = 'saved_model.pb';
/** Model files whose ending alone says little: what they begin with (XGBoost's JSON, LightGBM's text). */
const treeBeginnings: ReadonlyMap<string, RegExp> = new Map([
  ['model.json', /^\s*\{[^]*"learner"\s*:/],
  ['model.txt', /^tree\r?\n/],
]);
/** So much of a file tells, bytes. */
const beginningBytes = 64 * 1024;

/** The name of a model file in a version directory, by the ending of the one that is added; undefined where it is none. */
function servedName(file: string): string | undefined {
  const ending = path.extname(file).toLowerCase();
  return ['.onnx', '.tflite', '.json', '.txt'].includes(ending) ? `model${ending}` : undefined;
}

/** A name for a model, made from the name of its file: what a path may hold, and a URL needs not quote. */
export function modelNameFor(file: string): string {
  const whole = path.basename(file) === savedModelFile ? path.dirname(file) : file;
  const base = path.basename(whole).replace(/\.(?:onnx|tflite|json|txt)$/i, '');
  const name = base.replace(/[^A-Za-z0-9_.-]+/g, '_').replace(/^[._-]+|[._-]+$/g, '');
  return name === '' ? 'model' : name;
}

/** What is wrong with a name for a new model; undefined if nothing is. */
export function modelNameProblem(name: string): 'empty' | 'characters' | undefined {
  if (name === '') {
    return 'empty';
  }
  return /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(name) ? undefined : 'characters';
}

/**
 * Whether it can be added: a model file of any kind that is served (of a SavedModel its saved_model.pb), or a directory with
 * one in it.
 */
export async function isModelSource(source: string): Promise<boolean> {
  const found = await stat(source).catch(() => undefined);
  if (found?.isDirectory() === true) {
    const served = new Set([savedModelFile, 'model.tflite', ...treeBeginnings.keys()]);
    return (await readdir(source)).some((name) => served.has(name) || /\.onnx$/i.test(name));
  }
  return (
    found !== undefined &&
    (path.basename(source) === savedModelFile || isModelContent(source, await beginningOf(source)))
  );
}

/** Whether a file of this name that begins like this is a model by itself. */
export function isModelContent(name: string, beginning: Uint8Array): boolean {
  const served = servedName(name);
  const pattern = treeBeginnings.get(served ?? '');
  const text = new TextDecoder().decode(beginning.subarray(0, beginningBytes));
  return served !== undefined && (pattern === undefined || pattern.test(text));
}

async function beginningOf(file: string): Promise<Uint8Array> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(beginningBytes), 0, beginningBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** The number after the highest version directory there is; 1 where there is none. */
export async function nextVersion(basePath: string): Promise<string> {
  const names = await readdir(basePath).catch((): string[] => []);
  const highest = names
    .filter((name) => /^\d{1,19}$/.test(name))
    .map((name) => BigInt(name))
    .reduce((a, b) => (a > b ? a : b), 0n);
  return String(highest + 1n);
}

/**
 * Copies the model in as its next version, which is there as a whole or not at all: the copy is made beside and renamed. Gives
 * the version. Rejects with the file system's error; nothing is left then.
 */
export async function addVersion({ source, basePath }: AddedModel): Promise<string> {
  return makeVersion(basePath, async (copy) => {
    const isSavedModel = path.basename(source) === savedModelFile;
    if (isSavedModel || (await stat(source)).isDirectory()) {
      await cp(isSavedModel ? path.dirname(source) : source, copy, { recursive: true });
      return;
    }
    await mkdir(copy, { recursive: true });
    await copyFile(source, path.join(copy, servedName(source) ?? 'model.onnx'));
    for (const name of await externalData(source)) {
      await copyFile(path.join(path.dirname(source), name), path.join(copy, name));
    }
  });
}

/** Writes a model file that is given as bytes, as `addVersion` does; `name` is the file's own. */
export async function addVersionFromBytes(
  basePath: string,
  name: string,
  write: (file: string) => Promise<void>,
): Promise<string> {
  return makeVersion(basePath, async (copy) => {
    await mkdir(copy, { recursive: true });
    await write(path.join(copy, servedName(name) ?? 'model.onnx'));
  });
}

async function makeVersion(basePath: string, fill: (copy: string) => Promise<void>): Promise<string> {
  const version = await nextVersion(basePath);
  const copy = path.join(basePath, `.${version}.copying`);
  try {
    await fill(copy);
    await rename(copy, path.join(basePath, version));
  } catch (reason) {
    await rm(copy, { recursive: true, force: true });
    throw reason;
  }
  return version;
}

/** Weights beside the file, as exporters name them: `net.onnx.data`, `net.onnx_data`, `net.data`. */
async function externalData(file: string): Promise<readonly string[]> {
  if (servedName(file) !== 'model.onnx') {
    return [];
  }
  const whole = path.basename(file);
  const stem = whole.replace(/\.onnx$/i, '');
  const candidates = [`${whole}.data`, `${whole}_data`, `${stem}.data`, `${stem}.weights`];
  return (await readdir(path.dirname(file))).filter((name) => candidates.includes(name));
}
