// The split of a model's requests as people read and type it: `stable 95, canary 5`. No vscode in here.
import { labelsOf } from '../state/canary-facts.ts';
import type { Model } from '../state/model.ts';
import { isSameTarget, targetName, type TrafficShare, type TrafficTarget } from '../state/traffic.ts';
import type { Translate } from '../translate.ts';
import type { Parsed } from './canary-plan.ts';

/** A share as it is asked for. */
export type AskedShare = Pick<TrafficShare, 'target' | 'percent'>;

const maxShares = 16;

/** `stable 95 %, canary 5 %`; what happens without a split where there are no shares. */
export function sharesWords(t: Translate, shares: readonly AskedShare[]): string {
  return shares.length === 0
    ? t('all to the newest version that is available')
    : shares
        .map(({ target, percent }) =>
          target.kind === 'label'
            ? t('{0} {1} %', target.label, percent)
            : t('version {0}: {1} %', target.version, percent),
        )
        .join(', ');
}

/** The shares as `parseShares` reads them. */
export function sharesText(shares: readonly AskedShare[]): string {
  return shares
    .map(({ target, percent }) => {
      const name = targetName(target);
      return `${/^[\w.-]+$/.test(name) ? name : JSON.stringify(name)} ${percent}`;
    })
    .join(', ');
}

/**
 * Reads shares of `model`, separated by commas: a label or the number of a version, then its percent; names with other
 * characters than letters and digits stand in double quotes. They must add up to 100. An empty text is no split.
 */
export function parseShares(t: Translate, model: Model, text: string): Parsed<readonly AskedShare[]> {
  const problem = (words: string): Parsed<never> => ({ kind: 'problem', text: words });
  const shares: AskedShare[] = [];
  const parts = text.match(/(?:"(?:[^"\\]|\\.)*"|[^,])+/g) ?? [];
  for (const part of parts.filter((one) => one.trim() !== '')) {
    const match = /^\s*(?:("(?:[^"\\]|\\.)*")|([^"]+?))\s*[\s:=]\s*(\d{1,3})\s*%?\s*$/.exec(part);
    const name = match === null ? undefined : nameOf(match[1], match[2]);
    if (name === undefined) {
      return problem(
        t('{0} is no share: a share is a label or a version and its percent, like stable 95.', part.trim()),
      );
    }
    const target = targetOf(model, name);
    if (target === undefined) {
      return problem(t('{0} has neither a label nor a version {1}.', model.name, name));
    }
    if (shares.some((share) => isSameTarget(share.target, target))) {
      return problem(t('{0} is there twice.', name));
    }
    shares.push({ target, percent: Number(match?.[3]) });
  }
  const sum = shares.reduce((all, { percent }) => all + percent, 0);
  if (text.trim() !== '' && sum !== 100) {
    return problem(t('The shares add up to {0} %; it must be 100 %.', sum));
  }
  return shares.length > maxShares
    ? problem(t('A split has at most {0} shares.', maxShares))
    : { kind: 'value', value: shares };
}

/** What to offer first: the split of now, or all to stable or the newest version. */
export function proposedShares(model: Model): readonly AskedShare[] {
  if (model.traffic.length > 0) {
    return model.traffic;
  }
  const labels = labelsOf(model);
  const [first, second] = [...new Set(['stable', 'canary', ...labels])].filter((label) =>
    labels.includes(label),
  );
  const versions = model.versions.filter(({ phase }) => phase === 'available').map(({ number }) => number);
  const targets: TrafficTarget[] =
    first !== undefined && second !== undefined
      ? [first, second].map((label) => ({ kind: 'label', label }))
      : versions.slice(0, 2).map((version) => ({ kind: 'version', version }));
  return targets.map((target, index) => ({ target, percent: index === 0 ? 100 : 0 }));
}

function nameOf(quoted: string | undefined, bare: string | undefined): string | undefined {
  if (quoted === undefined) {
    return bare;
  }
  try {
    return String(JSON.parse(quoted));
  } catch {
    return undefined;
  }
}

/** A label wins over a version of the same digits, as in the daemon's own texts. */
function targetOf(model: Model, name: string): TrafficTarget | undefined {
  if (labelsOf(model).includes(name)) {
    return { kind: 'label', label: name };
  }
  return model.versions.some(({ number }) => number === name)
    ? { kind: 'version', version: name }
    : undefined;
}
