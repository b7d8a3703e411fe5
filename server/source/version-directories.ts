// One look at a model's base path: its version directories, and the files in each.
import { constants } from 'node:fs';
import { open, readdir, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { fileSystemCode, isFileSystemError } from '../file-system-error.ts';
import { readFileOutline } from '../models/file-outline.ts';
import { modelFileName, modelFileNames, savedModelFileName, tfliteFileName } from '../models/model-format.ts';
import type { OnnxOutline } from '../models/onnx-outline.ts';
import { checkpointIndexFile, missingOfCheckpoint } from '../models/saved-model-outline.ts';

/** A version directory as it lay there at one moment. */
export interface VersionDirectory {
  readonly number: bigint;
  readonly directory: string;
  /** The model file. */
  readonly file: string;
  /** Bytes of the model file, with the variables of a SavedModel; 0 where it is missing. */
  readonly sizeBytes: number;
  /** Bytes of all its files. */
  readonly totalBytes: number;
  /** Names, sizes and times of all files; changes when any of them does. */
  readonly fingerprint: string;
  /** The newest modification time of any file in it, milliseconds since the Unix epoch. */
  readonly newestMs: number;
  readonly model: ModelFile;
}

/** What the model file is. */
export type ModelFile =
  | OnnxOutline
  | { readonly kind: 'missing'; readonly detail: string }
  | { readonly kind: 'unreadable'; readonly detail: string };

/** What one look found under a base path. */
export interface BasePathLook {
  /** Ascending by number, one per number. */
  readonly versions: readonly VersionDirectory[];
  /** Directories that were passed over because another has the same number: [passed over, served]. */
  readonly duplicates: readonly (readonly [string, string])[];
}

/** A version directory's name: a positive int64, leading zeros allowed as in TF Serving (reference §1.5). */
const versionName = /^\d{1,19}$/;
const maximumVersion = 2n ** 63n - 1n;
/** Files of a version directory that are looked at; beyond it changes go unseen until the next load. */
const maximumFiles = 2000;
const maximumDepth = 4;

/** What holds for every version directory of a model. */
export interface VersionSettings {
  /** The name of the model file; absent: the first of `modelFileNames` that is there. */
  readonly modelFilename?: string;
  /** Whether model.tflite comes before all others. */
  readonly prefersTflite?: boolean;
  /** Of what else decides how a version is loaded; part of every version's own. */
  readonly fingerprint: string;
}

/** Looks at every version under `basePath`. Rejects with the file system's error where that cannot be listed. */
export async function lookAtBasePath(
  basePath: string,
  settings: VersionSettings = { fingerprint: '' },
): Promise<BasePathLook> {
  const names = (await listDirectories(basePath))
    .filter((name) => versionName.test(name))
    // The shortest name of a number first: `1` is served before `001`.
    .sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  const byNumber = new Map<bigint, string>();
  const duplicates: [string, string][] = [];
  for (const name of names) {
    const number = BigInt(name);
    const first = byNumber.get(number);
    if (first !== undefined) {
      duplicates.push([name, first]);
    } else if (number > 0n && number <= maximumVersion) {
      byNumber.set(number, name);
    }
  }
  const versions = await Promise.all(
    [...byNumber].map(([number, name]) => lookAtVersion(number, path.join(basePath, name), settings)),
  );
  const present = versions.filter((version) => version !== undefined);
  return { versions: present.sort((a, b) => (a.number < b.number ? -1 : 1)), duplicates };
}

/** Names of the directories in `directory`, and of the links to directories. Rejects with the file system's error. */
export async function listDirectories(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const kept = await Promise.all(
    entries.map(async (entry) => {
      if (!entry.isSymbolicLink()) {
        return entry.isDirectory();
      }
      const target = await stat(path.join(directory, entry.name)).catch(() => undefined);
      return target?.isDirectory() ?? false;
    }),
  );
  return entries.filter((_, at) => kept[at]).map(({ name }) => name);
}

/** Undefined where the directory went away meanwhile, or is a link to something else. */
async function lookAtVersion(
  number: bigint,
  directory: string,
  settings: VersionSettings,
): Promise<VersionDirectory | undefined> {
  try {
    const files = await listFiles(directory, '', 0);
    const { name: modelFilename, own } = await findModelFile(directory, settings);
    const file = path.join(directory, modelFilename);
    const newestMs = Math.max((await stat(directory)).mtimeMs, ...files.map(({ mtimeMs }) => mtimeMs));
    const all = own === undefined ? files : [own, ...files];
    return {
      number,
      directory,
      file,
      sizeBytes: sizeOfModel(own, files),
      totalBytes: files.reduce((sum, { size }) => sum + size, 0),
      fingerprint: [
        settings.fingerprint,
        ...all.map(
          ({ name, size, mtimeMs, ctimeMs, inode }) => `${name} ${size} ${mtimeMs} ${ctimeMs} ${inode}`,
        ),
      ].join('\n'),
      newestMs,
      model:
        own === undefined
          ? describeMissing(files, settings.modelFilename)
          : await lookAtModelFile(directory, own, files),
    };
  } catch (reason) {
    if (isFileSystemError(reason, 'ENOENT', 'ENOTDIR')) {
      return undefined;
    }
    const detail = `the directory cannot be read (${fileSystemCode(reason)})`;
    return {
      number,
      directory,
      file: '',
      sizeBytes: 0,
      totalBytes: 0,
      fingerprint: detail,
      newestMs: 0,
      model: { kind: 'unreadable', detail },
    };
  }
}

interface SeenFile {
  readonly name: string;
  readonly size: number;
  readonly mtimeMs: number;
  /** Changes with the permissions too: a file may become readable. */
  readonly ctimeMs: number;
  readonly inode: number;
  readonly regular: boolean;
}

async function listFiles(directory: string, prefix: string, depth: number): Promise<SeenFile[]> {
  const entries = await readdir(path.join(directory, prefix), { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const found: SeenFile[] = [];
  for (const entry of entries) {
    const name = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    if (entry.isDirectory()) {
      found.push(...(depth < maximumDepth ? await listFiles(directory, name, depth + 1) : []));
    } else {
      // A file that goes away between readdir and stat makes this look one of a directory in motion.
      const file = await lookAtFile(directory, name);
      found.push(file ?? { name, size: 0, mtimeMs: 0, ctimeMs: 0, inode: 0, regular: false });
    }
    if (found.length >= maximumFiles) {
      break;
    }
  }
  return found;
}

async function lookAtFile(directory: string, name: string): Promise<SeenFile | undefined> {
  const facts = await stat(path.join(directory, name)).catch(() => undefined);
  if (facts === undefined) {
    return undefined;
  }
  const { size, mtimeMs, ctimeMs, ino: inode } = facts;
  return { name, size, mtimeMs, ctimeMs, inode, regular: facts.isFile() };
}

/** The model file: the one that is asked for by name, else the first of the usual ones. */
async function findModelFile(
  directory: string,
  { modelFilename, prefersTflite = false }: VersionSettings,
): Promise<{ readonly name: string; readonly own: SeenFile | undefined }> {
  const names = modelFilename === undefined ? modelFileNames : [modelFilename];
  const inOrder = prefersTflite && modelFilename === undefined ? [tfliteFileName, ...names] : names;
  for (const name of inOrder) {
    const own = await lookAtFile(directory, name);
    if (own !== undefined) {
      return { name, own };
    }
  }
  return { name: modelFilename ?? modelFileName, own: undefined };
}

function sizeOfModel(own: SeenFile | undefined, files: readonly SeenFile[]): number {
  const variables = files.filter(
    ({ name }) => own?.name === savedModelFileName && name.startsWith('variables/'),
  );
  return variables.reduce((sum, { size }) => sum + size, own?.size ?? 0);
}

function describeMissing(files: readonly SeenFile[], wanted = modelFileName): ModelFile {
  if (files.some(({ name }) => name === 'saved_model.pbtxt')) {
    return {
      kind: 'missing',
      detail: `it holds a SavedModel in text form (saved_model.pbtxt); save it in binary form, as ${savedModelFileName}`,
    };
  }
  const other = files.find(({ name }) => name.endsWith('.onnx'));
  const hint = other === undefined ? '' : `; rename ${other.name} to ${wanted}`;
  return { kind: 'missing', detail: `it holds no ${wanted}${hint}` };
}

/** Opens only regular files: a FIFO would block, a device may do anything. */
async function lookAtModelFile(
  directory: string,
  seen: SeenFile,
  files: readonly SeenFile[],
): Promise<ModelFile> {
  if (!seen.regular) {
    return { kind: 'unreadable', detail: `${seen.name} is not a regular file` };
  }
  try {
    const file = path.join(directory, seen.name);
    const outline = await withOpen(file, (handle) => readFileOutline(handle, seen.size, seen.name));
    return outline.kind === 'complete' && seen.name === savedModelFileName
      ? await lookAtCheckpoint(directory, files)
      : outline;
  } catch (reason) {
    return {
      kind: 'unreadable',
      detail: `${path.basename(seen.name)} cannot be read (${fileSystemCode(reason)})`,
    };
  }
}

/** What a whole saved_model.pb is with the variables beside it. */
async function lookAtCheckpoint(directory: string, files: readonly SeenFile[]): Promise<ModelFile> {
  const names = files.filter(({ regular }) => regular).map(({ name }) => name);
  const size = files.find(({ name }) => name === checkpointIndexFile)?.size ?? 0;
  const missing = await missingOfCheckpoint(names, (read) =>
    withOpen(path.join(directory, checkpointIndexFile), (handle) => read(handle, size)),
  );
  return missing === undefined
    ? { kind: 'complete' }
    : { kind: 'truncated', detail: missing, loadable: false };
}

async function withOpen<Result>(file: string, use: (handle: FileHandle) => Promise<Result>): Promise<Result> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}
