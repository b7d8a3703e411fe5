// TensorFlow's own 64-bit hash (Murmur's 64A), for StringToHashBucket of TF1 graphs (tensorflow/core/lib/hash/hash.cc).
import { fetch64, multiply, shiftMix, small, word, xor } from './word64.ts';
import type { Word64 } from './word64.ts';

const seed = word(0xde, 0xcafcaffe);
const factor = word(0xc6a4a793, 0x5bd1e995);

/** Hash64 of bytes of any length. */
export function legacyHash64(bytes: Uint8Array): Word64 {
  const whole = bytes.length - (bytes.length % 8);
  let hash = xor(seed, multiply(small(bytes.length), factor));
  for (let at = 0; at < whole; at += 8) {
    const mixed = multiply(shiftMix(multiply(fetch64(bytes, at), factor)), factor);
    hash = multiply(xor(hash, mixed), factor);
  }
  if (whole < bytes.length) {
    const last = new Uint8Array(8);
    last.set(bytes.subarray(whole));
    hash = multiply(xor(hash, fetch64(last, 0)), factor);
  }
  return shiftMix(multiply(shiftMix(hash), factor));
}
