// What can be done with the canary: every button always there, with what it would do or why it cannot be done.
import type { ActionState } from '../../../dashboard/canary-snapshot.ts';
import type { CanaryAction } from '../../../dashboard/canary-text.ts';
import { element, keyedList, setText, type View } from '../../dom.ts';
import type { CanaryWords } from './canary-words.ts';
import { makePlainButton, setPossible } from './plain-button.ts';

/** New buttons; `act` is called with what was pressed. */
export function makeActions(
  { actions: titles }: CanaryWords,
  act: (action: CanaryAction) => void,
): View<readonly ActionState[]> {
  const root = element('div', { class: 'actions' });
  const showActions = keyedList<ActionState>(
    root,
    // Pause and Resume take each other's place: the button, and the focus on it, stay.
    ({ action }) => (action === 'resume' ? 'pause' : action),
    (first) => {
      let shown = first;
      const button = makePlainButton('secondary', '', () => act(shown.action));
      const id = `canary-effect-${first.action}`;
      const effect = element('span', { id, class: 'effect secondary' });
      button.setAttribute('aria-describedby', id);
      return {
        root: element('div', { class: 'action' }, button, effect),
        update: (state) => {
          shown = state;
          setText(button, titles[state.action]);
          setPossible(button, state.possible);
          setText(effect, state.effect);
        },
      };
    },
  );
  return { root, update: showActions };
}
