// All frames that came on a connection, and waiting for one: by events, with an end that names what was missing.
import type { HeaderField } from '../../../server/wire/http2/contract.ts';
import type { Frame } from './frame.ts';
import { frameText } from './frame-reader.ts';

/** Ends a test that hangs; nothing takes nearly as long. */
const patienceMs = 60_000;

/** Frames that a description shows at most. */
const shownFrames = 40;

/** A frame that came from the server. */
export interface ReceivedFrame extends Frame {
  /** The decoded header list, in the frame that completes it. */
  readonly fields?: readonly HeaderField[];
}

/** One per connection. */
export class FrameLog {
  readonly frames: ReceivedFrame[] = [];
  readonly #watchers = new Set<() => void>();
  #isClosed = false;

  /** A frame came. */
  add(frame: ReceivedFrame): void {
    this.frames.push(frame);
    this.#wake();
  }

  /** No frame will come any more. */
  close(): void {
    this.#isClosed = true;
    this.#wake();
  }

  /**
   * The first frame from index `from` on of which `matches` is true. Rejects when the connection closes before, and
   * after a minute.
   */
  async until(what: string, matches: (frame: ReceivedFrame) => boolean, from = 0): Promise<ReceivedFrame> {
    let next = from;
    let found: ReceivedFrame | undefined;
    await this.#when(what, () => {
      while (found === undefined && next < this.frames.length) {
        const frame = this.frames[next++]!;
        found = matches(frame) ? frame : undefined;
      }
      return found !== undefined || this.#isClosed;
    });
    if (found === undefined) {
      throw new Error(`The connection closed without ${what}. Received: ${this.describe()}`);
    }
    return found;
  }

  /** Resolves when no frame will come any more; rejects after a minute. */
  async untilClosed(): Promise<void> {
    await this.#when('the end of the connection', () => this.#isClosed);
  }

  /** What came last, one frame per line. */
  describe(): string {
    const lines = this.frames.slice(-shownFrames).map(frameText);
    return lines.length === 0 ? 'nothing' : `\n  ${lines.join('\n  ')}`;
  }

  async #when(what: string, condition: () => boolean): Promise<void> {
    if (condition()) {
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#watchers.delete(watcher);
      };
      const watcher = (): void => {
        if (condition()) {
          end();
          resolve();
        }
      };
      const timer = setTimeout(() => {
        end();
        reject(new Error(`Waited in vain for ${what}. Received: ${this.describe()}`));
      }, patienceMs);
      this.#watchers.add(watcher);
    });
  }

  #wake(): void {
    [...this.#watchers].forEach((watcher) => watcher());
  }
}
