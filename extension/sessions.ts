// The sessions of the window: one per workspace folder, made and ended as folders come and go.
import * as vscode from 'vscode';
import { Session, type SessionParts } from './session.ts';
import { workspaceFolders } from './settings.ts';
import { Signal, type Disposable, type Listen } from './signal.ts';

/** In a window without a folder. */
const noFolder = { path: '', name: '' };

/** There is always at least one. */
export class Sessions implements Disposable {
  readonly #parts: SessionParts;
  readonly #changed = new Signal<void>();
  readonly #modelsChanged = new Signal<void>();
  readonly #folders: Disposable;
  #sessions: readonly { readonly session: Session; readonly subscription: Disposable }[] = [];
  #active: Session | undefined;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#folders = vscode.workspace.onDidChangeWorkspaceFolders(() => this.#follow());
    this.#follow();
  }

  /** Fires when a session came or went, when the situation or the server of one changed, or when another is active. */
  get onDidChange(): Listen<void> {
    return this.#changed.event;
  }

  /** Fires when the models of any session changed. */
  get onDidChangeModels(): Listen<void> {
    return this.#modelsChanged.event;
  }

  /** In the order of the workspace's folders. */
  get all(): readonly Session[] {
    return this.#sessions.map(({ session }) => session);
  }

  /** Those that have models to serve. */
  get ready(): readonly Session[] {
    return this.all.filter(({ controller }) => controller.overview.situation.kind === 'ready');
  }

  /** The one that panels show: the one that was last used; before that, the first that has models to serve. */
  get active(): Session {
    const active = this.#active ?? this.ready[0] ?? this.all[0];
    if (active === undefined) {
      throw new Error('There is no session.');
    }
    return active;
  }

  /** Makes `session` the active one. */
  activate(session: Session): void {
    if (session !== this.#active) {
      this.#active = session;
      this.#changed.fire();
    }
  }

  /** The session of the folder with this path. */
  of(folder: string): Session | undefined {
    return this.all.find((session) => session.folder === folder);
  }

  /** Looks at every folder's workspace and starts what follows from it. */
  refresh(): void {
    for (const { controller } of this.all) {
      controller.reconsider();
    }
  }

  /** The window ends. Settles when the daemons that nobody else uses are gone. */
  async leave(): Promise<void> {
    await Promise.all(this.all.map((session) => session.leave()));
  }

  dispose(): void {
    this.#folders.dispose();
    for (const { session, subscription } of this.#sessions) {
      subscription.dispose();
      session.dispose();
    }
    this.#changed.dispose();
    this.#modelsChanged.dispose();
  }

  #follow(): void {
    const folders = workspaceFolders();
    const wanted = folders.length === 0 ? [noFolder] : folders;
    const kept = new Map(this.#sessions.map((entry) => [entry.session.folder, entry]));
    this.#sessions = wanted.map((folder) => {
      const known = kept.get(folder.path);
      if (known !== undefined) {
        kept.delete(folder.path);
        return known;
      }
      const session = new Session(folder, this.#parts);
      const subscription = vscode.Disposable.from(
        session.controller.onDidChange(() => this.#changed.fire()),
        session.store.onDidChange(() => this.#modelsChanged.fire()),
      );
      void session.controller.refresh();
      return { session, subscription };
    });
    for (const { session, subscription } of kept.values()) {
      subscription.dispose();
      if (this.#active === session) {
        this.#active = undefined;
      }
      void session.leave().finally(() => session.dispose());
    }
    this.#changed.fire();
  }
}
