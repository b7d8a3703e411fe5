// The playground's small form parts: labelled selects, number boxes, choices of one from few. All native.
import { element, setAttribute } from '../dom.ts';

/** A choice. */
export interface Option<Value extends string> {
  readonly value: Value;
  readonly text: string;
  /** The heading that it stands under; absent for none. */
  readonly group?: string;
}

/** A select with its label. */
export interface SelectField<Value extends string> {
  readonly root: HTMLElement;
  readonly select: HTMLSelectElement;
  /** Changes the options in place where they differ, and chooses one. */
  set(options: readonly Option<Value>[], chosen: Value): void;
}

/** Makes a select; `onChange` gets what the user chooses. */
export function selectField<Value extends string>(
  label: string,
  onChange: (value: Value) => void,
  isLabelShown = true,
): SelectField<Value> {
  const select = element('select', { 'aria-label': label });
  let shown = '';
  let current: readonly Option<Value>[] = [];
  select.addEventListener('change', () => {
    const option = current.find(({ value }) => value === select.value);
    if (option !== undefined) {
      onChange(option.value);
    }
  });
  const text = element('span', { class: 'field-label', 'aria-hidden': 'true' }, label);
  return {
    root: element('span', { class: 'field' }, ...(isLabelShown ? [text] : []), select),
    select,
    set: (options, chosen) => {
      const key = JSON.stringify(options);
      if (key !== shown) {
        shown = key;
        current = options;
        select.replaceChildren(...grouped(options));
      }
      if (select.value !== chosen) {
        select.value = chosen;
      }
    },
  };
}

function grouped(options: readonly Option<string>[]): HTMLElement[] {
  const made: HTMLElement[] = [];
  const groups = new Map<string, HTMLElement>();
  for (const { value, text, group } of options) {
    const option = element('option', { value }, text);
    if (group === undefined) {
      made.push(option);
      continue;
    }
    let parent = groups.get(group);
    if (parent === undefined) {
      parent = element('optgroup', { label: group });
      groups.set(group, parent);
      made.push(parent);
    }
    parent.append(option);
  }
  return made;
}

/** A box for a number. */
export interface NumberField {
  readonly root: HTMLElement;
  readonly input: HTMLInputElement;
  /** What is in it; undefined where that is out of its bounds. */
  value(): number | undefined;
}

/** Makes a box for a number within bounds. */
export function numberField(
  label: string,
  {
    least,
    most,
    step,
    start,
  }: { readonly least: number; readonly most: number; readonly step: number | 'any'; readonly start: number },
  onChange: () => void,
): NumberField {
  const input = element('input', {
    type: 'number',
    min: String(least),
    max: String(most),
    step: String(step),
    value: String(start),
    'aria-label': label,
  });
  input.addEventListener('input', () => {
    setAttribute(input, 'aria-invalid', String(!input.validity.valid || input.value === ''));
    onChange();
  });
  return {
    root: element(
      'span',
      { class: 'field' },
      element('span', { class: 'field-label', 'aria-hidden': 'true' }, label),
      input,
    ),
    input,
    value: () => (input.value !== '' && input.validity.valid ? input.valueAsNumber : undefined),
  };
}

/** One of a few, side by side; a group of radio buttons for keyboards and screen readers. */
export interface Choice<Value extends string> {
  readonly root: HTMLElement;
  choose(value: Value): void;
}

let choices = 0;

/** Makes a choice that looks like a row of joined buttons. */
export function choiceField<Value extends string>(
  label: string,
  options: readonly Option<Value>[],
  onChange: (value: Value) => void,
): Choice<Value> {
  const name = `choice-${++choices}`;
  const inputs = new Map<Value, HTMLInputElement>();
  const root = element('div', { class: 'choice', role: 'radiogroup', 'aria-label': label });
  for (const { value, text } of options) {
    const input = element('input', { type: 'radio', name, value });
    input.addEventListener('change', () => onChange(value));
    inputs.set(value, input);
    root.append(element('label', {}, input, element('span', {}, text)));
  }
  return {
    root,
    choose: (value) => {
      const input = inputs.get(value);
      if (input !== undefined) {
        input.checked = true;
      }
    },
  };
}

/** A plain small button, for toolbars. */
export function smallButton(text: string, onClick: () => void, label = text): HTMLButtonElement {
  const button = element(
    'button',
    { type: 'button', class: 'small', ...(label === text ? {} : { 'aria-label': label }) },
    text,
  );
  button.addEventListener('click', onClick);
  return button;
}

/** A button that opens the dialog for a file. */
export function fileButton(
  text: string,
  accept: string,
  label: string,
  onFile: (file: File) => void,
): HTMLElement {
  const input = element('input', { type: 'file', class: 'spoken', accept, 'aria-label': label });
  input.addEventListener('change', () => {
    const file = input.files?.[0];
    if (file !== undefined) {
      onFile(file);
    }
    // So that the same file can be chosen again.
    input.value = '';
  });
  return element('label', { class: 'small file' }, input, text);
}
