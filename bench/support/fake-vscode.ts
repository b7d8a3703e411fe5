// What the tree of models needs of the module "vscode", for a benchmark that runs outside the editor.

/** As VS Code's: listeners are called at once, in their order. */
export class EventEmitter<T> {
  readonly #listeners = new Set<(event: T) => void>();

  readonly event = (listener: (event: T) => void): { dispose(): void } => {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  };

  fire(event: T): void {
    for (const listener of this.#listeners) {
      listener(event);
    }
  }

  dispose(): void {
    this.#listeners.clear();
  }
}

/** What is drawn of a row. */
export class TreeItem {
  readonly label: string;
  readonly collapsibleState: number | undefined;

  constructor(label: string, collapsibleState?: number) {
    this.label = label;
    this.collapsibleState = collapsibleState;
  }
}

export const TreeItemCollapsibleState = { None: 0, Collapsed: 1, Expanded: 2 } as const;

/** An icon by its id. */
export class ThemeIcon {
  readonly id: string;
  readonly color: ThemeColor | undefined;

  constructor(id: string, color?: ThemeColor) {
    this.id = id;
    this.color = color;
  }
}

/** A colour by its id. */
export class ThemeColor {
  readonly id: string;

  constructor(id: string) {
    this.id = id;
  }
}

/** The text of a tooltip. */
export class MarkdownString {
  readonly value: string;

  constructor(value: string) {
    this.value = value;
  }
}

export const Uri = {
  file: (path: string): { readonly scheme: string; readonly path: string; readonly fsPath: string } => ({
    scheme: 'file',
    path,
    fsPath: path,
  }),
};

export const l10n = {
  /** English, with `{0}` … filled in. */
  t: (text: string, ...values: readonly (string | number | boolean)[]): string =>
    text.replace(/\{(\d+)\}/g, (gap, index: string) => String(values[Number(index)] ?? gap)),
};
