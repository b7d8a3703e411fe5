// The problems of config files that are open: shown soon after each change, and again once their surroundings are read.
import * as vscode from 'vscode';
import { parseDocument } from '../../server/textproto/document.ts';
import type { Disposable } from '../signal.ts';
import type { Configs } from './configs.ts';
import { Debouncer } from './pace.ts';
import type { SurroundingsCache } from './surroundings-cache.ts';
import { byteOrderMark, toDiagnostics, tooLong, type DocumentationLink } from './to-diagnostics.ts';

/** How long typing has to pause, milliseconds. */
const pauseMs = 150;

/** What a place that shows problems works with. */
export interface ProblemParts {
  readonly configs: Configs;
  readonly surroundings: SurroundingsCache;
  readonly collection: vscode.DiagnosticCollection;
  readonly documentation: DocumentationLink;
}

/** Follows the open documents. */
export class OpenProblems implements Disposable {
  readonly #parts: ProblemParts;
  readonly #debouncer = new Debouncer(pauseMs);
  readonly #checked = new vscode.EventEmitter<vscode.TextDocument>();
  readonly #subscriptions: Disposable[];

  /** `closed` is called after a config was closed, with its place on disk. */
  constructor(parts: ProblemParts, closed: (file: string) => void) {
    this.#parts = parts;
    this.#subscriptions = [
      this.#checked,
      vscode.workspace.onDidOpenTextDocument((document) => this.check(document)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        this.#debouncer.schedule(document.uri.toString(), () => this.check(document));
      }),
      vscode.workspace.onDidCloseTextDocument((document) => {
        this.#debouncer.cancel(document.uri.toString());
        const wasConfig = parts.configs.get(document) !== undefined;
        parts.configs.forget(document);
        if (wasConfig) {
          parts.collection.delete(document.uri);
          if (document.uri.scheme === 'file') {
            closed(document.uri.fsPath);
          }
        }
      }),
    ];
  }

  /** Fires when a config was checked. */
  get onDidCheck(): vscode.Event<vscode.TextDocument> {
    return this.#checked.event;
  }

  /** Checks the open document at this place, if there is one. */
  checkFile(file: string): boolean {
    const document = openDocument(file);
    if (document !== undefined) {
      this.check(document);
    }
    return document !== undefined;
  }

  /** Checks the document now, if it is a config file, and once more when its surroundings were read. */
  check(document: vscode.TextDocument): void {
    const open = this.#publish(document);
    if (open?.checked === undefined || document.uri.scheme !== 'file') {
      return;
    }
    const reading = this.#parts.surroundings.refresh(open.kind, document.uri.fsPath, open.checked.message);
    void reading.then((wasRead) => {
      if (wasRead && !document.isClosed) {
        this.#publish(document);
      }
    });
  }

  dispose(): void {
    this.#debouncer.dispose();
    vscode.Disposable.from(...this.#subscriptions).dispose();
  }

  #publish(document: vscode.TextDocument): ReturnType<Configs['get']> {
    const { configs, collection, documentation } = this.#parts;
    if (!hasProblems(document)) {
      return undefined;
    }
    const open = configs.get(document);
    if (open === undefined) {
      collection.delete(document.uri);
      return undefined;
    }
    const diagnostics = open.checked === undefined ? [tooLong()] : toDiagnostics(open.checked, documentation);
    if (document.encoding === 'utf8bom') {
      const [found] = parseDocument('\uFEFF').diagnostics;
      diagnostics.unshift(...(found === undefined ? [] : [byteOrderMark(found.message, documentation)]));
    }
    collection.set(document.uri, diagnostics);
    this.#checked.fire(document);
    return open;
  }
}

/** Whether problems of the document are anybody's: those of the left side of a comparison are not. */
function hasProblems({ uri }: vscode.TextDocument): boolean {
  return uri.scheme === 'file' || uri.scheme === 'untitled';
}

/** The open document at this place. */
export function openDocument(file: string): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find(
    ({ uri, isClosed }) => !isClosed && uri.scheme === 'file' && uri.fsPath === file,
  );
}
