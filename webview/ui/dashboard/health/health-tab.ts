// The dashboard's tab "Health".
import { element } from '../../dom.ts';
import type { MakeTab } from '../tab-view.ts';

/** Makes the tab. */
export const makeHealthTab: MakeTab = () => ({
  root: element('div', { class: 'health' }),
  receive: () => undefined,
  setShown: () => undefined,
});
