// A stream of bytes in shared memory, from one thread to another: one end waits asleep, the other without blocking.

/** Bytes of the ring, a power of two. Small requests fit many times; large ones flow through in parts. */
const ringBytes = 2 ** 20;
/** Places in `control`: bytes written and read since the start, modulo 2^32, and whether it is closed. */
const writtenAt = 0;
const readAt = 1;
const closedAt = 2;

/** What both threads hold; it may be posted. */
export interface SharedPipe {
  readonly control: Int32Array<SharedArrayBuffer>;
  readonly ring: Uint8Array<SharedArrayBuffer>;
}

/** A new, empty pipe. */
export function createSharedPipe(): SharedPipe {
  return {
    control: new Int32Array(new SharedArrayBuffer(16)),
    ring: new Uint8Array(new SharedArrayBuffer(ringBytes)),
  };
}

/** Wakes whoever waits at either end; nothing is read or written any more. */
export function closeSharedPipe({ control }: SharedPipe): void {
  Atomics.store(control, closedAt, 1);
  Atomics.notify(control, writtenAt);
  Atomics.notify(control, readAt);
}

/** Fills `target` from its start with what is there, at least one byte, asleep until there is some; 0 once the pipe is closed. */
export function readWaiting(pipe: SharedPipe, target: Uint8Array): number {
  const { control } = pipe;
  while (usedBytes(pipe) === 0 && !isClosed(pipe)) {
    Atomics.wait(control, writtenAt, Atomics.load(control, readAt));
  }
  return takeOut(pipe, target);
}

/** Writes all of the pieces, asleep while the ring is full; what is left is dropped once the pipe is closed. */
export function writeWaiting(pipe: SharedPipe, pieces: readonly Uint8Array[]): void {
  const { control } = pipe;
  for (let left = putIn(pipe, pieces); left.length > 0 && !isClosed(pipe); left = putIn(pipe, left)) {
    const read = Atomics.load(control, readAt);
    if (freeBytes(pipe) === 0) {
      Atomics.wait(control, readAt, read);
    }
  }
}

/** Hands every part that comes to `received`, each in a buffer of its own, until the pipe is closed. */
export async function readAll(pipe: SharedPipe, received: (chunk: Uint8Array) => void): Promise<void> {
  const { control } = pipe;
  while (!isClosed(pipe)) {
    const length = usedBytes(pipe);
    if (length === 0) {
      await changed(control, writtenAt, Atomics.load(control, readAt));
    } else {
      const chunk = Buffer.allocUnsafeSlow(length);
      takeOut(pipe, chunk);
      received(chunk);
    }
  }
}

/** Writes without blocking: what does not fit waits in memory, in order. */
export class QueuedWriter {
  readonly #pipe: SharedPipe;
  #queue: Uint8Array[] = [];
  #waits = false;

  constructor(pipe: SharedPipe) {
    this.#pipe = pipe;
  }

  /** The pieces are not to be changed before they are through. */
  write(pieces: readonly Uint8Array[]): void {
    if (this.#queue.length > 0) {
      this.#queue = this.#queue.concat(pieces);
      return;
    }
    this.#queue = putIn(this.#pipe, pieces);
    if (this.#queue.length > 0 && !this.#waits) {
      void this.#drain();
    }
  }

  async #drain(): Promise<void> {
    this.#waits = true;
    const { control } = this.#pipe;
    while (this.#queue.length > 0 && !isClosed(this.#pipe)) {
      const read = Atomics.load(control, readAt);
      if (freeBytes(this.#pipe) === 0) {
        await changed(control, readAt, read);
      }
      this.#queue = putIn(this.#pipe, this.#queue);
    }
    this.#waits = false;
  }
}

async function changed(control: Int32Array<SharedArrayBuffer>, at: number, from: number): Promise<void> {
  const outcome = Atomics.waitAsync(control, at, from);
  if (outcome.async) {
    await outcome.value;
  }
}

function isClosed({ control }: SharedPipe): boolean {
  return Atomics.load(control, closedAt) !== 0;
}

function usedBytes({ control }: SharedPipe): number {
  return (Atomics.load(control, writtenAt) - Atomics.load(control, readAt)) >>> 0;
}

function freeBytes(pipe: SharedPipe): number {
  return pipe.ring.length - usedBytes(pipe);
}

/** Moves what is in the ring to `target`; gives the number of bytes. */
function takeOut(pipe: SharedPipe, target: Uint8Array): number {
  const { control, ring } = pipe;
  const count = Math.min(usedBytes(pipe), target.length);
  if (count === 0) {
    return 0;
  }
  const position = Atomics.load(control, readAt);
  const from = (position >>> 0) % ring.length;
  const straight = Math.min(count, ring.length - from);
  target.set(ring.subarray(from, from + straight));
  target.set(ring.subarray(0, count - straight), straight);
  Atomics.store(control, readAt, (position + count) | 0);
  Atomics.notify(control, readAt);
  return count;
}

/** Puts in what fits, and tells the reader once; gives what is left. */
function putIn(pipe: SharedPipe, pieces: readonly Uint8Array[]): Uint8Array[] {
  const { control, ring } = pipe;
  const start = Atomics.load(control, writtenAt);
  let free = freeBytes(pipe);
  let position = start >>> 0;
  let index = 0;
  let left: Uint8Array[] = [];
  for (; index < pieces.length; index++) {
    const piece = pieces[index] ?? new Uint8Array();
    const count = Math.min(piece.length, free);
    const to = position % ring.length;
    const straight = Math.min(count, ring.length - to);
    ring.set(piece.subarray(0, straight), to);
    ring.set(piece.subarray(straight, count), 0);
    position += count;
    free -= count;
    if (count < piece.length) {
      left = [piece.subarray(count), ...pieces.slice(index + 1)];
      break;
    }
  }
  Atomics.store(control, writtenAt, position | 0);
  Atomics.notify(control, writtenAt);
  return left;
}
