// A picture as the value of an input: how it is resized and turned into numbers, with a preview of what the model gets.
import type { TensorFacts } from '../../playground/check-input.ts';
import {
  asSeen,
  fromPixels,
  maxSide,
  pixelLayouts,
  roundedFor,
  type PixelLayout,
  type PixelPlan,
} from '../../playground/pixels.ts';
import type { DataValue } from '../../playground/tensor-value.ts';
import { element, setAttribute } from '../dom.ts';
import { numberField, selectField } from './controls.ts';
import { say, type PageContext } from './page-context.ts';

/** The options of one picture. */
export interface PictureSource {
  readonly root: HTMLElement;
}

/** What a picture needs. */
export interface PictureParts {
  readonly facts: TensorFacts;
  readonly bitmap: ImageBitmap;
  /** The file's name. */
  readonly name: string;
  readonly plan: PixelPlan;
  onValue(value: DataValue): void;
}

/** Shows the options and gives the value at once, and again at every change. */
export function pictureSource(context: PageContext, parts: PictureParts): PictureSource {
  const { facts, bitmap, name, plan } = parts;
  let current = plan;
  const preview = element('canvas', {
    class: 'pixels preview',
    role: 'img',
    'aria-label': say(context, 'preview', name),
  });
  const change = (some: Partial<PixelPlan>): void => {
    current = { ...current, ...some };
    give();
  };
  const layout = selectField<PixelLayout>(context.words.layout, (chosen) => change({ layout: chosen }));
  layout.set(
    pixelLayouts.map((value) => ({ value, text: value })),
    plan.layout,
  );
  const channels = selectField<'1' | '3' | '4'>(context.words.channels, (chosen) =>
    change({ channels: chosen === '1' ? 1 : chosen === '3' ? 3 : 4 }),
  );
  channels.set(
    [
      { value: '1', text: context.words.grey },
      { value: '3', text: 'RGB' },
      { value: '4', text: 'RGBA' },
    ],
    plan.channels === 1 ? '1' : plan.channels === 3 ? '3' : '4',
  );
  const bounds = { least: 1, most: maxSide, step: 1 } as const;
  const width = numberField(context.words.width, { ...bounds, start: plan.width }, () => {
    change({ width: width.value() ?? current.width });
  });
  const height = numberField(context.words.height, { ...bounds, start: plan.height }, () => {
    change({ height: height.value() ?? current.height });
  });
  const mean = listField(context.words.mean, plan.mean, (values) => change({ mean: values }));
  const scale = listField(context.words.scale, plan.scale, (values) => change({ scale: values }));
  const invert = element('input', { type: 'checkbox' });
  invert.addEventListener('change', () => change({ invert: invert.checked }));

  const give = (): void => {
    const { width: columns, height: rows } = current;
    preview.width = columns;
    preview.height = rows;
    const drawing = preview.getContext('2d', { willReadFrequently: true });
    if (drawing === null) {
      return;
    }
    // What is transparent is paper.
    drawing.fillStyle = 'white';
    drawing.imageSmoothingQuality = 'high';
    if (current.channels !== 4) {
      drawing.fillRect(0, 0, columns, rows);
    }
    drawing.drawImage(bitmap, 0, 0, columns, rows);
    const { data } = drawing.getImageData(0, 0, columns, rows);
    const made = fromPixels(data, current);
    drawing.putImageData(new ImageData(asSeen(data, current), columns, rows), 0, 0);
    parts.onValue({
      kind: 'data',
      shape: made.shape,
      numbers: roundedFor(facts.dtype, made.numbers),
      isBool: false,
      source: name,
    });
  };
  give();
  return {
    root: element(
      'div',
      { class: 'picture-source' },
      preview,
      element(
        'div',
        { class: 'fields' },
        layout.root,
        channels.root,
        width.root,
        height.root,
        mean,
        scale,
        element('label', { class: 'field check' }, invert, context.words.invert),
        element('p', { class: 'secondary' }, context.words.pictureFormula),
      ),
    ),
  };
}

/** A box for one number, or one for each channel. */
function listField(
  label: string,
  start: readonly number[],
  onChange: (values: readonly number[]) => void,
): HTMLElement {
  const text = start.map((value) => (value === 1 / 255 ? '1/255' : String(value))).join(', ');
  const input = element('input', { type: 'text', value: text, 'aria-label': label, spellcheck: 'false' });
  input.addEventListener('input', () => {
    const values = input.value
      .split(/[\s,;]+/)
      .filter((one) => one !== '')
      .map(fractionOf);
    const isValid = values.length > 0 && values.every(Number.isFinite);
    setAttribute(input, 'aria-invalid', String(!isValid));
    if (isValid) {
      onChange(values);
    }
  });
  return element(
    'span',
    { class: 'field' },
    element('span', { class: 'field-label', 'aria-hidden': 'true' }, label),
    input,
  );
}

/** `0.0039`, or `1/255`. */
function fractionOf(text: string): number {
  const [above, below, ...more] = text.split('/').map(Number);
  return below === undefined ? (above ?? NaN) : more.length === 0 ? (above ?? NaN) / below : NaN;
}
