// FarmHash's Fingerprint64, stable across platforms: StringToHashBucketFast and Fingerprint (github.com/google/farmhash).
import { add, fetch32, fetch64, multiply, rotateRight, shiftMix, small, word, xor } from './word64.ts';
import type { Word64 } from './word64.ts';

const k0 = word(0xc3a5c85c, 0x97cb3127);
const k1 = word(0xb492b66f, 0xbe98f273);
const k2 = word(0x9ae16a3b, 0x2f90404f);
const catFactor = word(0xc6a4a793, 0x5bd1e995);

/** The fingerprint of bytes of any length. */
export function farmFingerprint64(bytes: Uint8Array): Word64 {
  const { length } = bytes;
  if (length <= 16) {
    return upTo16(bytes);
  }
  if (length <= 32) {
    return upTo32(bytes);
  }
  return length <= 64 ? upTo64(bytes) : long(bytes);
}

/** The fingerprint of two fingerprints together, in this order (tensorflow/core/platform/fingerprint.h). */
export function fingerprintCat64(first: Word64, second: Word64): Word64 {
  const mixed = multiply(shiftMix(multiply(second, catFactor)), catFactor);
  const product = multiply(xor(xor(first, catFactor), mixed), catFactor);
  return shiftMix(multiply(shiftMix(product), catFactor));
}

function factorOf(length: number): Word64 {
  return add(k2, small(length * 2));
}

function mix(u: Word64, v: Word64, factor: Word64): Word64 {
  const a = shiftMix(multiply(xor(u, v), factor));
  const b = shiftMix(multiply(xor(v, a), factor));
  return multiply(b, factor);
}

function upTo16(bytes: Uint8Array): Word64 {
  const { length } = bytes;
  if (length >= 8) {
    const factor = factorOf(length);
    const a = add(fetch64(bytes, 0), k2);
    const b = fetch64(bytes, length - 8);
    const c = add(multiply(rotateRight(b, 37), factor), a);
    const d = multiply(add(rotateRight(a, 25), b), factor);
    return mix(c, d, factor);
  }
  if (length >= 4) {
    const first = fetch32(bytes, 0);
    const shifted = word(first >>> 29, first << 3);
    return mix(add(small(length), shifted), word(0, fetch32(bytes, length - 4)), factorOf(length));
  }
  if (length > 0) {
    const y = (bytes[0] ?? 0) + ((bytes[length >> 1] ?? 0) << 8);
    const z = length + ((bytes[length - 1] ?? 0) << 2);
    return multiply(shiftMix(xor(multiply(small(y), k2), multiply(small(z), k0))), k2);
  }
  return k2;
}

function upTo32(bytes: Uint8Array): Word64 {
  const { length } = bytes;
  const factor = factorOf(length);
  const a = multiply(fetch64(bytes, 0), k1);
  const b = fetch64(bytes, 8);
  const c = multiply(fetch64(bytes, length - 8), factor);
  const d = multiply(fetch64(bytes, length - 16), k2);
  return mix(
    add(add(rotateRight(add(a, b), 43), rotateRight(c, 30)), d),
    add(add(a, rotateRight(add(b, k2), 18)), c),
    factor,
  );
}

function upTo64(bytes: Uint8Array): Word64 {
  const { length } = bytes;
  const factor = factorOf(length);
  const a = multiply(fetch64(bytes, 0), k2);
  const b = fetch64(bytes, 8);
  const c = multiply(fetch64(bytes, length - 8), factor);
  const d = multiply(fetch64(bytes, length - 16), k2);
  const y = add(add(rotateRight(add(a, b), 43), rotateRight(c, 30)), d);
  const z = mix(y, add(add(a, rotateRight(add(b, k2), 18)), c), factor);
  const e = multiply(fetch64(bytes, 16), factor);
  const f = fetch64(bytes, 24);
  const g = multiply(add(y, fetch64(bytes, length - 32)), factor);
  const h = multiply(add(z, fetch64(bytes, length - 24)), factor);
  return mix(
    add(add(rotateRight(add(e, f), 43), rotateRight(g, 30)), h),
    add(add(e, rotateRight(add(f, a), 18)), g),
    factor,
  );
}

type Pair = readonly [Word64, Word64];

/** Mixes 32 bytes into two words. */
function weakMix(bytes: Uint8Array, at: number, seedA: Word64, seedB: Word64): Pair {
  const z = fetch64(bytes, at + 24);
  const start = add(seedA, fetch64(bytes, at));
  const b = rotateRight(add(add(seedB, start), z), 21);
  const sum = add(add(start, fetch64(bytes, at + 8)), fetch64(bytes, at + 16));
  return [add(sum, z), add(add(b, rotateRight(sum, 44)), start)];
}

/** The state that each block of 64 bytes changes. */
interface LongState {
  x: Word64;
  y: Word64;
  z: Word64;
  v: Pair;
  w: Pair;
}

const longSeed = 81;

function long(bytes: Uint8Array): Word64 {
  const { length } = bytes;
  const y = add(multiply(small(longSeed), k1), small(113));
  const state: LongState = {
    x: add(multiply(small(longSeed), k2), fetch64(bytes, 0)),
    y,
    z: multiply(shiftMix(add(multiply(y, k2), small(113))), k2),
    v: [small(0), small(0)],
    w: [small(0), small(0)],
  };
  const end = Math.floor((length - 1) / 64) * 64;
  for (let at = 0; at < end; at += 64) {
    mixBlock(state, bytes, at, k1, state.w[1], state.v[0]);
  }
  const factor = add(k1, small((state.z.low & 0xff) * 2));
  const { v, w } = state;
  const tail = add(w[0], small((length - 1) & 63));
  const first = add(v[0], tail);
  state.v = [first, v[1]];
  state.w = [add(tail, first), w[1]];
  const nine = small(9);
  mixBlock(state, bytes, length - 64, factor, multiply(w[1], nine), multiply(first, nine));
  return mix(
    add(add(mix(state.v[0], state.w[0], factor), multiply(shiftMix(state.y), k0)), state.z),
    add(mix(state.v[1], state.w[1], factor), state.x),
    factor,
  );
}

function mixBlock(
  state: LongState,
  bytes: Uint8Array,
  at: number,
  factor: Word64,
  intoX: Word64,
  intoY: Word64,
): void {
  const { v, w } = state;
  const sum = add(add(state.x, state.y), add(v[0], fetch64(bytes, at + 8)));
  const x = xor(multiply(rotateRight(sum, 37), factor), intoX);
  const turned = multiply(rotateRight(add(add(state.y, v[1]), fetch64(bytes, at + 48)), 42), factor);
  const y = add(turned, add(intoY, fetch64(bytes, at + 40)));
  const z = multiply(rotateRight(add(state.z, w[0]), 33), factor);
  state.v = weakMix(bytes, at, multiply(v[1], factor), add(x, w[0]));
  state.w = weakMix(bytes, at + 32, add(z, w[1]), add(y, fetch64(bytes, at + 16)));
  // The two change places with every block.
  state.x = z;
  state.y = y;
  state.z = x;
}
