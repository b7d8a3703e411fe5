// Building SVG for the charts: attributes only, since the policy forbids inline styles; colours come from classes.

const svgNamespace = 'http://www.w3.org/2000/svg';

/** A new SVG element with attributes and children. */
export function svgElement(
  tag: string,
  attributes: Readonly<Record<string, string | number>> = {},
  ...children: readonly (Node | string)[]
): SVGElement {
  const made = document.createElementNS(svgNamespace, tag);
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, String(value));
  }
  made.append(...children);
  return made;
}

/** The drawing of a chart: `width` by `height` units, scaled to the width that there is; `label` says what it shows. */
export function chartRoot(width: number, height: number, label: string): SVGElement {
  return svgElement('svg', {
    class: 'chart',
    viewBox: `0 0 ${width} ${height}`,
    role: 'img',
    'aria-label': label,
  });
}

/** At most `count` round numbers from `least` to `most`, both within. */
export function roundTicks(least: number, most: number, count: number): readonly number[] {
  const span = most - least;
  if (!(span > 0) || !Number.isFinite(span)) {
    return [least];
  }
  const rough = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? rough;
  const first = Math.ceil(least / step);
  const last = Math.floor(most / step + 1e-9);
  return Array.from({ length: Math.min(last - first + 1, 50) }, (_, index) => (first + index) * step);
}
