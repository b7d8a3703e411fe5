// One share of the split: its slider, its number, and beside them what is so now and what was observed.
import type { ShareTarget } from '../../../dashboard/canary-snapshot.ts';
import { element, setAttribute, setText, type View } from '../../dom.ts';
import { fill } from '../../format.ts';
import type { CanaryWords } from './canary-words.ts';
import { makeShareScale } from './share-scale.ts';
import { typedPercent } from './shares.ts';

/** One share. */
export interface ShareRowItem {
  readonly target: ShareTarget;
  /** Its place among the targets. */
  readonly place: number;
  /** As the user has set it, or as it is. */
  readonly percent: number;
  readonly locked: boolean;
  /** Whether there is a split; else the share is one that could be set. */
  readonly set: boolean;
}

/** What the user does with a share. */
export interface ShareCalls {
  move(place: number, percent: number): void;
  /** The move is over. */
  settle(): void;
  apply(): void;
}

/** `canary`, `version 3`. */
export function targetText(
  { page }: CanaryWords,
  { kind, name }: Pick<ShareTarget, 'kind' | 'name'>,
): string {
  return kind === 'label' ? name : fill(page.version, name);
}

/** A new row for the target of `first`. */
export function makeShareRow(words: CanaryWords, first: ShareRowItem, calls: ShareCalls): View<ShareRowItem> {
  const { page } = words;
  const { target } = first;
  const name = targetText(words, target);
  let item = first;
  const slider = element('input', {
    ...{ type: 'range', min: '0', max: '100', step: '1', class: 'slider' },
    'aria-label': fill(page.shareOf, name),
  });
  const number = element('input', {
    ...{ type: 'number', min: '0', max: '100', step: '1', class: 'number', inputmode: 'numeric' },
    'aria-label': fill(page.percentOf, name),
  });
  const problem = element('span', {
    class: 'field-problem',
    id: `canary-problem-${target.kind}-${target.name}`,
  });
  const leads = element('span', { class: 'secondary' });
  const now = element('span', { class: 'figure' });
  const observed = element('span', { class: 'figure secondary' });
  const scale = makeShareScale();

  const say = (text: string): void => {
    setText(problem, text);
    problem.hidden = text === '';
    setAttribute(number, 'aria-invalid', String(text !== ''));
  };
  slider.addEventListener('input', () => calls.move(item.place, slider.valueAsNumber));
  slider.addEventListener('change', () => calls.settle());
  number.addEventListener('input', () => {
    const percent = typedPercent(number.value);
    say(percent === undefined ? page.wholePercent : '');
    if (percent !== undefined) {
      calls.move(item.place, percent);
    }
  });
  number.addEventListener('change', () => {
    calls.settle();
    if (typedPercent(number.value) === undefined) {
      number.value = String(item.percent);
      say('');
    }
  });
  number.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && typedPercent(number.value) !== undefined) {
      calls.settle();
      calls.apply();
    }
  });
  number.setAttribute('aria-describedby', problem.id);
  say('');

  return {
    root: element(
      'div',
      { class: 'share', role: 'group', 'aria-label': name },
      element(
        'div',
        { class: 'share-name' },
        target.kind === 'label' ? element('bdi', { class: 'label' }, target.name) : name,
        leads,
      ),
      element('div', { class: 'share-slider' }, scale.root, slider),
      element('div', { class: 'share-number' }, number, element('span', {}, fill(page.percent, '').trim())),
      element('div', { class: 'share-now' }, now, observed),
      problem,
    ),
    update: (next) => {
      item = next;
      const { percent, locked } = next;
      const { kind, version, available } = next.target;
      const to = version === '' ? page.leadsNowhere : fill(page.version, version);
      setText(leads, kind === 'label' || !available ? to : '');
      slider.disabled = locked;
      number.disabled = locked;
      if (slider.valueAsNumber !== percent) {
        slider.value = String(percent);
      }
      const said = fill(page.spokenShare, words.count(percent), name, to);
      setAttribute(slider, 'aria-valuetext', said);
      // What is being typed is left alone, unless it says something else.
      const isTyping = document.activeElement === number && typedPercent(number.value) === undefined;
      if (!isTyping && typedPercent(number.value) !== percent) {
        number.value = String(percent);
        say('');
      }
      setText(now, next.set ? fill(page.now, words.count(next.target.wanted)) : '');
      setText(
        observed,
        next.target.observed === null
          ? page.observedNone
          : fill(page.observed, words.percent(next.target.observed)),
      );
      scale.update({
        set: percent,
        wanted: next.set ? next.target.wanted : null,
        observed: next.target.observed,
      });
    },
  };
}
