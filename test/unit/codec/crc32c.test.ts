// The checksum: the vectors of RFC 3720 (B.4), and against the definition at every length and alignment.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { crc32c, mask, unmask } from '../../../server/codec/crc32c.ts';

function bitByBit(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) {
      crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ 0x82f63b78;
    }
  }
  return ~crc >>> 0;
}

describe('crc32c', () => {
  it('has the values of RFC 3720', () => {
    assert.equal(crc32c(new Uint8Array(32)), 0x8a9136aa);
    assert.equal(crc32c(new Uint8Array(32).fill(255)), 0x62a8ab43);
    assert.equal(crc32c(Uint8Array.from({ length: 32 }, (_element, index) => index)), 0x46dd794e);
    assert.equal(crc32c(Buffer.from('123456789')), 0xe3069283);
    assert.equal(crc32c(new Uint8Array()), 0);
  });

  it('is the same wherever the bytes lie, and in pieces', () => {
    const bytes = Uint8Array.from({ length: 120 }, (_element, index) => (index * 167 + 13) & 255);
    for (let from = 0; from < 9; from++) {
      for (let to = from; to < bytes.length; to++) {
        const part = bytes.subarray(from, to);
        assert.equal(crc32c(part), bitByBit(part));
        const half = part.length >> 1;
        assert.equal(crc32c(part.subarray(half), crc32c(part.subarray(0, half))), bitByBit(part));
      }
    }
  });

  it('is masked and unmasked', () => {
    for (const crc of [0, 1, 0x8a9136aa, 0xffffffff]) {
      assert.equal(unmask(mask(crc)), crc);
    }
    assert.equal(mask(0), 0xa282ead8);
  });
});
