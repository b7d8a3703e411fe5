// SipHash-2-4, for StringToHashBucketStrong and SparseCross with a key (Aumasson and Bernstein, 2012).
import { add, fetch64, rotateRight, small, word, xor } from './word64.ts';
import type { Word64 } from './word64.ts';

class SipState {
  private a: Word64;
  private b: Word64;
  private c: Word64;
  private d: Word64;

  constructor(key: readonly [Word64, Word64]) {
    this.a = xor(key[0], word(0x736f6d65, 0x70736575));
    this.b = xor(key[1], word(0x646f7261, 0x6e646f6d));
    this.c = xor(key[0], word(0x6c796765, 0x6e657261));
    this.d = xor(key[1], word(0x74656462, 0x79746573));
  }

  absorb(block: Word64): void {
    this.d = xor(this.d, block);
    this.rounds(2);
    this.a = xor(this.a, block);
  }

  finish(): Word64 {
    this.c = xor(this.c, small(0xff));
    this.rounds(4);
    return xor(xor(this.a, this.b), xor(this.c, this.d));
  }

  private rounds(count: number): void {
    for (let round = 0; round < count; round++) {
      const ab = add(this.a, this.b);
      const cd = add(this.c, this.d);
      const b = xor(rotateRight(this.b, 51), ab);
      const d = xor(rotateRight(this.d, 48), cd);
      const a = add(rotateRight(ab, 32), d);
      const c = add(cd, b);
      this.a = a;
      this.b = xor(rotateRight(b, 47), c);
      this.c = rotateRight(c, 32);
      this.d = xor(rotateRight(d, 43), a);
    }
  }
}

/** The keyed hash of bytes of any length. */
export function sipHash64(bytes: Uint8Array, key: readonly [Word64, Word64]): Word64 {
  const state = new SipState(key);
  const whole = bytes.length - (bytes.length % 8);
  for (let at = 0; at < whole; at += 8) {
    state.absorb(fetch64(bytes, at));
  }
  const last = new Uint8Array(8);
  last.set(bytes.subarray(whole));
  last[7] = bytes.length & 0xff;
  state.absorb(fetch64(last, 0));
  return state.finish();
}
