// What can be done with the traffic of a model, as far as the editor can tell; the daemon has the last word.
import { availableVersions, type Model, type Version } from './model.ts';
import { isHeld, isRunning, type Canary } from './traffic.ts';

/** The labels that canaries work with. */
export const stableLabel = 'stable';
export const canaryLabel = 'canary';

/** The version that a label leads to now. */
export function labelledVersion(model: Model, label: string): string | undefined {
  return model.versions.find(({ labels }) => labels.includes(label))?.number;
}

/** All labels of the model, as requests see them. Ascending. */
export function labelsOf(model: Model): readonly string[] {
  return model.versions.flatMap(({ labels }) => labels).sort();
}

/** The canary that is not over. */
export function runningCanary({ canary }: Model): Canary | undefined {
  return canary !== undefined && isRunning(canary) ? canary : undefined;
}

/** The version that a promotion would make stable: that of the running canary, or that of the label. */
export function canaryVersion(model: Model): string | undefined {
  return runningCanary(model)?.version ?? labelledVersion(model, canaryLabel);
}

/**
 * The version that is stable: that of the label, that from before the canary, or the newest available one that is not
 * `beside`.
 */
export function stableVersion(model: Model, beside?: string): string | undefined {
  return (
    labelledVersion(model, stableLabel) ??
    runningCanary(model)?.stableVersion ??
    availableVersions(model).find(({ number }) => number !== beside)?.number
  );
}

/** Whether there is a canary that could be made stable. */
export function canPromote(model: Model): boolean {
  return isAvailable(model, canaryVersion(model));
}

/** Whether there is a canary to end, or a promotion whose old version is still loaded. */
export function canRollBack(model: Model): boolean {
  const byLabels =
    labelledVersion(model, canaryLabel) !== undefined && labelledVersion(model, stableLabel) !== undefined;
  return runningCanary(model) !== undefined || byLabels || isRevertible(model);
}

/** Whether the last promotion can be taken back: what was stable before is still loaded, or nothing was. */
function isRevertible(model: Model): boolean {
  const { canary } = model;
  return (
    canary?.phase === 'succeeded' &&
    (canary.stableVersion === '0' || isAvailable(model, canary.stableVersion))
  );
}

/** Whether a canary runs that can be held. */
export function canPause(model: Model): boolean {
  return model.canary?.phase === 'progressing';
}

/** Whether a canary waits for somebody. */
export function canResume(model: Model): boolean {
  return model.canary !== undefined && isHeld(model.canary);
}

/** The versions that a canary could be started with: available ones beside the stable one. Newest first. */
export function canaryCandidates(model: Model): readonly Version[] {
  if (runningCanary(model) !== undefined) {
    return [];
  }
  const available = availableVersions(model);
  const labelled = labelledVersion(model, stableLabel);
  return available.length < 2 ? [] : available.filter(({ number }) => number !== labelled);
}

/** Whether the split can be set by hand: a running canary sets it itself. */
export function canSplit(model: Model): boolean {
  return runningCanary(model) === undefined && availableVersions(model).length > 0;
}

/** Whether a label can be given to the version: it takes requests, or soon will. */
export function canBeLabelled({ phase }: Version): boolean {
  return phase === 'available' || phase === 'loading';
}

/**
 * Percent of the requests without version or label that the version gets; undefined where there is no split. The share
 * of a target that takes no requests counts for stable.
 */
export function percentOf(model: Model, version: string): number | undefined {
  if (model.traffic.length === 0) {
    return undefined;
  }
  const stable = stableVersion(model);
  return model.traffic
    .filter((share) => (share.available ? share.version : stable) === version)
    .reduce((sum, { percent }) => sum + percent, 0);
}

function isAvailable(model: Model, version: string | undefined): boolean {
  return availableVersions(model).some(({ number }) => number === version);
}
