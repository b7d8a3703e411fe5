// The rules of perch.pbtxt: traffic that can be routed, and canaries that can go on. Pure.
import { maxShares } from '../../routing/route.ts';
import { perchCanaryRules } from './perch-canary-rules.ts';
import { checkPercent, checkVersion, type TellPerch } from './perch-checks.ts';
import { ruleTree, type RuleMessage } from './rule-tree.ts';
import type { Rules } from './run-rules.ts';

/** Everything that can be wrong with perch.pbtxt. */
export const perchRules: Rules = ({ document, schema }, _around, report) => {
  const tell: TellPerch = report;
  const entries = ruleTree(document, schema).messages('model');
  checkNames(entries, tell);
  for (const entry of entries) {
    checkShares(entry, 'share', tell);
    checkShadow(entry, 'shadow', tell);
    checkLabels(entry, tell);
    entry.integers('added_version').items.forEach((version) => checkVersion(version, tell));
    const canary = entry.message('canary');
    if (canary !== undefined) {
      checkShares(canary, 'share_before', tell);
      checkShadow(canary, 'shadow_before', tell);
      perchCanaryRules(canary, tell);
    }
  }
};

function checkNames(entries: readonly RuleMessage[], tell: TellPerch): void {
  const seen = new Set<string>();
  for (const entry of entries) {
    const name = entry.text('name');
    if (name === undefined) {
      continue;
    }
    if (name.value === '') {
      tell('perch/model-name', name.at, 'The entry does not say which model it is about.');
    } else if (seen.has(name.value)) {
      tell('perch/duplicate-model', name.at, `The model ${name.value} has an entry already.`);
    }
    seen.add(name.value);
  }
}

/** None, or shares of 100 percent together. */
function checkShares(parent: RuleMessage, field: string, tell: TellPerch): void {
  const shares = parent.messages(field);
  const [first] = parent.fields(field);
  if (first === undefined || shares.length === 0) {
    return;
  }
  if (shares.length > maxShares) {
    tell('perch/shares', first.name, `A split has at most ${maxShares} shares, not ${shares.length}.`);
  }
  const seen = new Set<string>();
  const percents = shares.map((share) => share.integer('percent'));
  for (const [i, share] of shares.entries()) {
    checkPercent(percents[i], 0n, 'The percent of a share', tell);
    const target = checkTarget(share, 'The share', tell);
    if (target !== undefined && seen.has(target)) {
      tell('perch/duplicate-target', share.place, `Another share goes to ${target} already.`);
    }
    seen.add(target ?? '');
  }
  const sum = percents.reduce((all, percent) => all + (percent?.value ?? 0n), 0n);
  // What cannot be read is reported already.
  if (sum !== 100n && percents.every((percent) => percent !== undefined)) {
    tell('perch/shares', first.name, `The shares are 100 percent together, not ${sum}.`);
  }
}

function checkShadow(parent: RuleMessage, field: string, tell: TellPerch): void {
  const shadow = parent.message(field);
  if (shadow !== undefined) {
    checkTarget(shadow, 'The shadow', tell);
    checkPercent(shadow.integer('percent'), 1n, 'The percent of a shadow', tell);
  }
}

/** What the target is called; undefined where there is none. */
function checkTarget(parent: RuleMessage, what: string, tell: TellPerch): string | undefined {
  const label = parent.has('label') ? parent.text('label') : undefined;
  const version = parent.has('version') ? parent.integer('version') : undefined;
  if (parent.lacks('label') && parent.lacks('version')) {
    tell('perch/target', parent.place, `${what} names neither a label nor a version.`);
  }
  checkVersion(version, tell);
  if (label?.value === '') {
    tell('perch/label', label.at, 'The label is empty.');
  }
  return label !== undefined ? `the label ${label.value}` : version && `the version ${version.value}`;
}

function checkLabels(entry: RuleMessage, tell: TellPerch): void {
  for (const { key, value: version } of entry.textEntries('label')) {
    if (key.value === '') {
      tell('perch/label', key.at, 'The label is empty.');
    }
    // Integers of 64 bits are texts here; one that is not written is empty, and 0.
    if (version.value.startsWith('-')) {
      tell('perch/version', version.at, `Versions are 0 and up; this is ${version.value}.`);
    }
  }
}
