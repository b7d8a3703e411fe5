// A histogram: how many values lie where.
import type { Bin } from './bins.ts';
import { chartRoot, roundTicks, svgElement } from './svg.ts';

/** What a histogram shows. */
export interface Histogram {
  /** What it shows, for those who do not see it. */
  readonly label: string;
  readonly bins: readonly Bin[];
  format(value: number): string;
}

const width = 640;
const height = 180;
const margin = { top: 10, right: 12, bottom: 22, left: 58 };

/** The drawing. */
export function histogramChart(chart: Histogram): SVGElement {
  const { label, bins } = chart;
  const root = chartRoot(width, height, label);
  const most = bins.reduce((high, { count }) => Math.max(high, count), 1);
  const inner = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom };
  for (const tick of roundTicks(0, most, 4)) {
    const y = (height - margin.bottom - (tick / most) * inner.height).toFixed(1);
    root.append(
      svgElement('line', { class: 'chart-grid', x1: margin.left, x2: width - margin.right, y1: y, y2: y }),
      svgElement(
        'text',
        { class: 'chart-tick', x: margin.left - 6, y, dy: '0.32em', 'text-anchor': 'end' },
        chart.format(tick),
      ),
    );
  }
  const barWidth = inner.width / Math.max(1, bins.length);
  for (const [index, { from, to, count }] of bins.entries()) {
    const barHeight = (count / most) * inner.height;
    root.append(
      svgElement(
        'rect',
        {
          class: 'chart-bar',
          x: (margin.left + index * barWidth + 0.5).toFixed(2),
          y: (height - margin.bottom - barHeight).toFixed(2),
          width: Math.max(0.5, barWidth - 1).toFixed(2),
          height: barHeight.toFixed(2),
        },
        svgElement('title', {}, `${chart.format(from)} – ${chart.format(to)}: ${chart.format(count)}`),
      ),
    );
  }
  const ends = [bins[0]?.from, bins.at(-1)?.to];
  for (const [index, value] of ends.entries()) {
    if (value !== undefined) {
      const x = index === 0 ? margin.left : width - margin.right;
      const anchor = index === 0 ? 'start' : 'end';
      root.append(
        svgElement(
          'text',
          { class: 'chart-tick', x, y: height - 6, 'text-anchor': anchor },
          chart.format(value),
        ),
      );
    }
  }
  return root;
}
