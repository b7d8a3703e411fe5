// The split of a model as the tab shows it, and what the model lacks to have one. No vscode in here.
import type { ShareTarget, Split } from '../../../../webview/dashboard/canary-snapshot.ts';
import type { AskedShare as PageShare } from '../../../../webview/dashboard/canary-protocol.ts';
import { proposedShares, sharesText, type AskedShare } from '../../../commands/shares-text.ts';
import {
  canaryLabel,
  canSplit,
  labelledVersion,
  runningCanary,
  stableLabel,
} from '../../../state/canary-facts.ts';
import { availableVersions, type Model } from '../../../state/model.ts';
import { isSameTarget, targetName, type TrafficTarget } from '../../../state/traffic.ts';
import type { Translate } from '../../../translate.ts';
import type { WireTraffic } from './live-data.ts';

/** Percent of the last minute's requests without version or label, by version; empty where none came. */
export function observedPercents(traffic: WireTraffic | undefined): ReadonlyMap<string, number> {
  const counts = (traffic?.observed ?? []).map(
    ({ version, splitRequests }) => [version, Number(splitRequests)] as const,
  );
  const sum = splitRequests(traffic);
  return new Map(sum === 0 ? [] : counts.map(([version, count]) => [version, (count / sum) * 100]));
}

function splitRequests(traffic: WireTraffic | undefined): number {
  return (traffic?.observed ?? []).reduce((all, { splitRequests: count }) => all + Number(count), 0);
}

/** Null where there are fewer than two targets. */
export function splitOf(t: Translate, model: Model, traffic: WireTraffic | undefined): Split | null {
  const shares = offeredShares(model);
  if (shares.length < 2) {
    return null;
  }
  const observed = observedPercents(traffic);
  const requests = splitRequests(traffic);
  return {
    targets: shares.map(({ target, percent }): ShareTarget => {
      const version = versionOf(model, target) ?? '';
      return {
        kind: target.kind,
        name: targetName(target),
        version,
        available: availableVersions(model).some(({ number }) => number === version),
        wanted: percent,
        observed: requests === 0 ? null : (observed.get(version) ?? 0),
      };
    }),
    set: model.traffic.length > 0,
    locked: lockOf(t, model),
    requests,
    fallbacks: Number(traffic?.fallbacks ?? 0),
  };
}

function lockOf(t: Translate, model: Model): string {
  if (canSplit(model)) {
    return '';
  }
  return runningCanary(model) === undefined
    ? t('No version of {0} is available.', model.name)
    : t('A canary of {0} runs: it sets the traffic itself.', model.name);
}

/** The shares of now, stable's first; a second target where there is only one and another version could get requests. */
function offeredShares(model: Model): readonly AskedShare[] {
  const shares = proposedShares(model);
  const isStable = ({ target }: AskedShare): boolean =>
    target.kind === 'label' && target.label === stableLabel;
  const sorted = [...shares.filter(isStable), ...shares.filter((share) => !isStable(share))];
  const [only] = sorted;
  if (only === undefined || sorted.length > 1) {
    return sorted;
  }
  const covered = versionOf(model, only.target);
  const canary = labelledVersion(model, canaryLabel);
  const other = availableVersions(model).find(({ number }) => number !== covered)?.number;
  if (canary !== undefined && canary !== covered) {
    return [only, { target: { kind: 'label', label: canaryLabel }, percent: 100 - only.percent }];
  }
  return other === undefined
    ? sorted
    : [only, { target: { kind: 'version', version: other }, percent: 100 - only.percent }];
}

function versionOf(model: Model, target: TrafficTarget): string | undefined {
  return target.kind === 'label' ? labelledVersion(model, target.label) : target.version;
}

/**
 * What the page asks for as the command "Set Traffic" takes it; undefined where it names what the split does not offer, or
 * does not add up to 100. No shares: the empty text, which is no split.
 */
export function askedText(model: Model, asked: readonly PageShare[]): string | undefined {
  if (asked.length === 0) {
    return '';
  }
  const offered = offeredShares(model);
  const shares = asked.map(({ kind, name, percent }): AskedShare => {
    const target: TrafficTarget = kind === 'label' ? { kind, label: name } : { kind, version: name };
    return { target, percent };
  });
  const isOffered = shares.every(({ target }) => offered.some((share) => isSameTarget(share.target, target)));
  if (!isOffered || shares.reduce((sum, { percent }) => sum + percent, 0) !== 100) {
    return undefined;
  }
  // A version that gets nothing and is not in the split need not come into it.
  const isInSplit = ({ target }: AskedShare): boolean =>
    model.traffic.some((share) => isSameTarget(share.target, target));
  return sharesText(
    shares.filter((share) => share.percent > 0 || share.target.kind === 'label' || isInSplit(share)),
  );
}

/** What to do next where there is nothing to split; empty otherwise. */
export function adviceOf(t: Translate, model: Model): string {
  const [first, second] = availableVersions(model);
  if (second !== undefined) {
    return '';
  }
  const loading = model.versions.find(({ phase }) => phase === 'loading' || phase === 'copying');
  const loads = loading === undefined ? [] : [t('Version {0} is on its way.', loading.number)];
  const others = model.versions.filter(({ phase }) => phase === 'not-loaded' || phase === 'unloaded');
  const load =
    others.length === 0
      ? []
      : [
          t(
            'On disk and not loaded: {0}. The tree loads them.',
            others.map(({ number }) => number).join(', '),
          ),
        ];
  if (first === undefined) {
    return [t('No version of {0} is available.', model.name), ...loads, ...load].join(' ');
  }
  const next = (BigInt(model.versions[0]?.number ?? first.number) + 1n).toString();
  return [
    t('Only version {0} is available; a split and a canary need a second one.', first.number),
    ...loads,
    ...load,
    t('A new one is a directory beside it: {0}/{1}/model.onnx.', model.name, next),
  ].join(' ');
}
