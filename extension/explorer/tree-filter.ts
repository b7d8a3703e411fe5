// Which models and versions the tree shows while it is filtered. No vscode in here.
import type { Model, Version } from '../state/model.ts';
import type { Translate } from '../translate.ts';
import { phaseWords } from './look.ts';

/** Something that can be filtered by. Every word of it must be found. */
export type TreeFilter = readonly string[];

/** Reads what the user typed; undefined where it filters nothing. */
export function parseFilter(text: string): TreeFilter | undefined {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return words.length === 0 ? undefined : words;
}

/** The versions of the model that are shown; undefined where the model itself is not. */
export function filteredVersions(
  t: Translate,
  filter: TreeFilter | undefined,
  model: Model,
): readonly Version[] | undefined {
  if (filter === undefined) {
    return model.versions;
  }
  const name = model.name.toLowerCase();
  const left = filter.filter((word) => !name.includes(word));
  if (left.length === 0) {
    return model.versions;
  }
  const shown = model.versions.filter((version) => {
    const texts = [
      version.number,
      phaseWords(t, version.phase).toLowerCase(),
      ...version.labels.map((label) => label.toLowerCase()),
      ...version.pendingLabels.map((label) => label.toLowerCase()),
    ];
    return left.every((word) => texts.some((text) => text.includes(word)));
  });
  return shown.length === 0 ? undefined : shown;
}
