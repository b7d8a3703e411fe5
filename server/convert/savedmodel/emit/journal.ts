// What emission changed beside adding nodes, so that a mapping that gives up leaves nothing behind.

/** Undoes changes in reverse order. */
export class Journal {
  readonly #undo: (() => void)[] = [];

  /** How far back a roll-back goes. */
  get mark(): number {
    return this.#undo.length;
  }

  /** Notes how to take a change back. */
  record(undo: () => void): void {
    this.#undo.push(undo);
  }

  /** Takes back all changes since the mark. */
  rollBack(mark: number): void {
    while (this.#undo.length > mark) {
      this.#undo.pop()?.();
    }
  }
}
