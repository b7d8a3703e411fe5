// The item in the status bar while a canary runs.
import * as vscode from 'vscode';
import { canaryCommands, canaryStatus } from './canary-status.ts';
import { modelsViewId } from './explorer/models-view-id.ts';
import type { Disposable } from './signal.ts';
import type { ModelStore } from './state/model-store.ts';
import type { StateStream } from './state/state-stream.ts';

/** Whose canaries it is about: a session. */
export interface CanarySource {
  readonly store: ModelStore;
  readonly stream: StateStream;
  /** The path of the workspace folder. */
  readonly folder: string;
}

/** Makes the item; it ends with `subscriptions`. It looks at all times, so that the state stream stays open. */
export function createCanaryStatusBar(
  { store, stream, folder }: CanarySource,
  subscriptions: Disposable[],
): void {
  const item = vscode.window.createStatusBarItem('perch.canary', vscode.StatusBarAlignment.Left);
  item.name = vscode.l10n.t('Perch Canary');
  item.command = `${modelsViewId}.focus`;
  const update = (): void => {
    const status = store.live ? canaryStatus(vscode.l10n.t, store.models, folder) : undefined;
    if (status === undefined) {
      item.hide();
      return;
    }
    item.text = status.text;
    item.accessibilityInformation = { label: status.spoken };
    item.backgroundColor = status.needsAttention
      ? new vscode.ThemeColor('statusBarItem.warningBackground')
      : undefined;
    const tooltip = new vscode.MarkdownString(status.tooltip);
    tooltip.isTrusted = { enabledCommands: canaryCommands };
    item.tooltip = tooltip;
    item.show();
  };
  subscriptions.push(item, stream.hold(), store.onDidChange(update));
  update();
}
