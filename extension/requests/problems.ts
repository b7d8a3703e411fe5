// What is wrong with the request files that are looked at: what the server does not have, and what it said to a request.
import * as vscode from 'vscode';
import type { Session } from '../session.ts';
import type { Sessions } from '../sessions.ts';
import type { Disposable } from '../signal.ts';
import { targetProblem } from './check-target.ts';
import { isRequestDocument, readDocument, sessionFor } from './documents.ts';

/** So long nothing may change before the files are looked at, milliseconds. */
const settleMs = 200;

/** Looks at visible request files only, and asks the server for its models only while there are such. */
export class RequestProblems implements Disposable {
  readonly #sessions: Sessions;
  readonly #collection = vscode.languages.createDiagnosticCollection('perch.requests');
  /** What the server said, until the file is edited; by URI. */
  readonly #refusals = new Map<string, vscode.Diagnostic>();
  readonly #subscriptions: Disposable[];
  /** The sessions whose models are followed, and what ends that. */
  #followed = new Map<Session, Disposable>();
  #timer: NodeJS.Timeout | undefined;

  constructor(sessions: Sessions) {
    this.#sessions = sessions;
    this.#subscriptions = [
      this.#collection,
      vscode.window.onDidChangeVisibleTextEditors(() => this.#soon()),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0 && isRequestDocument(document)) {
          this.#refusals.delete(document.uri.toString());
          this.#soon();
        }
      }),
      sessions.onDidChange(() => this.#soon()),
    ];
    this.#soon();
  }

  /** The server refused the request in this file: its words stand at the request until the file is edited or sent again. */
  refused(document: vscode.TextDocument, message: string): void {
    const { places } = readDocument(document) ?? {};
    const start = document.positionAt(places?.request.start ?? 0);
    const range = new vscode.Range(start, document.lineAt(start.line).range.end);
    const problem = new vscode.Diagnostic(range, message, vscode.DiagnosticSeverity.Error);
    problem.source = 'perch';
    this.#refusals.set(document.uri.toString(), problem);
    this.#look();
  }

  /** The server answered the request in this file. */
  answered(document: vscode.TextDocument): void {
    if (this.#refusals.delete(document.uri.toString())) {
      this.#look();
    }
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const disposable of [...this.#subscriptions, ...this.#followed.values()]) {
      disposable.dispose();
    }
  }

  #soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), settleMs);
  }

  #look(): void {
    const visible = vscode.window.visibleTextEditors
      .map(({ document }) => document)
      .filter(isRequestDocument);
    this.#follow(visible.map(({ uri }) => sessionFor(this.#sessions, uri)));
    this.#collection.clear();
    for (const document of visible) {
      const refusal = this.#refusals.get(document.uri.toString());
      const unknown = this.#unknownTarget(document);
      this.#collection.set(
        document.uri,
        [unknown, refusal].filter((problem) => problem !== undefined),
      );
    }
  }

  /** Holds the streams of these sessions open, and of no other. */
  #follow(sessions: readonly Session[]): void {
    const before = this.#followed;
    this.#followed = new Map();
    for (const session of sessions) {
      if (!this.#followed.has(session)) {
        this.#followed.set(
          session,
          before.get(session) ??
            vscode.Disposable.from(
              session.stream.hold(),
              session.store.onDidChange(() => this.#soon()),
            ),
        );
      }
    }
    for (const [session, held] of before) {
      if (!this.#followed.has(session)) {
        held.dispose();
      }
    }
  }

  #unknownTarget(document: vscode.TextDocument): vscode.Diagnostic | undefined {
    const { store } = sessionFor(this.#sessions, document.uri);
    const file = readDocument(document);
    const problem = file && store.live ? targetProblem(vscode.l10n.t, file, store.models) : undefined;
    const span = problem && file?.places[problem.part];
    if (problem === undefined || span === undefined) {
      return undefined;
    }
    const range = new vscode.Range(document.positionAt(span.start), document.positionAt(span.end));
    const diagnostic = new vscode.Diagnostic(range, problem.text, vscode.DiagnosticSeverity.Warning);
    diagnostic.source = 'perch';
    return diagnostic;
  }
}
