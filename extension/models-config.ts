// What a models.config says that keeps things as they are now. No vscode in here.
import { newModelServerConfig, type NewModel } from '../server/config/new-model-server-config.ts';
import type { Model } from './state/model.ts';

/** The name that the file is known by. */
export const modelsConfigName = 'models.config';

/**
 * The text of a models.config with these models, their labels, and the versions that they need. Throws CONFIG_INVALID for
 * models that such a file cannot name.
 */
export function modelsConfigText(models: readonly Model[]): string {
  return newModelServerConfig(models.map(toNewModel));
}

function toNewModel(model: Model): NewModel {
  const labels = new Map<string, bigint>();
  for (const { number, labels: seen } of model.versions) {
    seen.forEach((label) => labels.set(label, BigInt(number)));
  }
  // A label that is to move belongs where it was sent.
  for (const { number, pendingLabels } of model.versions) {
    pendingLabels.forEach((label) => labels.set(label, BigInt(number)));
  }
  return { name: model.name, basePath: model.basePath, labels, versions: keptVersions(model, labels) };
}

/**
 * None for a model that nobody steers: the newest version is served, as without such a file. Of one with labels or a split,
 * those that serve now stay, also the one that was stable before: it is the way back.
 */
function keptVersions(model: Model, labels: ReadonlyMap<string, bigint>): readonly bigint[] {
  if (labels.size === 0 && model.traffic.length === 0) {
    return [];
  }
  const serving = model.versions
    .filter(({ phase }) => phase === 'available' || phase === 'loading')
    .map(({ number }) => BigInt(number));
  const kept = [...new Set([...serving, ...labels.values()])].sort((a, b) => (a < b ? -1 : 1));
  const newest = model.versions.find(({ onDisk }) => onDisk)?.number;
  return kept.every((version) => String(version) === newest) ? [] : kept;
}
