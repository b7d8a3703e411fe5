// The read-only documents that show predictions and versions: one per name, replaced by the next one of that name.
import * as vscode from 'vscode';
import type { Disposable } from '../signal.ts';

const scheme = 'perch-prediction';

/** Virtual documents, so that nothing is to be saved. A text is kept for as long as its document is open. */
export class PredictionDocuments implements vscode.TextDocumentContentProvider, Disposable {
  readonly #texts = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #subscriptions: readonly Disposable[];

  readonly onDidChange = this.#changed.event;

  constructor() {
    this.#subscriptions = [
      vscode.workspace.registerTextDocumentContentProvider(scheme, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => void this.#texts.delete(uri.toString())),
      this.#changed,
    ];
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? '';
  }

  /** Makes `text` the content of the document `name`, which may be open already. The last part of `name` is its title. */
  put(name: string, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme, path: `/${name}` });
    this.#texts.set(uri.toString(), text);
    this.#changed.fire(uri);
    return uri;
  }

  /** Shows `text`, JSON with comments, beside the active editor, which keeps the focus. `name` is the title. */
  async show(name: string, text: string): Promise<void> {
    const uri = this.put(`${name}.jsonc`, text);
    const document = await vscode.workspace.openTextDocument(uri);
    // Where it is open already it is shown where it is.
    const open = vscode.window.visibleTextEditors.find(
      (editor) => editor.document.uri.toString() === uri.toString(),
    );
    await vscode.window.showTextDocument(document, {
      viewColumn: open?.viewColumn ?? vscode.ViewColumn.Beside,
      preserveFocus: true,
      preview: false,
    });
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
  }
}
