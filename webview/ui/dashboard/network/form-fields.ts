// Labelled fields of a form: native controls, coloured by the theme.
import { element } from '../../dom.ts';

let lastId = 0;

/** A field with its label; `help` is read out with it. */
export interface Field<Control extends HTMLElement> {
  readonly root: HTMLElement;
  readonly control: Control;
}

/** A choice of `options`: [value, label]. */
export function makeSelect(
  label: string,
  options: readonly (readonly [value: string, label: string])[],
): Field<HTMLSelectElement> {
  const control = element(
    'select',
    { class: 'field' },
    ...options.map(([value, text]) => element('option', { value }, text)),
  );
  return labelled(label, control);
}

/** Several lines of code. */
export function makeCodeArea(label: string, help: string, rows: number): Field<HTMLTextAreaElement> {
  const control = element('textarea', {
    class: 'field code-text',
    rows: String(rows),
    spellcheck: 'false',
    autocapitalize: 'off',
    placeholder: '',
  });
  return labelled(label, control, help);
}

/** A number, 0 or more, with a decimal point where it is needed. */
export function makeNumber(label: string, most: number): Field<HTMLInputElement> {
  return labelled(
    label,
    element('input', { class: 'field', type: 'number', min: '0', max: String(most), step: 'any' }),
  );
}

/** A line of text. */
export function makeText(label: string): Field<HTMLInputElement> {
  return labelled(label, element('input', { class: 'field', type: 'text', spellcheck: 'false' }));
}

function labelled<Control extends HTMLElement>(label: string, control: Control, help = ''): Field<Control> {
  const id = `field-${++lastId}`;
  control.id = id;
  const root = element('div', { class: 'form-field' }, element('label', { for: id }, label), control);
  if (help !== '') {
    control.setAttribute('aria-describedby', `${id}-help`);
    root.append(element('p', { id: `${id}-help`, class: 'secondary help' }, help));
  }
  return { root, control };
}
