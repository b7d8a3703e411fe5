// The dashboard's tab "Network".
import { element } from '../../dom.ts';
import type { MakeTab } from '../tab-view.ts';

/** Makes the tab. */
export const makeNetworkTab: MakeTab = () => ({
  root: element('div', { class: 'network' }),
  receive: () => undefined,
  setShown: () => undefined,
});
