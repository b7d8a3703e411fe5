// The problems of config files that are not open, checked one after the other in the background.
import * as vscode from 'vscode';
import { checkConfig } from '../../server/config/check-config.ts';
import type { Disposable } from '../signal.ts';
import { documentKind } from './config-files.ts';
import { readConfig } from './disk.ts';
import { openDocument, type ProblemParts } from './open-problems.ts';
import { turn } from './pace.ts';
import { toDiagnostics, tooLong } from './to-diagnostics.ts';

/** Checks files as they are on disk. Those that are open are left to others. */
export class ClosedProblems implements Disposable {
  readonly #parts: ProblemParts;
  /** Files that wait for their turn. */
  readonly #waiting = new Set<string>();
  /** Files whose problems were shown. */
  readonly #shown = new Set<string>();
  #isChecking = false;

  constructor(parts: ProblemParts) {
    this.#parts = parts;
  }

  /** Checks these files soon; those that are gone lose their problems. */
  check(files: Iterable<string>): void {
    for (const file of files) {
      this.#waiting.add(file);
    }
    if (!this.#isChecking) {
      void this.#checkWaiting();
    }
  }

  /** Takes all problems back. */
  clear(): void {
    this.#waiting.clear();
    for (const file of [...this.#shown]) {
      this.#withdraw(file);
    }
  }

  dispose(): void {
    this.#waiting.clear();
  }

  async #checkWaiting(): Promise<void> {
    this.#isChecking = true;
    for (const file of this.#waiting) {
      this.#waiting.delete(file);
      await this.#checkFile(file);
      await turn();
    }
    this.#isChecking = false;
  }

  async #checkFile(file: string): Promise<void> {
    const diagnostics = await this.#diagnose(file);
    if (openDocument(file) !== undefined) {
      this.#shown.delete(file);
    } else if (diagnostics === undefined) {
      this.#withdraw(file);
    } else {
      this.#shown.add(file);
      this.#parts.collection.set(vscode.Uri.file(file), diagnostics);
    }
  }

  async #diagnose(file: string): Promise<vscode.Diagnostic[] | undefined> {
    const { surroundings, documentation } = this.#parts;
    const read = openDocument(file) === undefined ? await readConfig(file) : undefined;
    if (read === undefined) {
      return undefined;
    }
    const { text } = read;
    if (text === undefined) {
      return [tooLong()];
    }
    const kind = documentKind(file, '', text);
    if (kind === undefined) {
      return undefined;
    }
    const alone = checkConfig(text, kind, surroundings.get(file));
    await turn();
    const wasRead = await surroundings.refresh(kind, file, alone.message);
    const checked = wasRead ? checkConfig(text, kind, surroundings.get(file)) : alone;
    return toDiagnostics(checked, documentation);
  }

  #withdraw(file: string): void {
    this.#shown.delete(file);
    this.#parts.surroundings.forget(file);
    if (openDocument(file) === undefined) {
      this.#parts.collection.delete(vscode.Uri.file(file));
    }
  }
}
