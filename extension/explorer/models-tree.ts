// The tree "Models": models with their versions, or what is wrong with the server.
import * as vscode from 'vscode';
import { describeFailure, type ServerState } from '../daemon/server-state.ts';
import type { ModelStore, StoreChange } from '../state/model-store.ts';
import type { Disposable } from '../signal.ts';
import type { ServerController } from '../server-controller.ts';
import type { RateFeed } from '../state/rate-feed.ts';
import { changedRows } from './changed-rows.ts';
import { modelLook, versionLook, type Look } from './look.ts';
import { RowPool, rowId, type ModelRow, type NoticeRow, type Row, type VersionRow } from './rows.ts';
import { modelTooltip, versionTooltip } from './tooltip.ts';
import { formatRate } from './units.ts';

/** Changes come in bursts (a load is three); one refresh shows them all. Milliseconds. */
const refreshDelayMs = 30;
/** With more models than this the tree starts collapsed. */
const maxExpandedModels = 12;

/** What a tree shows: a session. */
export interface TreeSource {
  readonly store: ModelStore;
  readonly rates: RateFeed;
  readonly controller: Pick<ServerController, 'overview'>;
  /** See Row. */
  readonly folder: string;
}

/** Reads everything from the store and the server's state at the moment of drawing. */
export class ModelsTree implements vscode.TreeDataProvider<Row>, vscode.Disposable {
  readonly #store: ModelStore;
  readonly #server: () => ServerState;
  readonly #rates: RateFeed;
  readonly #folder: string;
  readonly #changed = new vscode.EventEmitter<Row[] | undefined>();
  readonly #subscriptions: readonly Disposable[];
  readonly #rows = new RowPool();
  /** Whether a model's row started out expanded: later models change nothing of what is shown. */
  readonly #startsExpanded = new Map<string, boolean>();
  /** The rates as they were drawn. */
  readonly #drawnRates = new Map<VersionRow, string>();
  #pending = new Set<Row>();
  #pendingAll = false;
  #timer: NodeJS.Timeout | undefined;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor({ store, controller, rates, folder }: TreeSource) {
    this.#store = store;
    this.#folder = folder;
    this.#server = () => controller.overview.server;
    this.#rates = rates;
    this.#subscriptions = [
      store.onDidChange((change) => this.#storeChanged(change)),
      rates.onDidChange(() => this.#ratesChanged()),
    ];
  }

  /** Draws the versions that are being loaded again: time has gone on. */
  refreshLoading(): void {
    for (const { name, versions } of this.#store.models) {
      for (const { number } of versions.filter(({ phase }) => phase === 'loading')) {
        this.#pending.add(
          this.#rows.intern<VersionRow>({
            folder: this.#folder,
            kind: 'version',
            model: name,
            version: number,
          }),
        );
      }
    }
    this.#schedule();
  }

  getChildren(row?: Row): Row[] {
    if (row === undefined) {
      return this.#server().kind === 'failed' ? this.#failureRows() : this.#modelRows();
    }
    if (row.kind !== 'model') {
      return [];
    }
    const model = this.#store.get(row.model);
    const versions = (model?.versions ?? []).map(({ number }) =>
      this.#rows.intern<VersionRow>({
        folder: this.#folder,
        kind: 'version',
        model: row.model,
        version: number,
      }),
    );
    const hasProblem = this.#store.live && model !== undefined && model.problem !== '';
    return hasProblem ? [this.#notice('model-problem', row.model), ...versions] : versions;
  }

  getParent(row: Row): Row | undefined {
    return row.kind === 'model' || row.model === ''
      ? undefined
      : this.#rows.intern<ModelRow>({ folder: this.#folder, kind: 'model', model: row.model });
  }

  getTreeItem(row: Row): vscode.TreeItem {
    const item = this.#draw(row);
    item.id = rowId(row);
    return item;
  }

  resolveTreeItem(item: vscode.TreeItem, row: Row): vscode.TreeItem {
    const model = this.#store.get(row.model);
    if (model === undefined || row.kind === 'notice') {
      return item;
    }
    if (row.kind === 'model') {
      item.tooltip = new vscode.MarkdownString(modelTooltip(vscode.l10n.t, model));
      return item;
    }
    const version = model.versions.find(({ number }) => number === row.version);
    if (version !== undefined) {
      item.tooltip = new vscode.MarkdownString(
        versionTooltip(vscode.l10n.t, model, version, this.#store.live),
      );
    }
    return item;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
    this.#changed.dispose();
  }

  #draw(row: Row): vscode.TreeItem {
    switch (row.kind) {
      case 'model':
        return this.#drawModel(row);
      case 'version':
        return this.#drawVersion(row);
      case 'notice':
        return this.#drawNotice(row);
    }
  }

  #drawModel(row: ModelRow): vscode.TreeItem {
    const model = this.#store.get(row.model);
    if (model === undefined) {
      return new vscode.TreeItem(row.model);
    }
    return itemOf(
      modelLook(vscode.l10n.t, model, this.#store.live),
      this.#startsExpanded.get(row.model) === true
        ? vscode.TreeItemCollapsibleState.Expanded
        : vscode.TreeItemCollapsibleState.Collapsed,
    );
  }

  #drawVersion(row: VersionRow): vscode.TreeItem {
    const model = this.#store.get(row.model);
    const version = model?.versions.find(({ number }) => number === row.version);
    if (model === undefined || version === undefined) {
      return new vscode.TreeItem(row.version);
    }
    const rate = this.#rates.rateOf(row.model, row.version);
    this.#drawnRates.set(row, formatRate(rate ?? 0));
    return itemOf(
      versionLook(vscode.l10n.t, model, version, this.#store.live, { rate }),
      vscode.TreeItemCollapsibleState.None,
    );
  }

  #drawNotice(row: NoticeRow): vscode.TreeItem {
    switch (row.notice) {
      case 'model-problem':
        return noticeItem(
          this.#store.get(row.model)?.problem ?? '',
          new vscode.ThemeIcon('warning', new vscode.ThemeColor('problemsWarningIcon.foreground')),
          { command: 'perch.model.openDirectory', arguments: [{ kind: 'model', model: row.model }] },
        );
      case 'server-failed': {
        const state = this.#server();
        return noticeItem(
          state.kind === 'failed' ? describeFailure(vscode.l10n.t, state.failure) : '',
          new vscode.ThemeIcon('error', new vscode.ThemeColor('problemsErrorIcon.foreground')),
          { command: 'perch.server.showLog' },
        );
      }
      case 'restart-server':
        return noticeItem(vscode.l10n.t('Restart Server'), new vscode.ThemeIcon('debug-restart'), {
          command: 'perch.server.restart',
        });
      case 'show-log':
        return noticeItem(vscode.l10n.t('Show Log'), new vscode.ThemeIcon('output'), {
          command: 'perch.server.showLog',
        });
    }
  }

  #modelRows(): Row[] {
    const { models } = this.#store;
    return models.map(({ name }) => {
      if (!this.#startsExpanded.has(name)) {
        this.#startsExpanded.set(name, models.length <= maxExpandedModels);
      }
      return this.#rows.intern<ModelRow>({ folder: this.#folder, kind: 'model', model: name });
    });
  }

  #failureRows(): Row[] {
    return [this.#notice('server-failed'), this.#notice('restart-server'), this.#notice('show-log')];
  }

  #notice(notice: NoticeRow['notice'], model = ''): NoticeRow {
    return this.#rows.intern<NoticeRow>({ folder: this.#folder, kind: 'notice', notice, model });
  }

  #storeChanged(change: StoreChange): void {
    if (change.kind === 'all' || change.before === undefined || change.after === undefined) {
      this.#pendingAll = true;
    } else {
      const rows = changedRows(change.before, change.after);
      const model = change.name;
      if (rows.kind === 'model') {
        this.#pending.add(this.#rows.intern<ModelRow>({ folder: this.#folder, kind: 'model', model }));
      } else if (rows.kind === 'versions') {
        for (const version of rows.numbers) {
          this.#pending.add(
            this.#rows.intern<VersionRow>({ folder: this.#folder, kind: 'version', model, version }),
          );
        }
      }
    }
    this.#schedule();
  }

  /** Rates come every second: only the rows that would show another one are drawn again. */
  #ratesChanged(): void {
    for (const [row, drawn] of this.#drawnRates) {
      const rate = formatRate(this.#rates.rateOf(row.model, row.version) ?? 0);
      if (rate !== drawn) {
        this.#drawnRates.set(row, rate);
        this.#pending.add(row);
      }
    }
    if (this.#pending.size > 0) {
      this.#schedule();
    }
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const rows = [...this.#pending];
      const all = this.#pendingAll;
      this.#pending = new Set();
      this.#pendingAll = false;
      if (all) {
        this.#changed.fire(undefined);
      } else if (rows.length > 0) {
        this.#changed.fire(rows);
      }
    }, refreshDelayMs);
  }
}

function itemOf(look: Look, state: vscode.TreeItemCollapsibleState): vscode.TreeItem {
  const item = new vscode.TreeItem(look.label, state);
  item.description = look.description;
  item.iconPath = new vscode.ThemeIcon(
    look.icon,
    look.color === undefined ? undefined : new vscode.ThemeColor(look.color),
  );
  item.contextValue = look.contextValue;
  item.accessibilityInformation = { label: look.spoken };
  return item;
}

function noticeItem(
  text: string,
  icon: vscode.ThemeIcon,
  next: { readonly command: string; readonly arguments?: unknown[] },
): vscode.TreeItem {
  const item = new vscode.TreeItem(text);
  item.iconPath = icon;
  item.tooltip = text;
  item.contextValue = 'notice';
  item.accessibilityInformation = { label: text };
  item.command = { title: text, ...next };
  return item;
}
