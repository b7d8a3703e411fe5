// The view "Models" around the tree: its message, its badge, and the stream that runs while it is seen.
import * as vscode from 'vscode';
import { isInError, isLoading } from '../state/model.ts';
import type { ModelStore } from '../state/model-store.ts';
import type { RateFeed } from '../state/rate-feed.ts';
import type { StateStream } from '../state/state-stream.ts';
import type { Overview, ServerController } from '../server-controller.ts';
import type { Disposable } from '../signal.ts';
import { LoadingClock } from './loading-clock.ts';
import { ModelsTree } from './models-tree.ts';
import type { Row } from './rows.ts';

/** The id of the view in package.json. */
export const modelsViewId = 'perch.models';

/** What the view shows, and what keeps it current. */
export interface ModelsViewParts {
  readonly controller: ServerController;
  readonly store: ModelStore;
  readonly stream: StateStream;
  readonly rates: RateFeed;
}

/** Makes the view; it ends with `subscriptions`. */
export function createModelsView(parts: ModelsViewParts, subscriptions: Disposable[]): void {
  const { controller, store, stream, rates } = parts;
  const tree = new ModelsTree(store, () => controller.overview.server, rates);
  const view = vscode.window.createTreeView<Row>(modelsViewId, {
    treeDataProvider: tree,
    canSelectMany: true,
    showCollapseAll: true,
  });

  const clock = new LoadingClock({
    isLoading: () => store.live && store.models.some(isLoading),
    tick: () => tree.refreshLoading(),
  });
  let held: Disposable | undefined;
  const followVisibility = (): void => {
    if (view.visible) {
      held ??= stream.hold();
      // A directory may have come without an event: network disks have none.
      controller.reconsider();
    } else {
      held?.dispose();
      held = undefined;
    }
    clock.setVisible(view.visible);
    rates.setVisible(view.visible);
  };
  const showOverview = (): void => {
    view.message = messageFor(controller.overview) ?? '';
    view.description = descriptionFor(controller.overview) ?? '';
  };
  const showStore = (): void => {
    clock.update();
    const errors = store.models.filter(isInError).length;
    view.badge =
      errors === 0
        ? undefined
        : {
            value: errors,
            tooltip:
              errors === 1 ? vscode.l10n.t('1 model in error') : vscode.l10n.t('{0} models in error', errors),
          };
  };

  subscriptions.push(
    view,
    tree,
    view.onDidChangeVisibility(followVisibility),
    controller.onDidChange(() => {
      showOverview();
      tree.refresh();
    }),
    store.onDidChange(showStore),
    clock,
    { dispose: () => held?.dispose() },
  );
  followVisibility();
  showOverview();
}

function messageFor({ situation, server }: Overview): string | undefined {
  if (situation.kind !== 'ready') {
    return undefined;
  }
  switch (server.kind) {
    case 'starting':
      return server.restarts === 0
        ? vscode.l10n.t('Starting the server…')
        : vscode.l10n.t('The server ended unexpectedly and is being started again…');
    case 'backing-off':
      return vscode.l10n.t('The server ended unexpectedly and is being started again…');
    case 'stopping':
      return vscode.l10n.t('Stopping the server…');
    case 'stopped':
    case 'running':
    case 'failed':
    case 'unavailable':
      return undefined;
  }
}

/** Which folder is served, where that is a question. */
function descriptionFor({ situation }: Overview): string | undefined {
  const folders = vscode.workspace.workspaceFolders?.length ?? 0;
  return situation.kind === 'ready' && folders > 1 ? situation.folder.name : undefined;
}
