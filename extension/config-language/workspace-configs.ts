// Follows the config files of the workspace on disk: all of them at the start, and those that change.
import path from 'node:path';
import * as vscode from 'vscode';
import { resolveModelsDirectory } from '../models-directory.ts';
import type { Disposable } from '../signal.ts';
import { checksClosedFiles, workspaceFolders } from '../settings.ts';
import type { ClosedProblems } from './closed-problems.ts';
import { claimedFileNames } from './candidates.ts';
import { isInside } from './disk.ts';
import { findConfigs, modelServerPattern } from './find-configs.ts';
import type { OpenProblems } from './open-problems.ts';
import type { SurroundingsCache } from './surroundings-cache.ts';

/** What happens on disk comes in bursts; it is looked at once they are over. Milliseconds. */
const settleMs = 300;

/** What follows from a change on disk. */
export interface WorkspaceConfigsParts {
  readonly surroundings: SurroundingsCache;
  readonly open: OpenProblems;
  readonly closed: ClosedProblems;
}

/** Watches the models directories and looks for configs in them. */
export class WorkspaceConfigs implements Disposable {
  readonly #parts: WorkspaceConfigsParts;
  readonly #subscriptions: Disposable[];
  readonly #changed = new Set<string>();
  #watchers: Disposable[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: WorkspaceConfigsParts) {
    this.#parts = parts;
    this.#subscriptions = [
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.#start()),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (
          change.affectsConfiguration('perch.modelsDirectory') ||
          change.affectsConfiguration('perch.config.checkClosedFiles')
        ) {
          this.#start();
        }
      }),
    ];
    this.#start();
  }

  /** Checks a file that was closed, if it is one of those that are checked also when they are not open. */
  wasClosed(file: string): void {
    if (checksClosedFiles() && vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file)) !== undefined) {
      this.#parts.closed.check([file]);
    } else {
      this.#parts.surroundings.forget(file);
    }
  }

  dispose(): void {
    clearTimeout(this.#timer);
    vscode.Disposable.from(...this.#watchers, ...this.#subscriptions).dispose();
  }

  #start(): void {
    vscode.Disposable.from(...this.#watchers).dispose();
    this.#watchers = workspaceFolders().flatMap((folder) => {
      const models = new vscode.RelativePattern(vscode.Uri.file(resolveModelsDirectory(folder)), '**');
      const lists = new vscode.RelativePattern(vscode.Uri.file(folder.path), modelServerPattern);
      return [models, lists].map((pattern) => this.#watch(pattern));
    });
    this.#parts.closed.clear();
    if (checksClosedFiles()) {
      void findConfigs().then((files) => this.#parts.closed.check(files));
    }
  }

  #watch(pattern: vscode.RelativePattern): Disposable {
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    const changed = ({ fsPath }: vscode.Uri): void => {
      this.#changed.add(fsPath);
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#follow(), settleMs);
    };
    watcher.onDidCreate(changed);
    watcher.onDidChange(changed);
    watcher.onDidDelete(changed);
    return watcher;
  }

  #follow(): void {
    const { surroundings, open, closed } = this.#parts;
    const changed = [...this.#changed];
    this.#changed.clear();
    const configs = changed.filter((file) => claimedFileNames.includes(path.basename(file)));
    const affected = surroundings.invalidate(
      ({ file, kind, isEnsemble }) =>
        kind === 'model-server' ||
        (isEnsemble && configs.length > 0) ||
        changed.some((place) => isInside(path.dirname(file), place) || isInside(place, file)),
    );
    const toCheck = new Set([...affected, ...configs]);
    const notOpen = [...toCheck].filter((file) => !open.checkFile(file));
    if (checksClosedFiles()) {
      closed.check(notOpen);
    }
  }
}
