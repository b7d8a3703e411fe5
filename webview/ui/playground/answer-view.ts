// The answer to a request: who gave it and why, how long it took, each output, and the raw JSON beside.
import type { TensorFacts } from '../../playground/check-input.ts';
import type { RequestOutcome } from '../../playground/exchange.ts';
import { readAnswer } from '../../playground/read-answer.ts';
import { element, keyedList, setText } from '../dom.ts';
import { makeIcon, setIcon } from '../icons.ts';
import { smallButton } from './controls.ts';
import { outputView, type ShownOutput } from './output-view.ts';
import { formatMicros, say, type PageContext } from './page-context.ts';
import { timingBar } from './timing-bar.ts';

/** What an answer is read with. */
export interface AnswerFacts {
  readonly model: string;
  readonly outputs: readonly TensorFacts[];
  readonly classLabels: readonly string[];
}

/** What the view does not do itself. */
export interface AnswerParts {
  copy(text: string): void;
  /** Saves the request with this answer. */
  saveGolden(answer: string): void;
}

/** What the view shows: nothing yet, something under way, or what came of it. */
export type AnswerState = RequestOutcome | { readonly kind: 'none' | 'waiting' };

/** The view. */
export interface AnswerView {
  readonly root: HTMLElement;
  update(state: AnswerState, facts: AnswerFacts): void;
}

/** More raw JSON than this is not put into the page; it can be copied. UTF-16 units. */
const maxRaw = 200_000;

/** Makes the view, empty. */
export function answerView(context: PageContext, parts: AnswerParts): AnswerView {
  const { words, locale } = context;
  let json = '';
  /** What is drawn, to be drawn once: where somebody has scrolled to or selected something, it stays. */
  let shown: AnswerState | undefined;
  let shownSpecs: AnswerFacts['outputs'] | undefined;
  const icon = makeIcon('idle');
  const headline = element('bdi', { class: 'headline' });
  const route = element('p', { class: 'secondary route' });
  const timing = timingBar(context);
  const message = element('p', { class: 'refusal' });
  const outputs = element('div', { class: 'outputs' });
  const show = keyedList<ShownOutput>(
    outputs,
    ({ output }) => output.name,
    (output) => outputView(context, output),
  );
  const raw = element('pre', { class: 'raw', tabindex: '0', 'aria-label': words.rawJson });
  const rawPart = element('details', {}, element('summary', {}, words.rawJson), raw);
  const tools = element(
    'div',
    { class: 'row' },
    smallButton(words.copyAnswer, () => parts.copy(json)),
    smallButton(words.saveGolden, () => parts.saveGolden(json)),
  );
  const answered = element('div', { class: 'answered' }, timing.root, tools, outputs, rawPart);
  return {
    root: element(
      'div',
      { class: 'answer' },
      element('p', { class: 'state' }, icon, headline),
      route,
      message,
      answered,
    ),
    update: (state, { model, outputs: specs, classLabels }) => {
      if (state === shown && specs === shownSpecs) {
        return;
      }
      shown = state;
      shownSpecs = specs;
      answered.hidden = state.kind !== 'answer';
      message.hidden = state.kind !== 'refused';
      route.hidden = state.kind !== 'answer' || state.route === '';
      switch (state.kind) {
        case 'none':
          setIcon(icon, 'idle');
          setText(headline, words.noAnswer);
          break;
        case 'waiting':
          setIcon(icon, 'busy');
          setText(headline, words.sending);
          break;
        case 'cancelled':
          setIcon(icon, 'idle');
          setText(headline, words.cancelled);
          break;
        case 'refused':
          setIcon(icon, 'bad');
          setText(headline, say(context, 'refused', state.status));
          setText(message, state.message);
          break;
        case 'answer': {
          setIcon(icon, 'good');
          const took = formatMicros(state.timing.whole, locale);
          setText(headline, say(context, 'answered', model, state.version, took));
          setText(route, state.route);
          timing.update(state.timing);
          json = state.json;
          const read = readAnswer(json, specs);
          show((read ?? []).map((output) => ({ output, classLabels })));
          rawPart.open ||= read === undefined;
          setText(raw, json.length > maxRaw ? `${json.slice(0, maxRaw)}…` : json.trim());
          break;
        }
      }
    },
  };
}
