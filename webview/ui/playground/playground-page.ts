// The page "Playground": a request on one side, and on the other its answer, a comparison or a measurement.
import { Draft } from '../../playground/draft.ts';
import { signatureNameOf } from '../../playground/request-body.ts';
import { errorPlace } from '../../playground/error-place.ts';
import type { PlaygroundSnapshot } from '../../playground/snapshot.ts';
import type { TargetSignature } from '../../playground/exchange.ts';
import type {
  OpenMessage,
  PlaygroundHostMessage,
  PlaygroundPageMessage,
  WordsMessage,
} from '../../playground/protocol.ts';
import { targetKey, targetOfKey } from '../../playground/target.ts';
import { element, setText } from '../dom.ts';
import { answerView, type AnswerFacts, type AnswerState } from './answer-view.ts';
import { compareView } from './compare-view.ts';
import { choiceField } from './controls.ts';
import { measurePanel } from './measure-view.ts';
import { OutcomeSlots, type Slot } from './outcome-slots.ts';
import type { PageContext } from './page-context.ts';
import { maxKeptBody, pageModes, type PageMode, type PageState } from './page-state.ts';
import { requestEditor } from './request-editor.ts';
import { requestTools } from './request-tools.ts';
import { isNews, targetBar, targetOptions } from './target-bar.ts';

/** What the page needs. */
export interface PlaygroundParts {
  readonly state: PageState;
  send(message: PlaygroundPageMessage): void;
  keep(state: PageState): void;
}

/** The page. */
export interface PlaygroundPage {
  readonly root: HTMLElement;
  receive(message: Exclude<PlaygroundHostMessage, WordsMessage>): void;
}

/** Builds the page in one language. */
export function makePlaygroundPage({ words, locale }: WordsMessage, parts: PlaygroundParts): PlaygroundPage {
  let state = parts.state;
  let snapshot: PlaygroundSnapshot = {
    obstacle: '',
    canStart: false,
    hasRest: false,
    models: [],
    history: [],
  };
  let signature: TargetSignature | undefined;
  let trouble = '';
  /** The target that `signature` or `trouble` is about, or is asked for. */
  let described = '';
  let draft: Draft | undefined;
  /** A body to begin with, once the signature is there. */
  let pendingBody = state.body;
  const outcomes = new OutcomeSlots(state.ids);

  const status = element('div', { class: 'spoken', role: 'status' });
  const context: PageContext = {
    words,
    locale,
    send: (message) => parts.send(message),
    announce: (text) => setText(status, text),
  };
  const bar = targetBar(context, {
    onModel: (model) => {
      draft = undefined;
      dropOutcomes();
      choose(model, 'routed');
      updateOutcomes();
    },
    onTarget: (target) => choose(state.model, target),
    onSignature: (name) => {
      dropOutcomes();
      keep({ signature: name });
      describe();
      updateOutcomes();
    },
    send: () => predict(),
    cancel: () => cancelAll(),
    start: () => parts.send({ type: 'act', act: 'start' }),
  });
  const tools = requestTools(context, state.snippet, {
    recall: (id) => parts.send({ type: 'recall', id }),
    forget: () => parts.send({ type: 'act', act: 'forget' }),
    copyAs: (snippet) => {
      keep({ snippet });
      parts.send({ type: 'copySnippet', snippet, ...aim(state.target), body: draft?.wire() ?? '' });
    },
    save: () => save(''),
  });
  const editor = requestEditor(context, {
    onChange: () => {
      keepBody();
      updateBar();
    },
    onView: (view) => keep({ view }),
  });
  const answer = answerView(context, {
    copy: (text) => parts.send({ type: 'copyText', text }),
    saveGolden: (json) => save(json),
  });
  const compare = compareView(context, {
    compare: (second) => {
      if (isReady()) {
        request(1, state.target);
        request(2, targetKey(second));
        updateOutcomes();
      }
    },
    onChoose: (second) => keep({ second }),
  });
  const measure = measurePanel(context, state.plan, {
    start: (plan) => {
      if (isReady()) {
        parts.send({ type: 'measure', ...aim(state.target), body: draft?.wire() ?? '', plan });
      }
    },
    stop: () => parts.send({ type: 'act', act: 'stopMeasure' }),
    exportJson: () => parts.send({ type: 'act', act: 'exportMeasure' }),
    onPlan: (plan) => keep({ plan }),
  });
  const panels = new Map<PageMode, HTMLElement>([
    ['answer', answer.root],
    ['compare', compare.root],
    ['measure', measure.root],
  ]);
  const modes = choiceField<PageMode>(
    words.mode,
    pageModes.map((value) => ({ value, text: words[value] })),
    (mode) => showMode(mode),
  );
  const showMode = (mode: PageMode): void => {
    modes.choose(mode);
    for (const [name, panel] of panels) {
      panel.hidden = name !== mode;
    }
    keep({ mode });
  };
  const keep = (some: Partial<PageState>): void => {
    state = { ...state, ...some };
    parts.keep(state);
  };
  const keepBody = (): void => {
    const body = draft === undefined || draft.hasData || draft.json.length > maxKeptBody ? '' : draft.json;
    keep({ body });
  };
  const aim = (key: string): { readonly model: string; readonly target: ReturnType<typeof targetOfKey> } => ({
    model: state.model,
    target: targetOfKey(key),
  });
  const updateBar = (): void => {
    const isWaiting = outcomes.waiting.length > 0;
    const canSend = snapshot.obstacle === '' && signature !== undefined && draft !== undefined;
    const { model, target } = state;
    bar.update(snapshot, { model, target, signature, isWaiting, canSend });
  };
  const updateOutcomes = (): void => {
    const facts: AnswerFacts = {
      model: state.model,
      outputs: signature?.outputs ?? [],
      classLabels: signature?.classLabels ?? [],
    };
    answer.update(outcomes.state(0), facts);
    compare.update(outcomes.state(1), outcomes.state(2), facts);
    updateBar();
  };
  /** `named`: the signature; without it another model's default, and the same one of the same model. */
  const choose = (model: string, target: string, named?: string): void => {
    const kept = model === state.model ? state.signature : '';
    const second = model === state.model ? state.second : '';
    keep({ model, target, second, signature: named ?? kept });
    describe();
    updateTargets();
  };
  const describe = (): void => {
    if (state.model !== '' && snapshot.obstacle === '') {
      described = questionKey(state.model, state.target, state.signature);
      parts.send({ type: 'describe', ...aim(state.target), signature: state.signature });
    }
  };
  /** Whether the request may be sent; shows where it may not. */
  const isReady = (): boolean => {
    const wrong = draft?.jsonProblem === undefined ? draft?.firstWrong : undefined;
    if (draft === undefined || draft.jsonProblem !== undefined || wrong !== undefined) {
      editor.focusProblem(wrong);
      context.announce(words.notSent);
      return false;
    }
    return true;
  };
  const request = (slot: Slot, key: string): void => {
    const id = outcomes.begin(slot);
    keep({ ids: outcomes.ids });
    parts.send({ type: 'send', id, ...aim(key), body: draft?.wire() ?? '', remember: slot === 0 });
  };
  const predict = (): void => {
    if (isReady()) {
      editor.setRefusal(undefined);
      request(0, state.target);
      showMode('answer');
      updateOutcomes();
    }
  };
  const cancelAll = (): void => {
    for (const id of outcomes.waiting) {
      parts.send({ type: 'cancel', id });
    }
  };
  /** Before another model: an answer is read by the signature of its own. */
  const dropOutcomes = (): void => {
    cancelAll();
    outcomes.clearAll();
    keep({ ids: outcomes.ids });
  };
  const save = (json: string): void => {
    parts.send({ type: 'save', ...aim(state.target), request: draft?.wire() ?? '', answer: json });
  };
  const updateTargets = (): void => {
    const model = snapshot.models.find(({ name }) => name === state.model);
    const options = targetOptions(context, model);
    // Another one than is asked: the first that there is.
    const second =
      options.find(({ value }) => value === state.second) ??
      options.find(({ value }) => value !== state.target && value.startsWith('version:'));
    compare.setTargets(options, second?.value ?? 'routed');
    updateBar();
  };
  const open = ({ model, target, request: body }: OpenMessage): void => {
    // Without a request, what is being edited for the model goes on.
    if (body !== '' || model !== state.model) {
      pendingBody = body;
      draft = undefined;
      dropOutcomes();
    }
    choose(model, targetKey(target), body === '' ? undefined : signatureNameOf(body));
    updateOutcomes();
  };
  const takeSnapshot = (next: PlaygroundSnapshot): void => {
    const before = snapshot;
    snapshot = next;
    const isKnown = next.models.some(({ name }) => name === state.model);
    const [first] = next.models;
    if (!isKnown && first !== undefined) {
      choose(first.name, 'routed');
    } else if (isKnown && isNews(before, next, state.model)) {
      const model = next.models.find(({ name }) => name === state.model);
      const isThere = targetOptions(context, model).some(({ value }) => value === state.target);
      choose(state.model, isThere ? state.target : 'routed');
    }
    tools.update(next);
    updateTargets();
  };
  const takeSignature = (next: TargetSignature): void => {
    const isSameName = signature?.name === next.name;
    signature = next;
    trouble = '';
    keep({ signature: next.name });
    const isSame =
      isSameName && draft !== undefined && JSON.stringify(draft.inputs) === JSON.stringify(next.inputs);
    if (draft !== undefined && pendingBody === '' && isSame) {
      // The form stays as it is, with what is typed in it, and with the picture that fills it.
      updateOutcomes();
      return;
    }
    if (draft === undefined || pendingBody !== '') {
      draft = new Draft(next.inputs, pendingBody, next.sample, next.name);
    } else {
      // What fits another version of the model goes on being edited.
      const carried = new Draft(next.inputs, draft.json, next.sample, next.name);
      draft = carried.firstWrong === undefined ? carried : new Draft(next.inputs, '', next.sample, next.name);
    }
    pendingBody = '';
    editor.edit(draft, next.sample);
    keepBody();
    updateOutcomes();
  };

  const problem = element('p', { class: 'refusal' });
  const main = element(
    'main',
    { class: 'page' },
    status,
    bar.root,
    problem,
    element(
      'div',
      { class: 'columns' },
      element('div', { class: 'column' }, editor.root, tools.root),
      element(
        'section',
        { class: 'column results', 'aria-label': words.results },
        element('div', { class: 'bar' }, modes.root),
        ...panels.values(),
      ),
    ),
  );
  main.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      predict();
    }
  });
  const showTrouble = (): void => {
    problem.hidden = trouble === '';
    setText(problem, trouble);
  };
  editor.setView(state.view);
  showMode(state.mode);
  updateOutcomes();
  measure.update(undefined);
  showTrouble();
  return {
    root: main,
    receive: (message) => {
      switch (message.type) {
        case 'snapshot':
          takeSnapshot(message.snapshot);
          break;
        case 'open':
          open(message);
          break;
        case 'described':
          if (described !== questionKey(message.model, targetKey(message.target), message.signature)) {
            break;
          }
          if (message.description.kind === 'signature') {
            takeSignature(message.description);
          } else {
            signature = undefined;
            trouble = message.description.text;
            updateBar();
          }
          showTrouble();
          break;
        case 'answered': {
          const slot = outcomes.take(message.id, message.outcome);
          if (slot !== undefined) {
            updateOutcomes();
          }
          if (slot === 0) {
            tellOutcome(message.outcome);
          }
          break;
        }
        case 'measured':
          measure.update(message.view);
          break;
        case 'copied':
          if (message.what === 'snippet') {
            tools.confirmCopy();
          } else {
            context.announce(words.copied);
          }
          break;
      }
    },
  };

  function tellOutcome(outcome: AnswerState): void {
    if (outcome.kind === 'refused') {
      const place = errorPlace(outcome.message, signature?.inputs.map(({ name }) => name) ?? []);
      editor.setRefusal({
        ...(place.input === undefined ? {} : { input: place.input }),
        text: outcome.message,
      });
      editor.focusProblem(place.input);
    } else if (outcome.kind === 'answer') {
      const headline = answer.root.querySelector('.headline')?.textContent ?? '';
      context.announce(headline);
    }
  }
}

/** A text that no two questions for a description share. */
function questionKey(model: string, target: string, signature: string): string {
  return JSON.stringify([model, target, signature]);
}
