// Which rows of the explorer a change of one model touches: the smallest refresh that shows it.
import type { Model, Version } from '../state/model.ts';

/** `model`: its row and the rows below; `versions`: only these rows; `none`: nothing that is shown. */
export type ChangedRows =
  | { readonly kind: 'none' }
  | { readonly kind: 'model' }
  | { readonly kind: 'versions'; readonly numbers: readonly string[] };

/** Compares two entries of the same model. */
export function changedRows(before: Model, after: Model): ChangedRows {
  const sameRows =
    before.problem === after.problem &&
    before.basePath === after.basePath &&
    JSON.stringify(before.traffic) === JSON.stringify(after.traffic) &&
    JSON.stringify(before.canary) === JSON.stringify(after.canary) &&
    before.versions.length === after.versions.length &&
    before.versions.every((version, index) => hasSameFacets(version, after.versions[index]));
  if (!sameRows) {
    return { kind: 'model' };
  }
  const numbers = after.versions
    .filter((version, index) => JSON.stringify(version) !== JSON.stringify(before.versions[index]))
    .map(({ number }) => number);
  return numbers.length === 0 ? { kind: 'none' } : { kind: 'versions', numbers };
}

/** What the model's own row is made from: its versions, which of them are available or failed, and their labels. */
function hasSameFacets(a: Version, b: Version | undefined): boolean {
  const facet = ({ phase }: Version): string => (phase === 'available' || phase === 'failed' ? phase : '');
  return a.number === b?.number && facet(a) === facet(b) && a.labels.join('\n') === b.labels.join('\n');
}
