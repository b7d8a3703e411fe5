// Keeps one of the daemon's streams open while it is wanted, and opens it again when it was lost. No vscode in here.
import { setTimeout as delay } from 'node:timers/promises';
import type { Disposable } from '../signal.ts';

/** How long after a lost stream it is opened again. Milliseconds. */
const defaultRetryMs = 5_000;

/** What a follower does with a stream. */
export interface FollowerParts<Source, Message> {
  /** Opens it. It ends or rejects when the call does; aborting `signal` ends it. */
  readonly open: (source: Source, signal: AbortSignal) => AsyncIterable<Message>;
  readonly onMessage: (message: Message) => void;
  /** The stream was lost or closed: what was heard is not current any more. */
  readonly onEnd?: () => void;
  readonly retryMs?: number;
}

/** Has a stream open only while there is a source and it is wanted. Why a stream was lost is not told. */
export class Follower<Source, Message> implements Disposable {
  readonly #parts: FollowerParts<Source, Message>;
  #source: Source | undefined;
  #wanted = false;
  #running: AbortController | undefined;

  constructor(parts: FollowerParts<Source, Message>) {
    this.#parts = parts;
  }

  /** The daemon to listen to, or undefined while there is none. */
  setSource(source: Source | undefined): void {
    if (source !== this.#source) {
      this.#halt();
      this.#source = source;
      this.#update();
    }
  }

  /** Whether anybody wants to hear. */
  setWanted(wanted: boolean): void {
    this.#wanted = wanted;
    this.#update();
  }

  dispose(): void {
    this.#halt();
    this.#source = undefined;
  }

  #update(): void {
    if (this.#source === undefined || !this.#wanted) {
      this.#halt();
    } else if (this.#running === undefined) {
      this.#running = new AbortController();
      void this.#follow(this.#source, this.#running.signal);
    }
  }

  #halt(): void {
    if (this.#running !== undefined) {
      this.#running.abort();
      this.#running = undefined;
      this.#parts.onEnd?.();
    }
  }

  async #follow(source: Source, signal: AbortSignal): Promise<void> {
    const { open, onMessage, onEnd, retryMs = defaultRetryMs } = this.#parts;
    const halted = (): boolean => signal.aborted;
    while (!halted()) {
      try {
        for await (const message of open(source, signal)) {
          if (halted()) {
            return;
          }
          onMessage(message);
        }
      } catch {
        // A daemon that is gone is the state stream's to tell.
      }
      if (!halted()) {
        onEnd?.();
      }
      // Rejects when aborted, which the loop's condition sees.
      await delay(retryMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
