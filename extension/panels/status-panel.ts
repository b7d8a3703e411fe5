// The panel "Perch: Server Status": kept current while it is seen.
import * as vscode from 'vscode';
import type { HostMessage, StatusCommand, StatusSnapshot } from '../../webview/protocol.ts';
import { answerPage, type PageActions } from './page-answers.ts';
import { SinglePanel, type PanelContent, type Post } from './single-panel.ts';
import { SnapshotFeed } from './snapshot-feed.ts';
import { statusText } from './status-text.ts';

/** The command that opens the panel. */
export const showStatusCommand = 'perch.server.showStatus';

/** The panel's type, for `onWebviewPanel:` in package.json. */
export const statusViewType = 'perch.serverStatus';

/** What the panel needs of the extension. */
export interface StatusPanelDeps {
  /** Fires when `snapshot()` would give something new; bursts are fine. */
  readonly onDidChange: vscode.Event<void>;
  /** All that there is to show now. */
  snapshot(): StatusSnapshot;
  /** Called when the panel comes into sight: keeps what only ages while unseen (memory) fresh until disposed of. */
  watch(): vscode.Disposable;
  /** Runs a command that the snapshot offers. A rejection is shown to the user. */
  runCommand(command: StatusCommand): Thenable<void>;
}

/** Registers the restoring of the panel; it ends with `context.subscriptions`. */
export function registerStatusPanel(
  context: Pick<vscode.ExtensionContext, 'extensionUri' | 'subscriptions'>,
  deps: StatusPanelDeps,
): SinglePanel {
  const panel = new SinglePanel(
    context.extensionUri,
    { viewType: statusViewType, name: 'status', title: vscode.l10n.t('Perch: Server Status') },
    (post) => statusContent(post, deps),
  );
  context.subscriptions.push(
    panel,
    vscode.commands.registerCommand(showStatusCommand, () => panel.show()),
  );
  return panel;
}

function statusContent(toPage: Post, deps: StatusPanelDeps): PanelContent {
  const post = (message: HostMessage): void => toPage(message);
  let visible = false;
  let watch: vscode.Disposable | undefined;
  const feed = new SnapshotFeed({
    isVisible: () => visible,
    post: () => post({ type: 'snapshot', snapshot: deps.snapshot() }),
  });
  const actions: PageActions = {
    snapshot: () => deps.snapshot(),
    welcome: () => {
      post({ type: 'text', locale: vscode.env.language, text: statusText(vscode.l10n.t) });
      feed.pageReady();
    },
    post,
    copy: (text) => vscode.env.clipboard.writeText(text),
    run: (command) => deps.runCommand(command),
  };
  const changes = deps.onDidChange(() => feed.stateChanged());
  return {
    received: (message) => answerPage(message, actions),
    visibilityChanged: (nowVisible) => {
      visible = nowVisible;
      if (visible) {
        watch ??= deps.watch();
      } else {
        watch?.dispose();
        watch = undefined;
      }
      feed.visibilityChanged();
    },
    dispose: () => {
      feed.dispose();
      changes.dispose();
      watch?.dispose();
    },
  };
}
