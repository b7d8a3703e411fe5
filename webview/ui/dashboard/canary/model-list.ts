// The list of models: which one is looked at, and where each one's canary is.
import type { ListedModel, ModelMark } from '../../../dashboard/canary-snapshot.ts';
import { element, keyedList, setAttribute, setText, type View } from '../../dom.ts';
import { makeIcon, setIcon, type IconName } from '../../icons.ts';
import type { CanaryWords } from './canary-words.ts';

const icons: Readonly<Record<ModelMark, IconName>> = {
  waiting: 'warning',
  canary: 'busy',
  split: 'good',
  plain: 'idle',
  problem: 'bad',
};

/** The models, and the one that is looked at. */
export interface Listed {
  readonly models: readonly ListedModel[];
  readonly shown: string;
}

/** A new list; of one model only it is not shown. */
export function makeModelList({ page }: CanaryWords, select: (model: string) => void): View<Listed> {
  const list = element('ul', { class: 'model-list' });
  const root = element('nav', { class: 'models', 'aria-label': page.models }, list);
  let shown = '';
  const showModels = keyedList<ListedModel>(
    list,
    ({ name }) => name,
    ({ name }) => {
      const icon = makeIcon('idle');
      const state = element('span', { class: 'model-state' });
      const button = element(
        'button',
        { type: 'button', class: 'model-button' },
        icon,
        element('bdi', { class: 'model-name' }, name),
        state,
      );
      button.addEventListener('click', () => select(name));
      return {
        root: element('li', {}, button),
        update: (model) => {
          setIcon(icon, icons[model.mark]);
          setText(state, model.state);
          setAttribute(button, 'aria-current', String(name === shown));
        },
      };
    },
  );
  return {
    root,
    update: (listed) => {
      ({ shown } = listed);
      showModels(listed.models);
      root.hidden = listed.models.length < 2;
    },
  };
}
