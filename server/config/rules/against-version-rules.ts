// The version policy of a config.pbtxt against the version directories beside it. Pure.
import type { ModelDirectoryFacts } from '../surroundings.ts';
import type { TellModel } from './against-comparison.ts';
import { removeValue } from './rule-fixes.ts';
import type { RuleMessage } from './rule-tree.ts';

/** So many numbers are said. */
const shownVersions = 10;

/** Versions that are asked for and not there. */
export function versionRules(
  text: string,
  root: RuleMessage,
  { versions }: ModelDirectoryFacts,
  model: string,
  tell: TellModel,
): void {
  const words = `at least one version must be available under the version policy of model '${model}'`;
  const onDisk = new Set(versions.map(({ number }) => number));
  if (onDisk.size === 0) {
    const why = 'there is no version directory beside this file, such as 1';
    tell('model/no-version', root.place, `${words}: ${why}.`);
    return;
  }
  const specific = root.message('version_policy')?.message('specific')?.integers('versions');
  const missing = (specific?.items ?? []).filter(({ value }) => !onDisk.has(value));
  if (specific === undefined || missing.length === 0) {
    return;
  }
  const newest = `on disk: ${[...onDisk].slice(-shownVersions).join(', ')}`;
  if (specific.isWhole && missing.length === specific.items.length) {
    tell('model/no-version', specific.at, `${words}: none of these is on disk (${newest}).`);
    return;
  }
  for (const version of missing) {
    tell(
      'model/version-missing',
      version.at,
      `Version ${version.value} of model '${model}' is not on disk (${newest}).`,
      removeValue(`Remove version ${version.value}`, text, version),
    );
  }
}
