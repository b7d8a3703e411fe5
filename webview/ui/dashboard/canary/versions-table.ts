// The versions side by side: shares, requests, errors and latencies, each with its line over the last minutes.
import type { HistoryPoint, ModelDetail, VersionColumn } from '../../../dashboard/canary-snapshot.ts';
import { makeSparkline } from '../../charts/sparkline.ts';
import { element, keyedList, setText, type View } from '../../dom.ts';
import { fill } from '../../format.ts';
import type { CanaryWords } from './canary-words.ts';

/** What the table is made from. */
type Detail = Pick<ModelDetail, 'versions' | 'historySpanMs'>;

/** A row of the table. */
interface Measure {
  readonly title: string;
  /** The figure of a version; `stable` is what it is compared with. */
  readonly text: (version: VersionColumn, stable: VersionColumn | undefined) => readonly string[];
  /** What its line shows, and how a point is said; undefined where there is no line. */
  readonly line:
    | undefined
    | {
        readonly of: (point: HistoryPoint) => number | null;
        readonly say: (value: number) => string;
      };
}

/** A new table. */
export function makeVersionsTable(words: CanaryWords): View<Detail> {
  const { page } = words;
  const measures = measuresOf(words);
  const table = element('table', { class: 'versions' });
  const root = element(
    'section',
    { 'aria-labelledby': 'canary-versions' },
    element('h3', { id: 'canary-versions' }, page.sideBySide),
    element('div', { class: 'scroll' }, table),
  );
  let columns: string | undefined;
  let fillCells: ((detail: Detail) => void)[] = [];
  return {
    root,
    update: (detail) => {
      const next = JSON.stringify(detail.versions.map(({ version, role }) => [version, role]));
      if (next !== columns) {
        columns = next;
        fillCells = [];
        table.replaceChildren(
          element('caption', { class: 'secondary' }, page.lastMinute),
          makeHead(words, detail, fillCells),
          element('tbody', {}, ...measures.map((measure) => makeRow(words, measure, detail, fillCells))),
        );
      }
      for (const fillCell of fillCells) {
        fillCell(detail);
      }
    },
  };
}

function makeHead(
  words: CanaryWords,
  { versions }: Detail,
  fillCells: ((detail: Detail) => void)[],
): HTMLElement {
  const { page } = words;
  const heads = versions.map((first, place) => {
    const role = first.role === 'other' ? '' : page[first.role];
    const state = element('span', { class: 'secondary' });
    const labels = element('ul', { class: 'labels', 'aria-label': page.labels });
    const showLabels = keyedList<string>(
      labels,
      (label) => label,
      (label) => ({
        root: element('li', { class: 'label' }, element('bdi', {}, label)),
        update: () => undefined,
      }),
    );
    fillCells.push((detail) => {
      const version = detail.versions[place];
      setText(state, version?.state ?? '');
      // The label that the role says already is not said again.
      const others = (version?.labels ?? []).filter((label) => label !== first.role);
      showLabels(others);
      labels.hidden = others.length === 0;
    });
    return element(
      'th',
      { scope: 'col' },
      element(
        'span',
        { class: 'column-name' },
        element('span', { class: 'capital' }, fill(page.version, first.version)),
        ...(role === '' ? [] : [element('span', { class: `role role-${first.role}` }, role)]),
        labels,
      ),
      state,
    );
  });
  return element(
    'thead',
    {},
    element('tr', {}, element('td', {}, element('span', { class: 'spoken' }, page.measure)), ...heads),
  );
}

function makeRow(
  words: CanaryWords,
  { title, text, line }: Measure,
  { versions }: Detail,
  fillCells: ((detail: Detail) => void)[],
): HTMLElement {
  const cells = versions.map((_, place) => {
    const main = element('span', { class: 'cell-figure' });
    const extra = element('span', { class: 'secondary cell-extra' });
    const spark = line === undefined ? undefined : makeSparkline();
    fillCells.push((detail) => {
      const version = detail.versions[place];
      if (version === undefined) {
        return;
      }
      const stable = detail.versions.find(({ role }) => role === 'stable');
      const [figure = '', ...rest] = text(version, stable);
      setText(main, figure);
      setText(extra, rest.join(', '));
      if (line !== undefined) {
        spark?.update(lineOf(words, title, version, line, detail));
      }
    });
    return element(
      'td',
      {},
      element(
        'div',
        { class: 'cell' },
        element('div', { class: 'cell-text' }, main, extra),
        ...(spark === undefined ? [] : [spark.root]),
      ),
    );
  });
  return element('tr', {}, element('th', { scope: 'row' }, title), ...cells);
}

/** The line of one version, on the scale of all of them. */
function lineOf(
  words: CanaryWords,
  title: string,
  version: VersionColumn,
  { of, say }: NonNullable<Measure['line']>,
  { versions, historySpanMs }: Detail,
): Parameters<ReturnType<typeof makeSparkline>['update']>[0] {
  const { page } = words;
  const all = versions.flatMap(({ history }) => history.map(of)).filter((value) => value !== null);
  const points = version.history.map(of);
  const own = points.filter((value) => value !== null);
  const last = own.at(-1);
  return {
    points,
    top: Math.max(0, ...all),
    text:
      last === undefined
        ? fill(page.lineAlone, title, version.version)
        : fill(
            page.lineText,
            title,
            version.version,
            words.remaining(points.length * historySpanMs),
            say(Math.min(...own)),
            say(Math.max(...own)),
            say(last),
          ),
  };
}

function measuresOf(words: CanaryWords): readonly Measure[] {
  const { page } = words;
  const share = (value: number | null): readonly string[] => [words.percent(value)];
  const times = (own: number | null, stables: number | null | undefined): readonly string[] =>
    own === null || stables === undefined || stables === null || stables === 0
      ? []
      : [fill(page.timesStable, words.figure(own / stables))];
  const latency = (name: 'p50' | 'p99'): Measure => ({
    title: page[name],
    text: (version, stable) => [
      words.duration(version[name]),
      ...(version.role === 'stable' ? [] : times(version[name], stable?.[name])),
    ],
    line: { of: (point) => point[name], say: (value) => words.duration(value) },
  });
  return [
    { title: page.wantedShare, text: ({ wanted }) => share(wanted), line: undefined },
    { title: page.observedShare, text: ({ observed }) => share(observed), line: undefined },
    {
      title: page.rate,
      text: ({ rate }) => [fill(page.rateUnit, words.figure(rate))],
      line: { of: ({ rate }) => rate, say: (value) => fill(page.rateUnit, words.figure(value)) },
    },
    {
      title: page.errors,
      text: ({ errors, errorCodes }) => [
        words.percent(errors),
        ...errorCodes.map(({ code, count }) => fill(page.errorCount, words.count(count), code)),
      ],
      line: { of: ({ errors }) => errors, say: (value) => words.percent(value) },
    },
    latency('p50'),
    latency('p99'),
  ];
}
