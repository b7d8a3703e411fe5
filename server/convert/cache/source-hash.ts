// The content hash of what a model is converted from. Files that did not change since are not read again.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, readdir, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isFileSystemError } from '../../file-system-error.ts';
import type { ConversionSource } from '../convert-source.ts';
import type { Program } from '../program.ts';

/** Names beside the model file that conversion reads; directories with all that is in them. */
const besideOf: Readonly<Record<Program['source'], readonly string[]>> = {
  saved_model: ['variables', 'assets'],
  tflite: [],
  trees: [],
};

/** Directories inside directories of assets, at most so deep. */
const maximumDepth = 32;
interface SourceFile {
  /** Relative, with `/`. */
  readonly name: string;
  /** Size, times, inode: what changes with the content. */
  readonly mark: string;
  readonly modifiedMs: number;
}

interface HashRecord {
  readonly marks: readonly (readonly [name: string, mark: string])[];
  readonly hash: string;
}

/** How to hash. */
export interface HashOptions {
  readonly signal?: AbortSignal | undefined;
  /** No hash is noted for a file that changed so short before: it could change again within one tick of the file system's clock. */
  readonly settledMs?: number;
}

/**
 * The SHA-256 over names and contents of the files that matter.
 *
 * @param recordDirectory where it is noted which hash the files had, with their sizes, times and inodes
 */
export async function sourceHash(
  { directory, file, kind }: ConversionSource,
  recordDirectory: string,
  { signal, settledMs = 2_000 }: HashOptions = {},
): Promise<string> {
  const started = Date.now();
  const files = await sourceFiles(directory, [file, ...besideOf[kind]]);
  const recordFile = path.join(
    recordDirectory,
    `${sha256(JSON.stringify([kind, path.resolve(directory), file]))}.json`,
  );
  const known = await readRecord(recordFile);
  const marks = files.map(({ name, mark }) => [name, mark] as const);
  if (known !== undefined && JSON.stringify(known.marks) === JSON.stringify(marks)) {
    return known.hash;
  }
  const hash = await contentHash(directory, files, signal);
  if (files.every(({ modifiedMs }) => modifiedMs < started - settledMs)) {
    await writeRecord(recordFile, { marks, hash });
  }
  return hash;
}

/** The SHA-256 of a text, in hexadecimal digits. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

async function sourceFiles(directory: string, names: readonly string[]): Promise<readonly SourceFile[]> {
  const files: SourceFile[] = [];
  const pending = (await readdir(directory))
    .filter((name) => names.includes(name))
    .map((name) => ({ name, depth: 0 }));
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { name, depth } = next;
    const facts = await stat(path.join(directory, name), { bigint: true });
    if (facts.isFile()) {
      const mark = [facts.size, facts.mtimeNs, facts.ctimeNs, facts.ino, facts.dev].join(' ');
      files.push({
        name,
        mark,
        modifiedMs: Number(facts.mtimeMs > facts.ctimeMs ? facts.mtimeMs : facts.ctimeMs),
      });
    } else if (facts.isDirectory() && depth < maximumDepth) {
      const inner = await readdir(path.join(directory, name));
      pending.push(...inner.map((entry) => ({ name: `${name}/${entry}`, depth: depth + 1 })));
    }
  }
  return files.sort((left, right) => (left.name < right.name ? -1 : 1));
}

async function contentHash(
  directory: string,
  files: readonly SourceFile[],
  signal: AbortSignal | undefined,
): Promise<string> {
  const all = createHash('sha256');
  for (const { name } of files) {
    const one = createHash('sha256');
    const stream = createReadStream(path.join(directory, name), { highWaterMark: 2 ** 20 });
    await pipeline(stream, one, signal === undefined ? {} : { signal });
    all.update(`${JSON.stringify(name)} ${one.digest('hex')}\n`);
  }
  return all.digest('hex');
}

async function readRecord(file: string): Promise<HashRecord | undefined> {
  try {
    const record: unknown = JSON.parse(await readFile(file, 'utf8'));
    return isRecord(record) ? record : undefined;
  } catch (reason) {
    if (reason instanceof SyntaxError || isFileSystemError(reason, 'ENOENT')) {
      return undefined;
    }
    throw reason;
  }
}

function isRecord(record: unknown): record is HashRecord {
  return (
    typeof record === 'object' &&
    record !== null &&
    'hash' in record &&
    typeof record.hash === 'string' &&
    'marks' in record
  );
}

/** Whole or not at all: another process may read it. */
async function writeRecord(file: string, record: HashRecord): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  await writeFile(temporary, JSON.stringify(record));
  await rename(temporary, file);
}
