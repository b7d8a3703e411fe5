// The view "Models" around the tree: its message, its badge, and the stream that runs while it is seen.
import * as vscode from 'vscode';
import { isInError, isLoading } from '../state/model.ts';
import type { Overview } from '../server-controller.ts';
import type { Session } from '../session.ts';
import type { Sessions } from '../sessions.ts';
import type { Disposable } from '../signal.ts';
import type { ModelSource } from '../commands/add-model.ts';
import { modelsDropController, type DropTarget } from './drop-models.ts';
import { LoadingClock } from './loading-clock.ts';
import { modelsViewId } from './models-view-id.ts';
import { parseFilter } from './tree-filter.ts';
import { WorkspaceTree, type TreeRow } from './workspace-tree.ts';

/** What commands may do with the view. */
export interface ModelsView {
  /** What the tree is filtered by; empty: nothing. */
  readonly filter: string;
  setFilter(text: string): void;
}

/** Makes the view; it ends with `subscriptions`. `drop` gets the model files that are dropped on it. */
export function createModelsView(
  sessions: Sessions,
  drop: (sources: readonly ModelSource[], target: DropTarget) => Promise<void>,
  subscriptions: Disposable[],
): ModelsView {
  const tree = new WorkspaceTree(sessions);
  const view = vscode.window.createTreeView<TreeRow>(modelsViewId, {
    treeDataProvider: tree,
    canSelectMany: true,
    dragAndDropController: modelsDropController(drop),
    showCollapseAll: true,
  });

  const clock = new LoadingClock({
    isLoading: () => sessions.ready.some(({ store }) => store.live && store.models.some(isLoading)),
    tick: () => tree.refreshLoading(),
  });
  const watched = new Map<Session, Disposable>();
  const watchSessions = (): void => {
    const seen = view.visible ? sessions.all : [];
    for (const [session, watch] of watched) {
      if (!seen.includes(session)) {
        watch.dispose();
        watched.delete(session);
      }
    }
    for (const session of seen) {
      if (!watched.has(session)) {
        watched.set(session, watchSession(session, showModels));
      }
    }
  };
  const followVisibility = (): void => {
    watchSessions();
    if (view.visible) {
      // A directory may have come without an event: network disks have none.
      sessions.refresh();
    }
    clock.setVisible(view.visible);
  };
  let filter = '';
  const showOverview = (): void => {
    const [only, ...others] = sessions.ready;
    const isOne = only !== undefined && others.length === 0;
    const message = isOne ? messageFor(only.controller.overview) : undefined;
    view.message = message ?? (filter === '' ? '' : vscode.l10n.t('Filtered by "{0}"', filter));
    // Which folder is served, where that is a question.
    const folders = vscode.workspace.workspaceFolders?.length ?? 0;
    view.description = isOne && folders > 1 ? only.name : '';
  };
  const showModels = (): void => {
    clock.update();
    const errors = sessions.ready.flatMap(({ store }) => store.models).filter(isInError).length;
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
    sessions.onDidChange(() => {
      watchSessions();
      showOverview();
      showModels();
      tree.refresh();
    }),
    clock,
    {
      dispose: () => {
        for (const watch of watched.values()) {
          watch.dispose();
        }
      },
    },
  );
  followVisibility();
  showOverview();
  return {
    get filter() {
      return filter;
    },
    setFilter: (text) => {
      filter = text;
      tree.setFilter(parseFilter(text));
      void vscode.commands.executeCommand('setContext', 'perch.filtered', text !== '');
      showOverview();
    },
  };
}

/** Keeps a session's models and rates current until the result is disposed of. */
function watchSession({ store, stream, rates }: Session, changed: () => void): Disposable {
  const held = stream.hold();
  const changes = store.onDidChange(changed);
  rates.setVisible(true);
  return {
    dispose: () => {
      held.dispose();
      changes.dispose();
      rates.setVisible(false);
    },
  };
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
