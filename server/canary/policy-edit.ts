// Minimal edits of the version policies in models.config: which versions they name, and one version less. Pure.
import { parseDocument } from '../textproto/document.ts';
import { deleteField } from '../textproto/edit.ts';
import { applyEdits } from '../textproto/text-edit.ts';
import { configEntry } from './config-entry.ts';

/**
 * The versions that the policy `specific` of `model` names, in its order; none under another policy. Throws MODEL_UNKNOWN and
 * CONFIG_INVALID, with `file` named.
 */
export function versionsNamed(text: string, model: string, file: string): readonly bigint[] {
  const { message } = configEntry(text, model, file);
  const policy = message.modelVersionPolicy;
  return policy?.policyChoice === 'specific' ? (policy.specific?.versions ?? []).map(BigInt) : [];
}

/**
 * `text` where the policy `specific` of `model` does not name `version`; as it is under another policy, and where it is the
 * only one: a policy without versions would serve none. Throws as versionsNamed does.
 */
export function dropVersion(text: string, model: string, version: bigint, file: string): string {
  const named = versionsNamed(text, model, file);
  if (named.every((one) => one === version)) {
    return text;
  }
  const { path } = configEntry(text, model, file);
  // From the last one, so that those before it stay in their places.
  return named.reduceRight((left, one, index) => {
    const place = [...path, 'model_version_policy', 'specific', { field: 'versions', index }];
    return one === version ? applyEdits(left, deleteField(parseDocument(left), place) ?? []) : left;
  }, text);
}
