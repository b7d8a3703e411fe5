// Dropping model files on the tree: on a model they become its next version, elsewhere a new model.
import * as vscode from 'vscode';
import type { ModelSource } from '../commands/add-model.ts';
import type { TreeRow } from './workspace-tree.ts';

/** Where something was dropped; `folder` and `model` are undefined on empty space. */
export interface DropTarget {
  readonly folder: string | undefined;
  readonly model: string | undefined;
}

/** A controller that gives what was dropped to `drop`. */
export function modelsDropController(
  drop: (sources: readonly ModelSource[], target: DropTarget) => Promise<void>,
): vscode.TreeDragAndDropController<TreeRow> {
  return {
    dropMimeTypes: ['text/uri-list', 'files'],
    dragMimeTypes: [],
    handleDrop: async (row, transfer) => {
      const sources = await sourcesOf(transfer);
      if (sources.length > 0) {
        const model = row === undefined || row.kind === 'folder' || row.model === '' ? undefined : row.model;
        await drop(sources, { folder: row?.folder, model });
      }
    },
  };
}

async function sourcesOf(transfer: vscode.DataTransfer): Promise<readonly ModelSource[]> {
  const list = (await transfer.get('text/uri-list')?.asString()) ?? '';
  const paths = list
    .split(/\r?\n/)
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => vscode.Uri.parse(line, true))
    .filter(({ scheme }) => scheme === 'file' || scheme === 'vscode-remote')
    .map(({ fsPath }): ModelSource => ({ kind: 'path', path: fsPath }));
  if (paths.length > 0) {
    return paths;
  }
  const files: ModelSource[] = [];
  for (const [, item] of transfer) {
    const file = item.asFile();
    if (file !== undefined) {
      files.push({ kind: 'bytes', name: file.name, read: () => file.data() });
    }
  }
  return files;
}
