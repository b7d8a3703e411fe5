// The marks of a time line: one of them is in the tab order, arrow keys go on from it, and Enter presses it.
import { setAttribute, setText } from '../dom.ts';
import { svgElement } from './svg.ts';

/** How a mark looks: its shape says it, and its colour repeats it. */
export type MarkLook = 'open' | 'usual' | 'info' | 'warning' | 'error';

/** Something that happened. */
export interface TimeLineMark {
  /** Unique in all lanes; the same as long as it is there. */
  readonly key: string;
  /** Milliseconds since the Unix epoch. */
  readonly atMs: number;
  readonly look: MarkLook;
  /** When, what and why: its tooltip, and what is spoken. */
  readonly text: string;
}

/** Where it is drawn. */
export type PlacedMark = TimeLineMark & { readonly x: number; readonly y: number };

/** Around 0, 0. */
const shapes: Readonly<Record<MarkLook, string>> = {
  open: 'M0-5a5 5 0 1 0 0 10a5 5 0 1 0 0-10Zm0 2a3 3 0 1 1 0 6a3 3 0 1 1 0-6Z',
  usual: 'M-1.5-5h3v10h-3Z',
  info: 'M0-5a5 5 0 1 0 0 10a5 5 0 1 0 0-10Z',
  warning: 'M0-7L7 6H-7Z',
  error: 'M-6-6H6V6H-6Z',
};

/** The marks of one drawing. `choose` is called with the key of a mark that was pressed. */
export function makeMarks(
  layer: SVGElement,
  choose: (key: string) => void,
): { update(marks: readonly PlacedMark[]): void } {
  const nodes = new Map<string, SVGElement>();
  let order: readonly string[] = [];
  let current: string | undefined;

  const setCurrent = (key: string | undefined): void => {
    if (current !== undefined) {
      nodes.get(current)?.setAttribute('tabindex', '-1');
    }
    current = key;
    if (key !== undefined) {
      nodes.get(key)?.setAttribute('tabindex', '0');
    }
  };
  const keyOf = (target: EventTarget | null): string | undefined =>
    target instanceof Element ? (target.closest('.mark')?.getAttribute('data-key') ?? undefined) : undefined;
  layer.addEventListener('keydown', (event) => {
    if (!(event instanceof KeyboardEvent) || current === undefined) {
      return;
    }
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      choose(current);
      return;
    }
    const next = neighbour(order, current, event.key);
    if (next !== undefined) {
      event.preventDefault();
      setCurrent(next);
      nodes.get(next)?.focus();
    }
  });
  layer.addEventListener('click', (event) => {
    const key = keyOf(event.target);
    if (key !== undefined) {
      setCurrent(key);
      choose(key);
    }
  });
  return {
    update: (marks) => {
      const wanted = new Set(marks.map(({ key }) => key));
      for (const [key, node] of nodes) {
        if (!wanted.has(key)) {
          node.remove();
          nodes.delete(key);
        }
      }
      for (const { key, look, text, x, y } of marks) {
        const node = nodes.get(key) ?? makeMark(layer, key);
        nodes.set(key, node);
        setAttribute(node, 'class', `mark mark-${look}`);
        setAttribute(node, 'transform', `translate(${x.toFixed(1)} ${y})`);
        setAttribute(node, 'aria-label', text);
        node.querySelector('path')?.setAttribute('d', shapes[look]);
        const title = node.querySelector('title');
        if (title !== null) {
          setText(title, text);
        }
      }
      order = marks.toSorted((a, b) => a.atMs - b.atMs).map(({ key }) => key);
      if (current === undefined || !wanted.has(current)) {
        current = undefined;
        setCurrent(order.at(-1));
      }
    },
  };
}

function makeMark(layer: SVGElement, key: string): SVGElement {
  const node = svgElement(
    'g',
    { role: 'button', tabindex: '-1', 'data-key': key },
    svgElement('title'),
    // What a pointer hits is larger than what is drawn.
    svgElement('circle', { class: 'mark-target', r: 10, 'fill-opacity': 0 }),
    svgElement('path', { 'fill-rule': 'evenodd' }),
  );
  layer.append(node);
  return node;
}

/** The key of the mark that an arrow, Home or End leads to. */
function neighbour(order: readonly string[], current: string, pressed: string): string | undefined {
  const at = order.indexOf(current);
  switch (pressed) {
    case 'ArrowRight':
      return order[Math.min(order.length - 1, at + 1)];
    case 'ArrowLeft':
      return order[Math.max(0, at - 1)];
    case 'Home':
      return order[0];
    case 'End':
      return order.at(-1);
    default:
      return undefined;
  }
}
