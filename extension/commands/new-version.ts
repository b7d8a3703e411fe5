// Where a model file that is added goes: the next version of a model, or a new model. No vscode in here.
import { copyFile, cp, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/** What is added. */
export interface AddedModel {
  /** An .onnx file, or a directory that holds one. Absolute. */
  readonly source: string;
  /** The directory of the model's versions, absolute; it need not be there. */
  readonly basePath: string;
}

/** A name for a model, made from the name of its file: what a path may hold, and a URL needs not quote. */
export function modelNameFor(file: string): string {
  const base = path.basename(file).replace(/\.onnx$/i, '');
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

/** Whether it can be added: an .onnx file, or a directory with one in it. */
export async function isModelSource(source: string): Promise<boolean> {
  const found = await stat(source).catch(() => undefined);
  if (found?.isDirectory() === true) {
    return (await readdir(source)).some((name) => isModelFile(name));
  }
  return found !== undefined && isModelFile(source);
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
  const version = await nextVersion(basePath);
  const copy = path.join(basePath, `.${version}.copying`);
  try {
    if ((await stat(source)).isDirectory()) {
      await cp(source, copy, { recursive: true });
    } else {
      await mkdir(copy, { recursive: true });
      await copyFile(source, path.join(copy, 'model.onnx'));
      for (const name of await externalData(source)) {
        await copyFile(path.join(path.dirname(source), name), path.join(copy, name));
      }
    }
    await rename(copy, path.join(basePath, version));
  } catch (reason) {
    await rm(copy, { recursive: true, force: true });
    throw reason;
  }
  return version;
}

/** Writes a model that is given as bytes, as `addVersion` does. */
export async function addVersionFromBytes(
  basePath: string,
  write: (file: string) => Promise<void>,
): Promise<string> {
  const version = await nextVersion(basePath);
  const copy = path.join(basePath, `.${version}.copying`);
  try {
    await mkdir(copy, { recursive: true });
    await write(path.join(copy, 'model.onnx'));
    await rename(copy, path.join(basePath, version));
  } catch (reason) {
    await rm(copy, { recursive: true, force: true });
    throw reason;
  }
  return version;
}

function isModelFile(name: string): boolean {
  return /\.onnx$/i.test(name);
}

/** Weights beside the file, as exporters name them: `net.onnx.data`, `net.onnx_data`, `net.data`. */
async function externalData(file: string): Promise<readonly string[]> {
  const whole = path.basename(file);
  const stem = whole.replace(/\.onnx$/i, '');
  const candidates = [`${whole}.data`, `${whole}_data`, `${stem}.data`, `${stem}.weights`];
  return (await readdir(path.dirname(file))).filter((name) => candidates.includes(name));
}
