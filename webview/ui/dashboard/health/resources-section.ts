// CPU, memory and the event loop over the last minutes: a line each, with its newest value.
import type { HealthText, Series } from '../../../dashboard/health-protocol.ts';
import { makeSparkline } from '../../charts/sparkline.ts';
import { element, keyedList, setText, type View } from '../../dom.ts';

/** The list of lines; hidden while nothing was measured. */
export function makeResourcesSection(words: HealthText): View<readonly Series[]> {
  const list = element('ul', { class: 'series' });
  const show = keyedList<Series>(list, ({ name }) => name, makeSeries);
  const root = element('section', {}, element('h2', {}, words.resources), list);
  return {
    root,
    update: (series) => {
      show(series);
      root.hidden = series.length === 0;
    },
  };
}

function makeSeries({ name }: Series): View<Series> {
  const now = element('span', { class: 'now' });
  const line = makeSparkline();
  return {
    root: element('li', {}, element('span', { class: 'secondary' }, name), line.root, now),
    update: (series) => {
      setText(now, series.now);
      line.update({ points: series.points, top: series.top, text: series.spoken });
    },
  };
}
