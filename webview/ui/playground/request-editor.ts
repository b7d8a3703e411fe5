// The request: a form made from the signature, and the same as JSON; what is changed in one shows in the other.
import type { Draft } from '../../playground/draft.ts';
import { bodyFormats, type BodyFormat } from '../../playground/request-body.ts';
import { fillings } from '../../playground/fill-input.ts';
import { element, setAttribute, setText } from '../dom.ts';
import { makeIcon } from '../icons.ts';
import { choiceField, selectField, smallButton } from './controls.ts';
import { inputField, problemText, type InputField } from './input-field.ts';
import { say, type PageContext } from './page-context.ts';

/** How the request is shown. */
export const requestViews = ['form', 'json'] as const;
export type RequestView = (typeof requestViews)[number];

/** What the server said of the last request. */
export interface Refusal {
  /** Absent where it is about no input in particular. */
  readonly input?: string;
  readonly text: string;
}

/** What the editor tells its page. */
export interface RequestEditorParts {
  /** The request has changed. */
  onChange(): void;
  onView(view: RequestView): void;
}

/** The editor. */
export interface RequestEditor {
  readonly root: HTMLElement;
  /** Edits another draft; `sample`: empty where there is none. */
  edit(draft: Draft, sample: string): void;
  setView(view: RequestView): void;
  setRefusal(refusal: Refusal | undefined): void;
  /** Shows the draft again, which somebody else has changed. */
  refresh(): void;
  /** Puts the focus where something is wrong. */
  focusProblem(input: string | undefined): void;
}

/** Makes the editor, empty. */
export function requestEditor(context: PageContext, parts: RequestEditorParts): RequestEditor {
  const { words } = context;
  let draft: Draft | undefined;
  let sample = '';
  let view: RequestView = 'form';
  let refusal: Refusal | undefined;
  let fields = new Map<string, InputField>();

  const viewChoice = choiceField<RequestView>(
    words.requestView,
    [
      { value: 'form', text: words.form },
      { value: 'json', text: 'JSON' },
    ],
    (chosen) => {
      view = chosen;
      parts.onView(chosen);
      refresh();
    },
  );
  const format = selectField<BodyFormat>(
    words.format,
    (chosen) => {
      draft?.setFormat(chosen);
      changed();
    },
    false,
  );
  const takeSample = (): void => {
    draft?.load(sample);
    changed();
  };
  const sampleButton = smallButton(words.sample, takeSample);
  const fillTools = element(
    'div',
    { class: 'row', role: 'group', 'aria-label': words.fillAll },
    sampleButton,
    ...fillings.map((filling) =>
      smallButton(words[filling], () => {
        draft?.fill(filling);
        changed();
      }),
    ),
  );
  const form = element('div', { class: 'form' });
  const json = element('textarea', {
    class: 'code-box tall',
    'aria-label': words.jsonBox,
    spellcheck: 'false',
    rows: '18',
  });
  json.addEventListener('input', () => {
    draft?.setJson(json.value);
    changed();
  });
  const note = element('p', { class: 'secondary' });
  const problem = element('bdi');
  const problemLine = element('p', { class: 'problem' }, makeIcon('bad'), problem);
  const jsonPart = element('div', { class: 'json' }, json, note);

  const changed = (): void => {
    refusal = undefined;
    refresh();
    parts.onChange();
  };
  const refresh = (): void => {
    if (draft === undefined) {
      return;
    }
    viewChoice.choose(view);
    form.hidden = view !== 'form';
    jsonPart.hidden = view !== 'json';
    sampleButton.disabled = sample === '';
    // An only input has the same buttons itself.
    fillTools.hidden = view === 'form' && fields.size < 2;
    format.set(
      bodyFormats.map((value) => ({ value, text: words[`${value}Format`] })),
      draft.format,
    );
    for (const [name, field] of fields) {
      field.update(refusal?.input === name ? refusal.text : '');
    }
    if (json.value !== draft.json) {
      json.value = draft.json;
    }
    setText(note, draft.hasData ? words.dataNote : '');
    const wrong = draft.jsonProblem;
    const general = wrong !== undefined ? problemText(context, wrong) : refusalFor(view, refusal, fields);
    problemLine.hidden = general === '';
    setText(problem, general);
    setAttribute(json, 'aria-invalid', String(general !== ''));
  };
  return {
    root: element(
      'section',
      { class: 'request', 'aria-label': words.request },
      element('div', { class: 'bar' }, element('h2', {}, words.request), viewChoice.root, format.root),
      fillTools,
      form,
      jsonPart,
      problemLine,
    ),
    edit: (next, nextSample) => {
      draft = next;
      sample = nextSample;
      refusal = undefined;
      const onSample = next.inputs.length === 1 && nextSample !== '' ? takeSample : undefined;
      fields = new Map(
        next.inputs.map((facts) => [facts.name, inputField(context, next, facts, changed, onSample)]),
      );
      const none = element('p', { class: 'secondary' }, words.noInputs);
      form.replaceChildren(...(fields.size === 0 ? [none] : Array.from(fields.values(), ({ root }) => root)));
      refresh();
    },
    setView: (next) => {
      view = next;
      refresh();
    },
    setRefusal: (next) => {
      refusal = next;
      refresh();
      if (next !== undefined) {
        context.announce(say(context, 'announceRefused', next.text));
      }
    },
    refresh,
    focusProblem: (input) => {
      const field = input === undefined ? undefined : fields.get(input);
      if (view === 'form' && field !== undefined) {
        field.focus();
      } else if (view === 'json') {
        json.focus();
      }
    },
  };
}

/** What the server said, where no field says it already. */
function refusalFor(
  view: RequestView,
  refusal: Refusal | undefined,
  fields: ReadonlyMap<string, InputField>,
): string {
  const isAtField = view === 'form' && refusal?.input !== undefined && fields.has(refusal.input);
  return refusal === undefined || isAtField ? '' : refusal.text;
}
