// The same request again and again: the form, figures while it runs, a time line, errors, the server's load.
import {
  measureBounds,
  type MeasurePlan,
  type MeasurePoint,
  type MeasureView,
} from '../../playground/measure.ts';
import { lineChart, lineLegend, type LineSeries } from '../charts/line.ts';
import { element, setText } from '../dom.ts';
import { formatBytes } from '../format.ts';
import { makeIcon, setIcon, type IconName } from '../icons.ts';
import { makeButton } from '../toolkit.ts';
import { numberField, smallButton } from './controls.ts';
import { formatNumber, say, type PageContext } from './page-context.ts';

/** What the view does not do itself. */
export interface MeasureParts {
  start(plan: MeasurePlan): void;
  stop(): void;
  exportJson(): void;
  /** The form has changed. */
  onPlan(plan: MeasurePlan): void;
}

/** The view. */
export interface MeasurePanel {
  readonly root: HTMLElement;
  /** undefined: nothing was measured yet. */
  update(view: MeasureView | undefined): void;
}

const stateIcons: Readonly<Record<MeasureView['state'], IconName>> = {
  running: 'busy',
  done: 'good',
  cancelled: 'idle',
  failed: 'bad',
};

/** Makes the view with this plan in its form. */
export function measurePanel(context: PageContext, plan: MeasurePlan, parts: MeasureParts): MeasurePanel {
  const { words, locale } = context;
  const field = (name: keyof MeasurePlan, label: string, step: number | 'any') => {
    const [least, most] = measureBounds[name];
    return numberField(label, { least, most, step, start: plan[name] }, () => {
      const now = read();
      start.toggleAttribute('disabled', now === undefined);
      if (now !== undefined) {
        parts.onPlan(now);
      }
    });
  };
  const rate = field('rate', words.rate, 'any');
  const concurrency = field('concurrency', words.concurrency, 1);
  const seconds = field('seconds', words.seconds, 'any');
  const read = (): MeasurePlan | undefined => {
    const [wantedRate, wantedConcurrency, wantedSeconds] = [
      rate.value(),
      concurrency.value(),
      seconds.value(),
    ];
    return wantedRate === undefined || wantedConcurrency === undefined || wantedSeconds === undefined
      ? undefined
      : { rate: wantedRate, concurrency: wantedConcurrency, seconds: wantedSeconds };
  };
  const start = makeButton('primary', () => {
    const now = read();
    if (now !== undefined && !start.hasAttribute('disabled')) {
      parts.start(now);
    }
  });
  start.append(words.startMeasure);
  const stop = makeButton('secondary', () => parts.stop());
  stop.append(words.stopMeasure);
  const icon = makeIcon('idle');
  const headline = element('bdi');
  const notes = element('ul', { class: 'notes secondary' });
  const figures = element('dl', { class: 'facts' });
  const charts = element('div', { class: 'charts' });
  const errors = element('div');
  const exported = smallButton(words.exportJson, () => parts.exportJson());
  const results = element(
    'div',
    { class: 'outputs' },
    figures,
    charts,
    errors,
    notes,
    element('div', { class: 'row' }, exported),
  );
  let announced = '';
  return {
    root: element(
      'div',
      { class: 'measure' },
      element('div', { class: 'fields' }, rate.root, concurrency.root, seconds.root),
      element('p', { class: 'secondary' }, words.rateMeaning),
      element('div', { class: 'bar' }, start, stop),
      element('p', { class: 'state' }, icon, headline),
      results,
    ),
    update: (view) => {
      stop.hidden = view?.state !== 'running';
      start.hidden = view?.state === 'running';
      results.hidden = view === undefined || view.points.length + (view.totals === null ? 0 : 1) === 0;
      exported.hidden = view?.state === 'running';
      setIcon(icon, view === undefined ? 'idle' : stateIcons[view.state]);
      setText(headline, view === undefined ? words.notMeasured : headlineOf(context, view));
      if (view === undefined) {
        return;
      }
      figures.replaceChildren(
        ...figuresOf(context, view).map(([label, value]) =>
          element('div', {}, element('dt', {}, label), element('dd', {}, value)),
        ),
      );
      charts.replaceChildren(...chartsOf(context, view.points));
      errors.replaceChildren(...errorsOf(context, view));
      notes.replaceChildren(...view.notes.map((note) => element('li', {}, note)));
      if (view.state !== 'running' && view.state !== announced) {
        context.announce(headlineOf(context, view));
      }
      announced = view.state;
    },
  };

  function milliseconds(value: number | null): string {
    return value === null
      ? words.none
      : new Intl.NumberFormat(locale, {
          style: 'unit',
          unit: 'millisecond',
          maximumSignificantDigits: 3,
        }).format(value);
  }

  function figuresOf(
    { words: names }: PageContext,
    { totals }: MeasureView,
  ): readonly (readonly [string, string])[] {
    if (totals === null) {
      return [];
    }
    const whole = (value: number): string => new Intl.NumberFormat(locale).format(value);
    return [
      [names.answers, whole(totals.ok)],
      [names.failures, whole(totals.failed)],
      [names.perSecond, formatNumber(totals.rate, locale, 4)],
      ['p50', milliseconds(totals.p50)],
      ['p95', milliseconds(totals.p95)],
      ['p99', milliseconds(totals.p99)],
      [names.slowest, milliseconds(totals.most)],
      ...totals.versions.map(
        ({ version, count }) => [say(context, 'versionTarget', version), whole(count)] as const,
      ),
    ];
  }
}

function headlineOf(context: PageContext, { state, message, totals, plan, points }: MeasureView): string {
  switch (state) {
    case 'failed':
      return message;
    case 'running':
      return say(context, 'measuring', Math.round(points.at(-1)?.at ?? 0), plan.seconds);
    case 'cancelled':
    case 'done':
      return say(
        context,
        state === 'done' ? 'measured' : 'measureStopped',
        totals?.ok ?? 0,
        totals?.failed ?? 0,
      );
  }
}

function chartsOf(context: PageContext, points: readonly MeasurePoint[]): HTMLElement[] {
  const { words, locale } = context;
  if (points.length < 2) {
    return [];
  }
  const series = (name: string, pick: (point: MeasurePoint) => number | null): LineSeries => ({
    name,
    points: points.map((point) => [point.at, pick(point) ?? NaN]),
  });
  const chart = (
    title: string,
    lines: readonly LineSeries[],
    formatY: (value: number) => string,
  ): HTMLElement => {
    const hasNames = lines.length > 1;
    return element(
      'figure',
      {},
      element('figcaption', {}, title),
      lineChart({
        label: title,
        series: lines,
        fromZero: true,
        height: 140,
        formatX: (at) =>
          new Intl.NumberFormat(locale, { style: 'unit', unit: 'second', unitDisplay: 'narrow' }).format(at),
        formatY,
      }),
      ...(hasNames ? [lineLegend(lines.map(({ name }) => name))] : []),
    );
  };
  const plainNumber = (value: number): string => formatNumber(value, locale, 4);
  const latency = [
    series('p50', ({ p50 }) => p50),
    series('p95', ({ p95 }) => p95),
    series('p99', ({ p99 }) => p99),
  ];
  const hasLoad = points.some(({ cpuPercent }) => cpuPercent !== null);
  return [
    chart(words.latencyChart, latency, plainNumber),
    chart(words.rateChart, [series('', ({ rate }) => rate)], plainNumber),
    ...(hasLoad
      ? [
          chart(
            words.cpuChart,
            [series('', ({ cpuPercent }) => cpuPercent)],
            (value) => `${plainNumber(value)} %`,
          ),
          chart(words.memoryChart, [series('', ({ memoryBytes }) => memoryBytes)], (value) =>
            formatBytes(value, locale),
          ),
        ]
      : []),
  ];
}

function errorsOf(context: PageContext, { totals }: MeasureView): HTMLElement[] {
  const { words, locale } = context;
  if (totals === null || totals.errors.length === 0) {
    return [];
  }
  const row = (...cells: readonly HTMLElement[]): HTMLElement => element('tr', {}, ...cells);
  return [
    element(
      'table',
      { class: 'values' },
      element('caption', {}, words.errorsByCode),
      element(
        'thead',
        {},
        row(
          element('th', { scope: 'col' }, words.code),
          element('th', { scope: 'col', class: 'figure' }, words.count),
          element('th', { scope: 'col' }, words.firstMessage),
        ),
      ),
      element(
        'tbody',
        {},
        ...totals.errors.map(({ code, count, message }) =>
          row(
            element('th', { scope: 'row' }, code),
            element('td', { class: 'figure' }, new Intl.NumberFormat(locale).format(count)),
            element('td', {}, element('bdi', {}, message)),
          ),
        ),
      ),
    ),
  ];
}
