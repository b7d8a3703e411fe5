// How traffic is said in a line: for events, the log and error texts.
import type { KeptShare } from '../canary/canary.ts';
import type { ModelView } from '../lifecycle/model-manager.ts';

/** `stable 95%, canary 5%`; what holds where there is no split. */
export function sharesText(shares: readonly KeptShare[]): string {
  return shares.length === 0
    ? 'all to the newest version'
    : shares.map(({ target, percent }) => `${targetName(target)} ${percent}%`).join(', ');
}

/** `canary`, `version 3`. */
export function targetName(target: KeptShare['target']): string {
  return target.kind === 'label' ? target.label : `version ${target.version}`;
}

/** `stable 2, canary 3`; empty without labels. */
export function labelsText(labels: ReadonlyMap<string, bigint>): string {
  return [...labels].map(([label, version]) => `${label} ${version}`).join(', ');
}

/** Why a version is not AVAILABLE, a sentence that begins small: `version 2 is not on disk any more.` */
export function absenceText(model: ModelView | undefined, version: bigint): string {
  if (model === undefined) {
    return 'the model is not there any more.';
  }
  const found = model.versions.find(({ number }) => number === version);
  if (found?.disk === undefined) {
    return `version ${version} is not on disk any more.`;
  }
  const { state } = found;
  return state.phase === 'end' && state.error !== undefined
    ? `version ${version} failed to load: ${state.error.message.replace(/\.?$/, '.')}`
    : `version ${version} is not loaded any more.`;
}
