// What is encoded is what is decoded, with and without the dynamic table.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { entryBytes } from '../../../../../server/wire/hpack/dynamic-table.ts';
import { emptyTableUpdate, encodeFields } from '../../../../../server/wire/hpack/encode-fields.ts';
import { HeaderDecoder } from '../../../../../server/wire/hpack/header-decoder.ts';
import type { HeaderField } from '../../../../../server/wire/http2/contract.ts';
import { HeaderEncoder } from '../../../../support/h2-client/header-encoder.ts';
import { anyFields } from './support/any-fields.ts';

const noLimit = 0x7fff_ffff;
const hex = (block: Uint8Array): string => Buffer.from(block).toString('hex');
const sizeOf = (fields: readonly HeaderField[]): number =>
  fields.reduce((sum, field) => sum + entryBytes(field), 0);

describe('encodeFields', () => {
  it('encodes what any decoder decodes to the same, and leaves its table alone', () => {
    fc.assert(
      fc.property(anyFields, fc.boolean(), (fields, areSensitive) => {
        const sensitive = new Set(areSensitive ? fields.map(([name]) => name) : []);
        const block = encodeFields(fields, sensitive);
        const decoder = new HeaderDecoder(0);
        const list = decoder.decode(block, noLimit);
        assert.deepEqual(list, { fields, tooLarge: false, listBytes: sizeOf(fields) });
        assert.deepEqual(decoder.decode(block, noLimit), list);
      }),
    );
  });

  it('takes the shortest form', () => {
    assert.equal(hex(encodeFields([[':status', '200']])), '88');
    assert.equal(hex(encodeFields([[':status', '201']])), '08821003');
    assert.equal(hex(encodeFields([['te', 'aaaa']])), '000274658318c63f');
  });

  it('marks what is sensitive as never to be indexed', () => {
    assert.equal(hex(encodeFields([['cookie', '!']], new Set(['cookie']))), '1f110121');
    assert.equal(hex(encodeFields([[':status', '200']], new Set([':status']))), '18821001');
    assert.equal(hex(encodeFields([['k', '!']], new Set(['k']))), '10016b0121');
  });

  it('refuses characters that are not Latin-1, and is fit for use afterwards', () => {
    for (const field of [
      ['a', 'ā'],
      ['ā', 'a'],
      ['a', '😀'],
    ] as const) {
      assert.throws(() => encodeFields([['x', 'y'], field]), RangeError);
      assert.equal(hex(encodeFields([[':status', '200']])), '88');
    }
  });

  it('answers memory of its own', () => {
    const first = encodeFields([[':status', '200']]);
    encodeFields([[':status', '404']]);
    assert.equal(hex(first), '88');
    assert.equal(first.buffer.byteLength, 1);
  });

  it('has a size update that a decoder with a reduced setting accepts', () => {
    const decoder = new HeaderDecoder(4096);
    decoder.setMaxTableBytes(0);
    const block = Buffer.concat([emptyTableUpdate, encodeFields([[':status', '200']])]);
    assert.deepEqual(decoder.decode(block, noLimit).fields, [[':status', '200']]);
    decoder.setMaxTableBytes(4096);
    decoder.setMaxTableBytes(100);
    assert.deepEqual(decoder.decode(encodeFields([[':status', '404']]), noLimit).fields, [
      [':status', '404'],
    ]);
  });
});

describe('a conversation', () => {
  it('decodes to what was encoded, whatever is indexed and however the table changes', () => {
    const step = fc.record({
      fields: anyFields,
      repeat: fc.nat(3),
      huffman: fc.boolean(),
      indexed: fc.constantFrom('all', 'none', 'short'),
      resize: fc.option(fc.array(fc.constantFrom(0, 40, 200, 4096, 65_536), { minLength: 1, maxLength: 4 })),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(0, 64, 300, 4096),
        fc.array(step, { maxLength: 15 }),
        (maxTableBytes, steps) => {
          const encoder = new HeaderEncoder(maxTableBytes);
          const decoder = new HeaderDecoder(maxTableBytes);
          for (const { fields, repeat, huffman, indexed, resize } of steps) {
            for (const bytes of resize ?? []) {
              decoder.setMaxTableBytes(bytes);
              encoder.setMaxTableBytes(bytes);
            }
            for (let time = 0; time <= repeat; time++) {
              const block = encoder.encode(fields, {
                huffman,
                index: (field) => indexed === 'all' || (indexed === 'short' && entryBytes(field) < 60),
              });
              assert.deepEqual(decoder.decode(block, noLimit), {
                fields,
                tooLarge: false,
                listBytes: sizeOf(fields),
              });
              assert.equal(decoder.tableBytes, encoder.tableBytes);
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('goes on as if nothing had happened when lists are too large', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(anyFields, fc.nat(1500)), { minLength: 1, maxLength: 15 }),
        fc.boolean(),
        (steps, huffman) => {
          const encoder = new HeaderEncoder(300);
          const decoder = new HeaderDecoder(300);
          for (const [fields, maxListBytes] of steps) {
            const listBytes = sizeOf(fields);
            const tooLarge = listBytes > maxListBytes;
            const index = ([name]: HeaderField): boolean => name.length % 2 === 0;
            const list = decoder.decode(encoder.encode(fields, { huffman, index }), maxListBytes);
            assert.deepEqual(list, { fields: tooLarge ? [] : fields, tooLarge, listBytes });
            assert.equal(decoder.tableBytes, encoder.tableBytes);
          }
        },
      ),
    );
  });
});
