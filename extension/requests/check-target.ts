// Whether the server has what a request file asks for. No vscode in here.
import type { RequestFile } from '../../server/config/golden/request-file.ts';
import type { Model } from '../state/model.ts';
import type { Translate } from '../translate.ts';

/** What is wrong, and with which part of the file. */
export interface TargetProblem {
  readonly part: 'model' | 'version' | 'label';
  readonly text: string;
}

/** Undefined where the file asks for what is there. `models`: all that the server knows of. */
export function targetProblem(
  t: Translate,
  { model: name, version, label }: RequestFile,
  models: readonly Model[],
): TargetProblem | undefined {
  const model = models.find((one) => one.name === name);
  if (model === undefined) {
    return { part: 'model', text: t('The server has no model {0}.', name) };
  }
  const numbers = model.versions.map(({ number }) => number);
  if (version !== undefined && !numbers.includes(version)) {
    return {
      part: 'version',
      text: t('{0} has no version {1}, but {2}.', name, version, numbers.join(', ')),
    };
  }
  const labels = model.versions.flatMap((one) => one.labels);
  if (label !== undefined && !labels.includes(label)) {
    return {
      part: 'label',
      text:
        labels.length === 0
          ? t('No version of {0} has a label.', name)
          : t('No version of {0} has the label {1}; there are {2}.', name, label, labels.join(', ')),
    };
  }
  return undefined;
}
