// The kinds of text-format config files: which message each is, and how a file is known to be one. Pure.
import type { Headers } from '../textproto/syntax-tree.ts';

/** What a config file is for. */
export const configKinds = ['model', 'model-server', 'batching', 'monitoring', 'ssl', 'perch'] as const;
export type ConfigKind = (typeof configKinds)[number];

/** What holds for every file of a kind. */
export interface ConfigKindFacts {
  /** Full name of the message that the file is. */
  readonly message: string;
  /** Matches the names of its files, without directories. */
  readonly fileNames: RegExp;
  /** What people call it. */
  readonly title: string;
}

/** By kind. */
export const configKindFacts: Readonly<Record<ConfigKind, ConfigKindFacts>> = {
  model: {
    message: 'inference.ModelConfig',
    fileNames: /^config\.pbtxt$/,
    title: "Triton's model configuration",
  },
  'model-server': {
    message: 'tensorflow.serving.ModelServerConfig',
    fileNames: /^models?(?:_config|\.config)?\.(?:config|pbtxt|conf)$|^models\.config$/,
    title: "TensorFlow Serving's model config file",
  },
  batching: {
    message: 'tensorflow.serving.BatchingParameters',
    fileNames: /^batching(?:_config|_param(?:eter)?s)?\.(?:config|pbtxt|txt|conf)$/,
    title: "TensorFlow Serving's batching parameters",
  },
  monitoring: {
    message: 'tensorflow.serving.MonitoringConfig',
    fileNames: /^monitoring(?:_config)?\.(?:config|pbtxt|txt|conf)$/,
    title: "TensorFlow Serving's monitoring config",
  },
  ssl: {
    message: 'tensorflow.serving.SSLConfig',
    fileNames: /^ssl(?:_config)?\.(?:config|pbtxt|txt|conf|cfg)$/,
    title: "TensorFlow Serving's SSL config",
  },
  perch: {
    message: 'perch.config.v1.PerchConfig',
    fileNames: /^perch\.pbtxt$/,
    title: "Perch's traffic and canaries",
  },
};

/**
 * The kind of a file: what its `# proto-message:` header names (with or without the package), else by its name. Undefined
 * where neither says.
 */
export function configKindOf(fileName: string, headers: Headers = {}): ConfigKind | undefined {
  const { protoMessage } = headers;
  if (protoMessage !== undefined) {
    return configKinds.find((kind) => {
      const { message } = configKindFacts[kind];
      return message === protoMessage || message.endsWith(`.${protoMessage}`);
    });
  }
  return configKinds.find((kind) => configKindFacts[kind].fileNames.test(fileName));
}
