// A small line of a figure over time, without axes: an SVG drawn by attributes, with what it shows as text.
import { setAttribute, type View } from '../dom.ts';

/** What a line shows. */
export interface Line {
  /** Evenly spaced, the oldest first; null where nothing was measured, which leaves a gap. */
  readonly points: readonly (number | null)[];
  /** The top of the line, so that two beside each other can be compared; the bottom is 0. Not above 0: nothing is drawn. */
  readonly top: number;
  /** What is spoken in its place, e.g. "p99 of version 3 over 10 min: 3 to 9 ms, now 4 ms". */
  readonly text: string;
}

const svgNamespace = 'http://www.w3.org/2000/svg';

/** The grid that it is drawn on; the style sheet gives it its size, and its lines keep their width. */
const width = 120;
const height = 24;
/** Room above and below, so that a line at the edge is whole. */
const inset = 1.5;

/** A new line. Its colour is that of the text around it. */
export function makeSparkline(): View<Line> {
  const root = document.createElement('span');
  root.className = 'sparkline';
  const svg = document.createElementNS(svgNamespace, 'svg');
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('role', 'img');
  const area = makePath({ fill: 'currentcolor', 'fill-opacity': '0.15' });
  const line = makePath({
    fill: 'none',
    stroke: 'currentcolor',
    'stroke-width': '1.5',
    'stroke-linejoin': 'round',
    'stroke-linecap': 'round',
    'vector-effect': 'non-scaling-stroke',
  });
  svg.append(area, line);
  root.append(svg);
  return {
    root,
    update: ({ points, top, text }) => {
      setAttribute(svg, 'aria-label', text);
      const runs = top > 0 ? runsOf(points, top) : [];
      setAttribute(line, 'd', runs.map(lineThrough).join(''));
      setAttribute(area, 'd', runs.map(areaUnder).join(''));
    },
  };
}

type Place = readonly [x: number, y: number];

/** The places of the points, run by run of those without a gap. */
function runsOf(points: readonly (number | null)[], top: number): readonly (readonly Place[])[] {
  const runs: Place[][] = [];
  let run: Place[] = [];
  points.forEach((point, index) => {
    if (point === null) {
      run = [];
      return;
    }
    if (run.length === 0) {
      runs.push(run);
    }
    const x = points.length < 2 ? width : (index / (points.length - 1)) * width;
    const part = Math.min(1, Math.max(0, point / top));
    run.push([x, height - inset - part * (height - 2 * inset)]);
  });
  return runs;
}

/** A point on its own is a short dash, which can be seen. */
function lineThrough(run: readonly Place[]): string {
  const [first] = run;
  if (first === undefined) {
    return '';
  }
  const places = run.length === 1 ? [first, [Math.max(0, first[0] - 1), first[1]] as const] : run;
  return `M${places.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}`;
}

function areaUnder(run: readonly Place[]): string {
  const [first, last] = [run[0], run.at(-1)];
  return first === undefined || last === undefined || run.length < 2
    ? ''
    : `${lineThrough(run)}L${last[0].toFixed(1)} ${height}L${first[0].toFixed(1)} ${height}Z`;
}

function makePath(attributes: Readonly<Record<string, string>>): SVGPathElement {
  const path = document.createElementNS(svgNamespace, 'path');
  for (const [name, value] of Object.entries(attributes)) {
    path.setAttribute(name, value);
  }
  return path;
}
