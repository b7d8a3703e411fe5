// Rules for what a model is called and what its file is called (triton.md §2.1 and §2.4, R1). Pure.
import { stringLiteral } from '../../textproto/strings.ts';
import type { RuledModel } from './model-rule.ts';
import { removeValue, writeInstead } from './rule-fixes.ts';

/** The name of the model. */
export function nameRules(model: RuledModel): void {
  const { root, document, directoryName, tell } = model;
  const name = root.text('name');
  if (name?.written === undefined) {
    // Triton takes the directory's.
    return;
  }
  if (name.value === '') {
    const fixes = removeValue('Remove the field', document.text, name);
    tell('triton/name-missing', name.at, "model configuration must specify 'name'", { fixes });
    return;
  }
  const fixes =
    directoryName === undefined
      ? []
      : writeInstead(name, stringLiteral(directoryName), `Change to the directory's name`);
  if (/[/\\]/.test(name.value) || name.value === '.' || name.value === '..') {
    const message = `invalid model name '${name.value}', model name must not contain path traversal characters`;
    tell('triton/name-path', name.at, message, { fixes });
  } else if (directoryName !== undefined && directoryName !== name.value) {
    const message = `unexpected directory name '${directoryName}' for model '${name.value}', directory name must equal model name`;
    tell('triton/directory-name', name.at, message, { fixes });
  }
}

/** The name of the model file in the version directories. These words are Perch's own. */
export function modelFilenameRule({ root, tell }: RuledModel): void {
  const name = root.text('default_model_filename');
  if (name === undefined || name.value === '') {
    return;
  }
  // Names of either system: a model's directory moves between machines.
  const isPlain = !/[/\\]|^[A-Za-z]:|\p{Cc}/u.test(name.value) && name.value !== '.' && name.value !== '..';
  if (!isPlain) {
    const message = `default_model_filename must be the name of a file in the version directory, not '${name.value}'`;
    tell('triton/model-filename', name.at, message);
  }
}

/** Which versions are served. */
export function versionPolicyRule({ root, model, tell }: RuledModel): void {
  const policy = root.message('version_policy');
  const message = `at least one version must be available under the version policy of model '${model}'`;
  const latest = policy?.message('latest');
  const count = latest?.integer('num_versions');
  if (count?.value === 0n) {
    tell('triton/version-policy', count.at, message, { fixes: writeInstead(count, '1') });
  }
  const specific = policy?.message('specific');
  const versions = specific?.integers('versions');
  if (specific?.count('versions') === 0 && versions?.isWhole === true) {
    tell('triton/version-policy', versions.at, message);
  }
}
