// Looks into a directory of version directories, for the rules of config files: names of files, and what the models say.
import { opendir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { PlainMessage, PlainValue } from '../textproto/plain-message.ts';
import { plainPath, warmupDirectory } from './rules/against-file-rules.ts';
import { comparedVersion, listIn, messageIn } from './rules/against-version.ts';
import type { SignatureCache } from './signature-cache.ts';
import type { ModelDirectoryFacts, VersionFacts } from './surroundings.ts';

/** A directory with more entries is no model's, and nothing is said of it. */
const entryLimit = 10_000;
/** Versions whose files are looked at, the newest first. */
const versionLimit = 100;
/** Versions whose models are read, the newest first, beside the one that counts. */
const signatureLimit = 8;
/** Files beside the version directories that are listed, and how deep. */
const fileLimit = 1000;
const depthLimit = 3;
/** Directories that are looked into for them. */
const beneathLimit = 100;
/** Files that a config names which are looked for. */
const namedLimit = 1000;

/** The model file's name where no config says another. */
const defaultModelFile = 'model.onnx';
const versionName = /^\d{1,19}$/;
const maximumVersion = 2n ** 63n - 1n;

/** What to read beside names. */
export interface DirectoryOptions {
  /** The config.pbtxt that lies in the directory: what it names is looked for. */
  readonly config?: PlainMessage;
  /** Reads the models; absent: they are not read. */
  readonly signatures?: SignatureCache;
  readonly signal: AbortSignal;
}

/** What is in `directory`; undefined where it cannot be told. Rejects with the signal's reason only. */
export async function readModelDirectory(
  directory: string,
  { config, signatures, signal }: DirectoryOptions,
): Promise<ModelDirectoryFacts | undefined> {
  const names = await listNames(directory);
  if (names === undefined) {
    return undefined;
  }
  const listed = await readVersions(directory, names.directories, signal);
  const versions =
    signatures === undefined ? listed : await withSignatures(directory, listed, config, signatures, signal);
  const files = new Set(names.files);
  await listBeneath(directory, names, files);
  await lookForNamed(directory, config, files);
  signal.throwIfAborted();
  return { name: path.basename(directory), versions, directories: names.directories, files };
}

/** Names of what is in a directory. */
export interface Names {
  readonly directories: readonly string[];
  /** Those among them that are symbolic links. */
  readonly links: ReadonlySet<string>;
  readonly files: readonly string[];
}

/** Sorted; undefined where the directory cannot be read, or has too many entries to be told. */
export async function listNames(directory: string, limit = entryLimit): Promise<Names | undefined> {
  const directories: string[] = [];
  const links = new Set<string>();
  const files: string[] = [];
  try {
    for await (const entry of await opendir(directory)) {
      const isLink = entry.isSymbolicLink() && (await isDirectory(path.join(directory, entry.name)));
      if (isLink) {
        links.add(entry.name);
      }
      (isLink || entry.isDirectory() ? directories : files).push(entry.name);
      if (directories.length + files.length > limit) {
        return undefined;
      }
    }
  } catch {
    return undefined;
  }
  return { directories: directories.sort(), links, files: files.sort() };
}

async function isDirectory(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined))?.isDirectory() ?? false;
}

/** Ascending by number. Of the oldest of very many the files are not listed. */
async function readVersions(
  directory: string,
  names: readonly string[],
  signal: AbortSignal,
): Promise<readonly VersionFacts[]> {
  const numbers = names
    .filter((name) => versionName.test(name))
    .map((name) => ({ name, number: BigInt(name) }))
    .filter(({ number }) => number > 0n && number <= maximumVersion)
    .sort((a, b) => (a.number === b.number ? a.name.length - b.name.length : a.number < b.number ? -1 : 1));
  const versions: VersionFacts[] = [];
  for (const [at, { name, number }] of numbers.entries()) {
    signal.throwIfAborted();
    const isRecent = at >= numbers.length - versionLimit;
    const inside = isRecent ? await listNames(path.join(directory, name), fileLimit) : undefined;
    versions.push({ name, number, files: inside?.files ?? [] });
  }
  return versions;
}

async function withSignatures(
  directory: string,
  versions: readonly VersionFacts[],
  config: PlainMessage | undefined,
  signatures: SignatureCache,
  signal: AbortSignal,
): Promise<readonly VersionFacts[]> {
  const wanted = new Set(versions.slice(-signatureLimit));
  const compared = config === undefined ? undefined : comparedVersion(config, versions);
  if (compared !== undefined) {
    wanted.add(compared);
  }
  const given = config?.defaultModelFilename;
  const file = typeof given === 'string' && plainPath(given) === given ? given : defaultModelFile;
  const read: VersionFacts[] = [];
  for (const version of versions) {
    read.push(
      wanted.has(version)
        ? { ...version, ...(await signatures.read(path.join(directory, version.name, file), signal)) }
        : version,
    );
  }
  return read;
}

/** Adds the files in these directories of `directory`, and in those within. Links may lead around, and are not followed. */
async function listBeneath(
  directory: string,
  { directories, links }: Names,
  files: Set<string>,
): Promise<void> {
  let level = directories.filter((name) => !versionName.test(name) && !links.has(name));
  let left = beneathLimit;
  for (let depth = 1; depth <= depthLimit && level.length > 0; depth++) {
    const next: string[] = [];
    for (const name of level) {
      if (--left < 0 || files.size >= fileLimit) {
        return;
      }
      const inside = await listNames(path.join(directory, name), fileLimit);
      inside?.files.forEach((file) => files.add(`${name}/${file}`));
      const deeper = inside?.directories.filter((each) => !inside.links.has(each)) ?? [];
      next.push(...deeper.map((each) => `${name}/${each}`));
    }
    level = next;
  }
}

/** Adds the files that `config` names and that are there, so that a list that was cut misses none of them. */
async function lookForNamed(
  directory: string,
  config: PlainMessage | undefined,
  files: Set<string>,
): Promise<void> {
  const named = [...new Set(config === undefined ? [] : namedFiles(config))].filter(
    (file) => !files.has(file),
  );
  for (const [at, file] of named.entries()) {
    // Of what is not looked for nothing is to be said.
    const isThere = at >= namedLimit || (await stat(path.join(directory, file)).catch(() => undefined));
    if (isThere !== undefined) {
      files.add(file);
    }
  }
}

/** Relative paths of label files and warm-up data. */
function namedFiles(config: PlainMessage): readonly string[] {
  const labels = listIn(config.output).map((output) => relative(messageIn(output)?.labelFilename));
  const data = listIn(config.modelWarmup).flatMap((request) => {
    const inputs = messageIn(request)?.inputs;
    return inputs instanceof Map
      ? [...(inputs as ReadonlyMap<string, PlainValue>).values()].map((input) =>
          relative(messageIn(input)?.inputDataFile, `${warmupDirectory}/`),
        )
      : [];
  });
  return [...labels, ...data].filter((file) => file !== undefined);
}

function relative(value: PlainValue | undefined, prefix = ''): string | undefined {
  const file = typeof value === 'string' ? plainPath(value) : undefined;
  return file === undefined ? undefined : prefix + file;
}
