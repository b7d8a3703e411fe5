// The streams of a connection by their identifiers, and what is remembered of those that are gone (RFC 9113 §5.1, §5.1.1).
import type { Stream } from './stream.ts';

/**
 * What a stream is that is not open.
 * `idle`: not begun. `skipped`: closed without having been begun, because a higher one was. `reset`: reset by this side, of
 * late, so that frames may come which were sent before the client knew, and none is answered by a second RST_STREAM (RFC
 * 9113 §5.4.2). `ignored`: begun after the last one that GOAWAY had named. `closed`: any other.
 */
export type Fate = 'idle' | 'skipped' | 'reset' | 'ignored' | 'closed';

/** So many reset streams are remembered. */
const rememberedResets = 1024;
/** So many gaps in the numbers are remembered; clients leave none. */
const rememberedGaps = 16;

/** Streams have a slot each by the last bits of their identifier: those that are open together mostly began together. */
const slots = 32;

/**
 * Nothing is allocated before the first stream. Streams whose slot is taken go into a map, which costs more each time: a
 * stream is begun and ended for each call.
 */
export class StreamTable {
  #slots: (Stream | undefined)[] | undefined;
  #others: Map<number, Stream> | undefined;
  #size = 0;
  #lastId = 0;
  #ignoredAbove = Infinity;
  /** What the client may still send on each, by its window. */
  #resets: Map<number, number> | undefined;
  #gaps: { readonly from: number; readonly to: number }[] | undefined;

  get size(): number {
    return this.#size;
  }

  /** The highest stream that the client has begun, and that was not ignored. */
  get lastId(): number {
    return this.#lastId;
  }

  /** The streams that are open, as they are now, in the order in which they began. */
  snapshot(): readonly Stream[] {
    const inSlots = (this.#slots ?? []).filter((stream) => stream !== undefined);
    return [...inSlots, ...(this.#others?.values() ?? [])].sort((a, b) => a.id - b.id);
  }

  get(id: number): Stream | undefined {
    const stream = this.#slots?.[slotOf(id)];
    return stream?.id === id ? stream : this.#others?.get(id);
  }

  /** What became of a stream that `get` does not know. */
  fate(id: number): Fate {
    if (id > this.#ignoredAbove) {
      return 'ignored';
    }
    if (id > this.#lastId || (id & 1) === 0) {
      return 'idle';
    }
    if (this.#resets?.has(id) === true) {
      return 'reset';
    }
    return this.#gaps?.some(({ from, to }) => id >= from && id <= to) === true ? 'skipped' : 'closed';
  }

  /** The client has begun this idle stream, and by that closed those below it that it had not begun. */
  begin(id: number): void {
    if (id > this.#lastId + 2) {
      this.#gaps ??= [];
      this.#gaps.push({ from: this.#lastId + 1, to: id - 1 });
      if (this.#gaps.length > rememberedGaps) {
        this.#gaps.shift();
      }
    }
    this.#lastId = id;
  }

  /** A stream that the table does not have. */
  add(stream: Stream): void {
    this.#slots ??= new Array<Stream | undefined>(slots).fill(undefined);
    const slot = slotOf(stream.id);
    if (this.#slots[slot] === undefined) {
      this.#slots[slot] = stream;
    } else {
      (this.#others ??= new Map()).set(stream.id, stream);
    }
    this.#size++;
  }

  /** Takes out a stream that is over. */
  remove(stream: Stream): void {
    const slot = slotOf(stream.id);
    if (this.#slots?.[slot] === stream) {
      this.#slots[slot] = undefined;
      this.#size--;
    } else if (this.#others?.delete(stream.id) === true) {
      this.#size--;
    }
  }

  /** This side has reset a stream, on which the client may have sent `credit` bytes more before it knows. */
  rememberReset(id: number, credit: number): void {
    const resets = (this.#resets ??= new Map<number, number>());
    resets.set(id, credit);
    if (resets.size > rememberedResets) {
      for (const oldest of resets.keys()) {
        resets.delete(oldest);
        break;
      }
    }
  }

  /** So many bytes came on a stream whose fate is `reset`. False: they are more than its window was. */
  spendOnReset(id: number, byteLength: number): boolean {
    const left = (this.#resets?.get(id) ?? 0) - byteLength;
    this.#resets?.set(id, Math.max(0, left));
    return left >= 0;
  }

  /** Streams that the client begins from now on are ignored (RFC 9113 §6.8). */
  ignoreNew(): void {
    this.#ignoredAbove = Math.min(this.#ignoredAbove, this.#lastId);
  }
}

/** Clients' identifiers are odd. */
function slotOf(id: number): number {
  return (id >>> 1) % slots;
}
