// The extension's side of the dashboard's tab "Network".
import type { OpenTab, TabDeps } from './open-tab.ts';

/** Opens the tab for one panel. */
export function openNetworkTab(_deps: TabDeps): OpenTab {
  return {
    ready: () => undefined,
    setVisible: () => undefined,
    received: () => undefined,
    dispose: () => undefined,
  };
}
