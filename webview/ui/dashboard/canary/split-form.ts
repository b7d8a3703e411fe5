// The split as it is wanted: a slider, a number and presets, linked so that it adds up to 100; nothing is done before Apply.
import type { AskedShare } from '../../../dashboard/canary-protocol.ts';
import type { ShareTarget, Split } from '../../../dashboard/canary-snapshot.ts';
import { element, keyedList, setText, type View } from '../../dom.ts';
import { fill } from '../../format.ts';
import { makeIcon } from '../../icons.ts';
import type { CanaryWords } from './canary-words.ts';
import { makePlainButton, setPossible } from './plain-button.ts';
import { makeShareRow, targetText, type ShareRowItem } from './share-row.ts';
import { linkedShares } from './shares.ts';

/** Percent that one click sets. */
const presets = [1, 5, 10, 25, 50, 100] as const;

/** What the user has set and not applied: percent by target, for these targets only. */
export interface SplitDraft {
  readonly targets: readonly string[];
  readonly percents: readonly number[];
}

/** What the form shows. */
export interface SplitItem {
  readonly split: Split;
  readonly draft: SplitDraft | undefined;
  /** Whether the user is being asked about what was applied. */
  readonly asking: boolean;
}

/** What the form leads to. */
export interface SplitCalls {
  /** Something was moved, or put back (undefined). */
  drafted(draft: SplitDraft | undefined): void;
  apply(shares: readonly AskedShare[]): void;
}

/** What names a target among those of its model. */
export function targetKey({ kind, name }: Pick<ShareTarget, 'kind' | 'name'>): string {
  return `${kind}:${name}`;
}

/** The draft where it is one for these targets, and differs from what is wanted now. */
export function currentDraft({ targets }: Split, draft: SplitDraft | undefined): SplitDraft | undefined {
  const isFor =
    draft?.targets.length === targets.length &&
    targets.every(
      (target, place) => draft.targets[place] === targetKey(target) && draft.percents[place] !== undefined,
    );
  return isFor && targets.some(({ wanted }, place) => wanted !== draft.percents[place]) ? draft : undefined;
}

/** A new form. */
export function makeSplitForm(words: CanaryWords, calls: SplitCalls): View<SplitItem> {
  const { page } = words;
  let item: SplitItem | undefined;
  /** What the others keep their proportions of while one is dragged. */
  let base: readonly number[] | undefined;

  const percents = (): readonly number[] =>
    item === undefined
      ? []
      : (currentDraft(item.split, item.draft)?.percents ?? item.split.targets.map(({ wanted }) => wanted));
  const move = (place: number, percent: number): void => {
    if (item?.split.locked !== '') {
      return;
    }
    base ??= percents();
    calls.drafted({
      targets: item.split.targets.map(targetKey),
      percents: linkedShares(base, place, percent),
    });
  };
  const settle = (): void => {
    base = undefined;
  };
  const apply = (): void => {
    if (item !== undefined && canApply(item)) {
      const chosen = percents();
      calls.apply(
        item.split.targets.map(({ kind, name }, place) => ({ kind, name, percent: chosen[place] ?? 0 })),
      );
    }
  };

  const rows = element('div', { class: 'shares' });
  const showRows = keyedList<ShareRowItem>(
    rows,
    ({ target }) => targetKey(target),
    (first) => makeShareRow(words, first, { move, settle, apply }),
  );
  const presetName = element('span', { class: 'secondary', id: 'canary-presets' });
  const presetGroup = element(
    'div',
    { class: 'presets', role: 'group', 'aria-labelledby': 'canary-presets' },
    presetName,
    ...presets.map((percent) =>
      makePlainButton('secondary', fill(page.percent, words.count(percent)), () => {
        if (item !== undefined) {
          settle();
          move(presetPlace(item.split), percent);
          settle();
        }
      }),
    ),
  );
  const preview = element('bdi', { class: 'preview', id: 'canary-preview' });
  const applyButton = makePlainButton('primary', page.apply, apply);
  applyButton.setAttribute('aria-describedby', 'canary-preview');
  const revertButton = makePlainButton('secondary', page.revert, () => {
    settle();
    calls.drafted(undefined);
  });
  const clearButton = makePlainButton('secondary', page.clearSplit, () => calls.apply([]));
  const locked = element('bdi');
  const lockedLine = element('p', { class: 'note' }, makeIcon('idle'), locked);
  const observedLine = element('p', { class: 'secondary' });

  return {
    root: element(
      'section',
      { class: 'split', 'aria-labelledby': 'canary-split' },
      element('h3', { id: 'canary-split' }, page.split),
      lockedLine,
      rows,
      presetGroup,
      element('div', { class: 'split-buttons' }, applyButton, revertButton, clearButton, preview),
      observedLine,
    ),
    update: (next) => {
      item = next;
      const { split } = next;
      const draft = currentDraft(split, next.draft);
      const isLocked = split.locked !== '';
      setText(locked, split.locked === '' && !split.set ? page.noSplit : split.locked);
      lockedLine.hidden = !isLocked && split.set;
      const shown = percents();
      showRows(
        split.targets.map((target, place) => ({
          target,
          place,
          percent: shown[place] ?? 0,
          locked: isLocked || next.asking,
          set: split.set,
        })),
      );
      const presetTarget = split.targets[presetPlace(split)];
      setText(
        presetName,
        presetTarget === undefined ? '' : fill(page.presets, targetText(words, presetTarget)),
      );
      presetGroup.hidden = isLocked;
      for (const button of presetGroup.querySelectorAll('button')) {
        setPossible(button, !next.asking);
      }
      setPossible(applyButton, canApply(next));
      setPossible(revertButton, draft !== undefined && !next.asking);
      setPossible(clearButton, split.set && !isLocked && !next.asking);
      setText(preview, previewText(words, next, draft));
      setText(observedLine, observedText(words, split));
    },
  };
}

/** The share that presets set: that of the canary, or the last one. */
function presetPlace({ targets }: Split): number {
  const canary = targets.findIndex(({ kind, name }) => kind === 'label' && name === 'canary');
  return canary === -1 ? targets.length - 1 : canary;
}

/** Without a split there is something to apply before anything is moved: what would be one. */
function canApply({ split, draft, asking }: SplitItem): boolean {
  return !asking && split.locked === '' && (!split.set || currentDraft(split, draft) !== undefined);
}

function previewText(
  words: CanaryWords,
  { split, asking }: SplitItem,
  draft: SplitDraft | undefined,
): string {
  const { page } = words;
  if (asking) {
    return page.asking;
  }
  if (split.locked !== '') {
    return '';
  }
  if (draft === undefined && split.set) {
    return page.unchanged;
  }
  const shares = split.targets.map((target, place) =>
    fill(page.shareText, targetText(words, target), words.count(draft?.percents[place] ?? target.wanted)),
  );
  return fill(page.preview, shares.join(', '));
}

function observedText(words: CanaryWords, { requests, fallbacks }: Split): string {
  const { page } = words;
  return [
    fill(page.observedRequests, words.count(requests)),
    ...(fallbacks === 0 ? [] : [fill(page.fallbacks, words.count(fallbacks))]),
  ].join(' ');
}
