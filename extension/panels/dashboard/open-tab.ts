// What the dashboard's panel asks of the extension's side of a tab.
import type { Logs } from '../../log.ts';
import type { ServerController } from '../../server-controller.ts';
import type { ModelStore } from '../../state/model-store.ts';
import type { StateStream } from '../../state/state-stream.ts';
import type { StatusWatcher } from '../../status-watcher.ts';

/** What the tabs are made of: made once by the composition root. */
export interface DashboardParts {
  readonly controller: ServerController;
  readonly store: ModelStore;
  readonly stream: StateStream;
  readonly status: StatusWatcher;
  /** The path of the workspace folder; empty in a window without one. */
  readonly folder: string;
  readonly logs: Logs;
  /** Where the extension is installed, absolute. */
  readonly extensionDirectory: string;
}

/** What a tab of one open panel gets. */
export interface TabDeps extends DashboardParts {
  /** Sends a message of the tab's own protocol to the page's side of the tab. */
  post(message: object): void;
}

/** The extension's side of one tab of one open panel. */
export interface OpenTab {
  /** The page has loaded, or loaded again, and has nothing: send the words, and what there is to show. */
  ready(): void;
  /** Whether the tab is seen: the panel is visible and the tab in front. Unseen it asks the daemon for nothing. */
  setVisible(visible: boolean): void;
  /** A message of the page's side of the tab; to be checked by the tab's own guard. A rejection is shown to the user. */
  received(message: unknown): Promise<void> | void;
  dispose(): void;
}
