// Each model as readiness sees it: ready or why not, since when, and whether the server needs it.
import type { HealthText, ModelVerdict } from '../../../dashboard/health-protocol.ts';
import { element, keyedList, setText, type View } from '../../dom.ts';
import { formatMoment } from '../../format.ts';
import { makeIcon, setIcon } from '../../icons.ts';
import { makeOutsideText, makeTable } from '../../status/table.ts';

/** The table; hidden while there are no models. */
export function makeReadinessSection(words: HealthText, locale: string): View<readonly ModelVerdict[]> {
  const table = makeTable(words.readiness, [words.model, words.state, words.required, words.stateSince]);
  const body = element('tbody');
  table.append(body);
  const show = keyedList<ModelVerdict>(
    body,
    ({ name }) => name,
    ({ name }) => makeRow(name, words, locale),
  );
  const root = element('section', {}, table);
  return {
    root,
    update: (models) => {
      show(models);
      root.hidden = models.length === 0;
    },
  };
}

function makeRow(name: string, words: HealthText, locale: string): View<ModelVerdict> {
  const icon = makeIcon('idle');
  const state = element('span');
  const reason = makeOutsideText('');
  const reasonLine = element('div', { class: 'reason' }, reason);
  const required = element('td');
  const since = element('time');
  return {
    root: element(
      'tr',
      {},
      element('th', { scope: 'row' }, element('bdi', {}, name)),
      element('td', { class: 'wide' }, element('div', { class: 'state' }, icon, state), reasonLine),
      required,
      element('td', { class: 'since' }, since),
    ),
    update: (model) => {
      setIcon(icon, model.ready ? 'good' : 'bad');
      setText(state, model.ready ? words.modelReady : words.modelNotReady);
      setText(reason, model.reason);
      reasonLine.hidden = model.reason === '';
      setText(required, model.required ? words.yes : words.no);
      setText(since, model.sinceMs === 0 ? '' : formatMoment(model.sinceMs, Date.now(), locale));
    },
  };
}
