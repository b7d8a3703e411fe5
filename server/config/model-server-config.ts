// TensorFlow Serving's ModelServerConfig: read from text or from a request, and checked before anything is done with it.
import path from 'node:path';
import type { MessageOutput } from '../../protos/messages.ts';
import { PerchError } from '../errors.ts';
import {
  versionTransitions,
  type ModelRules,
  type VersionPolicy,
  type VersionTransition,
} from '../lifecycle/version-policy.ts';
import { printTextMessage } from './print-text-message.ts';
import { readConfigFile } from './read-config-file.ts';
import {
  addressesWords,
  customConfigWords,
  duplicateModelWords,
  problemsOfModel,
} from './rules/serving-model-checks.ts';
import { parseTextMessage } from './text-format.ts';

/** One model of the config. */
export interface ModelConfig {
  readonly name: string;
  /** Absolute. */
  readonly basePath: string;
  readonly rules: Partial<ModelRules>;
  readonly labels: ReadonlyMap<string, bigint>;
}

/** A checked configuration. */
export interface ModelServerConfig {
  readonly models: readonly ModelConfig[];
  /** False for a text that configures nothing at all, as against an empty list of models. */
  readonly isSet: boolean;
  /** What it was read from, or its print. */
  readonly text: string;
  /** The bind address that its models name (TF Serving has no such field; users write it). */
  readonly address?: string;
}

const messageName = 'tensorflow.serving.ModelServerConfig';
type ConfigMessage = MessageOutput<typeof messageName>;
type ModelMessage = MessageOutput<'tensorflow.serving.ModelConfig'>;

/** Reads and checks the file. Throws CONFIG_INVALID with the place in the file, or TF Serving's words (reference §1.4). */
export async function loadModelServerConfig(file: string): Promise<ModelServerConfig> {
  return parseModelServerConfig(await readConfigFile(file, 'model config file'), file);
}

/** The configuration in `text`; `file` is named in errors. */
export function parseModelServerConfig(text: string, file: string): ModelServerConfig {
  const message = parseTextMessage(messageName, text, file);
  const addresses = new Set(
    (message.modelConfigList?.config ?? []).map(addressOf).filter((address) => address !== ''),
  );
  if (addresses.size > 1) {
    throw new PerchError('CONFIG_INVALID', `${file}: ${addressesWords([...addresses])}`);
  }
  const [address] = addresses;
  return {
    models: checkMessage(message, file),
    isSet: message.config !== undefined,
    text,
    ...(address === undefined ? {} : { address }),
  };
}

/** The configuration in a request. Throws as parseModelServerConfig does. */
export function fromConfigMessage(message: ConfigMessage): ModelServerConfig {
  return {
    models: checkMessage(message, 'the request'),
    isSet: message.config !== undefined,
    text: printTextMessage(messageName, message),
  };
}

/** The configuration of --model_name and --model_base_path: one model, with TF Serving's defaults. */
export function singleModelConfig(name: string, basePath: string): ModelServerConfig {
  const text = printTextMessage(messageName, { modelConfigList: { config: [{ name, basePath }] } });
  return { models: [{ name, basePath, rules: {}, labels: new Map() }], isSet: true, text };
}

function addressOf(model: ModelMessage): string {
  // The fields that config-schema.ts adds are not in the generated type.
  const { address } = model as { readonly address?: string };
  return address ?? '';
}

/** The model's own transition, by the names of --aspired_version_policy; undefined where it names none. */
function transitionOf(model: ModelMessage): VersionTransition | undefined {
  return versionTransitions.find((known) => known === aspiredVersionPolicyOf(model));
}

function aspiredVersionPolicyOf(model: ModelMessage): string {
  const { aspiredVersionPolicy } = model as { readonly aspiredVersionPolicy?: string };
  return aspiredVersionPolicy ?? '';
}

function checkMessage(message: ConfigMessage, file: string): ModelConfig[] {
  if (message.config === 'customModelConfig') {
    throw new PerchError('CONFIG_INVALID', `${file}: ${customConfigWords}`);
  }
  const models = (message.modelConfigList?.config ?? []).map((model) => checkModel(model, file));
  const seen = new Set<string>();
  for (const { name } of models) {
    if (seen.has(name)) {
      throw new PerchError('CONFIG_INVALID', duplicateModelWords(name));
    }
    seen.add(name);
  }
  return models;
}

function checkModel(model: ModelMessage, file: string): ModelConfig {
  const { name, basePath, modelType, modelPlatform } = model;
  const [problem] = problemsOfModel(
    {
      name,
      basePath,
      modelType,
      modelPlatform,
      hasLoggingConfig: model.loggingConfig !== null,
      aspiredVersionPolicy: aspiredVersionPolicyOf(model),
    },
    (text) => path.isAbsolute(text),
  );
  if (problem !== undefined) {
    throw new PerchError('CONFIG_INVALID', problem.isServers ? problem.words : `${file}: ${problem.words}`);
  }
  const policy = toPolicy(model.modelVersionPolicy);
  const transition = transitionOf(model);
  const labels = Object.entries(model.versionLabels).map(
    ([label, version]) => [label, BigInt(version)] as const,
  );
  // A slash at the end is usual, and would hide the file events of the model.
  return {
    name,
    basePath: path.resolve(basePath),
    labels: new Map(labels),
    rules: {
      ...(policy === undefined ? {} : { policy }),
      ...(transition === undefined ? {} : { transition }),
    },
  };
}

function toPolicy(policy: ModelMessage['modelVersionPolicy']): VersionPolicy | undefined {
  switch (policy?.policyChoice) {
    case 'all':
      return { kind: 'all' };
    case 'latest':
      return { kind: 'latest', count: Math.max(1, policy.latest?.numVersions ?? 1) };
    case 'specific':
      return {
        kind: 'specific',
        versions: (policy.specific?.versions ?? []).map((version) => BigInt(version)),
      };
    case undefined:
      return undefined;
  }
}
