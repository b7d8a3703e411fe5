// A key's slot is MurmurHash3's, the same everywhere, and keys of every usual kind spread evenly.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { slotCount, slotOf } from '../../../../server/routing/slot-of.ts';

const keyCount = 100_000;

/** Chi-square of the keys' slots against even ones; 99 degrees of freedom, so 99 +- 14. */
function chiSquare(keyAt: (i: number) => string | Uint8Array): number {
  const counts = new Array<number>(slotCount).fill(0);
  for (let i = 0; i < keyCount; i++) {
    counts[slotOf(keyAt(i))]!++;
  }
  const expected = keyCount / slotCount;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

const digest = (i: number): string => createHash('md5').update(String(i)).digest('hex');

describe('slotOf', () => {
  // Published vectors of MurmurHash3_x86_32 with seed 0.
  for (const [key, hash] of [
    ['', 0],
    ['test', 0xba6bd213],
    ['Hello, world!', 0xc0363e43],
    ['The quick brown fox jumps over the lazy dog', 0x2e4ff723],
    [Uint8Array.of(0x21, 0x43, 0x65, 0x87), 0xf55b516b],
    [Uint8Array.of(0x21, 0x43, 0x65), 0x7e4a8634],
    [Uint8Array.of(0x21, 0x43), 0xa0f7b07a],
    [Uint8Array.of(0x21), 0x72661cf4],
    [Uint8Array.of(0xff, 0xff, 0xff, 0xff), 0x76293b50],
    [Uint8Array.of(0, 0, 0, 0), 0x2362f9de],
  ] as const) {
    it(`puts ${JSON.stringify(key)} where MurmurHash3 says`, () => {
      assert.equal(slotOf(key), Math.floor((hash / 2 ** 32) * 100));
    });
  }

  it('takes a text for its UTF-8 bytes, however long', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) =>
        assert.equal(slotOf(text), slotOf(new TextEncoder().encode(text))),
      ),
    );
    const long = 'ä€😀x'.repeat(1000);
    assert.equal(slotOf(long), slotOf(new TextEncoder().encode(long)));
  });

  const shapes: [name: string, keyAt: (i: number) => string | Uint8Array][] = [
    ['numbers in a row', String],
    ['numbers with a common beginning', (i) => `customer-${1_000_000 + i}`],
    ['hexadecimal ids', (i) => digest(i)],
    ['UUIDs', (i) => digest(i).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')],
    ['mail addresses', (i) => `user${i}@mail.example`],
    ['addresses of a network', (i) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`],
    ['names that are not ASCII', (i) => `Jürgen Müller ${i}`],
    ['long keys that end alike', (i) => `${i}${'/a/long/path'.repeat(20)}`],
    ['integers of four bytes', (i) => new Uint8Array(Uint32Array.of(i).buffer)],
  ];
  for (const [name, keyAt] of shapes) {
    it(`spreads ${name} evenly`, () => {
      // Five standard deviations: the keys are the same in each run.
      assert.ok(chiSquare(keyAt) < 99 + 5 * Math.sqrt(2 * 99));
    });
  }
});
