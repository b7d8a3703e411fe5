// Reads what lies around a config file on disk, for the rules that hold the file against it. Bounded, and never fails: what
// cannot be read is left out.
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { decodeMessage } from '../textproto/decode.ts';
import { parseDocument } from '../textproto/document.ts';
import { emptyMessage, type PlainMessage, type PlainValue } from '../textproto/plain-message.ts';
import type { ConfigKind } from './config-kind.ts';
import { configSchema } from './config-schema.ts';
import { listNames, readModelDirectory } from './read-model-directory.ts';
import { listIn, messageIn } from './rules/against-version.ts';
import { SignatureCache } from './signature-cache.ts';
import type { BasePathFacts, Surroundings } from './surroundings.ts';

/** Base paths of one file that are looked at. */
const basePathLimit = 1000;
/** Other models of a repository that are read. */
const otherModelLimit = 500;
/** A larger config.pbtxt of another model is passed over, bytes. */
const otherConfigBytes = 1024 * 1024;
/** How many directories are read at once. */
const together = 8;

const sharedSignatures = new SignatureCache();

/**
 * What lies around `file`, an absolute path of a file of this kind that means `message`. Rejects with the signal's reason
 * only. `signatures` remembers what was read of models; by default for as long as the process lives.
 */
export async function readSurroundings(
  kind: ConfigKind,
  file: string,
  message: PlainMessage,
  signal: AbortSignal,
  signatures: SignatureCache = sharedSignatures,
): Promise<Surroundings> {
  const baseDirectory = path.dirname(path.resolve(file));
  const around = { baseDirectory };
  if (kind === 'model-server') {
    return { ...around, basePaths: await readBasePaths(message, signal) };
  }
  if (kind !== 'model') {
    return around;
  }
  const directory = await readModelDirectory(baseDirectory, { config: message, signatures, signal });
  const otherModels =
    messageIn(message.ensembleScheduling) === undefined
      ? undefined
      : await readOtherModels(baseDirectory, signal);
  return {
    ...around,
    ...(directory === undefined ? {} : { directory }),
    ...(otherModels === undefined ? {} : { otherModels }),
  };
}

async function readBasePaths(
  message: PlainMessage,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, BasePathFacts>> {
  const models = listIn(messageIn(message.modelConfigList)?.config).map(messageIn);
  const paths = new Set(
    models.map((model) => textIn(model?.basePath)).filter((each) => path.isAbsolute(each)),
  );
  const wanted = [...paths].slice(0, basePathLimit);
  const facts = await inTurns(wanted, signal, (basePath) => readBasePath(basePath, signal));
  return new Map(
    wanted.flatMap((basePath, at) => {
      const found = facts[at];
      return found === undefined ? [] : [[basePath, found] as const];
    }),
  );
}

async function readBasePath(basePath: string, signal: AbortSignal): Promise<BasePathFacts | undefined> {
  try {
    if (!(await stat(basePath)).isDirectory()) {
      return { kind: 'no-directory' };
    }
  } catch (reason) {
    const code = reason instanceof Error && 'code' in reason ? reason.code : undefined;
    return code === 'ENOENT' || code === 'ENOTDIR' ? { kind: 'missing' } : undefined;
  }
  const directory = await readModelDirectory(basePath, { signal });
  return directory === undefined ? undefined : { kind: 'directory', directory };
}

/** The configs of the models beside `directory`, by name. */
async function readOtherModels(
  directory: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, PlainMessage> | undefined> {
  const repository = path.dirname(directory);
  const names = await listNames(repository);
  // Of a part of the repository nobody can say what is missing.
  if (names === undefined || names.directories.length > otherModelLimit) {
    return undefined;
  }
  const others = names.directories.filter((name) => name !== path.basename(directory));
  const configs = await inTurns(others, signal, (name) => readOtherConfig(path.join(repository, name)));
  return new Map(
    others.flatMap((name, at) => {
      const config = configs[at];
      return config === undefined ? [] : [[textIn(config.name) || name, config] as const];
    }),
  );
}

/**
 * The config of the model in `directory`: an empty one, which Triton completes, where there is none and the directory holds
 * versions. Undefined where it is no model's.
 */
async function readOtherConfig(directory: string): Promise<PlainMessage | undefined> {
  const schema = configSchema('model');
  try {
    const file = path.join(directory, 'config.pbtxt');
    const facts = await stat(file);
    if (facts.isFile() && facts.size <= otherConfigBytes) {
      return decodeMessage(parseDocument(await readFile(file, 'utf8')), schema).value;
    }
  } catch {
    // It is not there, or nobody may read it.
  }
  const names = await listNames(directory);
  return names?.directories.some((name) => /^\d+$/.test(name)) === true ? emptyMessage(schema) : undefined;
}

function textIn(value: PlainValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** What `work` makes of each of `items`, a few at a time. */
async function inTurns<T, R>(
  items: readonly T[],
  signal: AbortSignal,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += together) {
    signal.throwIfAborted();
    results.push(...(await Promise.all(items.slice(at, at + together).map(work))));
  }
  return results;
}
