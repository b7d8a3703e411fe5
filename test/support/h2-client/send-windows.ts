// How much DATA a client may send (RFC 9113 §5.2, §6.9): the windows that the server opened, and its frame size.
import { flag, frameType, setting, type Frame } from './frame.ts';
import { has, incrementOf, settingsOf } from './frame-reader.ts';

/** Both windows begin with this many octets (RFC 9113 §6.9.2). */
export const initialWindowBytes = 65_535;

/** One per connection. */
export class SendWindows {
  #connection = initialWindowBytes;
  #initial = initialWindowBytes;
  #maxFrameBytes = 16_384;
  /** By stream, relative to the initial window size, which may still change. */
  readonly #offsets = new Map<number, number>();
  #waiting: (() => void)[] = [];

  /** The largest payload that the server takes. */
  get maxFrameBytes(): number {
    return this.#maxFrameBytes;
  }

  /** Octets that may be sent on a stream now; not below zero. */
  available(streamId: number): number {
    return Math.max(0, Math.min(this.#connection, this.#initial + (this.#offsets.get(streamId) ?? 0)));
  }

  /** So many octets of DATA were sent. */
  take(streamId: number, bytes: number): void {
    this.#connection -= bytes;
    this.#offsets.set(streamId, (this.#offsets.get(streamId) ?? 0) - bytes);
  }

  /** Takes in what the server says of windows; other frames change nothing. */
  received(frame: Frame): void {
    if (frame.type === frameType.windowUpdate) {
      if (frame.streamId === 0) {
        this.#connection += incrementOf(frame);
      } else {
        this.#offsets.set(frame.streamId, (this.#offsets.get(frame.streamId) ?? 0) + incrementOf(frame));
      }
    } else if (frame.type === frameType.settings && !has(frame, flag.ack)) {
      const settings = new Map(settingsOf(frame));
      this.#initial = settings.get(setting.initialWindowSize) ?? this.#initial;
      this.#maxFrameBytes = settings.get(setting.maxFrameSize) ?? this.#maxFrameBytes;
    } else {
      return;
    }
    this.wake();
  }

  /** Resolves at the next change. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Lets those who wait look again, as when the connection is gone. */
  wake(): void {
    this.#waiting.splice(0).forEach((resolve) => resolve());
  }
}
