// What a model config file says against what lies on disk: warnings all, since the files may come later. Pure.
import { quote, replaceFix, type Fix } from '../../textproto/diagnostics.ts';
import { stringLiteral } from '../../textproto/strings.ts';
import { defaultVersionPolicy, wantedVersions, type VersionPolicy } from '../../lifecycle/version-policy.ts';
import type { ModelDirectoryFacts } from '../surroundings.ts';
import { removeValue } from './rule-fixes.ts';
import type { Placed, RuleMessage } from './rule-tree.ts';
import type { ServedModel } from './serving-model.ts';
import { splitPath } from './serving-path.ts';

/** The path, its versions, and whether policies and labels lead to any of them. */
export function servingDiskRules(model: ServedModel): void {
  const { entry, name, tell, around } = model;
  const path = entry.text('base_path');
  const facts = path === undefined ? undefined : around.basePaths?.get(path.value);
  if (path === undefined || facts === undefined) {
    return;
  }
  if (facts.kind !== 'directory') {
    const why = facts.kind === 'missing' ? 'there is no such directory' : 'it is no directory';
    tell(
      'serving/base-path-missing',
      path.at,
      `Could not find base path ${path.value} for servable ${name}: ${why}.`,
      { severity: 'warning' },
    );
    return;
  }
  if (facts.directory.versions.length === 0) {
    tell(
      'serving/no-versions',
      path.at,
      `No versions of servable ${name} found under base path ${path.value}. Did you forget to name your leaf directory as a number (eg. '/1/')?`,
      { severity: 'warning', fixes: parentFixes(path, facts.directory) },
    );
    return;
  }
  checkVersions(model, facts.directory);
}

/** A base_path that is a version's directory: the one above it is meant. */
function parentFixes(path: Placed<string>, { files }: ModelDirectoryFacts): readonly Fix[] {
  const { parent, last } = splitPath(path.value);
  const isVersion = /^\d{1,19}$/.test(last) && [...files].some((file) => file.endsWith('.onnx'));
  return isVersion && parent !== '' && path.written !== undefined
    ? [replaceFix(`Take the directory above: ${quote(parent)}`, path.at, stringLiteral(parent))]
    : [];
}

function checkVersions(model: ServedModel, directory: ModelDirectoryFacts): void {
  const { entry, name, text, tell } = model;
  const onDisk = directory.versions.map(({ number }) => number);
  const known = new Set(onDisk);
  const there = describeVersions(onDisk);
  const policy = entry.message('model_version_policy');
  for (const version of policy?.message('specific')?.integers('versions').items ?? []) {
    if (!known.has(version.value)) {
      tell(
        'serving/specific-version',
        version.at,
        `Version ${version.value} of servable ${name}, which was requested to be served as a 'specific' version in the servable's version policy, was not found in the file system (${there}).`,
        { severity: 'warning', fixes: removeValue(`Remove version ${version.value}`, text, version) },
      );
    }
  }
  const wanted = wantedOf(policy, directory, onDisk);
  for (const { key, value: written } of entry.textEntries('version_labels')) {
    // Integers are read in decimal; an entry without one has 0.
    const version = BigInt(written.value);
    const isThere = known.has(version);
    if (isThere && (wanted === undefined || wanted.has(version))) {
      continue;
    }
    const why = isThere ? ', and its version policy does not serve it' : ` (${there})`;
    tell(
      'serving/label-version',
      written.at,
      `Request to assign label to version ${version} of model ${name}, which is not currently available for inference: label ${quote(key.value)} waits for it${why}.`,
      { severity: 'warning', fixes: isThere ? serveFixes(policy, version) : [] },
    );
  }
}

/** Adds a version to those that a policy names. */
function serveFixes(policy: RuleMessage | undefined, version: bigint): readonly Fix[] {
  const last = policy?.message('specific')?.integers('versions').items.at(-1);
  if (last?.written === undefined) {
    return [];
  }
  const added = last.written.list === undefined ? ` versions: ${version}` : `, ${version}`;
  return [replaceFix(`Serve version ${version} too`, { start: last.at.end, end: last.at.end }, added)];
}

/** The versions that are served; undefined where that cannot be told from this file. */
function wantedOf(
  policy: RuleMessage | undefined,
  { files }: ModelDirectoryFacts,
  onDisk: readonly bigint[],
): ReadonlySet<bigint> | undefined {
  const chosen = policyOf(policy);
  // Where this file makes no choice, the model's own file may.
  return chosen === undefined && files.has('config.pbtxt')
    ? undefined
    : wantedVersions(chosen ?? defaultVersionPolicy, onDisk);
}

function policyOf(policy: RuleMessage | undefined): VersionPolicy | undefined {
  const latest = policy?.message('latest');
  if (latest !== undefined) {
    return { kind: 'latest', count: Math.max(1, Number(latest.integer('num_versions')?.value ?? 1n)) };
  }
  if (policy?.has('all') === true) {
    return { kind: 'all' };
  }
  const specific = policy?.message('specific');
  return specific === undefined
    ? undefined
    : { kind: 'specific', versions: specific.integers('versions').items.map(({ value }) => value) };
}

/** So many numbers are said. */
const shownVersions = 10;

function describeVersions(onDisk: readonly bigint[]): string {
  const newest = [...new Set(onDisk)].slice(-shownVersions).join(', ');
  return onDisk.length > shownVersions ? `newest on disk: ${newest}` : `on disk: ${newest}`;
}
