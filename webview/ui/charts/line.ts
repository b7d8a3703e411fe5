// A line chart: one or more series over a common axis, told apart by dashes and names as well as by colour.
import { chartRoot, roundTicks, svgElement } from './svg.ts';

/** One line. `name` is empty where there is but one. */
export interface LineSeries {
  readonly name: string;
  /** NaN leaves a gap. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** What a line chart shows. */
export interface LineChart {
  /** What it shows, for those who do not see it. */
  readonly label: string;
  /** At most 4. */
  readonly series: readonly LineSeries[];
  /** Whether the scale of y begins with 0. */
  readonly fromZero: boolean;
  /** Height in units, of 640 in width. */
  readonly height?: number;
  formatX(value: number): string;
  formatY(value: number): string;
}

const width = 640;
const margin = { top: 10, right: 12, bottom: 22, left: 58 };

/** More points than this are of no use on a screen: of each group the least and the largest are drawn. */
const maxPoints = 1_200;

/** The drawing. */
export function lineChart(chart: LineChart): SVGElement {
  const { series, label, fromZero, height = 180 } = chart;
  const root = chartRoot(width, height, label);
  const points = series.flatMap((one) => one.points).filter(([, y]) => Number.isFinite(y));
  const [left, right] = rangeOf(
    points.map(([x]) => x),
    false,
  );
  const [low, most] = rangeOf(
    points.map(([, y]) => y),
    fromZero,
  );
  const steps = roundTicks(low, most, 4);
  const step = (steps[1] ?? 0) - (steps[0] ?? 0);
  // Up to a round number, where there is room above the highest point.
  const high = step > 0 && fromZero ? Math.ceil(most / step - 1e-9) * step : most;
  const toX = (x: number): number =>
    margin.left + ((x - left) / (right - left)) * (width - margin.left - margin.right);
  const toY = (y: number): number =>
    height - margin.bottom - ((y - low) / (high - low)) * (height - margin.top - margin.bottom);
  for (const tick of roundTicks(low, high, 4)) {
    const y = toY(tick).toFixed(1);
    root.append(
      svgElement('line', { class: 'chart-grid', x1: margin.left, x2: width - margin.right, y1: y, y2: y }),
      svgElement(
        'text',
        { class: 'chart-tick', x: margin.left - 6, y, dy: '0.32em', 'text-anchor': 'end' },
        chart.formatY(tick),
      ),
    );
  }
  for (const tick of roundTicks(left, right, 6)) {
    root.append(
      svgElement(
        'text',
        { class: 'chart-tick', x: toX(tick).toFixed(1), y: height - 6, 'text-anchor': 'middle' },
        chart.formatX(tick),
      ),
    );
  }
  for (const [index, one] of series.entries()) {
    const d = pathOf(thinned(one.points), toX, toY);
    root.append(svgElement('path', { class: `chart-line chart-series-${index + 1}`, d }));
  }
  return root;
}

/** The names of the series beside samples of their lines. */
export function lineLegend(names: readonly string[]): HTMLElement {
  const list = document.createElement('ul');
  list.className = 'chart-legend';
  for (const [index, name] of names.entries()) {
    const item = document.createElement('li');
    const sample = svgElement(
      'svg',
      { class: 'chart-sample', viewBox: '0 0 24 8', 'aria-hidden': 'true' },
      svgElement('path', { class: `chart-line chart-series-${index + 1}`, d: 'M0 4H24' }),
    );
    item.append(sample, name);
    list.append(item);
  }
  return list;
}

function rangeOf(values: readonly number[], fromZero: boolean): readonly [number, number] {
  const least = values.reduce((low, value) => Math.min(low, value), fromZero ? 0 : Infinity);
  const most = values.reduce((high, value) => Math.max(high, value), fromZero ? 0 : -Infinity);
  if (!Number.isFinite(least) || !Number.isFinite(most)) {
    return [0, 1];
  }
  return least === most ? [fromZero ? least : least - 0.5, most + (fromZero ? 1 : 0.5)] : [least, most];
}

function pathOf(
  points: LineSeries['points'],
  toX: (x: number) => number,
  toY: (y: number) => number,
): string {
  let drawing = false;
  return points
    .map(([x, y]) => {
      if (!Number.isFinite(y)) {
        drawing = false;
        return '';
      }
      const command = drawing ? 'L' : 'M';
      drawing = true;
      return `${command}${toX(x).toFixed(1)} ${toY(y).toFixed(1)}`;
    })
    .join('');
}

function thinned(points: LineSeries['points']): LineSeries['points'] {
  if (points.length <= maxPoints) {
    return points;
  }
  const size = Math.ceil(points.length / (maxPoints / 2));
  return Array.from({ length: Math.ceil(points.length / size) }, (_, group) => {
    const some = points.slice(group * size, (group + 1) * size).sort((one, other) => one[1] - other[1]);
    return [some[0], some.at(-1)]
      .filter((point) => point !== undefined)
      .sort((one, other) => one[0] - other[0]);
  }).flat();
}
