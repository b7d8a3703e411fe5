// Opens, closes and load on one axis of time, and the same as a list, in which each close opens to its cause and advice.
import type { ClosedConnection, LiveNetwork, LoadSample } from '../../../dashboard/network-snapshot.ts';
import type { TimeLineMark } from '../../charts/time-line-marks.ts';
import { makeTimeLine, type TimeLineSeries } from '../../charts/time-line.ts';
import { element, type View } from '../../dom.ts';
import { fill, formatBytes, formatMoment } from '../../format.ts';
import { makeEventsList } from './events-list.ts';
import type { NetworkWords } from './network-format.ts';

/** What the section needs of the tab. */
export interface TimeSectionParts {
  /** How many minutes are shown; one of `windows`. */
  readonly minutes: number;
  /** Whether everyday opens and closes are left out of the list. */
  readonly onlyNotable: boolean;
  keep(minutes: number, onlyNotable: boolean): void;
  /** The doctor is to look at the client's pings of this connection. */
  askDoctor(connection: ClosedConnection): void;
}

/** What may be shown, minutes: the server keeps ten of its load. */
export const windows: readonly number[] = [1, 5, 10];

/** A new section. */
export function makeTimeSection(words: NetworkWords, parts: TimeSectionParts): View<LiveNetwork> {
  const { text, locale } = words;
  let { minutes, onlyNotable } = parts;
  let last: LiveNetwork | undefined;
  const chart = makeTimeLine(
    {
      label: `${text.timeLine}. ${text.timeLineHelp}`,
      locale,
      choose: (key) => list.open(key.slice(key.indexOf(' ') + 1)),
    },
    2,
    3,
  );
  const list = makeEventsList(words, (connection) => parts.askDoctor(connection));
  const windowSelect = element(
    'select',
    { class: 'field', 'aria-label': text.window },
    ...windows.map((count) =>
      element('option', { value: String(count) }, fill(text.lastMinutes, String(count))),
    ),
  );
  windowSelect.value = String(minutes);
  const notable = element('input', { type: 'checkbox' });
  notable.checked = onlyNotable;
  const draw = (): void => {
    if (last !== undefined) {
      chart.update(toTimeLine(last, minutes, words));
      list.update({ network: last, onlyNotable });
    }
  };
  windowSelect.addEventListener('change', () => {
    minutes = Number(windowSelect.value);
    parts.keep(minutes, onlyNotable);
    draw();
  });
  notable.addEventListener('change', () => {
    onlyNotable = notable.checked;
    parts.keep(minutes, onlyNotable);
    draw();
  });
  return {
    root: element(
      'section',
      {},
      element('div', { class: 'heading-line' }, element('h2', {}, text.timeLine), windowSelect),
      chart.root,
      element(
        'div',
        { class: 'heading-line' },
        element('h3', {}, text.eventsList),
        element('label', { class: 'check' }, notable, text.onlyNotable),
      ),
      list.root,
    ),
    update: (network) => {
      last = network;
      draw();
    },
  };
}

type TimeLine = Parameters<ReturnType<typeof makeTimeLine>['update']>[0];

/** The lanes and lines of the last `minutes`. */
function toTimeLine(
  { atMs, open, closed, load }: LiveNetwork,
  minutes: number,
  words: NetworkWords,
): TimeLine {
  const { text, locale } = words;
  const fromMs = atMs - minutes * 60_000;
  const shown = load.filter((sample) => sample.atMs >= fromMs);
  const opened = [...open, ...closed].map(({ key, peer, openedAtMs }): TimeLineMark => ({
    key: `open ${key}`,
    atMs: openedAtMs,
    look: 'open',
    text: fill(text.markOpened, formatMoment(openedAtMs, atMs, locale), peer),
  }));
  const closes = closed.map(({ key, peer, closedAtMs, severity, cause }): TimeLineMark => ({
    key: `close ${key}`,
    atMs: closedAtMs,
    look: severity,
    text: fill(text.markClosed, formatMoment(closedAtMs, atMs, locale), peer, cause),
  }));
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  const milliseconds = new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: 'millisecond',
    maximumFractionDigits: 0,
  });
  const series = (
    name: string,
    least: number,
    valueOf: (sample: LoadSample) => number,
    format: (value: number) => string,
  ): TimeLineSeries => {
    const points = shown.map((sample) => [sample.atMs, valueOf(sample)] as const);
    const greatest = Math.max(0, ...points.map(([, value]) => value));
    return {
      name,
      points,
      top: Math.max(least, greatest * 1.1),
      texts: [fill(text.nowValue, format(points.at(-1)?.[1] ?? 0)), fill(text.mostValue, format(greatest))],
    };
  };
  return {
    fromMs,
    toMs: atMs,
    lanes: [
      { name: text.opened, marks: opened },
      { name: text.closed, marks: closes },
    ],
    series: [
      series(
        text.processor,
        100,
        ({ cpuPercent }) => cpuPercent,
        (value) => percent.format(value / 100),
      ),
      series(
        text.memory,
        1,
        ({ memoryBytes }) => memoryBytes,
        (value) => formatBytes(value, locale),
      ),
      series(
        text.loopDelay,
        50,
        ({ delayMs }) => delayMs,
        (value) => milliseconds.format(value),
      ),
    ],
  };
}
