// A models.config that is new: its text, and the fields that edits of one share with it. Pure.
import type { NewField, NewValue } from '../textproto/edit-path.ts';
import { renderField } from '../textproto/file-style.ts';
import { parseModelServerConfig } from './model-server-config.ts';

/** A model of a new models.config. */
export interface NewModel {
  readonly name: string;
  /** Absolute, as TensorFlow Serving demands. */
  readonly basePath: string;
  readonly labels: ReadonlyMap<string, bigint>;
  /** Those that are served; none: the newest one, which is the default. */
  readonly versions: readonly bigint[];
}

/**
 * The text of a models.config with these models, for TensorFlow Serving and for Perch. Throws CONFIG_INVALID for what neither
 * takes: a base path that is not absolute, a name that is empty or comes twice.
 */
export function newModelServerConfig(models: readonly NewModel[]): string {
  const header = '# proto-message: tensorflow.serving.ModelServerConfig\n';
  const list: NewField = {
    name: 'model_config_list',
    value: { kind: 'message', fields: models.map(newEntry) },
  };
  const text = `${header}${renderField(list, { eol: '\n', unit: '  ' }, '')}\n`;
  parseModelServerConfig(text, 'models.config');
  return text;
}

function newEntry({ name, basePath, labels, versions }: NewModel): NewField {
  const specific: NewField = { name: 'specific', value: versionsValue(versions) };
  const policy: NewField = {
    name: 'model_version_policy',
    value: { kind: 'message', fields: [specific] },
  };
  return {
    name: 'config',
    value: {
      kind: 'message',
      fields: [
        { name: 'name', value: { kind: 'string', value: name } },
        { name: 'base_path', value: { kind: 'string', value: basePath } },
        { name: 'model_platform', value: { kind: 'string', value: 'tensorflow' } },
        ...(versions.length === 0 ? [] : [policy]),
        ...[...labels].map(([label, version]) => labelField(label, version)),
      ],
    },
  };
}

/** `version_labels { key: … value: … }`. */
export function labelField(label: string, version: bigint): NewField {
  return {
    name: 'version_labels',
    value: {
      kind: 'message',
      fields: [
        { name: 'key', value: { kind: 'string', value: label } },
        { name: 'value', value: scalar(version) },
      ],
    },
  };
}

/** The value of `specific`. */
export function versionsValue(versions: readonly bigint[]): NewValue {
  return {
    kind: 'message',
    fields: versions.map((version) => ({ name: 'versions', value: scalar(version) })),
  };
}

/** A number as a value. */
export function scalar(value: bigint): NewValue {
  return { kind: 'scalar', text: String(value) };
}
