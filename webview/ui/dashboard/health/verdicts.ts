// Whether the server is alive and ready, in a word each, with the reasons where it is not.
import type { HealthFacts, HealthText, Verdict } from '../../../dashboard/health-protocol.ts';
import { element, keyedList, setText, type View } from '../../dom.ts';
import { fill } from '../../format.ts';
import { makeIcon, setIcon } from '../../icons.ts';

/** The two verdicts; a change of readiness is read out. */
export function makeVerdicts(words: HealthText): View<Pick<HealthFacts, 'alive' | 'ready'>> {
  const alive = makeVerdict(words.live, words.notLive);
  const ready = makeVerdict(words.ready, words.notReady);
  const announcer = element('div', { class: 'spoken', role: 'status', 'aria-live': 'polite' });
  let wasReady: boolean | undefined;
  return {
    root: element('div', { class: 'verdicts' }, alive.root, ready.root, announcer),
    update: (health) => {
      alive.update(health.alive);
      ready.update(health.ready);
      if (wasReady !== undefined && wasReady !== health.ready.holds) {
        announcer.textContent = health.ready.holds
          ? words.announceReady
          : fill(words.announceNotReady, health.ready.reasons.join(' '));
      }
      wasReady = health.ready.holds;
    },
  };
}

function makeVerdict(yes: string, no: string): View<Verdict> {
  const icon = makeIcon('idle');
  const word = element('strong');
  const list = element('ul', { class: 'reasons' });
  const showReasons = keyedList<string>(
    list,
    (reason) => reason,
    (reason) => ({ root: element('li', {}, element('bdi', {}, reason)), update: () => undefined }),
  );
  return {
    root: element('div', { class: 'verdict' }, element('div', { class: 'state' }, icon, word), list),
    update: ({ holds, reasons }) => {
      setIcon(icon, holds ? 'good' : 'bad');
      setText(word, holds ? yes : no);
      showReasons([...new Set(reasons)]);
      list.hidden = reasons.length === 0;
    },
  };
}
