// Where the time of a request went: a bar of four parts, and the same in words.
import type { RequestTiming } from '../../playground/exchange.ts';
import { svgElement } from '../charts/svg.ts';
import { element, setText } from '../dom.ts';
import { formatMicros, type PageContext } from './page-context.ts';

const parts = ['queue', 'run', 'codec', 'network'] as const;

/** The bar. */
export interface TimingBar {
  readonly root: HTMLElement;
  update(timing: RequestTiming): void;
}

/** Makes the bar, empty. */
export function timingBar({ words, locale }: PageContext): TimingBar {
  const bar = svgElement('svg', {
    class: 'timing-track',
    viewBox: '0 0 100 8',
    preserveAspectRatio: 'none',
    'aria-hidden': 'true',
  });
  const list = element('dl', { class: 'timing', 'aria-label': words.timing });
  const values = new Map<(typeof parts)[number], { readonly rect: SVGElement; readonly text: HTMLElement }>();
  for (const part of parts) {
    const rect = svgElement('rect', { class: `timing-${part}`, y: 0, height: 8, width: 0 });
    const text = element('dd');
    const sample = svgElement('svg', { class: 'timing-sample', viewBox: '0 0 8 8', 'aria-hidden': 'true' });
    sample.append(svgElement('rect', { class: `timing-${part}`, width: 8, height: 8 }));
    bar.append(rect);
    list.append(
      element(
        'div',
        { title: words[`timing-${part}-means`] },
        element('dt', {}, sample, words[`timing-${part}`]),
        text,
      ),
    );
    values.set(part, { rect, text });
  }
  return {
    root: element('div', { class: 'timing-bar' }, bar, list),
    update: (timing) => {
      const whole = Math.max(
        1,
        parts.reduce((sum, part) => sum + timing[part], 0),
      );
      let x = 0;
      for (const [part, { rect, text }] of values) {
        const width = (timing[part] / whole) * 100;
        rect.setAttribute('x', x.toFixed(2));
        rect.setAttribute('width', width.toFixed(2));
        setText(text, formatMicros(timing[part], locale));
        x += width;
      }
    },
  };
}
