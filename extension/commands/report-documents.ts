// The read-only Markdown documents that show what became of converted models: one per version, shown as a preview.
import * as vscode from 'vscode';
import type { Disposable } from '../signal.ts';

const scheme = 'perch-report';
/** VS Code's own. */
const markdownExtension = 'vscode.markdown-language-features';

/** Virtual documents. Their texts are kept: a preview that is shown again reads its document once more. */
export class ReportDocuments implements vscode.TextDocumentContentProvider, Disposable {
  readonly #texts = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #registration: Disposable;

  readonly onDidChange = this.#changed.event;

  constructor() {
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? '';
  }

  /** Shows `markdown`; `name` is the title, and a document of this name is replaced. */
  async show(name: string, markdown: string): Promise<vscode.Uri> {
    const uri = vscode.Uri.from({ scheme, path: `/${name}.md` });
    this.#texts.set(uri.toString(), markdown);
    this.#changed.fire(uri);
    // It can be switched off. Its command is not known before it is used, so that cannot be asked for.
    if (vscode.extensions.getExtension(markdownExtension) !== undefined) {
      await vscode.commands.executeCommand('markdown.showPreview', uri);
    } else {
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
    }
    return uri;
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }
}
