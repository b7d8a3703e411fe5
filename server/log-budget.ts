// How often the log may say a thing of one kind: a stranger who connects in a loop must not fill the disk.

/** Lines of one kind within a window. */
const linesPerWindow = 10;

/** Milliseconds. */
const windowMs = 60_000;

interface Window {
  readonly since: number;
  lines: number;
}

/** Counts lines by kind; kinds are few and known. */
export class LogBudget {
  readonly #windows = new Map<string, Window>();

  /**
   * Whether a line of this kind may be written at `now`, and how many were left out before it since the last one that
   * was; undefined: it may not.
   */
  take(kind: string, now: number): { readonly leftOut: number } | undefined {
    let window = this.#windows.get(kind);
    let leftOut = 0;
    if (window === undefined || now - window.since >= windowMs) {
      leftOut = Math.max(0, (window?.lines ?? 0) - linesPerWindow);
      window = { since: now, lines: 0 };
      this.#windows.set(kind, window);
    }
    window.lines++;
    return window.lines > linesPerWindow ? undefined : { leftOut };
  }
}
