// Which of the 100 slots a routing key falls into: MurmurHash3 (x86, 32 bits, seed 0) of its bytes.

/** Slots of a model's traffic: one per percent. */
export const slotCount = 100;

const encoder = new TextEncoder();
/** Routing keys are short: their bytes need no memory of their own. */
const scratch = new Uint8Array(384);
/** UTF-16 units take at most three bytes each. */
const shortKey = scratch.length / 3;

/**
 * 0 to 99, the same for the same key in every process and for ever: a sticky client stays where it is after a restart.
 * A string counts as its UTF-8 bytes, with U+FFFD for a lone surrogate.
 */
export function slotOf(key: string | Uint8Array): number {
  // Of 2^32 hashes no slot gets more than one too many.
  return Math.floor((hashOf(key) / 2 ** 32) * slotCount);
}

function hashOf(key: string | Uint8Array): number {
  if (typeof key !== 'string') {
    return murmur3(key, key.length);
  }
  if (key.length <= shortKey) {
    return murmur3(scratch, encoder.encodeInto(key, scratch).written);
  }
  const bytes = encoder.encode(key);
  return murmur3(bytes, bytes.length);
}

/** MurmurHash3_x86_32 of the first `length` bytes, seed 0, unsigned. */
function murmur3(bytes: Uint8Array, length: number): number {
  const whole = length & ~3;
  let hash = 0;
  for (let i = 0; i < whole; i += 4) {
    const low = (bytes[i] ?? 0) | ((bytes[i + 1] ?? 0) << 8);
    const high = (bytes[i + 2] ?? 0) | ((bytes[i + 3] ?? 0) << 8);
    hash ^= scramble(low | (high << 16));
    hash = (hash << 13) | (hash >>> 19);
    // 0xe6546b64, negative so that it stays an integer of 32 bits.
    hash = (Math.imul(hash, 5) - 0x19ab949c) | 0;
  }
  let tail = 0;
  for (let i = length - 1; i >= whole; i--) {
    tail = (tail << 8) | (bytes[i] ?? 0);
  }
  return finish(hash ^ scramble(tail) ^ length);
}

function scramble(word: number): number {
  const product = Math.imul(word, 0xcc9e2d51);
  return Math.imul((product << 15) | (product >>> 17), 0x1b873593);
}

/** Lets every bit of the input reach every bit of the result. */
function finish(hash: number): number {
  const half = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  const mixed = Math.imul(half ^ (half >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
