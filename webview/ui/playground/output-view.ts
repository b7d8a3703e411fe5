// One output of an answer: shown in the way that suits it, or that the user chose.
import { kindsFor, type AnswerKind } from '../../playground/answer-kinds.ts';
import { shapeText } from '../../playground/check-input.ts';
import { elementTypeOf } from '../../playground/element-types.ts';
import type { OutputValue } from '../../playground/read-answer.ts';
import { element, setText, type View } from '../dom.ts';
import { selectField } from './controls.ts';
import { drawOutput } from './draw-output.ts';
import { say, type PageContext } from './page-context.ts';

/** An output, and the names of the classes that the model tells. */
export interface ShownOutput {
  readonly output: OutputValue;
  readonly classLabels: readonly string[];
}

/** Makes the view of an output. */
export function outputView(context: PageContext, first: ShownOutput): View<ShownOutput> {
  const { words } = context;
  let shown = first;
  let chosen: AnswerKind | undefined;
  let row = 0;
  let isSoftmax = false;
  const type = element('span', { class: 'type' });
  const kind = selectField<AnswerKind>(
    say(context, 'showAs', first.output.name),
    (value) => {
      chosen = value;
      draw();
    },
    false,
  );
  const rows = selectField<string>(
    say(context, 'rowOf', first.output.name),
    (value) => {
      row = Number(value);
      draw();
    },
    false,
  );
  const softmaxBox = element('input', { type: 'checkbox' });
  softmaxBox.addEventListener('change', () => {
    isSoftmax = softmaxBox.checked;
    draw();
  });
  const softmaxLabel = element('label', { class: 'field check' }, softmaxBox, 'softmax');
  const body = element('div', { class: 'output-body' });
  const draw = (): void => {
    const { output, classLabels } = shown;
    const kinds = kindsFor(output, classLabels.length);
    const now = chosen !== undefined && kinds.includes(chosen) ? chosen : (kinds[0] ?? 'text');
    kind.set(
      kinds.map((value) => ({ value, text: words[`kind-${value}`] })),
      now,
    );
    const count = hasRows(output, now) ? (output.shape[0] ?? 1) : 1;
    row = Math.min(row, count - 1);
    rows.set(
      Array.from({ length: Math.min(count, 1_000) }, (_, index) => ({
        value: String(index),
        text: say(context, 'row', index),
      })),
      String(row),
    );
    rows.root.hidden = count < 2;
    softmaxLabel.hidden = now !== 'top';
    setText(type, `${elementTypeOf(output.dtype).name} ${shapeText(output.shape)}`);
    body.replaceChildren(drawOutput(context, { output, classLabels, kind: now, row, isSoftmax }));
  };
  return {
    root: element(
      'section',
      { class: 'output', 'aria-label': first.output.name },
      element(
        'div',
        { class: 'bar' },
        element('h3', {}, element('bdi', {}, first.output.name)),
        type,
        kind.root,
        rows.root,
        softmaxLabel,
      ),
      body,
    ),
    update: (next) => {
      shown = next;
      draw();
    },
  };
}

/** Whether one row of the batch is shown at a time. */
function hasRows({ shape }: OutputValue, kind: AnswerKind): boolean {
  switch (kind) {
    case 'top':
    case 'line':
      return shape.length === 2;
    case 'image':
    case 'heat':
      return shape.length > 2;
    default:
      return false;
  }
}
