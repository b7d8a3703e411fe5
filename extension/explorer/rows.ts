// The rows of the explorer: identities only. What a row shows is looked up in the store each time it is drawn.

/** What every row of the tree has; rows that commands are called with by others need not. */
interface InFolder {
  /** The path of the workspace folder whose models it is about. */
  readonly folder?: string;
}

/** A model. */
export interface ModelRow extends InFolder {
  readonly kind: 'model';
  readonly model: string;
}

/** A version of a model; `version` in decimal. */
export interface VersionRow extends InFolder {
  readonly kind: 'version';
  readonly model: string;
  readonly version: string;
}

/** Something below a version: a tensor, a file, a label …; `detail` is the key of explorer/version-details.ts. */
export interface DetailRow extends InFolder {
  readonly kind: 'detail';
  readonly model: string;
  readonly version: string;
  readonly detail: string;
}

/** Says what is wrong, or what to do about it, in place of or above other rows. */
export interface NoticeRow extends InFolder {
  readonly kind: 'notice';
  readonly notice: 'model-problem' | 'server-failed' | 'restart-server' | 'show-log';
  /** The model that it is about; empty where it is about the server. */
  readonly model: string;
}

export type Row = ModelRow | VersionRow | DetailRow | NoticeRow;

/** The identity of a row, for `TreeItem.id`. Nothing of its state is in it, so that a refresh moves no selection. */
export function rowId(row: Row): string {
  const folder = row.folder === undefined ? '' : `${row.folder}:`;
  switch (row.kind) {
    case 'model':
      return `${folder}model:${row.model}`;
    case 'version':
      return `${folder}version:${row.model}/${row.version}`;
    case 'detail':
      return `${folder}detail:${row.model}/${row.version}/${row.detail}`;
    case 'notice':
      return `${folder}notice:${row.notice}/${row.model}`;
  }
}

/** The folder that a command was called for by a row of the tree; undefined where it was not, or by another's row. */
export function folderOf(clicked: unknown): string | undefined {
  return typeof clicked === 'object' &&
    clicked !== null &&
    'folder' in clicked &&
    typeof clicked.folder === 'string'
    ? clicked.folder
    : undefined;
}

/** Gives one object per identity: VS Code compares the rows that it is given by reference. */
export class RowPool {
  readonly #rows = new Map<string, Row>();

  /** The row that equals `row`. */
  intern<R extends Row>(row: R): R {
    const id = rowId(row);
    const known = this.#rows.get(id);
    if (known === undefined) {
      this.#rows.set(id, row);
      return row;
    }
    // The kind is part of the identity, so what is known under it is an R.
    return known as R;
  }
}

/**
 * The rows that a command of the tree was called with: the clicked one, or all selected ones if it is among them. Of several
 * folders only those of the clicked row's: the command goes to that one's server.
 */
export function rowsOf(clicked: unknown, selected: unknown): readonly Row[] {
  const all = Array.isArray(selected) && selected.length > 0 ? (selected as unknown[]) : [clicked];
  const folder = folderOf(clicked);
  return all.filter(isRow).filter((row) => folder === undefined || row.folder === folder);
}

function isRow(value: unknown): value is Row {
  if (typeof value !== 'object' || value === null || !('kind' in value) || !('model' in value)) {
    return false;
  }
  if (typeof value.model !== 'string') {
    return false;
  }
  return (
    value.kind === 'model' ||
    value.kind === 'notice' ||
    ((value.kind === 'version' || value.kind === 'detail') &&
      'version' in value &&
      typeof value.version === 'string')
  );
}
