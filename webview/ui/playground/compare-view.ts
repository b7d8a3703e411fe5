// The same request to two versions, and where their answers differ.
import { compareAnswers, maxShown, type OutputDifference } from '../../playground/compare-answers.ts';
import { placeOf, shapeText } from '../../playground/check-input.ts';
import { pathText } from '../../playground/request-body.ts';
import type { RequestOutcome } from '../../playground/exchange.ts';
import { plainText, readAnswer, type OutputValue } from '../../playground/read-answer.ts';
import { targetOfKey, type PlaygroundTarget } from '../../playground/target.ts';
import { element, setText } from '../dom.ts';
import { makeIcon } from '../icons.ts';
import { makeButton } from '../toolkit.ts';
import type { AnswerFacts, AnswerState } from './answer-view.ts';
import { selectField, type Option } from './controls.ts';
import { formatMicros, formatNumber, say, type PageContext } from './page-context.ts';

/** What the view does not do itself. */
export interface CompareParts {
  /** Sends the request to the chosen target and to this one. */
  compare(second: PlaygroundTarget): void;
  onChoose(second: string): void;
}

/** The view. */
export interface CompareView {
  readonly root: HTMLElement;
  /** The targets that there are to choose from; `chosen` by its key. */
  setTargets(options: readonly Option<string>[], chosen: string): void;
  update(first: AnswerState, second: AnswerState, facts: AnswerFacts): void;
}

/** Makes the view, empty. */
export function compareView(context: PageContext, parts: CompareParts): CompareView {
  const { words } = context;
  const with_ = selectField<string>(words.compareWith, (key) => parts.onChoose(key));
  const button = makeButton('primary', () => parts.compare(targetOfKey(with_.select.value)));
  button.append(words.compareNow);
  const status = element('div', { class: 'compare-status' });
  const result = element('div', { class: 'outputs' });
  /** What is compared, to be compared once. */
  let shown: readonly unknown[] = [];
  return {
    root: element(
      'div',
      { class: 'compare' },
      element('div', { class: 'bar' }, with_.root, button),
      status,
      result,
    ),
    setTargets: (options, chosen) => with_.set(options, chosen),
    update: (first, second, facts) => {
      const now = [first, second, facts.outputs];
      if (now.every((one, index) => one === shown[index])) {
        return;
      }
      shown = now;
      status.replaceChildren(sideLine(context, words.first, first), sideLine(context, words.second, second));
      status.hidden = first.kind === 'none' && second.kind === 'none';
      const [a, b] = [read(first, facts), read(second, facts)];
      if (a === undefined || b === undefined) {
        result.replaceChildren();
        return;
      }
      const differences = compareAnswers(a, b);
      result.replaceChildren(
        ...differences.map((difference) => outputDifference(context, difference, facts)),
      );
      const same = differences.filter(({ verdict }) => verdict === 'same').length;
      context.announce(say(context, 'announceCompared', same, differences.length));
    },
  };
}

function read(state: AnswerState, { outputs }: AnswerFacts): readonly OutputValue[] | undefined {
  return state.kind === 'answer' ? readAnswer(state.json, outputs) : undefined;
}

function sideLine(context: PageContext, name: string, state: AnswerState): HTMLElement {
  const text = element('bdi', {}, stateText(context, state));
  const icon =
    state.kind === 'answer'
      ? 'good'
      : state.kind === 'refused'
        ? 'bad'
        : state.kind === 'waiting'
          ? 'busy'
          : 'idle';
  return element(
    'p',
    { class: 'state' },
    makeIcon(icon),
    element('span', { class: 'secondary' }, name),
    text,
  );
}

function stateText(context: PageContext, state: RequestOutcome | AnswerState): string {
  switch (state.kind) {
    case 'answer':
      return say(context, 'sideAnswered', state.version, formatMicros(state.timing.whole, context.locale));
    case 'refused':
      return `${state.status}: ${state.message}`;
    case 'waiting':
      return context.words.sending;
    case 'cancelled':
      return context.words.cancelled;
    case 'none':
      return '';
  }
}

function outputDifference(
  context: PageContext,
  difference: OutputDifference,
  { classLabels }: AnswerFacts,
): HTMLElement {
  const { words, locale } = context;
  const { name, verdict, shape, elements, different, maxAbsolute, maxRelative, movedTops, worst } =
    difference;
  const headline = element('p', { class: 'state' }, makeIcon(verdict === 'same' ? 'good' : 'warning'));
  headline.append(say(context, `verdict-${verdict}`, different, elements));
  const root = element(
    'section',
    { class: 'output', 'aria-label': name },
    element(
      'div',
      { class: 'bar' },
      element('h3', {}, element('bdi', {}, name)),
      element('span', { class: 'type' }, shapeText(shape)),
    ),
    headline,
  );
  if (verdict === 'same' || verdict === 'different') {
    const facts = element('dl', { class: 'facts' });
    for (const [label, value] of [
      [words.maxAbsolute, formatNumber(maxAbsolute, locale)],
      [words.maxRelative, formatNumber(maxRelative, locale)],
    ] as const) {
      facts.append(element('div', {}, element('dt', {}, label), element('dd', {}, value)));
    }
    root.append(facts);
  }
  for (const { row, first, second } of movedTops.slice(0, 10)) {
    const [from, to] = [classLabels[first] ?? String(first), classLabels[second] ?? String(second)];
    root.append(
      element('p', { class: 'state' }, makeIcon('warning'), say(context, 'movedTop', row, from, to)),
    );
  }
  if (worst.length > 0) {
    root.append(differenceTable(context, difference));
  }
  return root;
}

function differenceTable(
  context: PageContext,
  { name, shape, worst, different }: OutputDifference,
): HTMLElement {
  const { words, locale } = context;
  const isNumeric = worst.some(({ absolute }) => Number.isFinite(absolute));
  const table = element(
    'table',
    { class: 'values differences' },
    element('caption', { class: 'spoken' }, say(context, 'differencesOf', name)),
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        element('th', { scope: 'col' }, words.place),
        element('th', { scope: 'col', class: 'figure' }, words.first),
        element('th', { scope: 'col', class: 'figure' }, words.second),
        ...(isNumeric ? [element('th', { scope: 'col', class: 'figure' }, words.difference)] : []),
      ),
    ),
  );
  const body = element('tbody');
  for (const { index, first, second, absolute } of worst) {
    body.append(
      element(
        'tr',
        {},
        element('th', { scope: 'row' }, element('bdi', {}, pathText('', placeOf(index, shape)) || '·')),
        element('td', { class: 'figure removed' }, element('bdi', {}, plainText(first))),
        element('td', { class: 'figure inserted' }, element('bdi', {}, plainText(second))),
        ...(isNumeric ? [element('td', { class: 'figure' }, formatNumber(absolute, locale, 3))] : []),
      ),
    );
  }
  table.append(body);
  const note = element('p', { class: 'secondary' });
  setText(note, different > maxShown ? say(context, 'differencesCut', maxShown, different) : '');
  return element(
    'div',
    {},
    element(
      'div',
      { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': say(context, 'differencesOf', name) },
      table,
    ),
    note,
  );
}
