// The panel "Perch: Playground": asks models, compares their versions, measures them.
import * as vscode from 'vscode';
import { locateDaemon } from '../../daemon/launch.ts';
import { startMeasure } from '../../measure/measure-run.ts';
import type { Disposable } from '../../signal.ts';
import type { DashboardParts } from '../dashboard/open-tab.ts';
import { SinglePanel, type PanelContent, type Post } from '../single-panel.ts';
import type { PlaygroundOpening } from './playground-argument.ts';
import { PlaygroundHistory, type Memory } from './playground-history.ts';
import { PlaygroundSession } from './playground-session.ts';

/** The panel's type, for `onWebviewPanel:` in package.json. */
export const playgroundViewType = 'perch.playground';

/** What the playground works on. */
export interface PlaygroundParts extends Pick<
  DashboardParts,
  'controller' | 'store' | 'stream' | 'extensionDirectory'
> {
  /** The path of the workspace folder whose models it is about; empty in a window without one. */
  readonly folder: string;
}

/** The playground of a window. */
export interface Playground {
  /** Reveals the panel, or makes it; with an opening, with that model and request. */
  show(opening?: PlaygroundOpening): void;
  /** Shows what `parts` now gives; `title`: of the panel. */
  refill(title: string): void;
}

/** Makes the playground of what `parts` gives whenever the panel is filled; it ends with `subscriptions`. */
export function createPlayground(
  extensionUri: vscode.Uri,
  memory: Memory,
  parts: () => PlaygroundParts,
  subscriptions: Disposable[],
): Playground {
  const history = new PlaygroundHistory(memory);
  let open: PlaygroundSession | undefined;
  let asked: PlaygroundOpening | undefined;
  const panel = new SinglePanel(
    extensionUri,
    { viewType: playgroundViewType, name: 'playground', title: vscode.l10n.t('Perch: Playground') },
    (post) => {
      const session = sessionFor(post, parts(), history);
      open = session;
      if (asked !== undefined) {
        session.open(asked);
        asked = undefined;
      }
      return contentOf(session, () => {
        open = open === session ? undefined : open;
      });
    },
  );
  subscriptions.push(panel);
  return {
    show: (opening) => {
      if (open === undefined) {
        asked = opening;
      } else if (opening !== undefined) {
        open.open(opening);
      }
      panel.show();
    },
    refill: (title) => panel.refill(title),
  };
}

function contentOf(session: PlaygroundSession, onEnd: () => void): PanelContent {
  return {
    received: (message) => session.received(message),
    visibilityChanged: (visible) => session.setVisible(visible),
    dispose: () => {
      session.dispose();
      onEnd();
    },
  };
}

function sessionFor(post: Post, parts: PlaygroundParts, history: PlaygroundHistory): PlaygroundSession {
  const { controller, store, stream, extensionDirectory, folder } = parts;
  const daemon = locateDaemon(extensionDirectory);
  return new PlaygroundSession({
    translate: vscode.l10n.t,
    locale: vscode.env.language,
    store,
    history,
    script: daemon.kind === 'found' ? daemon.script : undefined,
    measure: startMeasure,
    word: () => controller.word,
    client: () => controller.client,
    endpoint: () => {
      const { server } = controller.overview;
      return server.kind === 'running' ? server.info : undefined;
    },
    hold: () => stream.hold(),
    onServerChange: (listener) => controller.onDidChange(listener),
    copy: (text) => vscode.env.clipboard.writeText(text),
    run: (command, argument) => vscode.commands.executeCommand(command, { ...argument, folder }),
    exportText: saveText,
    post,
  });
}

/** Asks where, writes, and shows it. */
async function saveText(name: string, text: string): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const uri = await vscode.window.showSaveDialog({
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, name) }),
    filters: { JSON: ['json'] },
  });
  if (uri !== undefined) {
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
    await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true });
  }
}
