// Integers and strings of header blocks: what is accepted, and where they end (RFC 7541 §5).
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { BlockReader } from '../../../../../server/wire/hpack/block-reader.ts';
import { BlockWriter } from '../../../../../server/wire/hpack/block-writer.ts';
import { HpackError } from '../../../../../server/wire/hpack/hpack-error.ts';

const read = (hex: string, prefixBits = 7): number =>
  new BlockReader(Buffer.from(hex, 'hex')).integer(prefixBits);

const refuses =
  (rule: string, text: RegExp) =>
  (error: unknown): boolean =>
    error instanceof HpackError && error.rule === rule && text.test(error.message);

const prefix = fc.integer({ min: 1, max: 8 });
const integer = fc.oneof(
  fc.integer({ min: 0, max: 300 }),
  fc.integer({ min: 0, max: 0x7fff_ffff }),
  fc.constantFrom(126, 127, 128, 254, 255, 256, 16_383, 16_510, 0x7fff_ffff),
);
const latin1 = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('latin1'));

describe('integers', () => {
  it('come back in every prefix, behind any pattern', () => {
    fc.assert(
      fc.property(prefix, integer, fc.nat(255), (prefixBits, value, bits) => {
        const pattern = (bits << prefixBits) & 0xff;
        const writer = new BlockWriter();
        writer.integer(pattern, prefixBits, value);
        const block = writer.finish();
        assert.equal(block[0]! & (0xff << prefixBits) & 0xff, pattern);
        const reader = new BlockReader(block);
        assert.equal(reader.integer(prefixBits), value);
        assert.ok(reader.isAtEnd);
      }),
    );
  });

  it('go up to 2^31-1', () => {
    assert.equal(read('7f80ffffff07'), 0x7fff_ffff);
    for (const more of ['7f81ffffff07', '7fffffffff07', '7fffffffff7f', '7f8080808008']) {
      assert.throws(() => read(more), refuses('RFC 7541 §5.1', /greater than/), more);
    }
  });

  it('may have zeros behind, but not without end', () => {
    assert.equal(read('7f8000'), 127);
    assert.equal(read('7f8080808000'), 127);
    assert.throws(() => read('7f808080808000'), refuses('RFC 7541 §5.1', /greater than/));
    assert.throws(() => read(`7f${'80'.repeat(10_000)}00`), refuses('RFC 7541 §5.1', /greater than/));
    assert.throws(() => read(`7f${'ff'.repeat(10_000)}`), refuses('RFC 7541 §5.1', /greater than/));
  });

  it('must be complete', () => {
    for (const part of ['', '7f', '7f80', '7fffff']) {
      assert.throws(() => read(part), refuses('RFC 7541 §5.1', /middle of an integer/), part);
    }
  });
});

describe('strings', () => {
  it('come back, in Huffman code and plain, and are measured right', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(latin1, fc.boolean()), { maxLength: 5 }), (strings) => {
        const writer = new BlockWriter();
        for (const [text, huffman] of strings) {
          writer.string(text, huffman);
        }
        const block = writer.finish();
        const reader = new BlockReader(block);
        const measuring = new BlockReader(block);
        for (const [text] of strings) {
          assert.equal(reader.string(), text);
          assert.equal(measuring.stringBytes(), text.length);
        }
        assert.ok(reader.isAtEnd && measuring.isAtEnd);
      }),
    );
  });

  it('may be longer than what is usual', () => {
    for (const text of ['a'.repeat(100_000), '\xff'.repeat(100_000)]) {
      const writer = new BlockWriter();
      writer.string(text, true);
      const block = writer.finish();
      assert.equal(new BlockReader(block).string(), text);
      assert.equal(new BlockReader(block).stringBytes(), text.length);
    }
  });

  it('must be complete', () => {
    for (const part of ['0161', '0361626', '8141', '7fffffff07', 'ffffffff07']) {
      const block = Buffer.from(part, 'hex').subarray(0, -1);
      assert.throws(() => new BlockReader(block).string(), HpackError, part);
      assert.throws(() => new BlockReader(block).stringBytes(), HpackError, part);
    }
    assert.throws(
      () => new BlockReader(Buffer.from('7f80ffffff0761', 'hex')).string(),
      refuses('RFC 7541 §5.2', /middle of a string/),
    );
  });

  it('are read from any part of any memory', () => {
    const memory = Uint8Array.from([9, 9, 2, 0x68, 0x69, 9]);
    assert.equal(new BlockReader(memory.subarray(2, 5)).string(), 'hi');
  });
});
