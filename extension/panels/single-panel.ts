// A webview panel of which a window has at most one: made on demand, revealed when it is there, restored with the window.
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { pageHtml } from './webview-html.ts';

/** Which page a panel shows. */
export interface PanelPage {
  /** The panel's type, for `onWebviewPanel:` in package.json. */
  readonly viewType: string;
  /** The page's name: dist/webview/<name>.js and .css. */
  readonly name: string;
  /** In the editor's language. */
  readonly title: string;
  /** Where a new panel opens. Default: the active column. */
  readonly column?: vscode.ViewColumn;
}

/** The extension's side of one open panel; made anew with each panel. */
export interface PanelContent {
  /** A message of the page; of unknown origin until a guard has passed it. What it rejects with is shown to the user. */
  received(message: unknown): Promise<void> | void;
  /** Called at the start and at each change. Hidden: nothing is to be posted, and nothing to be asked for. */
  visibilityChanged(visible: boolean): void;
  /** The panel is gone. */
  dispose(): void;
}

/** Sends a message to the page; lost where the page is gone or hidden, so what is sent is always complete. */
export type Post = (message: object) => void;

/** A panel with its content. */
interface OpenPanel {
  readonly panel: vscode.WebviewPanel;
  /** Ends the content, not the panel. */
  end(): void;
}

/** At most one panel of a page. */
export class SinglePanel implements vscode.Disposable {
  readonly #extensionUri: vscode.Uri;
  readonly #page: PanelPage;
  readonly #fill: (post: Post) => PanelContent;
  readonly #serializer: vscode.Disposable;
  #current: OpenPanel | undefined;

  /** `fill`: called with the way to the page when a panel is made or restored. */
  constructor(extensionUri: vscode.Uri, page: PanelPage, fill: (post: Post) => PanelContent) {
    this.#extensionUri = extensionUri;
    this.#page = page;
    this.#fill = fill;
    this.#serializer = vscode.window.registerWebviewPanelSerializer(page.viewType, {
      deserializeWebviewPanel: (panel) => {
        this.#adopt(panel);
        return Promise.resolve();
      },
    });
  }

  /** Reveals the panel, or makes it. */
  show(): void {
    const { viewType, title, column } = this.#page;
    if (this.#current === undefined) {
      this.#adopt(
        vscode.window.createWebviewPanel(viewType, title, column ?? vscode.ViewColumn.Active, {
          enableFindWidget: true,
        }),
      );
    } else {
      this.#current.panel.reveal();
    }
  }

  /** Fills the panel anew, if it is there: it is to show something else. */
  refill(title: string): void {
    if (this.#current !== undefined) {
      this.#current.panel.title = title;
      this.#current.end();
      this.#open(this.#current.panel);
    }
  }

  dispose(): void {
    this.#serializer.dispose();
    this.#current?.panel.dispose();
  }

  #adopt(panel: vscode.WebviewPanel): void {
    this.#current?.panel.dispose();
    panel.onDidDispose(() => {
      if (this.#current?.panel === panel) {
        this.#current.end();
        this.#current = undefined;
      }
    });
    this.#open(panel);
  }

  #open(panel: vscode.WebviewPanel): void {
    const { webview } = panel;
    const content = this.#fill((message) => {
      // False where the page is gone again; the next one asks anew when it is ready.
      void webview.postMessage(message);
    });
    const subscriptions = vscode.Disposable.from(
      panel.onDidChangeViewState(() => content.visibilityChanged(panel.visible)),
      webview.onDidReceiveMessage(async (message: unknown) => {
        try {
          await content.received(message);
        } catch (reason) {
          void vscode.window.showErrorMessage(reason instanceof Error ? reason.message : String(reason));
        }
      }),
    );
    this.#current = {
      panel,
      end: () => {
        content.dispose();
        subscriptions.dispose();
      },
    };
    content.visibilityChanged(panel.visible);
    this.#load(webview);
  }

  #load(webview: vscode.Webview): void {
    const { name, title } = this.#page;
    const pages = vscode.Uri.joinPath(this.#extensionUri, 'dist', 'webview');
    webview.options = {
      enableScripts: true,
      localResourceRoots: [pages, vscode.Uri.joinPath(this.#extensionUri, 'media')],
    };
    webview.html = pageHtml({
      title,
      language: vscode.env.language,
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString('base64'),
      scriptUri: webview.asWebviewUri(vscode.Uri.joinPath(pages, `${name}.js`)).toString(),
      styleUri: webview.asWebviewUri(vscode.Uri.joinPath(pages, `${name}.css`)).toString(),
    });
  }
}
