// One look at a model's base path: its version directories, and the files in each.
import { constants } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileSystemCode, isFileSystemError } from '../file-system-error.ts';
import { readOnnxOutline, type OnnxOutline } from '../models/onnx-outline.ts';

/** The name of the model file in a version directory. */
export const modelFileName = 'model.onnx';

/** A version directory as it lay there at one moment. */
export interface VersionDirectory {
  readonly number: bigint;
  readonly directory: string;
  /** The model file. */
  readonly file: string;
  /** Bytes of the model file; 0 where it is missing. */
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
  /** The name of the model file. */
  readonly modelFilename: string;
  /** Of what else decides how a version is loaded; part of every version's own. */
  readonly fingerprint: string;
}

/** Looks at every version under `basePath`. Rejects with the file system's error where that cannot be listed. */
export async function lookAtBasePath(
  basePath: string,
  settings: VersionSettings = { modelFilename: modelFileName, fingerprint: '' },
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
  { modelFilename, fingerprint }: VersionSettings,
): Promise<VersionDirectory | undefined> {
  try {
    const files = await listFiles(directory, '', 0);
    const file = path.join(directory, modelFilename);
    const own = await lookAtFile(directory, modelFilename);
    const newestMs = Math.max((await stat(directory)).mtimeMs, ...files.map(({ mtimeMs }) => mtimeMs));
    const all = own === undefined ? files : [own, ...files];
    return {
      number,
      directory,
      file,
      sizeBytes: own?.size ?? 0,
      totalBytes: files.reduce((sum, { size }) => sum + size, 0),
      fingerprint: [
        fingerprint,
        ...all.map(
          ({ name, size, mtimeMs, ctimeMs, inode }) => `${name} ${size} ${mtimeMs} ${ctimeMs} ${inode}`,
        ),
      ].join('\n'),
      newestMs,
      model: own === undefined ? describeMissing(files, modelFilename) : await lookAtModelFile(file, own),
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

function describeMissing(files: readonly SeenFile[], wanted: string): ModelFile {
  if (files.some(({ name }) => name === 'saved_model.pb')) {
    return {
      kind: 'missing',
      detail: `it holds a TensorFlow SavedModel, and this version of Perch serves ONNX: export it to ${wanted}`,
    };
  }
  const other = files.find(({ name }) => name.endsWith('.onnx'));
  const hint = other === undefined ? '' : `; rename ${other.name} to ${wanted}`;
  return { kind: 'missing', detail: `it holds no ${wanted}${hint}` };
}

/** Opens only regular files: a FIFO would block, a device may do anything. */
async function lookAtModelFile(file: string, seen: SeenFile): Promise<ModelFile> {
  if (!seen.regular) {
    return { kind: 'unreadable', detail: `${path.basename(file)} is not a regular file` };
  }
  try {
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return await readOnnxOutline(handle, seen.size);
    } finally {
      await handle.close();
    }
  } catch (reason) {
    return {
      kind: 'unreadable',
      detail: `${path.basename(file)} cannot be read (${fileSystemCode(reason)})`,
    };
  }
}
