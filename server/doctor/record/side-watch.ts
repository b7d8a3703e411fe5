// One side of a recorded connection: what it sent, in numbers that do not grow.
import type { Opening } from './frame-watch.ts';
import type { SeenEnd, SeenGoaway, SeenSide } from './seen-connection.ts';

const keptIntervals = 8;
const keptGoaways = 4;
/** Error codes above those of RFC 9113 §7 count as one. */
const otherCode = 0xff;

/** Kept by a ConnectionWatch. */
export class SideWatch implements SeenSide {
  opening: Opening | undefined;
  firstBytes = '';
  bytes = 0;
  lastByteAt = 0;
  readonly goaways: SeenGoaway[] = [];
  pings = 0;
  pingsSinceAnswer = 0;
  readonly pingIntervals: number[] = [];
  readonly resets = new Map<number, number>();
  maxConcurrentStreams: number | undefined;
  end: SeenEnd | undefined;
  #lastPingAt: number | undefined;
  /** Those without an answer, the oldest first. */
  readonly #unanswered: number[] = [];

  get unansweredPingAt(): number | undefined {
    return this.#unanswered[0];
  }

  /** It sent a PING. */
  pinged(at: number): void {
    this.pings++;
    this.pingsSinceAnswer++;
    if (this.#lastPingAt !== undefined) {
      keep(this.pingIntervals, at - this.#lastPingAt, keptIntervals);
    }
    this.#lastPingAt = at;
    // Only the oldest one is asked for: of a flood, the first ones do.
    if (this.#unanswered.length < keptIntervals) {
      this.#unanswered.push(at);
    }
  }

  /** The other side answered one. */
  pingAnswered(): void {
    this.#unanswered.shift();
  }

  wentAway(goaway: SeenGoaway): void {
    keep(this.goaways, goaway, keptGoaways);
  }

  wasReset(code: number): void {
    const key = code > 0xd ? otherCode : code;
    this.resets.set(key, (this.resets.get(key) ?? 0) + 1);
  }
}

function keep<Item>(items: Item[], item: Item, most: number): void {
  items.push(item);
  if (items.length > most) {
    items.shift();
  }
}
