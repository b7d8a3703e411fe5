// How a model and a version look in the explorer: words, icon, colour and context value. No vscode in here.
import { percentOf, runningCanary } from '../state/canary-facts.ts';
import { availableVersions, isInError, type Model, type Version, type VersionPhase } from '../state/model.ts';
import type { RequestFigures } from '../state/rate-feed.ts';
import type { Translate } from '../translate.ts';
import { modelFacets, versionFacets } from './facets.ts';
import { formatFigures } from './units.ts';
import { canaryWords, elapsedWords, formatName, progressWords } from './version-words.ts';

/** Everything that a row shows. `icon` and `color` are ids of VS Code's icons and theme colours. */
export interface Look {
  readonly label: string;
  readonly description: string;
  readonly icon: string;
  readonly color: string | undefined;
  /** Dot-separated facets, for the `when` clauses of the menus. */
  readonly contextValue: string;
  /** What a screen reader says: the state in words. */
  readonly spoken: string;
}

const iconOf: Readonly<Record<VersionPhase, { readonly icon: string; readonly color?: string }>> = {
  available: { icon: 'pass-filled', color: 'testing.iconPassed' },
  'not-loaded': { icon: 'circle-large-outline', color: 'disabledForeground' },
  copying: { icon: 'cloud-download' },
  loading: { icon: 'loading~spin' },
  unloading: { icon: 'loading~spin' },
  unloaded: { icon: 'circle-slash', color: 'disabledForeground' },
  failed: { icon: 'error', color: 'testing.iconFailed' },
};

const facetOf: Readonly<Record<VersionPhase, string>> = {
  available: 'available',
  'not-loaded': 'notLoaded',
  copying: 'copying',
  loading: 'loading',
  unloading: 'unloading',
  unloaded: 'unloaded',
  failed: 'failed',
};

/** The state of a version in words. */
export function phaseWords(t: Translate, phase: VersionPhase): string {
  switch (phase) {
    case 'available':
      return t('available');
    case 'not-loaded':
      return t('not loaded');
    case 'copying':
      return t('copying');
    case 'loading':
      return t('loading');
    case 'unloading':
      return t('unloading');
    case 'unloaded':
      return t('unloaded');
    case 'failed':
      return t('failed');
  }
}

/** The state, and what a load is at. */
function stateWords(t: Translate, { phase, progress }: Version): string {
  return progress === undefined || phase !== 'loading'
    ? phaseWords(t, phase)
    : t('loading… {0}', progressWords(t, progress));
}

/** What of a version's row moves on by itself. */
export interface Moving {
  /** Milliseconds since the Unix epoch: what the time of a load that goes on is counted to. */
  readonly nowMs?: number;
  /** Undefined where they are not known. */
  readonly figures?: RequestFigures | undefined;
}

/** The row of a version. `live`: whether the daemon is connected; if not, its state is not known. */
export function versionLook(
  t: Translate,
  model: Model,
  version: Version,
  live: boolean,
  { nowMs = Date.now(), figures }: Moving = {},
): Look {
  const state = live ? stateWords(t, version) : t('not connected');
  // Not spoken: it moves on every second.
  const elapsed = live && version.phase === 'loading' ? elapsedWords(version, nowMs) : '';
  const all = [...version.labels, ...version.pendingLabels.map((label) => t('{0} (waiting)', label))];
  const percent = live && version.phase === 'available' ? percentOf(model, version.number) : undefined;
  const share = percent === undefined ? '' : t('{0} %', percent);
  // Not spoken either.
  const shownRate = live ? formatFigures(figures) : '';
  const format = live ? formatName(version.convertedFrom) : '';
  const description = [elapsed === '' ? state : `${state}, ${elapsed}`, ...all, share, format, shownRate]
    .filter((part) => part !== '')
    .join(' · ');
  const labels = all.length === 0 ? '' : `, ${t('labels: {0}', all.join(', '))}`;
  const traffic = percent === undefined ? '' : `, ${t('{0} % of the requests', percent)}`;
  const spokenFormat = format === '' ? '' : `, ${format}`;
  const spoken = `${t('{0} version {1}', model.name, version.number)}, ${state}${labels}${traffic}${spokenFormat}`;
  if (!live) {
    return {
      label: version.number,
      description,
      icon: 'question',
      color: 'disabledForeground',
      contextValue: 'version.unknown',
      spoken,
    };
  }
  const { icon, color } = iconOf[version.phase];
  const gone = version.onDisk ? '' : '.gone';
  return {
    label: version.number,
    description,
    icon,
    color,
    contextValue: `version.${facetOf[version.phase]}${gone}${versionFacets(model, version)}`,
    spoken,
  };
}

/** The row of a model. */
export function modelLook(t: Translate, model: Model, live: boolean): Look {
  const running = runningCanary(model);
  const canary = running === undefined ? [] : [t('canary {0} {1}', running.version, canaryWords(t, running))];
  const description = live ? [modelSummary(t, model), ...canary].join(' · ') : t('not connected');
  const failed = live && isInError(model);
  const available = live && availableVersions(model).length > 0;
  return {
    label: model.name,
    description,
    icon: failed ? 'warning' : 'package',
    color: failed ? 'problemsWarningIcon.foreground' : live ? undefined : 'disabledForeground',
    contextValue: available ? `model.available${modelFacets(model)}` : 'model',
    spoken: failed
      ? t('Model {0}, {1}, with errors', model.name, description)
      : t('Model {0}, {1}', model.name, description),
  };
}

function modelSummary(t: Translate, model: Model): string {
  const available = availableVersions(model).length;
  const all = model.versions.length;
  if (all === 0) {
    return t('no versions');
  }
  return available === all ? t('{0} available', available) : t('{0} of {1} available', available, all);
}
