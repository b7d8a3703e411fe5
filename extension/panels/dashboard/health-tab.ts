// The extension's side of the dashboard's tab "Health".
import * as vscode from 'vscode';
import type { HealthHostMessage } from '../../../webview/dashboard/health-protocol.ts';
import type { Disposable } from '../../signal.ts';
import { answerPage, type PageActions } from '../page-answers.ts';
import { SnapshotFeed } from '../snapshot-feed.ts';
import { statusText } from '../status-text.ts';
import { HealthFeed } from './health/health-feed.ts';
import { healthWords } from './health/health-words.ts';
import type { OpenTab, TabDeps } from './open-tab.ts';

/** Opens the tab for one panel. */
export function openHealthTab(deps: TabDeps): OpenTab {
  const { controller, status, folder } = deps;
  const post = (message: HealthHostMessage): void => deps.post(message);
  let visible = false;
  let watch: Disposable | undefined;
  const feed = new SnapshotFeed({
    isVisible: () => visible,
    post: () => post({ type: 'snapshot', snapshot: status.snapshot() }),
  });
  const health = new HealthFeed({
    channel: () => controller.client?.channel,
    info: () => status.info,
    translate: vscode.l10n.t,
    show: (facts) => {
      if (visible) {
        post({ type: 'health', health: facts });
      }
    },
  });
  const actions: PageActions = {
    snapshot: () => status.snapshot(),
    post,
    copy: (text) => vscode.env.clipboard.writeText(text),
    run: (command) => vscode.commands.executeCommand(`perch.server.${command}`, { folder }),
  };
  const subscriptions = [
    status.onDidChange(() => feed.stateChanged()),
    controller.onDidChange(() => health.restart()),
  ];
  return {
    ready: () => {
      post({ type: 'healthWords', words: healthWords(vscode.l10n.t) });
      post({ type: 'text', locale: vscode.env.language, text: statusText(vscode.l10n.t) });
      feed.pageReady();
      health.restart();
    },
    setVisible: (nowVisible) => {
      visible = nowVisible;
      if (visible) {
        watch ??= status.watch();
      } else {
        watch?.dispose();
        watch = undefined;
      }
      health.setVisible(visible);
      feed.visibilityChanged();
    },
    received: (message) => answerPage(message, actions),
    dispose: () => {
      feed.dispose();
      health.dispose();
      watch?.dispose();
      for (const subscription of subscriptions) {
        subscription.dispose();
      }
    },
  };
}
