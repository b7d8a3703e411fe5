// The model that is looked at: what can be done, the split, the versions side by side, the canary, and what was done.
import type { AskedShare } from '../../../dashboard/canary-protocol.ts';
import type { ModelDetail } from '../../../dashboard/canary-snapshot.ts';
import type { CanaryAction } from '../../../dashboard/canary-text.ts';
import { element, setText, type View } from '../../dom.ts';
import { makeIcon } from '../../icons.ts';
import { makeActions } from './actions.ts';
import type { CanaryWords } from './canary-words.ts';
import { makeCompareSection } from './compare-section.ts';
import { makeEventsSection } from './events-section.ts';
import { makePlanSection } from './plan-section.ts';
import { makeSplitForm, type SplitDraft } from './split-form.ts';
import { makeVersionsTable } from './versions-table.ts';

/** What the user asks for. */
export interface ModelCalls {
  act(action: CanaryAction): void;
  drafted(draft: SplitDraft | undefined): void;
  apply(shares: readonly AskedShare[]): void;
  openCase(id: string): void;
}

/** A model, and what the user has set and not applied. */
export interface ShownModel {
  readonly detail: ModelDetail;
  readonly draft: SplitDraft | undefined;
  readonly asking: boolean;
}

/** A new page for one model. */
export function makeModelPage(words: CanaryWords, name: string, calls: ModelCalls): View<ShownModel> {
  const problem = element('bdi');
  const problemLine = element('p', { class: 'note' }, makeIcon('warning'), problem);
  const advice = element('bdi');
  const adviceLine = element('p', { class: 'advice' }, advice);
  const actions = makeActions(words, (action) => calls.act(action));
  const split = makeSplitForm(words, calls);
  const versions = makeVersionsTable(words);
  const plan = makePlanSection(words);
  const compare = makeCompareSection(words, (id) => calls.openCase(id));
  const events = makeEventsSection(words);
  return {
    root: element(
      'article',
      { class: 'model', 'aria-labelledby': 'canary-model' },
      element('h2', { id: 'canary-model' }, element('bdi', {}, name)),
      problemLine,
      adviceLine,
      actions.root,
      plan.root,
      split.root,
      versions.root,
      compare.root,
      events.root,
    ),
    update: ({ detail, draft, asking }) => {
      setText(problem, detail.problem);
      problemLine.hidden = detail.problem === '';
      setText(advice, detail.advice);
      adviceLine.hidden = detail.advice === '';
      actions.update(detail.actions);
      split.root.hidden = detail.split === null;
      if (detail.split !== null) {
        split.update({ split: detail.split, draft, asking });
      }
      versions.root.hidden = detail.versions.length === 0;
      versions.update(detail);
      plan.update(detail.canary);
      compare.update(detail);
      events.update(detail.events);
    },
  };
}
