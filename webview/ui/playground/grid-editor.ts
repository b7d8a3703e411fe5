// Few numbers as a table of boxes: a row of the batch in each line.
import { elementTypeOf, isElement } from '../../playground/element-types.ts';
import { pathText } from '../../playground/request-body.ts';
import type { TensorFacts } from '../../playground/check-input.ts';
import { plainText } from '../../playground/read-answer.ts';
import type { ElementsValue, TensorValue } from '../../playground/tensor-value.ts';
import { element, setAttribute } from '../dom.ts';
import { smallButton } from './controls.ts';
import { say, type PageContext } from './page-context.ts';

/** More boxes than this are no form any more. */
const maxColumns = 12;
const maxRows = 24;

/** Whether a value can be edited as a table: at most two dimensions, and few. */
export function fitsGrid(value: TensorValue | undefined): value is ElementsValue {
  if (value?.kind !== 'elements' || value.shape.length > 2) {
    return false;
  }
  const [rows = 1, columns = 1] = value.shape;
  return rows >= 1 && rows <= maxRows && columns >= 1 && columns <= maxColumns;
}

/** The table of one input. */
export interface GridEditor {
  readonly root: HTMLElement;
  update(value: ElementsValue): void;
}

/** Makes the table; `onChange` gets the value after each change. */
export function gridEditor(
  context: PageContext,
  facts: TensorFacts,
  onChange: (value: ElementsValue) => void,
): GridEditor {
  const type = elementTypeOf(facts.dtype);
  const table = element('div', { class: 'grid', role: 'group', 'aria-label': facts.name });
  const isGrowing = facts.shape[0] === -1 || facts.isUnranked === true;
  const add = smallButton(say(context, 'addRow'), () => resize(1));
  const remove = smallButton(say(context, 'removeRow'), () => resize(-1));
  let current: ElementsValue | undefined;
  let shape = '';
  let boxes: HTMLInputElement[] = [];

  const resize = (by: number): void => {
    if (current !== undefined) {
      const [rows = 1, columns = 1] = current.shape;
      const elements =
        by > 0
          ? [...current.elements, ...current.elements.slice(-columns)]
          : current.elements.slice(0, current.elements.length - columns);
      onChange({ ...current, shape: [rows + by, ...current.shape.slice(1)], elements });
    }
  };
  const changed = (index: number, text: string): void => {
    if (current !== undefined) {
      const elements = [...current.elements];
      elements[index] = text;
      current = { ...current, elements };
      onChange(current);
    }
  };
  const makeBox = (index: number, label: string): HTMLInputElement => {
    if (type.kind === 'bool') {
      const box = element('input', { type: 'checkbox', 'aria-label': label });
      box.addEventListener('change', () => changed(index, String(box.checked)));
      return box;
    }
    const box = element('input', { type: 'text', class: 'cell', 'aria-label': label, spellcheck: 'false' });
    box.addEventListener('input', () =>
      changed(index, type.kind === 'string' ? JSON.stringify(box.value) : numberText(box.value)),
    );
    return box;
  };
  const build = (value: ElementsValue): void => {
    const [rows = 1, columns = 1] = value.shape;
    boxes = value.elements.map((_, index) => {
      const place =
        value.shape.length === 2
          ? [Math.floor(index / columns), index % columns]
          : value.shape.map(() => index);
      return makeBox(index, pathText(facts.name, place));
    });
    const perLine = value.shape.length === 2 ? columns : 1;
    table.replaceChildren(
      ...Array.from({ length: rows }, (_, row) =>
        element(
          'div',
          { class: 'grid-row' },
          ...(value.shape.length > 0
            ? [element('span', { class: 'grid-head', 'aria-hidden': 'true' }, String(row))]
            : []),
          ...boxes.slice(row * perLine, (row + 1) * perLine),
        ),
      ),
    );
  };
  return {
    root: element(
      'div',
      { class: 'grid-editor' },
      table,
      ...(isGrowing ? [element('div', { class: 'row' }, add, remove)] : []),
    ),
    update: (value) => {
      if (value.shape.join() !== shape) {
        shape = value.shape.join();
        build(value);
      }
      current = value;
      remove.disabled = (value.shape[0] ?? 1) <= 1;
      add.disabled = (value.shape[0] ?? 1) >= maxRows;
      for (const [index, box] of boxes.entries()) {
        const text = value.elements[index] ?? '';
        if (box.type === 'checkbox') {
          box.checked = text === 'true';
          continue;
        }
        setAttribute(box, 'aria-invalid', String(!isElement(text, type)));
        // What is being typed stays as it is, where it means the same.
        const means = type.kind === 'string' ? JSON.stringify(box.value) : numberText(box.value);
        if (means !== text) {
          box.value = plainText(text);
        }
      }
    },
  };
}

/** What was typed as JSON: a number as JSON has it, else a string, which no number's type takes. */
function numberText(typed: string): string {
  const text = typed.trim().replace(',', '.');
  const completed = text
    .replace(/^\+/, '')
    .replace(/^(-?)\./, '$10.')
    .replace(/\.$/, '.0');
  return /^-?(\d+(\.\d+)?([eE][+-]?\d+)?|Infinity)$|^NaN$/.test(completed)
    ? completed
    : JSON.stringify(typed);
}
