// One input in the form: its name and type, its value as boxes, text or data, what fills it, and what is wrong with it.
import { factsShapeText, shapeText, type TensorFacts } from '../../playground/check-input.ts';
import { readCsv } from '../../playground/csv.ts';
import type { Draft, FieldProblem } from '../../playground/draft.ts';
import { elementTypeOf } from '../../playground/element-types.ts';
import { fillings } from '../../playground/fill-input.ts';
import { NpyError, readNpy } from '../../playground/npy.ts';
import { planFor } from '../../playground/pixels.ts';
import {
  countOf,
  elementText,
  maxTextElements,
  type DataValue,
  type TensorValue,
} from '../../playground/tensor-value.ts';
import { extentOf } from '../charts/heat-map.ts';
import { element, setAttribute, setText } from '../dom.ts';
import { makeIcon } from '../icons.ts';
import { fileButton, smallButton } from './controls.ts';
import { fitsGrid, gridEditor } from './grid-editor.ts';
import { formatNumber, say, type PageContext } from './page-context.ts';
import { pictureSource } from './picture-source.ts';

/** The field of one input. */
export interface InputField {
  readonly root: HTMLElement;
  /** Shows the draft's value and problem; `refusal`: what the server said of this input, empty for nothing. */
  update(refusal: string): void;
  focus(): void;
}

/** The words of a problem. */
export function problemText(context: PageContext, { problem, details }: FieldProblem): string {
  return say(context, `problem-${problem}`, ...details);
}

/** Makes the field. `onChange`: the draft has changed by it; `onSample`: fills it with the sample, where it is the only one. */
export function inputField(
  context: PageContext,
  draft: Draft,
  facts: TensorFacts,
  onChange: () => void,
  onSample?: () => void,
): InputField {
  const { name, dtype } = facts;
  const problemId = `problem-${encodeURIComponent(name)}`;
  const icon = makeIcon('bad');
  const problem = element('bdi');
  const problemLine = element('p', { id: problemId, class: 'problem' }, icon, problem);
  const set = (value: TensorValue): void => {
    draft.set(name, value);
    onChange();
  };
  const picture = element('div');
  let loadProblem = '';
  const grid = gridEditor(context, facts, set);
  const text = element('textarea', { class: 'code-box', 'aria-label': name, spellcheck: 'false', rows: '8' });
  text.addEventListener('input', () => {
    draft.setField(name, text.value);
    onChange();
  });
  const data = element('p', { class: 'data' });
  const clearFile = (): void => {
    picture.replaceChildren();
    loadProblem = '';
  };
  const load = async (file: File): Promise<void> => {
    clearFile();
    const trouble = await loadFile(context, file, facts, set, (options) => picture.replaceChildren(options));
    loadProblem = trouble ?? '';
    onChange();
  };
  const tools = element(
    'div',
    { class: 'row', role: 'group', 'aria-label': say(context, 'fillInput', name) },
    ...(onSample === undefined ? [] : [smallButton(context.words.sample, onSample)]),
    ...fillings.map((filling) =>
      smallButton(
        context.words[filling],
        () => {
          clearFile();
          draft.fill(filling, name);
          onChange();
        },
        `${context.words[filling]}: ${name}`,
      ),
    ),
    fileButton(
      context.words.loadFile,
      acceptFor(facts),
      `${context.words.loadFile} ${name}`,
      (file) => void load(file),
    ),
  );
  const root = element(
    'fieldset',
    { class: 'input', 'aria-describedby': problemId },
    element(
      'legend',
      {},
      element('bdi', { class: 'name' }, name),
      element('span', { class: 'type' }, `${elementTypeOf(dtype).name} ${factsShapeText(facts)}`),
    ),
    tools,
    grid.root,
    text,
    data,
    picture,
    problemLine,
  );
  return {
    root,
    update: (refusal) => {
      const value = draft.value(name);
      const own = draft.problem(facts);
      // Never from under the hands of somebody who types.
      const isTyping = draft.isHalfTyped(name) || document.activeElement === text;
      const isGrid = !isTyping && fitsGrid(value);
      grid.root.hidden = !isGrid;
      data.hidden = value?.kind !== 'data';
      text.hidden = isGrid || value?.kind === 'data';
      if (isGrid) {
        grid.update(value);
      } else if (value?.kind === 'data') {
        setText(data, dataText(context, value));
      } else {
        const now = draft.fieldText(name) ?? '';
        if (text.value !== now && document.activeElement !== text) {
          text.value = now;
        }
      }
      if (value?.kind !== 'data') {
        picture.replaceChildren();
      }
      const words =
        loadProblem !== '' ? loadProblem : own !== undefined ? problemText(context, own) : refusal;
      problemLine.hidden = words === '';
      setText(problem, words);
      setAttribute(text, 'aria-invalid', String(words !== ''));
    },
    focus: () => {
      const box = root.querySelector<HTMLElement>('[aria-invalid="true"]:not([hidden])');
      (box ?? root.querySelector<HTMLElement>('.cell, textarea:not([hidden]), button'))?.focus();
    },
  };
}

function acceptFor(facts: TensorFacts): string {
  const files = '.npy,.csv,.tsv,.txt';
  return planFor(facts) === undefined ? files : `image/*,${files}`;
}

function dataText(context: PageContext, value: DataValue): string {
  const [least, most] = extentOf(Float64Array.from(Array.from(value.numbers, Number)));
  return say(
    context,
    'dataSummary',
    value.source,
    shapeText(value.shape),
    new Intl.NumberFormat(context.locale).format(countOf(value)),
    formatNumber(least, context.locale),
    formatNumber(most, context.locale),
  );
}

/** Reads a file into the input; gives what is wrong with it, for the user. */
async function loadFile(
  context: PageContext,
  file: File,
  facts: TensorFacts,
  set: (value: TensorValue) => void,
  showOptions: (options: HTMLElement) => void,
): Promise<string | undefined> {
  const { name } = file;
  if (/\.npy$/i.test(name)) {
    try {
      const { shape, numbers, isBool } = readNpy(new Uint8Array(await file.arrayBuffer()));
      set(small({ kind: 'data', shape: batched(shape, facts), numbers, isBool, source: name }));
      return undefined;
    } catch (reason) {
      if (reason instanceof NpyError) {
        return say(context, `npy-${reason.problem}`, reason.detail);
      }
      throw reason;
    }
  }
  if (/\.(csv|tsv|txt)$/i.test(name)) {
    return loadCsv(context, await file.text(), facts, set);
  }
  const plan = planFor(facts);
  if (plan === undefined) {
    return context.words.noPicture;
  }
  try {
    const bitmap = await createImageBitmap(file);
    showOptions(pictureSource(context, { facts, bitmap, name, plan, onValue: set }).root);
    return undefined;
  } catch {
    return context.words.notAPicture;
  }
}

function loadCsv(
  context: PageContext,
  text: string,
  { dtype, shape, isUnranked = false }: TensorFacts,
  set: (value: TensorValue) => void,
): string | undefined {
  // Of an input of unknown rank a line is a row, however long.
  const inner = isUnranked ? [-1] : shape.slice(1);
  const size = inner.includes(-1) ? undefined : inner.reduce((product, length) => product * length, 1);
  const read = readCsv(text, dtype, size);
  if ('problem' in read) {
    return say(context, `csv-${read.problem}`, ...read.details);
  }
  const rows = read.shape[0] ?? 0;
  set({ ...read, shape: inner.includes(-1) ? read.shape : [rows, ...inner] });
  return undefined;
}

/** An array without the batch dimension gets one. */
function batched(shape: readonly number[], facts: TensorFacts): readonly number[] {
  return shape.length === facts.shape.length - 1 && (facts.shape[0] === -1 || facts.shape[0] === 1)
    ? [1, ...shape]
    : shape;
}

/** Few numbers become text that can be edited. */
function small(value: DataValue): TensorValue {
  if (countOf(value) > maxTextElements) {
    return value;
  }
  const elements = Array.from({ length: countOf(value) }, (_, index) => elementText(value, index));
  return { kind: 'elements', shape: value.shape, elements };
}
