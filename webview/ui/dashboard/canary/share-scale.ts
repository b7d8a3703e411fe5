// What is drawn behind and below a slider: its track up to where it is set, a bar as long as the observed share, and a mark
// where the share is wanted now.
import { setAttribute, type View } from '../../dom.ts';

/** Percent; null where there is no split, or nothing was observed. */
export interface Shares {
  readonly set: number;
  readonly wanted: number | null;
  readonly observed: number | null;
}

const svgNamespace = 'http://www.w3.org/2000/svg';

/** A new scale. It repeats what is written beside it, so it is not spoken. */
export function makeShareScale(): View<Shares> {
  const root = document.createElement('div');
  root.className = 'scale';
  const svg = document.createElementNS(svgNamespace, 'svg');
  // As wide as the way of the thumb's middle, in percent; as high as the sheet says, in pixels.
  svg.setAttribute('viewBox', '0 0 100 28');
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('aria-hidden', 'true');
  const bar = (name: string, y: number, height: number, width: number): SVGRectElement => {
    const made = document.createElementNS(svgNamespace, 'rect');
    for (const [attribute, value] of Object.entries({ class: name, y, height, width })) {
      made.setAttribute(attribute, String(value));
    }
    svg.append(made);
    return made;
  };
  bar('scale-track', 8, 4, 100);
  const set = bar('scale-set', 8, 4, 0);
  bar('scale-track', 23, 2, 100);
  const observed = bar('scale-observed', 23, 2, 0);
  const wanted = bar('scale-wanted', 20, 8, 0);
  root.append(svg);
  return {
    root,
    update: (shares) => {
      setAttribute(set, 'width', String(shares.set));
      setAttribute(observed, 'width', (shares.observed ?? 0).toFixed(2));
      setAttribute(wanted, 'width', shares.wanted === null ? '0' : '0.8');
      setAttribute(wanted, 'x', ((shares.wanted ?? 0) * 0.992).toFixed(2));
    },
  };
}
