// The decoder's rules one by one, its cache, and input that is made to hurt.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HeaderDecoder } from '../../../../../server/wire/hpack/header-decoder.ts';
import { HpackError } from '../../../../../server/wire/hpack/hpack-error.ts';
import type { HeaderField } from '../../../../../server/wire/http2/contract.ts';
import { HeaderEncoder } from '../../../../support/h2-client/header-encoder.ts';

const maxListBytes = 65_536;
const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');

function refused(decoder: HeaderDecoder, block: string, rule: string): void {
  assert.throws(
    () => decoder.decode(bytes(block), maxListBytes),
    (error) => error instanceof HpackError && error.rule === rule,
    block,
  );
}

const decoded = (decoder: HeaderDecoder, block: string): readonly HeaderField[] =>
  decoder.decode(bytes(block), maxListBytes).fields;

/** A literal with incremental indexing: name "a", value of `length` times "v". */
const literal = (length: number): Buffer => {
  const encoder = new HeaderEncoder(65_536);
  return Buffer.from(encoder.encode([['a', 'v'.repeat(length)]], { huffman: false }));
};

describe('indices', () => {
  it('are those of the static table first', () => {
    assert.deepEqual(decoded(new HeaderDecoder(), '81'), [[':authority', '']]);
    assert.deepEqual(decoded(new HeaderDecoder(), 'bd'), [['www-authenticate', '']]);
    assert.deepEqual(decoded(new HeaderDecoder(), '0f2e0178'), [['www-authenticate', 'x']]);
  });

  it('are never 0 for a field', () => refused(new HeaderDecoder(), '80', 'RFC 7541 §6.1'));

  it('do not go beyond the dynamic table, as fields or as names', () => {
    for (const block of ['be', '7f000178', '0f2f0178', '1f2f0178', 'ff80808008', 'ff80ffffff07']) {
      refused(new HeaderDecoder(), block, 'RFC 7541 §2.3.3');
    }
    const decoder = new HeaderDecoder();
    assert.deepEqual(decoded(decoder, '4001610162 be'), [
      ['a', 'b'],
      ['a', 'b'],
    ]);
    refused(decoder, 'bf', 'RFC 7541 §2.3.3');
  });

  it('may name an entry that the new one then drops (RFC 7541 §4.4)', () => {
    const decoder = new HeaderDecoder(40);
    assert.deepEqual(decoded(decoder, '4003616263 03646566'), [['abc', 'def']]);
    assert.deepEqual(decoded(decoder, '7e 03676869'), [['abc', 'ghi']]);
    assert.deepEqual(decoded(decoder, 'be'), [['abc', 'ghi']]);
    assert.equal(decoder.tableBytes, 38);
  });
});

describe('blocks', () => {
  it('may be empty', () => {
    assert.deepEqual(new HeaderDecoder().decode(bytes(''), 0), { fields: [], tooLarge: false, listBytes: 0 });
  });

  it('must not end in the middle of something', () => {
    const block = '4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf';
    const whole = bytes(block).toString('hex');
    assert.deepEqual(decoded(new HeaderDecoder(), block), [['custom-key', 'custom-value']]);
    for (let length = 2; length < whole.length; length += 2) {
      assert.throws(
        () => new HeaderDecoder().decode(bytes(whole.slice(0, length)), maxListBytes),
        HpackError,
      );
    }
  });

  it('keep their order and their repetitions', () => {
    assert.deepEqual(decoded(new HeaderDecoder(), '84 82 84 0001610162 1001610162'), [
      [':path', '/'],
      [':method', 'GET'],
      [':path', '/'],
      ['a', 'b'],
      ['a', 'b'],
    ]);
  });
});

describe('table size updates', () => {
  it('are obeyed', () => {
    const decoder = new HeaderDecoder(4096);
    decoded(decoder, '4001610162 4001630164');
    assert.equal(decoder.tableBytes, 68);
    decoded(decoder, '3f03'); // 34
    assert.equal(decoder.tableBytes, 34);
    assert.deepEqual(decoded(decoder, 'be'), [['c', 'd']]);
    decoded(decoder, '20');
    assert.equal(decoder.tableBytes, 0);
    refused(decoder, 'be', 'RFC 7541 §2.3.3');
  });

  it('go up to the setting and no further', () => {
    assert.deepEqual(decoded(new HeaderDecoder(4096), '3fe11f'), []);
    refused(new HeaderDecoder(4096), '3fe21f', 'RFC 7541 §6.3');
    const decoder = new HeaderDecoder(4096);
    decoder.setMaxTableBytes(8192);
    assert.deepEqual(decoded(decoder, '3fe13f'), []);
    refused(decoder, '3fe23f', 'RFC 7541 §6.3');
  });

  it('stand at the start of a block only', () => {
    refused(new HeaderDecoder(), '82 20', 'RFC 7541 §4.2');
    refused(new HeaderDecoder(), '4001610162 3fe11f 82', 'RFC 7541 §4.2');
  });

  it('are at most two', () => {
    assert.deepEqual(decoded(new HeaderDecoder(), '20 3fe11f 82'), [[':method', 'GET']]);
    refused(new HeaderDecoder(), '20 3fe11f 20', 'RFC 7541 §4.2');
  });

  it('must follow a setting below the table’s size, and go at least as far', () => {
    const reduced = (...settings: readonly number[]): HeaderDecoder => {
      const decoder = new HeaderDecoder(4096);
      decoded(decoder, '4001610162');
      settings.forEach((setting) => {
        decoder.setMaxTableBytes(setting);
      });
      return decoder;
    };
    for (const block of ['82', '', '3f46 82' /* 101 */, '4001610162 3f45']) {
      refused(reduced(100), block, block === '3f46 82' ? 'RFC 7541 §6.3' : 'RFC 9113 §4.3.1');
    }
    assert.deepEqual(decoded(reduced(100), '3f45 be'), [['a', 'b']]);
    // The setting went down and up again: the least one has to be told too (RFC 7541 §4.2).
    refused(reduced(0, 4096), '3fe11f 82', 'RFC 9113 §4.3.1');
    refused(reduced(0, 4096), '82', 'RFC 9113 §4.3.1');
    const decoder = reduced(0, 4096);
    assert.deepEqual(decoded(decoder, '20 3fe11f 4001610162'), [['a', 'b']]);
    assert.equal(decoder.tableBytes, 34);
    assert.deepEqual(decoded(decoder, '82'), [[':method', 'GET']]);
  });

  it('are not asked for by a setting that the table keeps to already', () => {
    const decoder = new HeaderDecoder(4096);
    decoder.setMaxTableBytes(65_536);
    decoder.setMaxTableBytes(4096);
    assert.deepEqual(decoded(decoder, '82'), [[':method', 'GET']]);
    decoded(decoder, '20');
    decoder.setMaxTableBytes(0);
    assert.deepEqual(decoded(decoder, '82'), [[':method', 'GET']]);
  });
});

describe('a list that is too large', () => {
  it('is told, counted and not kept, and its entries are in the table all the same', () => {
    const decoder = new HeaderDecoder(4096);
    const block = bytes('4001610162 4001630164 0001650166 0001658294e7 82');
    const listBytes = 3 * 34 + (32 + 1 + 3) + 42;
    assert.deepEqual(decoder.decode(block, 40), { fields: [], tooLarge: true, listBytes });
    assert.deepEqual(decoded(decoder, 'be bf'), [
      ['c', 'd'],
      ['a', 'b'],
    ]);
  });

  it('is still checked to its end', () => {
    for (const [rest, rule] of [
      ['80', 'RFC 7541 §6.1'],
      ['000165 82ffff', 'RFC 7541 §5.2'],
      ['000165 0361', 'RFC 7541 §5.2'],
      ['0f7f 0161', 'RFC 7541 §2.3.3'],
      ['20', 'RFC 7541 §4.2'],
    ] as const) {
      assert.throws(
        () => new HeaderDecoder().decode(bytes(`828282 ${rest}`), 40),
        (error) => error instanceof HpackError && error.rule === rule,
        rest,
      );
    }
  });

  it('is one by a single byte', () => {
    assert.equal(new HeaderDecoder().decode(bytes('82'), 42).tooLarge, false);
    assert.equal(new HeaderDecoder().decode(bytes('82'), 41).tooLarge, true);
  });
});

describe('blocks that come again', () => {
  const first = '4001610162 4001630164';

  it('give back the same list, from the third time on', () => {
    const decoder = new HeaderDecoder();
    decoded(decoder, first);
    for (const block of ['be bf 82', '04022f61 82', '82', '1004626f6479 0178 be']) {
      decoder.decode(bytes(block), maxListBytes);
      const second = decoder.decode(bytes(block), maxListBytes);
      assert.equal(decoder.decode(bytes(block), maxListBytes), second);
      assert.equal(decoder.decode(new Uint8Array(bytes(block)), maxListBytes), second);
    }
  });

  it('mean something else once the table has changed', () => {
    const decoder = new HeaderDecoder();
    decoded(decoder, first);
    for (let time = 0; time < 4; time++) {
      assert.deepEqual(decoded(decoder, 'be'), [['c', 'd']]);
    }
    decoded(decoder, '4001650166');
    for (let time = 0; time < 4; time++) {
      assert.deepEqual(decoded(decoder, 'be'), [['e', 'f']]);
    }
    decoded(decoder, '3f03'); // 34: one entry
    assert.deepEqual(decoded(decoder, 'be'), [['e', 'f']]);
    refused(decoder, 'bf', 'RFC 7541 §2.3.3');
    decoded(decoder, '20');
    refused(decoder, 'be', 'RFC 7541 §2.3.3');
  });

  it('add their entries each time', () => {
    const decoder = new HeaderDecoder();
    for (let time = 1; time <= 5; time++) {
      decoded(decoder, '4001610162');
      assert.equal(decoder.tableBytes, 34 * time);
    }
  });

  it('resize the table each time', () => {
    const decoder = new HeaderDecoder();
    for (let time = 1; time <= 5; time++) {
      decoded(decoder, '4001610162');
      decoded(decoder, '20 82');
      assert.equal(decoder.tableBytes, 0);
      decoded(decoder, '3fe11f 82');
    }
  });

  it('are measured against the limit of the moment', () => {
    const decoder = new HeaderDecoder();
    for (let time = 0; time < 4; time++) {
      assert.equal(decoder.decode(bytes('8286'), maxListBytes).tooLarge, false);
    }
    assert.equal(decoder.decode(bytes('8286'), 42).tooLarge, true);
    assert.equal(decoder.decode(bytes('8286'), 85).tooLarge, false);
  });

  it('do not make up for a size update that is due', () => {
    const decoder = new HeaderDecoder();
    for (let time = 0; time < 4; time++) {
      decoded(decoder, '82');
    }
    decoder.setMaxTableBytes(0);
    refused(decoder, '82', 'RFC 9113 §4.3.1');
  });

  it('are each themselves, however many there are', () => {
    const decoder = new HeaderDecoder();
    const paths = Array.from({ length: 100 }, (_, number) => `/${number}`);
    for (let time = 0; time < 4; time++) {
      for (const path of paths) {
        const block = Buffer.concat([Buffer.of(4, path.length), Buffer.from(path)]);
        assert.deepEqual(decoder.decode(block, maxListBytes).fields, [[':path', path]]);
        assert.deepEqual(decoder.decode(block, maxListBytes).fields, [[':path', path]]);
      }
    }
  });
});

describe('an HPACK bomb', () => {
  it('of references to one large entry builds nothing', () => {
    const decoder = new HeaderDecoder(4096);
    decoder.decode(literal(4000), maxListBytes);
    const references = Buffer.alloc(16_000, 0xbe);
    assert.deepEqual(decoder.decode(references, maxListBytes), {
      fields: [],
      tooLarge: true,
      listBytes: 16_000 * 4033,
    });
    // Within a limit that lets it through there is one entry, 16,000 times.
    const { fields } = decoder.decode(references, 0x7fff_ffff);
    assert.equal(fields.length, 16_000);
    assert.equal(new Set(fields).size, 1);
  });

  it('of its name with 16,000 values shares the name and ends with the limit', () => {
    const decoder = new HeaderDecoder(4096);
    const name = 'n'.repeat(4000);
    decoder.decode(new HeaderEncoder(4096).encode([[name, '']], { huffman: false }), maxListBytes);
    const references = Buffer.from('0f2f0178'.repeat(16_000), 'hex');
    const list = decoder.decode(references, maxListBytes);
    assert.deepEqual(list, { fields: [], tooLarge: true, listBytes: 16_000 * 4033 });
  });

  it('of entries that evict each other leaves one', () => {
    const decoder = new HeaderDecoder(4096);
    for (let time = 0; time < 1000; time++) {
      decoder.decode(literal(4000), maxListBytes);
      assert.equal(decoder.tableBytes, 4033);
    }
  });

  it('of the least entries fills the table and no more', () => {
    const decoder = new HeaderDecoder(4096);
    const list = decoder.decode(Buffer.from('400000'.repeat(20_000), 'hex'), 4096);
    assert.equal(list.listBytes, 20_000 * 32);
    assert.equal(decoder.tableBytes, 4096);
    assert.equal(decoded(decoder, 'be').length, 1);
  });
});
