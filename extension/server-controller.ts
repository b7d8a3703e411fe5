// Decides when the daemon runs: the workspace's situation and the user's wish in, start and stop out.
import * as vscode from 'vscode';
import { AdminClient } from './daemon/admin-client.ts';
import type { DaemonOptions, ServedModels } from './daemon/launch.ts';
import type { ServerState } from './daemon/server-state.ts';
import type { Supervisor } from './daemon/supervisor.ts';
import {
  inspectWorkspace,
  resolveModelsDirectory,
  watchPattern,
  type Folder,
  type Situation,
} from './models-directory.ts';
import { autoStart, needsRestart, serverSettings, workspaceFolders } from './settings.ts';
import { Signal, type Disposable, type Listen } from './signal.ts';

/** What happens on disk comes in bursts; the workspace is looked at once they are over. Milliseconds. */
const settleMs = 300;

/** Both sides of it: the workspace, and the daemon. */
export interface Overview {
  readonly situation: Situation;
  readonly server: ServerState;
}

/** The value of the context key `perch.state`: one word for the overview. */
export type StateWord =
  | 'unknown'
  | 'noFolder'
  | 'untrusted'
  | 'noModelsDirectory'
  | 'stopped'
  | 'starting'
  | 'running'
  | 'backingOff'
  | 'stopping'
  | 'failed'
  | 'unavailable';

/** Owns the connection to the daemon; the supervisor owns the process. */
export class ServerController implements Disposable {
  readonly #supervisor: Supervisor;
  readonly #log: vscode.LogOutputChannel;
  readonly #folder: string;
  readonly #changed = new Signal<Overview>();
  readonly #subscriptions: Disposable[] = [];
  #situation: Situation = { kind: 'unknown' };
  #client: AdminClient | undefined;
  /** What the daemon was started with the last time. */
  #options: DaemonOptions | undefined;
  /** Undefined: the user said nothing, so the setting decides. */
  #wish: 'run' | 'stop' | undefined;
  #watchers: Disposable[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** `folder`: the path of the workspace folder that it is about; empty in a window without one. */
  constructor(supervisor: Supervisor, log: vscode.LogOutputChannel, folder: string) {
    this.#supervisor = supervisor;
    this.#log = log;
    this.#folder = folder;
    this.#subscriptions.push(
      supervisor.onDidChangeState((state) => this.#serverChanged(state)),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.reconsider()),
      vscode.workspace.onDidChangeConfiguration((change) => this.#configurationChanged(change)),
    );
    this.#watch();
  }

  /** Fires when the situation or the server's state changed. */
  get onDidChange(): Listen<Overview> {
    return this.#changed.event;
  }

  get overview(): Overview {
    return { situation: this.#situation, server: this.#supervisor.state };
  }

  /** The connection to the running daemon; undefined while there is none. */
  get client(): AdminClient | undefined {
    return this.#client;
  }

  /** Whether stopping the daemon would take it from another window or program. */
  get isUsedByOthers(): boolean {
    return this.#supervisor.isUsedByOthers;
  }

  /** One word for the overview. */
  get word(): StateWord {
    return stateWord(this.overview);
  }

  /** Looks at the workspace soon, and starts or stops what follows from it. */
  reconsider(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.refresh().catch((reason: unknown) => this.#log.error(reasonText(reason)));
    }, settleMs);
  }

  /** Looks at the workspace now. Settles when what follows from it is on its way. */
  async refresh(): Promise<void> {
    const situation = await this.#inspect();
    if (situation.kind !== 'ready') {
      await this.#supervisor.leave();
    } else if (this.#wish === 'run' || (this.#wish === undefined && autoStart())) {
      await this.#serve(servedOf(situation), false);
    }
  }

  /** Starts the daemon because the user said so. False where the situation does not allow it. */
  async start(): Promise<boolean> {
    this.#wish = 'run';
    const situation = await this.#inspect();
    if (situation.kind !== 'ready') {
      return false;
    }
    await this.#serve(servedOf(situation), true);
    return true;
  }

  /** Stops the daemon because the user said so; it stays stopped until asked for. */
  async stop(): Promise<void> {
    this.#wish = 'stop';
    await this.#supervisor.stop();
  }

  /** Lets go of a daemon that others use too: it serves on. This window stays without one until asked for. */
  async disconnect(): Promise<void> {
    this.#wish = 'stop';
    await this.#supervisor.leave();
  }

  /** Stops the daemon and starts it with the settings of now. False where the situation does not allow it. */
  async restart(): Promise<boolean> {
    await this.#supervisor.stop();
    return this.start();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const disposable of [...this.#subscriptions, ...this.#watchers]) {
      disposable.dispose();
    }
    this.#client?.dispose();
    this.#changed.dispose();
  }

  async #inspect(): Promise<Situation> {
    const situation = await inspectWorkspace(this.#folders(), vscode.workspace.isTrusted);
    const before = this.#situation;
    this.#situation = situation;
    if (situation.kind !== before.kind || placeOf(situation) !== placeOf(before)) {
      this.#log.info(`workspace: ${situation.kind} ${placeOf(situation)}`.trimEnd());
      this.#changed.fire(this.overview);
    }
    return situation;
  }

  /** `asked`: by the user, who thereby says that waiting or having given up is over. */
  async #serve(models: ServedModels, asked: boolean): Promise<void> {
    const isSame = this.#options?.models.from === models.from && this.#options.models.path === models.path;
    const options = { models, ...serverSettings(this.#scope()) };
    switch (this.#supervisor.state.kind) {
      case 'stopped':
      case 'stopping':
        this.#options = options;
        await this.#supervisor.start(options);
        break;
      case 'starting':
      case 'running':
        if (!isSame) {
          this.#options = options;
          await this.#supervisor.restart(options);
        }
        break;
      case 'backing-off':
      case 'failed':
      case 'unavailable':
        if (asked || !isSame) {
          this.#options = options;
          await this.#supervisor.restart(options);
        }
        break;
    }
  }

  #serverChanged(state: ServerState): void {
    this.#log.info(`server: ${state.kind}${state.kind === 'running' ? ` (pid ${state.info.pid})` : ''}`);
    if (state.kind === 'stopped' && state.byOther === true) {
      // As if it had been stopped here: it must not come back by itself.
      this.#wish = 'stop';
    }
    this.#client?.dispose();
    this.#client = state.kind === 'running' ? new AdminClient(state.info) : undefined;
    this.#changed.fire(this.overview);
  }

  #configurationChanged(change: vscode.ConfigurationChangeEvent): void {
    if (change.affectsConfiguration('perch.modelsDirectory', this.#scope())) {
      this.#watch();
    }
    const { kind } = this.#supervisor.state;
    const active = kind === 'running' || kind === 'starting' || kind === 'backing-off';
    if (active && needsRestart(change, this.#scope())) {
      void this.#offerRestart();
    } else if (needsRestart(change, this.#scope()) || change.affectsConfiguration('perch.server.autoStart')) {
      this.reconsider();
    }
  }

  async #offerRestart(): Promise<void> {
    const restart = vscode.l10n.t('Restart Server');
    const chosen = await vscode.window.showInformationMessage(
      vscode.l10n.t('The change takes effect when the Perch server is started again.'),
      restart,
    );
    if (chosen === restart) {
      await this.restart();
    }
  }

  #folders(): readonly Folder[] {
    return workspaceFolders().filter(({ path }) => path === this.#folder);
  }

  /** Where its settings are looked up. */
  #scope(): vscode.Uri | undefined {
    return this.#folder === '' ? undefined : vscode.Uri.file(this.#folder);
  }

  #watch(): void {
    for (const watcher of this.#watchers) {
      watcher.dispose();
    }
    this.#watchers = this.#folders().map((folder) => {
      const directory = vscode.Uri.file(resolveModelsDirectory(folder));
      const inside = watchPattern(folder);
      const pattern =
        inside === undefined
          ? new vscode.RelativePattern(
              vscode.Uri.joinPath(directory, '..'),
              directory.path.split('/').at(-1) ?? '',
            )
          : new vscode.RelativePattern(vscode.Uri.file(folder.path), inside);
      const watcher = vscode.workspace.createFileSystemWatcher(pattern, false, true, false);
      watcher.onDidCreate(() => this.reconsider());
      watcher.onDidDelete(() => this.reconsider());
      return watcher;
    });
  }
}

function stateWord({ situation, server }: Overview): StateWord {
  switch (situation.kind) {
    case 'unknown':
      return 'unknown';
    case 'no-folder':
      return 'noFolder';
    case 'untrusted':
      return 'untrusted';
    case 'no-models-directory':
      return 'noModelsDirectory';
    case 'ready':
      return server.kind === 'backing-off' ? 'backingOff' : server.kind;
  }
}

function servedOf({ directory, configFile }: Situation & { readonly kind: 'ready' }): ServedModels {
  return configFile === undefined
    ? { from: 'directory', path: directory }
    : { from: 'config-file', path: configFile };
}

function placeOf(situation: Situation): string {
  return situation.kind === 'ready' ? servedOf(situation).path : '';
}

function reasonText(reason: unknown): string {
  return reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
}
