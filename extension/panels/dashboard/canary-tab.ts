// The extension's side of the dashboard's tab "Canary".
import * as vscode from 'vscode';
import { serviceMethods } from '../../../protos/messages.ts';
import type { CanaryHostMessage } from '../../../webview/dashboard/canary-protocol.ts';
import type { CanarySnapshot } from '../../../webview/dashboard/canary-snapshot.ts';
import { describeObstacle } from '../../models-directory.ts';
import type { Disposable } from '../../signal.ts';
import { SnapshotFeed } from '../snapshot-feed.ts';
import { toStatusSnapshot } from '../status-snapshot.ts';
import { answerCanaryPage, type CanaryAnswers } from './canary/answers.ts';
import { LiveData } from './canary/live-data.ts';
import { firstToShow, toCanarySnapshot } from './canary/snapshot.ts';
import { canaryText } from './canary/words.ts';
import type { OpenTab, TabDeps } from './open-tab.ts';

const methods = serviceMethods('perch.admin.v1.Admin');
const caseTimeoutMs = 10_000;

/** Opens the tab for one panel. */
export function openCanaryTab(deps: TabDeps): OpenTab {
  const { controller, store, stream, folder } = deps;
  const t = vscode.l10n.t;
  const post = (message: CanaryHostMessage): void => deps.post(message);
  const live = new LiveData();
  let visible = false;
  let held: Disposable | undefined;
  /** The model that is looked at. It stays while it is there, also when another one's canary begins. */
  let shown: string | undefined;

  const followShown = (): void => {
    if (store.live && (shown === undefined || store.get(shown) === undefined)) {
      shown = firstToShow(store.models);
    }
    live.setTarget(controller.client?.channel, shown);
  };
  const snapshot = (): CanarySnapshot => {
    const { situation, server } = controller.overview;
    const obstacle = describeObstacle(t, situation);
    return toCanarySnapshot(t, {
      status: toStatusSnapshot(t, { server, info: undefined, models: [], obstacle }),
      models: store.live ? store.models : undefined,
      shown,
      figures: live.figures,
      nowMs: Date.now(),
    });
  };
  const feed = new SnapshotFeed({
    isVisible: () => visible,
    post: () => post({ type: 'snapshot', snapshot: snapshot() }),
  });
  const changed = (): void => {
    followShown();
    feed.stateChanged();
  };
  const subscriptions = [
    controller.onDidChange(changed),
    store.onDidChange(changed),
    live.onDidChange(() => feed.stateChanged()),
  ];
  const answers: CanaryAnswers = {
    snapshot,
    model: (name) => store.get(name),
    select: (model) => {
      shown = model;
      changed();
    },
    run: (command, argument) => vscode.commands.executeCommand(command, { ...argument, folder }),
    keptRequest: async (model, id) => {
      const channel = controller.client?.channel;
      if (channel === undefined) {
        throw new Error(t('The Perch server is not running.'));
      }
      const kept = await channel.call(methods.GetShadowCase, { model, id }, caseTimeoutMs);
      return { version: kept.shadowVersion, request: kept.requestJson.toString('utf8') };
    },
    post,
  };
  followShown();
  return {
    ready: () => {
      post({ type: 'words', words: canaryText(t) });
      feed.pageReady();
    },
    setVisible: (nowVisible) => {
      visible = nowVisible;
      if (visible) {
        held ??= stream.hold();
      } else {
        held?.dispose();
        held = undefined;
      }
      live.setVisible(visible);
      feed.visibilityChanged();
    },
    received: (message) => answerCanaryPage(message, answers),
    dispose: () => {
      held?.dispose();
      feed.dispose();
      live.dispose();
      for (const subscription of subscriptions) {
        subscription.dispose();
      }
    },
  };
}
