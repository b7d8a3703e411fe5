// What can be done with the request beside sending it: take up an old one, copy it as code, save it.
import type { PlaygroundSnapshot } from '../../playground/snapshot.ts';
import { snippetKinds, type SnippetKind } from '../../playground/protocol.ts';
import { targetKey } from '../../playground/target.ts';
import { element, setText } from '../dom.ts';
import { formatBytes, formatMoment } from '../format.ts';
import { selectField, smallButton } from './controls.ts';
import { say, type PageContext } from './page-context.ts';

/** What the tools tell their page. */
export interface RequestToolsParts {
  recall(id: string): void;
  forget(): void;
  copyAs(snippet: SnippetKind): void;
  save(): void;
}

/** The tools. */
export interface RequestTools {
  readonly root: HTMLElement;
  update(snapshot: PlaygroundSnapshot): void;
  /** What was asked to be copied is on the clipboard. */
  confirmCopy(): void;
}

/** How long the button says so, milliseconds. */
const confirmMs = 2_000;

/** These go to the REST port. */
const restSnippets: readonly SnippetKind[] = ['curl', 'pythonRequests', 'node'];

/** Makes the tools; `chosen`: the form of code that was chosen the last time. */
export function requestTools(
  context: PageContext,
  chosen: SnippetKind,
  parts: RequestToolsParts,
): RequestTools {
  const { words, locale } = context;
  let snippet = chosen;
  const history = selectField<string>(words.history, (id) => {
    history.select.value = '';
    if (id !== '') {
      parts.recall(id);
    }
  });
  const forget = smallButton(words.forget, () => parts.forget());
  const snippets = selectField<SnippetKind>(words.copyAs, (value) => {
    snippet = value;
  });
  const copy = smallButton(words.copy, () => parts.copyAs(snippet));
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    root: element(
      'div',
      { class: 'tools' },
      element('div', { class: 'row' }, history.root, forget),
      element(
        'div',
        { class: 'row' },
        snippets.root,
        copy,
        smallButton(words.save, () => parts.save()),
      ),
    ),
    update: ({ history: past, hasRest }) => {
      history.set(
        [
          { value: '', text: past.length === 0 ? words.noHistory : words.chooseHistory },
          ...past.map(({ id, model, target, atMs, bytes }) => ({
            value: id,
            text: say(
              context,
              'historyEntry',
              `${model} ${target.kind === 'routed' ? '' : targetKey(target).replace(/^.*?:/, '')}`.trim(),
              formatMoment(atMs, Date.now(), locale),
              formatBytes(bytes, locale),
            ),
          })),
        ],
        '',
      );
      history.select.disabled = past.length === 0;
      forget.disabled = past.length === 0;
      const offered = snippetKinds.filter((kind) => hasRest || !restSnippets.includes(kind));
      snippet = offered.includes(snippet) ? snippet : (offered[0] ?? snippet);
      snippets.set(
        offered.map((value) => ({ value, text: words[`snippet-${value}`] })),
        snippet,
      );
    },
    confirmCopy: () => {
      clearTimeout(timer);
      setText(copy, words.copied);
      context.announce(words.copied);
      timer = setTimeout(() => setText(copy, words.copy), confirmMs);
    },
  };
}
