// How the answers of the canary differ from stable's: drift of the outputs, and what the copied requests showed.
import type { DriftRow, ModelDetail, ShadowState, WorstCase } from '../../../dashboard/canary-snapshot.ts';
import { element, keyedList, setText, type View } from '../../dom.ts';
import { fill } from '../../format.ts';
import type { CanaryWords } from './canary-words.ts';
import { makePlainButton } from './plain-button.ts';

/** A new section; hidden where there is nothing to compare. `openCase` is called with the id of a kept case. */
export function makeCompareSection(
  words: CanaryWords,
  openCase: (id: string) => void,
): View<Pick<ModelDetail, 'drift' | 'shadow'>> {
  const { page } = words;
  const drift = makeDrift(words);
  const shadow = makeShadow(words, openCase);
  const root = element(
    'section',
    { 'aria-labelledby': 'canary-compared' },
    element('h3', { id: 'canary-compared' }, page.compared),
    drift.root,
    shadow.root,
  );
  return {
    root,
    update: (detail) => {
      drift.update(detail.drift);
      shadow.update(detail.shadow);
      root.hidden = detail.drift.length === 0 && detail.shadow === null;
    },
  };
}

function makeDrift(words: CanaryWords): View<readonly DriftRow[]> {
  const { page } = words;
  const body = element('tbody');
  const showRows = keyedList<DriftRow>(
    body,
    ({ output }) => output,
    ({ output }) => {
      const classes = element('td');
      const means = element('td');
      const samples = element('td');
      return {
        root: element(
          'tr',
          {},
          element('th', { scope: 'row' }, element('bdi', {}, output)),
          classes,
          means,
          samples,
        ),
        update: (row) => {
          const isKnown = row.classes !== null || row.means !== null;
          setText(
            classes,
            row.classes === null
              ? page.noFigure
              : fill(page.classesText, words.percent(row.classes), words.percent(row.byChance)),
          );
          setText(means, row.means === null ? page.noFigure : fill(page.meansText, words.figure(row.means)));
          setText(
            samples,
            isKnown ? words.count(row.samples) : fill(page.tooFewAnswers, words.count(row.samples)),
          );
        },
      };
    },
  );
  const heads = [page.output, page.classesMove, page.meansMove, page.samples];
  const root = element(
    'table',
    { class: 'drift' },
    element('caption', {}, page.drift),
    element('thead', {}, element('tr', {}, ...heads.map((head) => element('th', { scope: 'col' }, head)))),
    body,
  );
  return {
    root,
    update: (rows) => {
      showRows(rows);
      root.hidden = rows.length === 0;
    },
  };
}

function makeShadow(words: CanaryWords, openCase: (id: string) => void): View<ShadowState | null> {
  const { page } = words;
  const heading = element('h4');
  const facts = element('dl', { class: 'shadow-facts' });
  const fact = (name: string): HTMLElement => {
    const value = element('dd');
    facts.append(element('div', {}, element('dt', {}, name), value));
    return value;
  };
  const agreement = fact(page.agreement);
  const compared = fact(page.comparedCount);
  const dropped = fact(page.droppedCount);
  const absolute = fact(page.maxAbsolute);
  const relative = fact(page.maxRelative);
  const nothing = element('p', { class: 'secondary' }, page.noWorst);
  const notKept = element('p', { class: 'secondary' }, page.notKept);
  const cases = element('ol', { class: 'worst', 'aria-label': page.worst });
  const showCases = keyedList<WorstCase>(
    cases,
    ({ id }) => id,
    (one) => makeCase(words, one, openCase),
  );
  const root = element(
    'div',
    {},
    heading,
    facts,
    element('p', { class: 'list-name' }, page.worst),
    nothing,
    cases,
    notKept,
  );
  return {
    root,
    update: (shadow) => {
      root.hidden = shadow === null;
      if (shadow === null) {
        return;
      }
      setText(heading, fill(page.shadow, words.count(shadow.percent), shadow.target));
      setText(agreement, words.percent(shadow.agreement));
      setText(compared, words.count(shadow.compared));
      setText(dropped, words.count(shadow.dropped));
      setText(absolute, words.figure(shadow.maxAbsolute));
      setText(relative, words.figure(shadow.maxRelative));
      showCases(shadow.worst);
      nothing.hidden = shadow.worst.length > 0;
      notKept.hidden = shadow.worst.every(({ kept }) => kept);
    },
  };
}

function makeCase(
  words: CanaryWords,
  { id, summary, atMs }: WorstCase,
  openCase: (id: string) => void,
): View<WorstCase> {
  const button = makePlainButton('secondary', words.page.openCase, () => openCase(id));
  const description = `canary-case-${id}`;
  button.setAttribute('aria-describedby', description);
  return {
    root: element(
      'li',
      {},
      element(
        'span',
        { id: description },
        element('span', { class: 'secondary' }, words.moment(atMs)),
        ' ',
        element('bdi', {}, summary),
      ),
      button,
    ),
    update: ({ kept }) => {
      button.hidden = !kept;
    },
  };
}
