// Limits and what they refused, closes by cause, and requests that were not let in.
import type {
  CloseCount,
  LimitFacts,
  LiveNetwork,
  RefusalFacts,
} from '../../../dashboard/network-snapshot.ts';
import { element, keyedList, setText, type View } from '../../dom.ts';
import { formatMoment } from '../../format.ts';
import { makeTable } from '../../status/table.ts';
import type { NetworkWords } from './network-format.ts';

/** A new section. */
export function makeCountersSection({
  text,
  locale,
}: NetworkWords): View<Pick<LiveNetwork, 'limits' | 'closes' | 'refusals'>> {
  const number = new Intl.NumberFormat(locale);
  const limits = makeCounts<LimitFacts>(
    makeTable(text.limits, [text.limitOption, text.limit, text.limitRefused]),
    text.noLimits,
    ({ name }) => name,
    ({ name, limit, refused }) => [
      `--${name}`,
      limit === 0 ? '' : number.format(limit),
      number.format(refused),
    ],
  );
  const closes = makeCounts<CloseCount>(
    makeTable(text.closesByCause, [text.cause, text.howOften]),
    text.noCloses,
    ({ cause }) => cause,
    ({ cause, count }) => [cause, number.format(count)],
  );
  const refusals = makeCounts<RefusalFacts>(
    makeTable(text.refusals, [text.moment, text.request, text.client, text.reason]),
    text.noRefusals,
    ({ id }) => String(id),
    ({ atMs, request, peer, outcome }) => [formatMoment(atMs, Date.now(), locale), request, peer, outcome],
  );
  return {
    root: element('section', { class: 'counters' }, limits.root, closes.root, refusals.root),
    update: (counters) => {
      limits.update(counters.limits);
      closes.update(counters.closes);
      refusals.update(counters.refusals);
    },
  };
}

/** A table with a row of texts for each item; without any it says so below its caption. */
function makeCounts<Item>(
  table: HTMLTableElement,
  none: string,
  keyOf: (item: Item) => string,
  textsOf: (item: Item) => readonly string[],
): View<readonly Item[]> {
  const body = element('tbody');
  table.append(body);
  const head = table.tHead;
  const nothing = element('p', { class: 'secondary' }, none);
  const show = keyedList<Item>(body, keyOf, (item) => {
    const cells = textsOf(item).map(() => element('bdi'));
    return {
      root: element('tr', {}, ...cells.map((cell, index) => element(index === 0 ? 'th' : 'td', {}, cell))),
      update: (now) => textsOf(now).forEach((text, index) => cells[index] && setText(cells[index], text)),
    };
  });
  return {
    root: element('div', {}, element('div', { class: 'scroll-x' }, table), nothing),
    update: (items) => {
      show(items);
      nothing.hidden = items.length > 0;
      if (head !== null) {
        head.hidden = items.length === 0;
      }
    },
  };
}
