// Draws an output as best classes, table, histogram, line, heat map, picture or text.
import { imageSize, softmax, topClasses, type AnswerKind } from '../../playground/answer-kinds.ts';
import { plainText, type OutputValue } from '../../playground/read-answer.ts';
import { extentOf, heatMap, pixelPicture, shareOf } from '../charts/heat-map.ts';
import { binsOf } from '../charts/bins.ts';
import { histogramChart } from '../charts/histogram.ts';
import { lineChart } from '../charts/line.ts';
import { svgElement } from '../charts/svg.ts';
import { element } from '../dom.ts';
import { formatNumber, say, type PageContext } from './page-context.ts';

/** What to draw. */
export interface Drawing {
  readonly output: OutputValue;
  readonly classLabels: readonly string[];
  readonly kind: AnswerKind;
  /** Of the batch, where one row is shown at a time. */
  readonly row: number;
  /** Whether scores are shown as probabilities. */
  readonly isSoftmax: boolean;
}

/** Classes that are listed; lines and columns of a table; texts. */
const shownClasses = 10;
const maxLines = 200;
const maxColumns = 32;
const bins = 40;

/** Draws it. */
export function drawOutput(context: PageContext, drawing: Drawing): HTMLElement {
  const { output, kind, row } = drawing;
  const number = (value: number): string => formatNumber(value, context.locale);
  const label = `${output.name}: ${context.words[`kind-${kind}`]}`;
  switch (kind) {
    case 'top':
      return topList(context, drawing);
    case 'table':
      return valueTable(context, output);
    case 'text':
      return textList(context, output);
    case 'histogram':
      return figure(
        histogramChart({
          label: `${label}, ${extentText(context, output.numbers)}`,
          bins: binsOf(output.numbers, bins),
          format: number,
        }),
        extentText(context, output.numbers),
      );
    case 'line': {
      const values = rowValues(output, row);
      const points = Array.from(values, (value, index) => [index, value] as const);
      const text = extentText(context, values);
      return figure(
        lineChart({
          label: `${label}, ${text}`,
          series: [{ name: '', points }],
          fromZero: false,
          formatX: number,
          formatY: number,
        }),
        text,
      );
    }
    case 'heat':
    case 'image':
      return pictureOf(context, drawing, label);
  }
}

function figure(drawing: Node, caption: string): HTMLElement {
  return element('figure', {}, drawing, element('figcaption', { class: 'secondary' }, caption));
}

function extentText(context: PageContext, values: ArrayLike<number>): string {
  const [least, most] = extentOf(values);
  const count = new Intl.NumberFormat(context.locale).format(values.length);
  return say(
    context,
    'extent',
    count,
    formatNumber(least, context.locale),
    formatNumber(most, context.locale),
  );
}

/** The values of one row of the batch; all of them where there is no batch. */
function rowValues({ shape, numbers }: OutputValue, row: number): Float64Array {
  if (shape.length < 2) {
    return numbers;
  }
  const size = numbers.length / Math.max(1, shape[0] ?? 1);
  return numbers.subarray(row * size, (row + 1) * size);
}

function topList(context: PageContext, { output, row, classLabels, isSoftmax }: Drawing): HTMLElement {
  const raw = rowValues(output, row);
  const scores = isSoftmax ? softmax(raw) : raw;
  const isShare = isSoftmax || Array.from(raw).every((score) => score >= 0 && score <= 1);
  const best = topClasses(scores, shownClasses);
  const [least, most] = isShare ? [0, 1] : extentOf(scores);
  const rest = scores.length - best.length;
  const list = element('ol', { class: 'classes', 'aria-label': output.name });
  for (const [place, { index, score }] of best.entries()) {
    const share = shareOf(score, [Math.min(0, least), most]);
    const text = isShare
      ? new Intl.NumberFormat(context.locale, { style: 'percent', maximumFractionDigits: 2 }).format(score)
      : formatNumber(score, context.locale);
    list.append(
      element(
        'li',
        place === 0 ? { class: 'best' } : {},
        element('span', { class: 'class-name' }, element('bdi', {}, classLabels[index] ?? String(index))),
        svgElement(
          'svg',
          { class: 'bar-track', viewBox: '0 0 100 8', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
          svgElement('rect', { class: 'bar-rest', width: 100, height: 8 }),
          svgElement('rect', { class: 'bar-part', width: (Math.max(0, share) * 100).toFixed(2), height: 8 }),
        ),
        element('span', { class: 'figure' }, text),
      ),
    );
  }
  const more = rest > 0 ? [element('p', { class: 'secondary' }, say(context, 'moreClasses', rest))] : [];
  return element('div', {}, list, ...more);
}

function valueTable(context: PageContext, { name, shape, elements }: OutputValue): HTMLElement {
  const columns = shape.length >= 2 ? elements.length / Math.max(1, shape[0] ?? 1) : 1;
  const lines = shape.length === 0 ? 1 : (shape[0] ?? 0);
  const [shownLines, shownColumns] = [Math.min(lines, maxLines), Math.min(columns, maxColumns)];
  const head = element(
    'tr',
    {},
    element('th', { scope: 'col' }, element('span', { class: 'spoken' }, context.words.rowHead)),
    ...Array.from({ length: shownColumns }, (_, column) =>
      element(
        'th',
        { scope: 'col', class: 'figure' },
        shape.length < 2 ? context.words.value : String(column),
      ),
    ),
  );
  const body = Array.from({ length: shownLines }, (_, line) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, String(line)),
      ...Array.from({ length: shownColumns }, (_unused, column) =>
        element(
          'td',
          { class: 'figure' },
          element('bdi', {}, cellText(context, elements[line * columns + column] ?? '')),
        ),
      ),
    ),
  );
  const table = element(
    'table',
    { class: 'values' },
    element('caption', { class: 'spoken' }, name),
    element('thead', {}, head),
    element('tbody', {}, ...body),
  );
  const isCut = shownLines < lines || shownColumns < columns;
  return element(
    'div',
    {},
    element('div', { class: 'scroll', tabindex: '0', role: 'group', 'aria-label': name }, table),
    ...(isCut
      ? [
          element(
            'p',
            { class: 'secondary' },
            say(context, 'tableCut', shownLines, lines, shownColumns, columns),
          ),
        ]
      : []),
  );
}

function cellText({ locale }: PageContext, text: string): string {
  return /^-?\d+\.\d/.test(text) ? formatNumber(Number(text), locale, 7) : plainText(text);
}

function textList(context: PageContext, { name, elements }: OutputValue): HTMLElement {
  const list = element('ol', { class: 'texts', 'aria-label': name, start: '0' });
  list.append(
    ...elements.slice(0, maxLines).map((text) => element('li', {}, element('bdi', {}, plainText(text)))),
  );
  const rest = elements.length - maxLines;
  return element(
    'div',
    {},
    list,
    ...(rest > 0 ? [element('p', { class: 'secondary' }, say(context, 'moreTexts', rest))] : []),
  );
}

/** More than this many pixels are no preview. */
const maxPixels = 4_000_000;

function pictureOf(context: PageContext, { output, kind, row }: Drawing, label: string): HTMLElement {
  const values = output.shape.length === 2 ? output.numbers : rowValues(output, row);
  const [height, width, channels, planar] = imageSize(output.shape) ?? [1, values.length, 1, false];
  if (height * width > maxPixels || height * width === 0) {
    return element('p', { class: 'secondary' }, context.words.tooLargePicture);
  }
  const extent = extentOf(values);
  const text = extentText(context, values);
  if (kind === 'heat') {
    const cells = Float64Array.from(
      { length: height * width },
      (_, index) => values[planar ? index : index * channels] ?? NaN,
    );
    return figure(heatMap({ width, height, values: cells }, `${label}, ${text}`), text);
  }
  const isColor = channels === 3;
  const at = (index: number, channel: number): number =>
    values[planar ? channel * height * width + index : index * channels + channel] ?? NaN;
  const range = brightness(values, extent);
  return figure(
    pixelPicture(width, height, `${label}, ${text}`, (index) =>
      (isColor ? [0, 1, 2] : [0]).map((channel) => shareOf(at(index, channel), range) * 255),
    ),
    text,
  );
}

/** What is black and what is white: bytes and shares are what they are, anything else is spread over what there is. */
function brightness(values: Float64Array, extent: readonly [number, number]): readonly [number, number] {
  const [least, most] = extent;
  if (least >= 0 && most <= 1) {
    return [0, 1];
  }
  const areBytes = least >= 0 && most <= 255 && most > 32 && values.every(Number.isInteger);
  return areBytes ? [0, 255] : extent;
}
