// What the frame of the dashboard asks of a tab.

/** What a tab gets of the frame. */
export interface TabContext {
  /** The language for dates and numbers (BCP 47). */
  readonly locale: string;
  /** Sends a message of the tab's own protocol to the extension's side of the tab. */
  send(message: object): void;
  /** What `writeState` kept the last time, also before a reload of the window; undefined if nothing. */
  readState(): unknown;
  /** Keeps a small JSON value: where the user is in the tab and what is half typed, never data that the extension sends. */
  writeState(state: unknown): void;
}

/** One tab's content. */
export interface TabView {
  readonly root: HTMLElement;
  /** A message of the extension's side of the tab; to be checked by the tab's own guard. */
  receive(message: unknown): void;
  /** The tab was brought to the front, or left it. */
  setShown(shown: boolean): void;
}

/** Makes a tab's content. */
export type MakeTab = (context: TabContext) => TabView;
