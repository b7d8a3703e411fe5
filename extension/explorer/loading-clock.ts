// Lets the elapsed time of loads move on while somebody sees it, without a word from the daemon. No vscode in here.
import type { Disposable } from '../signal.ts';

/** What is shown are whole seconds. Milliseconds. */
const intervalMs = 1000;

/** What the clock asks, and what it does. */
export interface LoadingClockParts {
  /** Whether anything is being loaded. */
  readonly isLoading: () => boolean;
  /** Draws the loading versions again. */
  readonly tick: () => void;
}

/** Has a timer only while something is being loaded and seen. */
export class LoadingClock implements Disposable {
  readonly #parts: LoadingClockParts;
  #visible = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: LoadingClockParts) {
    this.#parts = parts;
  }

  /** The view was shown or hidden. */
  setVisible(visible: boolean): void {
    this.#visible = visible;
    this.update();
  }

  /** What is being loaded may have changed. */
  update(): void {
    if (this.#visible && this.#parts.isLoading()) {
      this.#timer ??= setInterval(() => this.#parts.tick(), intervalMs);
    } else {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }

  dispose(): void {
    this.setVisible(false);
  }
}
