// The tree of the whole window: one folder's models, or each folder with its models where several have some.
import * as vscode from 'vscode';
import type { Session } from '../session.ts';
import type { Sessions } from '../sessions.ts';
import { ModelsTree } from './models-tree.ts';
import type { Row } from './rows.ts';
import type { TreeFilter } from './tree-filter.ts';
import { serverIcon, serverWords } from './server-words.ts';

/** A folder of the workspace with models to serve; there only beside another. */
export interface FolderRow {
  readonly kind: 'folder';
  /** Its path. */
  readonly folder: string;
}

export type TreeRow = Row | FolderRow;

/** One folder's part. */
interface Part {
  readonly session: Session;
  readonly tree: ModelsTree;
  readonly row: FolderRow;
  readonly subscription: vscode.Disposable;
}

/** Puts the trees of the sessions together. */
export class WorkspaceTree implements vscode.TreeDataProvider<TreeRow>, vscode.Disposable {
  readonly #sessions: Sessions;
  readonly #changed = new vscode.EventEmitter<TreeRow[] | undefined>();
  #parts: readonly Part[] = [];
  #filter: TreeFilter | undefined;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(sessions: Sessions) {
    this.#sessions = sessions;
    this.#follow();
  }

  /** Shows only what the filter lets through; undefined: everything. */
  setFilter(filter: TreeFilter | undefined): void {
    this.#filter = filter;
    for (const { tree } of this.#parts) {
      tree.setFilter(filter);
    }
  }

  /** Draws everything again: sessions came or went, or a server's state changed. */
  refresh(): void {
    this.#follow();
    this.#changed.fire(undefined);
  }

  /** Draws the versions that are being loaded again: time has gone on. */
  refreshLoading(): void {
    for (const { tree } of this.#parts) {
      tree.refreshLoading();
    }
  }

  getChildren(row?: TreeRow): TreeRow[] | Promise<TreeRow[]> {
    if (row === undefined) {
      const [only, ...others] = this.#parts;
      return only !== undefined && others.length === 0
        ? only.tree.getChildren()
        : this.#parts.map((part) => part.row);
    }
    const tree = this.#partOf(row)?.tree;
    return tree?.getChildren(row.kind === 'folder' ? undefined : row) ?? [];
  }

  getParent(row: TreeRow): TreeRow | undefined {
    if (row.kind === 'folder') {
      return undefined;
    }
    const part = this.#partOf(row);
    return part?.tree.getParent(row) ?? (this.#parts.length > 1 ? part?.row : undefined);
  }

  getTreeItem(row: TreeRow): vscode.TreeItem {
    const part = this.#partOf(row);
    if (row.kind === 'folder') {
      return drawFolder(row, part?.session);
    }
    return part?.tree.getTreeItem(row) ?? new vscode.TreeItem(row.model);
  }

  resolveTreeItem(item: vscode.TreeItem, row: TreeRow): vscode.TreeItem {
    return row.kind === 'folder' ? item : (this.#partOf(row)?.tree.resolveTreeItem(item, row) ?? item);
  }

  dispose(): void {
    for (const part of this.#parts) {
      part.subscription.dispose();
    }
    this.#changed.dispose();
  }

  #partOf({ folder }: TreeRow): Part | undefined {
    return this.#parts.find(({ session }) => session.folder === folder);
  }

  #follow(): void {
    const kept = new Map(this.#parts.map((part) => [part.session, part]));
    this.#parts = this.#sessions.ready.map((session) => {
      const known = kept.get(session);
      kept.delete(session);
      return known ?? this.#makePart(session);
    });
    for (const part of kept.values()) {
      part.subscription.dispose();
    }
  }

  #makePart(session: Session): Part {
    const tree = new ModelsTree(session);
    tree.setFilter(this.#filter);
    const row: FolderRow = { kind: 'folder', folder: session.folder };
    const subscription = vscode.Disposable.from(
      tree,
      tree.onDidChangeTreeData((rows) => {
        this.#changed.fire(rows ?? (this.#parts.length > 1 ? [row] : undefined));
      }),
    );
    return { session, tree, row, subscription };
  }
}

function drawFolder({ folder }: FolderRow, session: Session | undefined): vscode.TreeItem {
  const item = new vscode.TreeItem(session?.name ?? folder, vscode.TreeItemCollapsibleState.Expanded);
  item.id = `folder:${folder}`;
  item.tooltip = folder;
  if (session !== undefined) {
    const { server } = session.controller.overview;
    const words = serverWords(server);
    item.description = words;
    item.iconPath = new vscode.ThemeIcon(serverIcon(server));
    item.contextValue = `folder.${session.controller.word}`;
    item.accessibilityInformation = {
      label: vscode.l10n.t('Folder {0}, server {1}', session.name, words),
    };
  }
  return item;
}
