// Records on their way from one thread to another, in memory that both see: a ring with one writer and one reader.
import type { RecordKind, RecordReader } from './call-records.ts';

/** Octets of records that may be on the way; a power of two. */
const ringBytes = 2 ** 20;

/** Of the ring's memory, before the records: 4-byte cells, each in a cache line of its own. */
const headBytes = 256;
/** Up to where the writer has written, modulo 2^32. */
const writtenCell = 0;
/** Up to where the reader has read. */
const readCell = 16;
/** 1: the reader looks no more, until a bell wakes it. */
const asleepCell = 32;
/** 1: the writer waits for room, until a bell wakes it. */
const waitingCell = 48;

/** Of a record: kind, call, length of the payload and `word`, 4 bytes each; `number`, 8 bytes. Then the payload, filled up to 8. */
const recordHeadBytes = 24;
/** In place of a kind: the record does not fit before the ring's end, and lies at its beginning. */
const skipped = 0;
/** In place of a length: the payload comes by another way. */
const elsewhere = -1;

/**
 * After so many octets a reader lets others have their turn: what a record asks for is done while it is read. A record more
 * may be read.
 */
const readAtOnceBytes = 64 * 2 ** 10;

/** A payload that is longer does not go through the ring, which would copy it twice. Bytes. */
export const largestInRing = 16 * 2 ** 10;

/** Memory for one direction. */
export function makeRing(): SharedArrayBuffer {
  return new SharedArrayBuffer(headBytes + ringBytes);
}

class RingMemory {
  readonly cells: Int32Array;
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  readonly numbers: Float64Array;

  constructor(memory: SharedArrayBuffer) {
    this.cells = new Int32Array(memory, 0, headBytes / Int32Array.BYTES_PER_ELEMENT);
    this.bytes = new Uint8Array(memory, headBytes);
    this.words = new Int32Array(memory, headBytes);
    this.numbers = new Float64Array(memory, headBytes);
  }
}

/** The writer's end. */
export class RingWriter {
  readonly #ring: RingMemory;
  /** Up to where records are, published or not. */
  #at: number;
  /** Up to where the reader had read when there was no room. */
  #readWhenFull = 0;

  constructor(memory: SharedArrayBuffer) {
    this.#ring = new RingMemory(memory);
    this.#at = Atomics.load(this.#ring.cells, writtenCell);
  }

  /**
   * Writes a record; false: there is no room. The reader sees nothing of it before `publish`. `call` and `word` are integers
   * of 32 bits.
   */
  write(kind: RecordKind, call: number, word: number, number: number, payload: Uint8Array): boolean {
    const { cells, bytes, words, numbers } = this.#ring;
    const { length } = payload;
    const isElsewhere = length > largestInRing;
    const size = recordHeadBytes + (isElsewhere ? 0 : (length + 7) & ~7);
    let at = this.#at & (ringBytes - 1);
    const skip = at + size > ringBytes ? ringBytes - at : 0;
    const read = Atomics.load(cells, readCell);
    if (((this.#at - read) | 0) + skip + size > ringBytes) {
      this.#readWhenFull = read;
      return false;
    }
    if (skip > 0) {
      words[at >> 2] = skipped;
      at = 0;
    }
    const slot = at >> 2;
    words[slot] = kind;
    words[slot + 1] = call;
    words[slot + 2] = isElsewhere ? elsewhere : length;
    words[slot + 3] = word;
    numbers[(at >> 3) + 2] = number;
    if (!isElsewhere) {
      bytes.set(payload, at + recordHeadBytes);
    }
    this.#at = (this.#at + skip + size) | 0;
    return true;
  }

  /** Shows the reader what was written; true: it is asleep, and must be woken. */
  publish(): boolean {
    const { cells } = this.#ring;
    Atomics.store(cells, writtenCell, this.#at);
    return Atomics.load(cells, asleepCell) === 1 && Atomics.exchange(cells, asleepCell, 0) === 1;
  }

  /** There was no room: the reader is to say when it has read. False: it has read since. */
  waitForRoom(): boolean {
    const { cells } = this.#ring;
    Atomics.store(cells, waitingCell, 1);
    return Atomics.load(cells, readCell) === this.#readWhenFull;
  }
}

/** The reader's end. */
export class RingReader {
  readonly #ring: RingMemory;
  #at: number;

  constructor(memory: SharedArrayBuffer) {
    this.#ring = new RingMemory(memory);
    this.#at = Atomics.load(this.#ring.cells, readCell);
  }

  /** Hands over what was published, or the first of it; `fetch` gets a payload that comes by another way. False: there was nothing. */
  read(reader: RecordReader, fetch: () => Buffer): boolean {
    const { cells, bytes, words, numbers } = this.#ring;
    const written = Atomics.load(cells, writtenCell);
    if (written === this.#at) {
      return false;
    }
    const begin = this.#at;
    while (this.#at !== written && ((this.#at - begin) | 0) < readAtOnceBytes) {
      const at = this.#at & (ringBytes - 1);
      const slot = at >> 2;
      const kind = words[slot] ?? 0;
      if (kind === skipped) {
        this.#at = (this.#at + ringBytes - at) | 0;
        continue;
      }
      const call = words[slot + 1] ?? 0;
      const length = words[slot + 2] ?? 0;
      const word = words[slot + 3] ?? 0;
      const number = numbers[(at >> 3) + 2] ?? 0;
      let payload: Buffer = noPayload;
      if (length > 0) {
        payload = Buffer.allocUnsafe(length);
        payload.set(bytes.subarray(at + recordHeadBytes, at + recordHeadBytes + length));
      } else if (length === elsewhere) {
        payload = fetch();
      }
      this.#at = (this.#at + recordHeadBytes + (length > 0 ? (length + 7) & ~7 : 0)) | 0;
      reader.record(kind, call, word, number, payload);
    }
    Atomics.store(cells, readCell, this.#at);
    return true;
  }

  /** Whether the writer waits for room, and must be woken. */
  get isWaitedFor(): boolean {
    const { cells } = this.#ring;
    return Atomics.load(cells, waitingCell) === 1 && Atomics.exchange(cells, waitingCell, 0) === 1;
  }

  /** From now on the writer wakes it. False: something has come meanwhile, and is to be read first. */
  sleep(): boolean {
    const { cells } = this.#ring;
    Atomics.store(cells, asleepCell, 1);
    if (Atomics.load(cells, writtenCell) === this.#at) {
      return true;
    }
    // Whoever takes the mark away rings: where the writer has, a bell comes for nothing.
    Atomics.store(cells, asleepCell, 0);
    return false;
  }
}

const noPayload = Buffer.alloc(0);
