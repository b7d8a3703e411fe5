// The tree "Models": models with their versions, or what is wrong with the server.
import * as vscode from 'vscode';
import type { ServerState } from '../daemon/server-state.ts';
import type { ModelStore, StoreChange } from '../state/model-store.ts';
import type { Disposable } from '../signal.ts';
import type { ServerController } from '../server-controller.ts';
import type { Model, Version } from '../state/model.ts';
import type { RateFeed } from '../state/rate-feed.ts';
import { changedRows } from './changed-rows.ts';
import { drawNotice } from './notice-item.ts';
import {
  RowPool,
  rowId,
  type DetailRow,
  type ModelRow,
  type NoticeRow,
  type Row,
  type VersionRow,
} from './rows.ts';
import { modelTooltip, versionTooltip } from './tooltip.ts';
import { detailItem, modelItem, versionItem } from './tree-items.ts';
import { filteredVersions, type TreeFilter } from './tree-filter.ts';
import { formatFigures } from './units.ts';
import { versionDetails, type Detail } from './version-details.ts';
import { versionFiles } from './version-files.ts';

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
  /** The details of the versions that were expanded, as they were last listed, and the detail that each is below. */
  readonly #details = new Map<
    DetailRow,
    { readonly detail: Detail; readonly above: DetailRow | undefined }
  >();
  #filter: TreeFilter | undefined;
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

  /** Shows only what the filter lets through; undefined: everything. */
  setFilter(filter: TreeFilter | undefined): void {
    this.#filter = filter;
    this.#pendingAll = true;
    this.#schedule();
  }

  getChildren(row?: Row): Row[] | Promise<Row[]> {
    if (row === undefined) {
      return this.#server().kind === 'failed' ? this.#failureRows() : this.#modelRows();
    }
    const model = this.#store.get(row.model);
    if (model === undefined || row.kind === 'notice') {
      return [];
    }
    if (row.kind === 'detail') {
      return this.#rowsOf(row, this.#details.get(row)?.detail.children ?? [], row);
    }
    if (row.kind === 'version') {
      const version = versionOf(model, row);
      return version === undefined ? [] : this.#detailRows(row, model, version);
    }
    const versions = (filteredVersions(vscode.l10n.t, this.#filter, model) ?? []).map(({ number }) =>
      this.#rows.intern<VersionRow>({
        folder: this.#folder,
        kind: 'version',
        model: row.model,
        version: number,
      }),
    );
    const hasProblem = this.#store.live && model.problem !== '';
    return hasProblem ? [this.#notice('model-problem', row.model), ...versions] : versions;
  }

  getParent(row: Row): Row | undefined {
    if (row.kind === 'detail') {
      const { model, version } = row;
      const above = this.#details.get(row)?.above;
      return (
        above ?? this.#rows.intern<VersionRow>({ folder: this.#folder, kind: 'version', model, version })
      );
    }
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
    if (model === undefined || row.kind === 'notice' || row.kind === 'detail') {
      return item;
    }
    if (row.kind === 'model') {
      item.tooltip = new vscode.MarkdownString(modelTooltip(vscode.l10n.t, model));
      return item;
    }
    const version = versionOf(model, row);
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
        return drawNotice(row, this.#server(), this.#store.get(row.model)?.problem ?? '');
      case 'detail':
        return this.#drawDetail(row);
    }
  }

  #drawModel(row: ModelRow): vscode.TreeItem {
    const model = this.#store.get(row.model);
    if (model === undefined) {
      return new vscode.TreeItem(row.model);
    }
    return modelItem(model, this.#store.live, this.#startsExpanded.get(row.model) === true);
  }

  #drawVersion(row: VersionRow): vscode.TreeItem {
    const model = this.#store.get(row.model);
    const version = model && versionOf(model, row);
    if (model === undefined || version === undefined) {
      return new vscode.TreeItem(row.version);
    }
    const figures = this.#rates.of(row.model, row.version);
    this.#drawnRates.set(row, formatFigures(figures));
    return versionItem(model, version, this.#store.live, figures);
  }

  async #detailRows(row: VersionRow, model: Model, version: Version): Promise<Row[]> {
    const files = await versionFiles(version.path);
    return this.#rowsOf(row, versionDetails(vscode.l10n.t, model, version, files), undefined);
  }

  #rowsOf(
    { model, version }: VersionRow | DetailRow,
    details: readonly Detail[],
    above: DetailRow | undefined,
  ): Row[] {
    return details.map((detail) => {
      const detailRow = this.#rows.intern<DetailRow>({
        folder: this.#folder,
        kind: 'detail',
        model,
        version,
        detail: detail.key,
      });
      this.#details.set(detailRow, { detail, above });
      return detailRow;
    });
  }

  #drawDetail(row: DetailRow): vscode.TreeItem {
    const detail = this.#details.get(row)?.detail;
    const version = this.#store.get(row.model)?.versions.find(({ number }) => number === row.version);
    return detail === undefined ? new vscode.TreeItem(row.detail) : detailItem(row, detail, version?.path);
  }

  #modelRows(): Row[] {
    const { models } = this.#store;
    const shown = models.filter(
      (model) => filteredVersions(vscode.l10n.t, this.#filter, model) !== undefined,
    );
    return shown.map(({ name }) => {
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
      const figures = formatFigures(this.#rates.of(row.model, row.version));
      if (figures !== drawn) {
        this.#drawnRates.set(row, figures);
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

function versionOf(model: Model, { version }: VersionRow): Version | undefined {
  return model.versions.find(({ number }) => number === version);
}
