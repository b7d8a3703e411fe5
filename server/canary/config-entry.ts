// Where a model is in the text of models.config, and what its entry says. Pure.
import type { MessageOutput } from '../../protos/messages.ts';
import { configSchema } from '../config/config-schema.ts';
import { ruleTree } from '../config/rules/rule-tree.ts';
import { parseTextMessage } from '../config/text-format.ts';
import { PerchError } from '../errors.ts';
import { parseDocument } from '../textproto/document.ts';
import { findStep, type PathStep } from '../textproto/edit-path.ts';
import type { Document, MessageValue } from '../textproto/syntax-tree.ts';

/** The entry of one model. */
export interface ConfigEntry {
  readonly document: Document;
  /** Leads to the entry from the top of the file. */
  readonly path: readonly PathStep[];
  readonly body: MessageValue;
  readonly message: MessageOutput<'tensorflow.serving.ModelConfig'>;
  /** The keys of its version_labels as they are written, also those that come again. */
  readonly labels: readonly string[];
}

/**
 * The entry of `model`, however the list of models is written. Throws CONFIG_INVALID, with all places, if `text` is no
 * ModelServerConfig, and MODEL_UNKNOWN if it has no such model; `file` is named there.
 */
export function configEntry(text: string, model: string, file: string): ConfigEntry {
  const { modelConfigList } = parseTextMessage('tensorflow.serving.ModelServerConfig', text, file);
  const configs = modelConfigList?.config ?? [];
  const index = configs.findIndex(({ name }) => name === model);
  const message = configs[index];
  const document = parseDocument(text);
  const path: readonly PathStep[] = ['model_config_list', { field: 'config', index }];
  const body = messageAt(document, path);
  const ruled = ruleTree(document, configSchema('model-server'))
    .message('model_config_list')
    ?.messages('config')[index];
  if (message === undefined || body === undefined || ruled === undefined) {
    throw new PerchError('MODEL_UNKNOWN', `${file} has no entry for the model ${model}.`);
  }
  const labels = ruled.textEntries('version_labels').map(({ key }) => key.value);
  return { document, path, body, message, labels };
}

/** The message at `path`, if there is one. */
export function messageAt(document: Document, path: readonly PathStep[]): MessageValue | undefined {
  let at: MessageValue = document.root;
  for (const step of path) {
    const value = findStep(document, at, step)?.value;
    if (value?.kind !== 'message') {
      return undefined;
    }
    at = value;
  }
  return at;
}
