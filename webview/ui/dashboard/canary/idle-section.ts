// What is shown while there is no server, or none that has models: why, and what to do next.
import type { IdleSnapshot } from '../../../dashboard/canary-snapshot.ts';
import type { IdleCommand, IdleKind } from '../../../dashboard/canary-text.ts';
import { element, keyedList, setText, type View } from '../../dom.ts';
import { makeIcon, setIcon, type IconName } from '../../icons.ts';
import type { CanaryWords } from './canary-words.ts';
import { makePlainButton } from './plain-button.ts';

const icons: Readonly<Record<IdleKind, IconName>> = {
  stopped: 'idle',
  starting: 'busy',
  stopping: 'busy',
  failed: 'bad',
};

/** A new section; `run` is called with the command whose button was pressed. */
export function makeIdleSection(words: CanaryWords, run: (command: IdleCommand) => void): View<IdleSnapshot> {
  const icon = makeIcon('idle');
  const state = element('span');
  const detail = element('bdi');
  const detailLine = element('p', { class: 'secondary' }, detail);
  const toolbar = element('div', { class: 'toolbar' });
  const showCommands = keyedList<IdleCommand>(
    toolbar,
    (command) => command,
    (command) => ({
      root: makePlainButton(command === 'start' ? 'primary' : 'secondary', words.commands[command], () =>
        run(command),
      ),
      update: () => undefined,
    }),
  );
  return {
    root: element(
      'section',
      { class: 'empty' },
      element('h2', { class: 'state' }, icon, state),
      detailLine,
      toolbar,
    ),
    update: ({ server, detail: why, commands }) => {
      setIcon(icon, icons[server]);
      setText(state, words.idle[server]);
      setText(detail, why);
      detailLine.hidden = why === '';
      const hadFocus = toolbar.contains(document.activeElement);
      showCommands(commands);
      if (hadFocus && !toolbar.contains(document.activeElement)) {
        // The pressed button is gone (Stop gives way to Start): the keyboard goes on from its successor.
        toolbar.querySelector('button')?.focus();
      }
    },
  };
}
