// What the daemon refuses a model of ModelServerConfig for. It is asked here, and so is the editor. Pure.
import { versionTransitions } from '../../lifecycle/version-policy.ts';
import type { ServingProblem } from './serving-problem.ts';

/** All mean the same here: the files say what a model is. So changing from one to another is no error either. */
export const servedPlatforms: readonly string[] = ['tensorflow', 'onnx', 'onnxruntime_onnx'];

/** What a model's entry says; empty where it does not say, undefined where that is unknown, and then not judged. */
export interface ServedModelEntry {
  readonly name: string | undefined;
  readonly basePath: string | undefined;
  /** The name of the enum's value. */
  readonly modelType: string | undefined;
  readonly modelPlatform: string | undefined;
  readonly hasLoggingConfig: boolean;
  readonly aspiredVersionPolicy: string | undefined;
}

/** A problem of a model. */
export interface ModelProblem extends ServingProblem {
  /** Whether the words are TensorFlow Serving's, which stand alone; before others the daemon says which file it is. */
  readonly isServers: boolean;
}

/** All that is wrong with one model, in TF Serving's words where it has some (reference §1.4), in the daemon's order. */
export function problemsOfModel(
  entry: ServedModelEntry,
  isAbsolute: (path: string) => boolean,
): readonly ModelProblem[] {
  const { name = '', basePath, modelType, modelPlatform, hasLoggingConfig, aspiredVersionPolicy } = entry;
  const found: ModelProblem[] = [];
  if (entry.name === '') {
    found.push({
      code: 'serving/model-name',
      field: 'name',
      words: 'a model has no name.',
      isServers: false,
    });
  }
  if (modelType !== undefined && modelType !== 'MODEL_TYPE_UNSPECIFIED' && (modelPlatform ?? '') !== '') {
    found.push({
      code: 'serving/model-type',
      field: 'model_platform',
      words: `Illegal setting both ModelServerConfig::model_type (deprecated) and ModelServerConfig::model_platform, model name is ${name}`,
      isServers: true,
    });
  }
  if (modelPlatform !== undefined && modelPlatform !== '' && !servedPlatforms.includes(modelPlatform)) {
    found.push({
      code: 'serving/platform',
      field: 'model_platform',
      words: `Model ${name} requests unsupported platform ${modelPlatform}; this server takes ${servedPlatforms.join(', ')}, or none.`,
      isServers: true,
    });
  }
  if (basePath !== undefined && !isAbsolute(basePath)) {
    found.push({
      code: 'serving/base-path',
      field: 'base_path',
      words: `Expected model ${name} to have an absolute path or URI; got base_path()=${basePath}`,
      isServers: true,
    });
  }
  if (hasLoggingConfig) {
    // TF Serving's stock binary refuses it in these words too (reference §1.10).
    found.push({
      code: 'serving/logging-config',
      field: 'logging_config',
      words: 'No request-logger-creator provided.',
      isServers: true,
    });
  }
  if (
    aspiredVersionPolicy !== undefined &&
    aspiredVersionPolicy !== '' &&
    !versionTransitions.some((known) => known === aspiredVersionPolicy)
  ) {
    found.push({
      code: 'serving/transition',
      field: 'aspired_version_policy',
      words: `aspired_version_policy of model ${name} takes ${versionTransitions.join(' or ')}, not "${aspiredVersionPolicy}".`,
      isServers: false,
    });
  }
  return found;
}

/** Why a configuration cannot be a custom one. */
export const customConfigWords = 'custom_model_config is not supported; use model_config_list.';

/** Why a model cannot be listed again. */
export function duplicateModelWords(name: string): string {
  return `Illegal to list model ${name} multiple times in config list`;
}

/** Why models cannot name these addresses, each once. */
export function addressesWords(addresses: readonly string[]): string {
  return `models disagree on the address (${addresses.join(', ')}); one server has one.`;
}
