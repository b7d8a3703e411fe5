// The dashboard's tab "Canary".
import { element } from '../../dom.ts';
import type { MakeTab } from '../tab-view.ts';

/** Makes the tab. */
export const makeCanaryTab: MakeTab = () => ({
  root: element('div', { class: 'canary' }),
  receive: () => undefined,
  setShown: () => undefined,
});
