// The golden requests of the workspace in the Testing view, by model.
import * as vscode from 'vscode';
import type { Logs } from '../log.ts';
import { isRequestDocument, requestFilePattern, requestName } from '../requests/documents.ts';
import type { Sessions } from '../sessions.ts';
import type { Disposable } from '../signal.ts';
import { findGolden, readGolden } from './find-golden.ts';
import { chooseVersions } from './choose-versions.ts';
import { goldenTestIn, type GoldenTest } from './golden-tests.ts';
import { runTests, type TestToRun } from './run-tests.ts';

const controllerId = 'perch.golden';

/** Registers it; it ends with `subscriptions`. Files are looked for when the view, or a request file, is opened. */
export function startGoldenTests(sessions: Sessions, logs: Logs, subscriptions: Disposable[]): void {
  subscriptions.push(new GoldenTests(sessions, logs));
}

class GoldenTests implements Disposable {
  readonly #controller = vscode.tests.createTestController(
    controllerId,
    vscode.l10n.t('Perch: Golden Requests'),
  );
  readonly #sessions: Sessions;
  readonly #logs: Logs;
  readonly #subscriptions: Disposable[];
  readonly #tests = new WeakMap<vscode.TestItem, GoldenTest>();
  /** By URI. */
  readonly #items = new Map<string, vscode.TestItem>();

  constructor(sessions: Sessions, logs: Logs) {
    this.#sessions = sessions;
    this.#logs = logs;
    const watcher = vscode.workspace.createFileSystemWatcher(requestFilePattern);
    const look = (uri: vscode.Uri): void => void this.#look(uri);
    this.#controller.resolveHandler = async (item) => {
      if (item === undefined) {
        await this.#lookEverywhere();
      }
    };
    this.#controller.refreshHandler = () => this.#lookEverywhere();
    this.#profile(vscode.l10n.t('As Routed'), true, () => Promise.resolve(new Map<string, string>()));
    this.#profile(vscode.l10n.t('Against Version…'), false, (models) =>
      chooseVersions(this.#sessions, models),
    );
    this.#subscriptions = [
      this.#controller,
      watcher,
      watcher.onDidCreate(look),
      watcher.onDidChange(look),
      watcher.onDidDelete((uri) => this.#put(uri, undefined)),
      vscode.workspace.onDidOpenTextDocument((document) => this.#read(document)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#read(document)),
    ];
    vscode.workspace.textDocuments.forEach((document) => this.#read(document));
  }

  dispose(): void {
    this.#subscriptions.forEach((subscription) => subscription.dispose());
  }

  /** `versionsFor`: the version to ask of each model; undefined where the user thought better of it. */
  #profile(
    title: string,
    isDefault: boolean,
    versionsFor: (models: readonly string[]) => Promise<ReadonlyMap<string, string> | undefined>,
  ): void {
    const run = async (request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> => {
      if (request.include === undefined) {
        await this.#lookEverywhere();
      }
      const tests = this.#chosen(request);
      const versions = await versionsFor([...new Set(tests.map(({ test }) => test.model))].sort());
      if (versions !== undefined) {
        await runTests(this.#controller.createTestRun(request), {
          tests,
          versions,
          sessions: this.#sessions,
          logs: this.#logs,
          token,
        });
      }
    };
    this.#controller.createRunProfile(title, vscode.TestRunProfileKind.Run, run, isDefault);
  }

  #chosen({ include, exclude = [] }: vscode.TestRunRequest): readonly TestToRun[] {
    const left = new Set(exclude);
    const chosen: TestToRun[] = [];
    const take = (item: vscode.TestItem): void => {
      const test = this.#tests.get(item);
      if (left.has(item)) {
        return;
      }
      left.add(item);
      if (test !== undefined) {
        chosen.push({ item, test });
      }
      item.children.forEach(take);
    };
    (include ?? [...this.#controller.items].map(([, item]) => item)).forEach(take);
    return chosen;
  }

  async #lookEverywhere(): Promise<void> {
    const found = await findGolden();
    const there = new Set(found.map(({ uri }) => uri.toString()));
    for (const [key, item] of this.#items) {
      if (!there.has(key) && item.uri !== undefined) {
        this.#put(item.uri, undefined);
      }
    }
    found.forEach(({ uri, test }) => this.#put(uri, test));
  }

  async #look(uri: vscode.Uri): Promise<void> {
    if (!/\/(?:node_modules|\.git)\//.test(uri.path)) {
      this.#put(uri, await readGolden(uri));
    }
  }

  #read(document: vscode.TextDocument): void {
    // As it is typed it is broken for moments: the test stays as it was.
    const test = isRequestDocument(document) ? goldenTestIn(document.getText()) : undefined;
    if (test !== undefined && document.uri.scheme === 'file') {
      this.#put(document.uri, test);
    }
  }

  /** The file holds this test now; undefined: none. */
  #put(uri: vscode.Uri, test: GoldenTest | undefined): void {
    const key = uri.toString();
    const known = this.#items.get(key);
    if (known?.parent !== undefined && known.parent.id !== test?.model) {
      this.#remove(known.parent, known);
      this.#items.delete(key);
    }
    if (test === undefined) {
      return;
    }
    const item = this.#items.get(key) ?? this.#add(uri, test.model);
    item.label = requestName(uri, test);
    item.description = test.version ?? test.label ?? '';
    item.range = new vscode.Range(test.line, 0, test.line, 0);
    this.#tests.set(item, test);
  }

  #add(uri: vscode.Uri, model: string): vscode.TestItem {
    const { items } = this.#controller;
    const parent = items.get(model) ?? this.#controller.createTestItem(model, model);
    items.add(parent);
    const item = this.#controller.createTestItem(uri.toString(), '', uri);
    parent.children.add(item);
    this.#items.set(uri.toString(), item);
    return item;
  }

  #remove(parent: vscode.TestItem, item: vscode.TestItem): void {
    parent.children.delete(item.id);
    if (parent.children.size === 0) {
      this.#controller.items.delete(parent.id);
    }
  }
}
