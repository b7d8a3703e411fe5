// The codes of the rules that hold a config.pbtxt against its model on disk: what each is about, and how bad it is. Pure.
import type { Severity } from '../../textproto/diagnostics.ts';

/** Every code with one line of documentation. Codes are stable: users link to them and switch them off. */
export const modelCodes = {
  'model/unexpected-input': 'An input that the model does not have.',
  'model/unexpected-output': 'An output that the model does not have.',
  'model/input-count': 'Fewer inputs than the model has.',
  'model/output-missing': 'An output of the model that is not listed, so that no client can ask for it.',
  'model/data-type': 'A data_type other than that of the model.',
  'model/unsupported-type': 'An input or output of the model with a type that Triton has not.',
  'model/dims': 'Dims that do not fit those of the model.',
  'model/batch-dimension': 'Dims that include the batch dimension, or lack it, against max_batch_size.',
  'model/no-batch-dimension': 'A max_batch_size for a model without a batch dimension.',
  'model/incomplete': 'An input or output without data_type or dims, which the model has.',
  'model/no-version': 'A version policy that no version on disk meets.',
  'model/version-missing': 'A specific version that is not on disk.',
  'model/model-file': 'A version without its model file, or with one that cannot be read.',
  'model/label-file': 'A label_filename that is not there.',
  'model/warm-up-file': 'An input_data_file that is not there.',
} as const;
export type ModelCode = keyof typeof modelCodes;

/** What may be missing on disk for now only, and what Triton passes over where the daemon serves it. */
const warnings: ReadonlySet<ModelCode> = new Set([
  'model/unsupported-type',
  'model/no-version',
  'model/version-missing',
  'model/model-file',
  'model/label-file',
  'model/warm-up-file',
]);
const hints: ReadonlySet<ModelCode> = new Set(['model/output-missing', 'model/incomplete']);

/**
 * How bad a finding is. With an error Triton does not load the model; the daemon does, since it serves a model's own inputs
 * and outputs.
 */
export function modelSeverity(code: ModelCode): Severity {
  return hints.has(code) ? 'hint' : warnings.has(code) ? 'warning' : 'error';
}
