// The models: a group of rows for each, a row for each of its versions.
import type { ModelStatus, TextMessage, VersionPhase, VersionStatus } from '../../protocol.ts';
import { element, keyedList, setText, type View } from '../dom.ts';
import { fill, formatMoment } from '../format.ts';
import { makeIcon, setIcon, type IconName } from '../icons.ts';
import { makeOutsideText, makeTable } from './table.ts';

const phaseIcons: Readonly<Record<VersionPhase, IconName>> = {
  'not-loaded': 'idle',
  copying: 'busy',
  loading: 'busy',
  available: 'good',
  unloading: 'busy',
  unloaded: 'idle',
  failed: 'bad',
};

/** A new table of models; without any it says so instead. */
export function makeModelsTable(words: TextMessage): View<readonly ModelStatus[]> {
  const { page } = words.text;
  const table = makeTable(page.models, [page.version, page.state, page.stateSince]);
  const nothing = element('p', { class: 'secondary' }, page.noModels);
  const showModels = keyedList<ModelStatus>(
    table,
    ({ name }) => name,
    ({ name }) => makeModelRows(name, words),
  );
  return {
    root: element('section', {}, table, nothing),
    update: (models) => {
      showModels(models);
      nothing.hidden = models.length > 0;
    },
  };
}

function makeModelRows(name: string, words: TextMessage): View<ModelStatus> {
  const { page } = words.text;
  const problem = makeOutsideText('');
  const problemLine = element('div', { class: 'reason' }, makeIcon('warning'), problem);
  const nothing = element('div', { class: 'reason secondary' }, page.noVersions);
  const root = element(
    'tbody',
    {},
    element(
      'tr',
      { class: 'group' },
      element('th', { scope: 'rowgroup', colspan: '3' }, element('bdi', {}, name), problemLine, nothing),
    ),
  );
  const showVersions = keyedList<VersionStatus>(
    root,
    ({ version }) => version,
    ({ version }) => makeVersionRow(version, words),
  );
  return {
    root,
    update: (model) => {
      setText(problem, model.problem);
      problemLine.hidden = model.problem === '';
      nothing.hidden = model.problem !== '' || model.versions.length > 0;
      showVersions(model.versions);
    },
  };
}

function makeVersionRow(version: string, { text, locale }: TextMessage): View<VersionStatus> {
  const icon = makeIcon('idle');
  const state = element('span');
  const reason = makeOutsideText('');
  const errorCode = element('span', { class: 'code' });
  const reasonLine = element('div', { class: 'reason' }, reason, ' ', errorCode);
  const step = makeOutsideText('');
  const stepSince = element('span', { class: 'secondary' });
  const stepLine = element('div', { class: 'reason' }, step, ' ', stepSince);
  const runsOn = makeOutsideText('');
  const fallback = makeOutsideText('');
  const fallbackLine = element('div', {}, fallback);
  const runsOnLine = element('div', { class: 'reason secondary' }, runsOn, fallbackLine);
  const since = element('time');
  const labels = element('ul', { class: 'labels', 'aria-label': text.page.labels });
  const showLabels = keyedList<string>(
    labels,
    (label) => label,
    (label) => {
      const chip = element('li', { class: 'label' }, element('bdi', {}, label));
      return { root: chip, update: () => undefined };
    },
  );
  return {
    root: element(
      'tr',
      {},
      element('th', { scope: 'row' }, version),
      element(
        'td',
        { class: 'wide' },
        element('div', { class: 'state' }, icon, state, labels),
        stepLine,
        reasonLine,
        runsOnLine,
      ),
      element('td', { class: 'since' }, since),
    ),
    update: (status) => {
      setIcon(icon, phaseIcons[status.phase]);
      setText(state, text.phases[status.phase]);
      setText(reason, status.reason);
      setText(errorCode, status.errorCode);
      reasonLine.hidden = status.reason === '';
      setText(step, status.step);
      setText(stepSince, fill(text.page.since, formatMoment(status.stepSinceMs, Date.now(), locale)));
      stepLine.hidden = status.step === '';
      setText(runsOn, status.runsOn);
      setText(fallback, status.fallback);
      fallbackLine.hidden = status.fallback === '';
      runsOnLine.hidden = status.runsOn === '';
      setText(since, status.sinceMs === 0 ? '' : formatMoment(status.sinceMs, Date.now(), locale));
      showLabels(status.labels);
      labels.hidden = status.labels.length === 0;
    },
  };
}
