// The wire reader's strictness and the wire writer's sizes, case by case.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { atOnce } from '../../../server/limits/turns.ts';
import { WireReader, fieldTag, wireType } from '../../../server/codec/wire-reader.ts';
import { WireWriter, varint64Size, varintSize } from '../../../server/codec/wire-writer.ts';
import { PerchError } from '../../../server/errors.ts';

const malformed = (error: unknown): boolean => PerchError.is(error, 'REQUEST_MALFORMED');
const reader = (...bytes: number[]): WireReader => new WireReader(Uint8Array.from(bytes));

describe('WireReader', () => {
  it('reads tags', () => {
    assert.equal(reader(0x0a).tag(), fieldTag(1, wireType.LENGTH_DELIMITED));
    assert.equal(
      reader(0xfa, 0xff, 0xff, 0xff, 0x0f).tag(),
      fieldTag(2 ** 29 - 1, wireType.LENGTH_DELIMITED),
    );
  });

  for (const [what, bytes] of [
    ['field number 0', [0x02]],
    ['a tag that ends too soon', [0x8a]],
    ['a tag of more than 32 bits', [0xfa, 0xff, 0xff, 0xff, 0x1f]],
    ['a tag of six bytes', [0x8a, 0x80, 0x80, 0x80, 0x80, 0x00]],
    ['no bytes at all', []],
  ] as const) {
    it(`refuses ${what} as a tag`, () => {
      assert.throws(() => reader(...bytes).tag(), malformed);
    });
  }

  for (const [what, bytes] of [
    ['beyond the end', [0x03, 1, 2]],
    ['of 2 GiB', [0x80, 0x80, 0x80, 0x80, 0x08]],
    ['of six bytes', [0x81, 0x80, 0x80, 0x80, 0x80, 0x00]],
  ] as const) {
    it(`refuses a length ${what}`, () => {
      assert.throws(() => reader(...bytes).length(), malformed);
    });
  }

  it('reads varints of every length, overlong ones too', () => {
    assert.equal(reader(0x7f).int64(), 127n);
    assert.equal(reader(0x80, 0x80, 0x00).int64(), 0n);
    const minusOne = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
    assert.equal(reader(...minusOne).int64(), -1n);
    assert.equal(reader(...minusOne).int64AsNumber(), -1);
    assert.equal(reader(...minusOne).varint32(), 0xffffffff);
    assert.throws(() => reader(0x80, ...minusOne).int64(), malformed);
    assert.throws(() => reader(0xff, 0xff).int64(), malformed);
  });

  it('does not read beyond a submessage', () => {
    const outer = reader(0x01, 0x80, 0x01);
    outer.enter();
    assert.throws(() => outer.varint32(), malformed);
  });

  it('skips fields of every wire type, and groups in groups', () => {
    const bytes = [
      0x08, 0x80, 0x01, 0x09, 1, 2, 3, 4, 5, 6, 7, 8, 0x0a, 0x01, 9, 0x0d, 1, 2, 3, 4, 0x0b, 0x13, 0x14, 0x0c,
    ];
    const all = reader(...bytes);
    while (!all.done) {
      all.skip(all.tag());
    }
    assert.equal(all.position, bytes.length);
  });

  for (const [what, bytes] of [
    ['a group that does not end', [0x0b, 0x08, 0x01]],
    ['a group that another one ends', [0x0b, 0x14]],
    ['a stray end of a group', [0x0c]],
    ['wire type 6', [0x0e]],
    ['groups too deep', Array<number>(101).fill(0x0b).concat(Array<number>(101).fill(0x0c))],
    ['truncated fixed32', [0x0d, 1, 2, 3]],
  ] as const) {
    it(`refuses ${what}`, () => {
      const all = reader(...bytes);
      assert.throws(() => all.skip(all.tag()), malformed);
    });
  }

  it('counts the varints of a packed field', () => {
    assert.equal(atOnce(reader(1, 0x80, 1, 2).countVarints(4, 2)), 3);
    assert.throws(() => atOnce(reader(1, 0x80).countVarints(2)), malformed);
    assert.throws(() => atOnce(reader(...Array<number>(10).fill(0x80), 0).countVarints(11, 3)), malformed);
  });

  it('refuses text that is not UTF-8', () => {
    assert.equal(reader(2, 0xc3, 0xa9).string(), 'é');
    assert.throws(() => reader(1, 0xe9).string(), malformed);
  });
});

describe('WireWriter', () => {
  for (const value of [
    0n,
    1n,
    127n,
    128n,
    16383n,
    16384n,
    2n ** 32n - 1n,
    2n ** 32n,
    2n ** 35n,
    2n ** 63n - 1n,
    -1n,
  ]) {
    it(`writes ${value} in as many bytes as it measures, and it reads back`, () => {
      const low = Number(BigInt.asUintN(32, value));
      const high = Number(BigInt.asUintN(32, value >> 32n));
      const writer = new WireWriter(10);
      writer.varint64(low, high);
      assert.equal(writer.position, varint64Size(low, high));
      assert.equal(new WireReader(writer.bytes).int64(), value);
      if (high === 0) {
        const short = new WireWriter(10);
        short.varint(low);
        assert.equal(short.position, varintSize(low));
        assert.deepEqual(short.bytes.subarray(0, short.position), writer.bytes.subarray(0, writer.position));
      }
    });
  }
});
