// Triton's config.pbtxt in a model's directory: read, checked, and turned into what the daemon goes by.
import path from 'node:path';
import type { MessageOutput } from '../../protos/messages.ts';
import type { BatchingParameters } from '../engine/batching/batch-parameters.ts';
import type { ModelEngineSettings } from '../engine/engine-settings.ts';
import { PerchError } from '../errors.ts';
import { isFileSystemError } from '../file-system-error.ts';
import type { VersionPolicy } from '../lifecycle/version-policy.ts';
import { parseDocument } from '../textproto/document.ts';
import { configSchema } from './config-schema.ts';
import { batchingOf } from './model-config-batching.ts';
import { engineSettingsOf } from './model-config-engine.ts';
import { noticesOf } from './model-config-notices.ts';
import { readConfigFile } from './read-config-file.ts';
import { firstModelError } from './rules/model-rules.ts';
import { parseTextMessage } from './text-format.ts';

/** A checked config.pbtxt. docs/model-config.md says what becomes of each field. */
export interface ModelConfig {
  readonly engine: ModelEngineSettings;
  /** How requests are batched; absent where the file does not say. */
  readonly batching?: BatchingParameters;
  /** Which versions are served; absent where the file does not say. */
  readonly versionPolicy?: VersionPolicy;
  /** The model file in every version directory: a plain name. Absent where the file does not say. */
  readonly modelFilename?: string;
  /** What the file sets and what has no effect: a sentence each, for the log. */
  readonly notices: readonly string[];
  /** The file, with defaults where it has nothing. */
  readonly message: MessageOutput<'inference.ModelConfig'>;
}

/** The file in a model's directory, beside the version directories. */
export const modelConfigFile = 'config.pbtxt';

const messageName = 'inference.ModelConfig';
type ModelMessage = MessageOutput<typeof messageName>;

/**
 * The config in `directory`, which holds the version directories; undefined where there is no config.pbtxt: then the
 * model is a TensorFlow Serving user's. Rejects with CONFIG_INVALID, naming the file without its directory.
 */
export async function loadModelConfig(directory: string): Promise<ModelConfig | undefined> {
  const file = path.join(path.resolve(directory), modelConfigFile);
  let text: string;
  try {
    text = await readConfigFile(file, 'model configuration', modelConfigFile);
  } catch (reason) {
    if (reason instanceof PerchError && isFileSystemError(reason.cause, 'ENOENT')) {
      return undefined;
    }
    throw reason;
  }
  return parseModelConfig(text, file);
}

/**
 * The config that `text` writes. `file` is its path; the name of the directory in it is the model's, and no config may
 * say another (a path without a directory allows any). Throws CONFIG_INVALID in Triton's words (triton.md §2.4, §2.5),
 * naming the file without its directory.
 */
export function parseModelConfig(text: string, file: string): ModelConfig {
  const shownFile = path.basename(file);
  const message = parseTextMessage(messageName, text, shownFile);
  const directoryName = path.basename(path.dirname(file)).replace(/^\.$/, '') || undefined;
  const config = { document: parseDocument(text), schema: configSchema('model') };
  const problem = firstModelError(config, directoryName);
  if (problem !== undefined) {
    throw new PerchError('CONFIG_INVALID', `${shownFile}: ${problem}`);
  }
  const batching = batchingOf(message);
  const versionPolicy = versionPolicyOf(message);
  return {
    engine: engineSettingsOf(message),
    ...(batching === undefined ? {} : { batching }),
    ...(versionPolicy === undefined ? {} : { versionPolicy }),
    ...(message.defaultModelFilename === '' ? {} : { modelFilename: message.defaultModelFilename }),
    notices: noticesOf(message),
    message,
  };
}

function versionPolicyOf({ versionPolicy: policy }: ModelMessage): VersionPolicy | undefined {
  if (policy === null) {
    return undefined;
  }
  if (policy.latest) {
    return { kind: 'latest', count: policy.latest.numVersions };
  }
  // Triton takes a policy that makes no choice for all.
  return policy.specific
    ? { kind: 'specific', versions: policy.specific.versions.map(BigInt) }
    : { kind: 'all' };
}
