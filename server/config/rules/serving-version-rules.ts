// The rules for version policies and labels that need no look at the disk. Pure.
import { writeInstead } from './rule-fixes.ts';
import type { ServedModel } from './serving-model.ts';

/** A policy that asks for nothing, and labels that nobody can ask for. */
export function servingVersionRules({ entry, name, tell }: ServedModel): void {
  const policy = entry.message('model_version_policy');
  const count = policy?.message('latest')?.integer('num_versions');
  if (count?.value === 0n && count.written !== undefined) {
    tell(
      'serving/num-versions',
      count.at,
      'num_versions: 0 counts as 1: only the newest version is served.',
      {
        severity: 'warning',
        fixes: writeInstead(count, '1'),
      },
    );
  }
  const versions = policy?.message('specific')?.integers('versions');
  if (versions?.isWhole === true && versions.items.length === 0) {
    tell(
      'serving/no-specific-versions',
      versions.at,
      `No specific versions requested for servable ${name}: none is served.`,
      { severity: 'warning' },
    );
  }
  for (const { key } of entry.textEntries('version_labels')) {
    // The REST API's pattern of labels is [^/:]+ (reference §1.7).
    if (!/^[^/:]+$/.test(key.value)) {
      const why = key.value === '' ? 'is empty' : 'has a "/" or ":" in it';
      tell('serving/label-name', key.at, `This label ${why}, so that no REST request can name it.`, {
        severity: 'warning',
      });
    }
  }
}
