// Events and figures over one axis of time: lanes of marks above, lines of values below. SVG by attributes; marks are reached
// by arrow keys and pressed with Enter. What is drawn must stand as text elsewhere too.
import { element, setAttribute, setText, type View } from '../dom.ts';
import { svgElement } from './svg.ts';
import { makeMarks, type TimeLineMark } from './time-line-marks.ts';

/** A row of marks. */
export interface TimeLineLane {
  readonly name: string;
  readonly marks: readonly TimeLineMark[];
}

/** A row with a line of values. */
export interface TimeLineSeries {
  readonly name: string;
  /** [milliseconds since the Unix epoch, value], the oldest first. */
  readonly points: readonly (readonly [atMs: number, value: number])[];
  /** The value at the top of the row; more is cut. Above 0. */
  readonly top: number;
  /** What it is now, and what it was at most: they stand beside the line. */
  readonly texts: readonly [now: string, most: string];
}

/** What a time line shows. The numbers of lanes and of series never change. */
export interface TimeLineData {
  readonly fromMs: number;
  readonly toMs: number;
  readonly lanes: readonly TimeLineLane[];
  readonly series: readonly TimeLineSeries[];
}

/** What a time line is made with. */
export interface TimeLineOptions {
  /** What it shows, and how to go about in it: spoken. */
  readonly label: string;
  readonly locale: string;
  /** A mark was pressed. */
  readonly choose: (key: string) => void;
}

/** Sizes, pixels. */
const laneHeight = 26;
const seriesHeight = 52;
const axisHeight = 22;
const gutter = 130;
const narrowGutter = 100;
const narrowBelow = 620;
/** Half of a time on the axis has room there. */
const rightInset = 34;
/** The line of a series does not touch the rows beside it. */
const seriesInset = 8;
/** Two times on the axis are at least so far apart. */
const leastTickWidth = 80;

const tickSteps = [5, 10, 15, 30, 60, 120, 300, 600].map((seconds) => seconds * 1000);

/** A new time line. It is as wide as there is room, and drawn again when that changes. */
export function makeTimeLine(
  { label, locale, choose }: TimeLineOptions,
  laneCount: number,
  seriesCount: number,
): View<TimeLineData> {
  const height = laneCount * laneHeight + seriesCount * seriesHeight + axisHeight;
  const svg = svgElement('svg', { class: 'time-line-drawing', height, role: 'group', 'aria-label': label });
  const grid = svgElement('g', { class: 'time-line-grid', 'aria-hidden': 'true' });
  const figures = svgElement('g');
  const markLayer = svgElement('g');
  svg.append(grid, figures, markLayer);
  const lanes = Array.from({ length: laneCount }, (_, index) =>
    makeRowName(figures, index * laneHeight + laneHeight / 2),
  );
  const series = Array.from({ length: seriesCount }, (_, index) =>
    makeSeriesRow(figures, laneCount * laneHeight + index * seriesHeight),
  );
  const marks = makeMarks(markLayer, choose);
  const root = element('div', { class: 'time-line' });
  root.append(svg);

  let data: TimeLineData | undefined;
  let width = 0;
  const draw = (): void => {
    if (data === undefined || width === 0) {
      return;
    }
    const { fromMs, toMs } = data;
    const left = width < narrowBelow ? narrowGutter : gutter;
    const span = Math.max(1, toMs - fromMs);
    const xOf = (atMs: number): number => left + ((atMs - fromMs) / span) * (width - left - rightInset);
    setAttribute(svg, 'width', String(width));
    setAttribute(svg, 'viewBox', `0 0 ${width} ${height}`);
    drawGrid(grid, { fromMs, toMs, left, width, height, locale, xOf });
    data.lanes.forEach(({ name }, index) => lanes[index]?.(name));
    data.series.forEach((one, index) => series[index]?.(one, fromMs, xOf));
    marks.update(
      data.lanes.flatMap((lane, index) =>
        lane.marks
          .filter(({ atMs }) => atMs >= fromMs && atMs <= toMs)
          .map((mark) => ({ ...mark, x: xOf(mark.atMs), y: index * laneHeight + laneHeight / 2 })),
      ),
    );
  };
  new ResizeObserver(([entry]) => {
    const now = Math.floor(entry?.contentRect.width ?? 0);
    if (now !== width) {
      width = now;
      draw();
    }
  }).observe(root);
  return {
    root,
    update: (next) => {
      data = next;
      draw();
    },
  };
}

interface GridSpace {
  readonly fromMs: number;
  readonly toMs: number;
  readonly left: number;
  readonly width: number;
  readonly height: number;
  readonly locale: string;
  readonly xOf: (atMs: number) => number;
}

function drawGrid(grid: SVGElement, { fromMs, toMs, left, width, height, locale, xOf }: GridSpace): void {
  const most = Math.max(1, Math.floor((width - left) / leastTickWidth));
  const step = tickSteps.find((ms) => (toMs - fromMs) / ms <= most) ?? 600_000;
  const format = new Intl.DateTimeFormat(locale, {
    hour: 'numeric',
    minute: '2-digit',
    ...(step < 60_000 ? { second: '2-digit' } : {}),
  });
  const parts: SVGElement[] = [];
  for (let at = Math.ceil(fromMs / step) * step; at <= toMs; at += step) {
    const x = Math.round(xOf(at)) + 0.5;
    parts.push(svgElement('line', { x1: x, x2: x, y1: 0, y2: height - axisHeight }));
    parts.push(svgElement('text', { x, y: height - 6, 'text-anchor': 'middle' }, format.format(at)));
  }
  const base = height - axisHeight + 0.5;
  parts.push(svgElement('line', { x1: left, x2: width - rightInset, y1: base, y2: base }));
  grid.replaceChildren(...parts);
}

function makeRowName(layer: SVGElement, y: number): (name: string) => void {
  const text = svgElement('text', { class: 'time-line-name', x: 0, y: y + 4 });
  layer.append(text);
  return (name) => setText(text, name);
}

function makeSeriesRow(
  layer: SVGElement,
  y: number,
): (series: TimeLineSeries, fromMs: number, xOf: (atMs: number) => number) => void {
  const name = svgElement('text', { class: 'time-line-name', x: 0, y: y + 17 });
  const now = svgElement('text', { class: 'time-line-value', x: 0, y: y + 31 });
  const most = svgElement('text', { class: 'time-line-value', x: 0, y: y + 45 });
  const area = svgElement('path', { class: 'time-line-area' });
  const line = svgElement('path', { class: 'time-line-line', fill: 'none' });
  layer.append(name, now, most, area, line);
  const bottom = y + seriesHeight - 1;
  return ({ name: newName, texts, points, top }, fromMs, xOf) => {
    setText(name, newName);
    setText(now, texts[0]);
    setText(most, texts[1]);
    const places = points
      .filter(([atMs]) => atMs >= fromMs)
      .map(([atMs, amount]) => {
        const part = Math.min(1, amount / top);
        return `${xOf(atMs).toFixed(1)} ${(bottom - part * (seriesHeight - seriesInset)).toFixed(1)}`;
      });
    const [first] = places;
    const last = places.at(-1);
    const path = first === undefined ? '' : `M${places.join('L')}`;
    setAttribute(line, 'd', path);
    setAttribute(
      area,
      'd',
      first === undefined || last === undefined
        ? ''
        : `${path}L${last.split(' ')[0] ?? ''} ${bottom}L${first.split(' ')[0] ?? ''} ${bottom}Z`,
    );
  };
}
