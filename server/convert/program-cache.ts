// Converted models on disk, by the content of what they were made from: a second load costs no conversion.
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { PerchError } from '../errors.ts';
import { isFileSystemError, systemCode } from '../file-system-error.ts';
import manifest from '../../package.json' with { type: 'json' };
import { boundCache, removeEntry, temporaryPrefix } from './cache/bound-cache.ts';
import { takeLease } from './cache/leases.ts';
import { readProgram, writeProgram } from './cache/program-file.ts';
import { sha256, sourceHash } from './cache/source-hash.ts';
import { convertSource, type ConversionSource } from './convert-source.ts';
import { programFormat } from './program.ts';
import type { Program } from './program.ts';
import type { VariantRequest } from './savedmodel/convert-model.ts';

/** What to open. */
export interface OpenProgramRequest extends ConversionSource {
  /** Where converted models are kept; made if it is not there. */
  readonly cacheDirectory: string;
  /** The tag set of the MetaGraph, `['serve']`. Only for `saved_model`. */
  readonly tags: readonly string[];
  /** One signature for inputs of other ranks than it declares. */
  readonly variant?: VariantRequest;
  readonly signal?: AbortSignal;
  /** Bytes that the cache may take; least recently used programs go. 0, the default: any number. */
  readonly maximumBytes?: number;
}

/** A program and where its files are. They stay there until it is released, or this process ends. */
export interface OpenedProgram {
  readonly program: Program;
  readonly directory: string;
  /** Whether it was there already. */
  readonly cached: boolean;
  /** Says that the files are no longer needed. */
  release(): Promise<void>;
}

/** Other processes that make and remove the same entry at the same time cost at most so many rounds. */
const maximumRounds = 5;
const recordsName = 'hashes';

/**
 * Opens a converted model, and converts it where the cache does not have it. A cached one is not parsed again; where its
 * files did not change since, they are not even read.
 *
 * Throws as the converters do, CANCELLED by the signal, and LOAD_FAILED where the cache cannot be written.
 */
export async function openProgram(request: OpenProgramRequest): Promise<OpenedProgram> {
  try {
    return await open(request);
  } catch (reason) {
    const code = systemCode(reason);
    throw code === undefined
      ? reason
      : new PerchError(
          'LOAD_FAILED',
          `The model cannot be converted: ${code} when its files were read or written.`,
          {
            cause: reason,
          },
        );
  }
}

async function open(request: OpenProgramRequest): Promise<OpenedProgram> {
  const { cacheDirectory, signal } = request;
  await mkdir(cacheDirectory, { recursive: true });
  const hash = await sourceHash(request, path.join(cacheDirectory, recordsName), { signal });
  const directory = path.join(cacheDirectory, keyOf(hash, request));
  for (let round = 0, cached = true; round < maximumRounds; round++) {
    const opened = await openEntry(directory, cached);
    if (opened !== undefined) {
      return opened;
    }
    signal?.throwIfAborted();
    await removeEntry(directory);
    await makeEntry(request, directory);
    cached = false;
  }
  throw new PerchError('LOAD_FAILED', 'The converted model was removed again and again while it was opened.');
}

function keyOf(hash: string, { kind, tags, variant }: OpenProgramRequest): string {
  const ranks = variant === undefined ? null : [variant.signatureName, [...variant.inputRanks].sort()];
  return sha256(
    JSON.stringify([
      hash,
      kind,
      [...tags].sort(),
      ranks,
      programFormat,
      manifest.version,
      process.versions.v8,
    ]),
  );
}

/** undefined where it is not there or not whole. */
async function openEntry(directory: string, cached: boolean): Promise<OpenedProgram | undefined> {
  let release: () => Promise<void>;
  try {
    release = await takeLease(directory);
  } catch (reason) {
    if (isFileSystemError(reason, 'ENOENT', 'ENOTDIR')) {
      return undefined;
    }
    throw reason;
  }
  const program = await readProgram(directory);
  if (program === undefined) {
    await release();
    return undefined;
  }
  return { program, directory, cached, release };
}

/** Converts into a directory of its own, which takes its place in one step. Another process may have been quicker: then its result stays. */
async function makeEntry(request: OpenProgramRequest, directory: string): Promise<void> {
  const { cacheDirectory, maximumBytes = 0, signal, tags, variant } = request;
  const temporary = await mkdtemp(path.join(cacheDirectory, `${temporaryPrefix}${process.pid}-`));
  try {
    const program = convertSource(request, temporary, { tags, signal, variant });
    await writeProgram(temporary, program);
    await rename(temporary, directory);
  } catch (reason) {
    await rm(temporary, { recursive: true, force: true });
    if (!isFileSystemError(reason, 'ENOTEMPTY', 'EEXIST', 'EPERM')) {
      throw reason;
    }
  }
  if (maximumBytes > 0) {
    await boundCache(cacheDirectory, maximumBytes, directory);
  }
}
