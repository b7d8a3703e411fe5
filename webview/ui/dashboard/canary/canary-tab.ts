// The dashboard's tab "Canary": the models, and of one of them all about its traffic and its canary.
import { isCanaryHostMessage, type CanaryPageMessage } from '../../../dashboard/canary-protocol.ts';
import type { CanarySnapshot, ListedModel, ModelsSnapshot } from '../../../dashboard/canary-snapshot.ts';
import type { CanaryText } from '../../../dashboard/canary-text.ts';
import { isArrayOf, isObject, isString, isWhole, type Guard } from '../../../guards.ts';
import { element } from '../../dom.ts';
import type { MakeTab, TabContext } from '../tab-view.ts';
import { announcementsFor } from './announcements.ts';
import { makeWords } from './canary-words.ts';
import { makeIdleSection } from './idle-section.ts';
import { makeModelList } from './model-list.ts';
import { makeModelPage } from './model-page.ts';
import { currentDraft, type SplitDraft } from './split-form.ts';

/** What outlives a hidden panel: which model is looked at, and what is set and not applied for it. */
interface KeptState {
  readonly model: string;
  readonly draft?: SplitDraft;
}

const isDraft = isObject<SplitDraft>({ targets: isArrayOf(isString), percents: isArrayOf(isWhole) });
const isKept = isObject<Pick<KeptState, 'model'>>({ model: isString });
const hasDraft: Guard<{ draft: SplitDraft }> = isObject({ draft: isDraft });

/** Makes the tab. It is empty until its words have come. */
export const makeCanaryTab: MakeTab = (context) => {
  const root = element('div', { class: 'canary' });
  let content: Content | undefined;
  return {
    root,
    receive: (message) => {
      if (!isCanaryHostMessage(message)) {
        return;
      }
      switch (message.type) {
        case 'words':
          content = makeContent(message.words, context);
          root.replaceChildren(content.root);
          break;
        case 'snapshot':
          content?.show(message.snapshot);
          break;
        case 'splitDone':
          content?.splitDone(message.model, message.applied);
          break;
      }
    },
    // The extension knows what is seen, and sends nothing to what is not.
    setShown: () => undefined,
  };
};

interface Content {
  readonly root: HTMLElement;
  show(snapshot: CanarySnapshot): void;
  splitDone(model: string, applied: boolean): void;
}

function makeContent(text: CanaryText, context: TabContext): Content {
  const words = makeWords(text, context.locale);
  const say = (message: CanaryPageMessage): void => context.send(message);
  const kept = context.readState();
  let state: KeptState = isKept(kept)
    ? { model: kept.model, ...(hasDraft(kept) ? { draft: kept.draft } : {}) }
    : { model: '' };
  let asking: string | undefined;
  let known: readonly ListedModel[] | undefined;
  let last: ModelsSnapshot | undefined;
  let page: { readonly name: string; readonly view: ReturnType<typeof makeModelPage> } | undefined;

  const keep = (next: KeptState): void => {
    state = next;
    context.writeState(next);
  };
  const list = makeModelList(words, (model) => {
    keep({ model });
    say({ type: 'select', model });
  });
  const idle = makeIdleSection(words, (command) => say({ type: 'run', command }));
  const none = element('p', { class: 'empty' }, words.page.noModels);
  const place = element('div', { class: 'model-place' });
  const models = element('div', { class: 'canary-columns' }, list.root, place);
  const announcer = element('div', { class: 'spoken', role: 'status', 'aria-live': 'polite' });
  for (const part of [idle.root, none, models]) {
    part.hidden = true;
  }

  const pageFor = (name: string): ReturnType<typeof makeModelPage> => {
    if (page?.name !== name) {
      const view = makeModelPage(words, name, {
        act: (action) => say({ type: 'act', model: name, action }),
        drafted: (draft) => {
          keep(draft === undefined ? { model: name } : { model: name, draft });
          showModels();
        },
        apply: (shares) => {
          asking = name;
          say({ type: 'split', model: name, shares });
          showModels();
        },
        openCase: (id) => say({ type: 'openCase', model: name, id }),
      });
      place.replaceChildren(view.root);
      page = { name, view };
    }
    return page.view;
  };
  const showModels = (): void => {
    const detail = last?.detail ?? undefined;
    if (last === undefined || detail === undefined) {
      return;
    }
    list.update({ models: last.models, shown: detail.name });
    const draft = detail.name === state.model ? state.draft : undefined;
    pageFor(detail.name).update({ detail, draft, asking: asking === detail.name });
  };
  const announce = (next: readonly ListedModel[]): void => {
    const news = known === undefined ? [] : announcementsFor(known, next, words.page.announceModel);
    if (news.length > 0) {
      announcer.textContent = news.join(' ');
    }
    known = next;
  };

  if (state.model !== '') {
    say({ type: 'select', model: state.model });
  }
  return {
    root: element('div', {}, idle.root, none, models, announcer),
    show: (snapshot) => {
      idle.root.hidden = snapshot.kind !== 'idle';
      none.hidden = snapshot.kind !== 'models' || snapshot.detail !== null;
      models.hidden = snapshot.kind !== 'models' || snapshot.detail === null;
      if (snapshot.kind === 'idle') {
        idle.update(snapshot);
        known = undefined;
        return;
      }
      last = snapshot;
      const { split, name } = snapshot.detail ?? {};
      if (
        name === state.model &&
        split != null &&
        currentDraft(split, state.draft) === undefined &&
        state.draft !== undefined
      ) {
        // What was set is so now, or its targets are gone.
        keep({ model: state.model });
      }
      showModels();
      announce(snapshot.models);
    },
    splitDone: (model, applied) => {
      if (asking === model) {
        asking = undefined;
        if (applied && state.model === model) {
          keep({ model: state.model });
        }
        showModels();
      }
    },
  };
}
