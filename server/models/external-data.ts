// Checks the files that an ONNX model keeps its weights in, before ONNX Runtime opens any of them.
import { constants, type Stats } from 'node:fs';
import { lstat, open, realpath } from 'node:fs/promises';
import path from 'node:path';
import { PerchError } from '../errors.ts';
import { fileSystemCode, isFileSystemError } from '../file-system-error.ts';
import { readExternalRange } from './external-data-location.ts';
import { externalTensors, type ExternalTensor } from './onnx-tensors.ts';

/** A file beside the model that holds weights of it. */
export interface ExternalFile {
  /** Relative to the version directory, with `/`. */
  readonly location: string;
  /** The absolute path, free of symbolic links. */
  readonly file: string;
  readonly sizeBytes: number;
}

/** More than any exporter writes, even with a file per tensor. */
const maximumFiles = 10_000;

/**
 * Reads which other files the ONNX model `file` in the version directory `directory` names, checks each, and gives them in
 * the model's order. The weights are not read. Bytes that are no ONNX model give what came before them: ONNX Runtime
 * refuses such a file as a whole, in its own words.
 *
 * Rejects with EXTERNAL_DATA_REFUSED for the first tensor whose file is not a plain one inside of the directory, or that
 * reaches past its end; with MODEL_FILE_INVALID where graphs are nested too deep; with MODEL_FILE_UNREADABLE; and with the
 * signal's reason. The texts may go to clients.
 */
export async function checkExternalData(
  file: string,
  directory: string,
  signal: AbortSignal,
): Promise<ExternalFile[]> {
  signal.throwIfAborted();
  const files = new Map<string, ExternalFile>();
  try {
    // A FIFO would block, a device may do anything.
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const facts = await handle.stat();
      if (!facts.isFile()) {
        throw new PerchError('MODEL_FILE_UNREADABLE', 'The model cannot be read: it is not a regular file.');
      }
      const root = await realpath(directory);
      for await (const tensor of externalTensors(handle, facts.size, signal)) {
        await checkTensor(tensor, root, files);
      }
    } finally {
      await handle.close();
    }
  } catch (reason) {
    if (PerchError.is(reason) || signal.aborted) {
      throw reason;
    }
    throw new PerchError('MODEL_FILE_UNREADABLE', `The model cannot be read (${fileSystemCode(reason)}).`, {
      cause: reason,
    });
  }
  return [...files.values()];
}

/** `root`: the version directory's real path. `files`, by location: those that were checked before, and now this one too. */
async function checkTensor(
  tensor: ExternalTensor,
  root: string,
  files: Map<string, ExternalFile>,
): Promise<void> {
  const range = readExternalRange(tensor);
  if (typeof range === 'string') {
    throw refused(tensor, range);
  }
  const location = range.parts.join('/');
  let file = files.get(location);
  if (file === undefined) {
    if (files.size === maximumFiles) {
      throw refused(tensor, `the model has more than ${maximumFiles} files`);
    }
    const found = await lookAt(root, range.parts);
    if (typeof found === 'string') {
      throw refused(tensor, `its file ${quote(location)} ${found}`);
    }
    file = { location, ...found };
    files.set(location, file);
  }
  const end = range.offset + (range.length ?? 0n);
  if (end > BigInt(file.sizeBytes)) {
    throw refused(
      tensor,
      `it lies up to byte ${end} of ${quote(location)}, which has ${file.sizeBytes} bytes`,
    );
  }
}

/** A string says what is wrong with the file. */
async function lookAt(
  root: string,
  parts: readonly string[],
): Promise<Omit<ExternalFile, 'location'> | string> {
  let file = root;
  let facts: Stats | undefined;
  try {
    for (const part of parts) {
      if (facts?.isDirectory() === false) {
        return 'is missing';
      }
      file = path.join(file, part);
      facts = await lstat(file);
      // Junctions of Windows are symbolic links to lstat.
      if (facts.isSymbolicLink()) {
        return 'is a symbolic link, or lies in one';
      }
    }
    if (facts?.isFile() !== true) {
      return 'is not a regular file';
    }
    if (facts.nlink > 1) {
      return 'has another name somewhere (a hard link); copy it';
    }
    if (path.relative(root, await realpath(file)).split(path.sep)[0] === '..') {
      return 'lies outside of the version directory';
    }
    return { file, sizeBytes: facts.size };
  } catch (reason) {
    return isFileSystemError(reason, 'ENOENT', 'ENOTDIR', 'ENAMETOOLONG')
      ? 'is missing'
      : `cannot be looked at (${fileSystemCode(reason)})`;
  }
}

function refused(tensor: ExternalTensor, why: string): PerchError {
  const which = tensor.name === '' ? 'A tensor without a name' : `Tensor ${quote(tensor.name)}`;
  return new PerchError('EXTERNAL_DATA_REFUSED', `${which} keeps its data in another file, and ${why}.`);
}

/** Text of the model's author in quotes: no line breaks or control characters, and not endless. */
function quote(text: string): string {
  const shown = text.length > 120 ? `${text.slice(0, 120)}…` : text;
  return JSON.stringify(shown).replace(/[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, '\uFFFD');
}
