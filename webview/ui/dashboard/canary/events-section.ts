// What was done to the model, by whom and why, the newest first.
import type { EventRow } from '../../../dashboard/canary-snapshot.ts';
import { element, keyedList, setText, type View } from '../../dom.ts';
import { fill } from '../../format.ts';
import type { CanaryWords } from './canary-words.ts';

/** A new section. */
export function makeEventsSection(words: CanaryWords): View<readonly EventRow[]> {
  const { page } = words;
  const body = element('tbody');
  const showEvents = keyedList<EventRow>(
    body,
    ({ id }) => id,
    (event) => {
      const when = element('td', { class: 'when' });
      const by = event.actor === '' ? page.byItself : event.actor;
      const change =
        event.before === '' || event.after === ''
          ? event.after
          : fill(page.changeText, event.before, event.after);
      return {
        root: element(
          'tr',
          {},
          when,
          element('th', { scope: 'row' }, event.what),
          element('td', {}, element('bdi', {}, by)),
          element(
            'td',
            { class: 'wide' },
            element('bdi', { class: 'event-change' }, change),
            element('bdi', { class: 'secondary' }, event.reason),
          ),
        ),
        update: ({ atMs }) => setText(when, words.moment(atMs)),
      };
    },
  );
  const heads = [page.when, page.what, page.who, page.change].map((head) =>
    element('th', { scope: 'col' }, head),
  );
  const nothing = element('p', { class: 'secondary' }, page.noEvents);
  const table = element(
    'div',
    { class: 'scroll events', role: 'group', tabindex: '0', 'aria-labelledby': 'canary-events' },
    element('table', {}, element('thead', {}, element('tr', {}, ...heads)), body),
  );
  return {
    root: element(
      'section',
      { 'aria-labelledby': 'canary-events' },
      element('h3', { id: 'canary-events' }, page.events),
      nothing,
      table,
    ),
    update: (events) => {
      showEvents(events);
      table.hidden = events.length === 0;
      nothing.hidden = events.length > 0;
    },
  };
}
