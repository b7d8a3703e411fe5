// The Huffman code: complete, both ways the same, and strict in its padding (RFC 7541 §5.2).
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { HpackError } from '../../../../../server/wire/hpack/hpack-error.ts';
import { endOfString, huffmanCodes, huffmanLengths } from '../../../../../server/wire/hpack/huffman-code.ts';
import { huffmanDecode, mostDecodedBytes } from '../../../../../server/wire/hpack/huffman-decode.ts';
import { huffmanByteLength, huffmanEncode } from '../../../../../server/wire/hpack/huffman-encode.ts';

function encode(text: string): Buffer {
  const bytes = Buffer.alloc(huffmanByteLength(text));
  huffmanEncode(text, bytes, 0);
  return bytes;
}

function decode(bytes: Uint8Array): string {
  const target = Buffer.alloc(mostDecodedBytes(bytes.length));
  return target.toString('latin1', 0, huffmanDecode(bytes, 0, bytes.length, target));
}

/** Codes behind one another, without padding: as text of zeros and ones. */
const bitsOf = (...symbols: readonly number[]): string =>
  symbols.map((symbol) => huffmanCodes[symbol]!.toString(2).padStart(huffmanLengths[symbol]!, '0')).join('');

const bytesOf = (bits: string): Buffer =>
  Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));

const refused = (bytes: Uint8Array, text: RegExp): void =>
  assert.throws(
    () => decode(bytes),
    (error) => error instanceof HpackError && error.rule === 'RFC 7541 §5.2' && text.test(error.message),
  );

const latin1 = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('latin1'));

describe('the Huffman code', () => {
  it('uses all the room there is, so that no code is a prefix of another', () => {
    assert.equal(
      huffmanLengths.reduce((sum, length) => sum + 2 ** -length, 0),
      1,
    );
    assert.ok(huffmanLengths.every((length) => length >= 5 && length <= 30));
  });

  it('has the codes of Appendix B, one of each length', () => {
    for (const [symbol, bits] of [
      ['0', '00000'],
      [' ', '010100'],
      [':', '1011100'],
      ['&', '11111000'],
      ['!', '1111111000'],
      ["'", '11111111010'],
      ['#', '111111111010'],
      ['\0', '1111111111000'],
      ['^', '11111111111100'],
      ['<', '111111111111100'],
      ['\\', '1111111111111110000'],
      ['\x80', '11111111111111100110'],
      ['\x99', '111111111111111011100'],
      ['\x81', '1111111111111111010010'],
      ['\x01', '11111111111111111011000'],
      ['\t', '111111111111111111101010'],
      ['\xc7', '1111111111111111111101100'],
      ['\xc0', '11111111111111111111100000'],
      ['\xcb', '111111111111111111111011110'],
      ['\x02', '1111111111111111111111100010'],
      ['\n', '111111111111111111111111111100'],
    ] as const) {
      assert.equal(bitsOf(symbol.charCodeAt(0)), bits, JSON.stringify(symbol));
    }
    assert.equal(bitsOf(endOfString), '1'.repeat(30));
  });

  it('gives back every byte, alone and before and behind every other', () => {
    for (let first = 0; first < 256; first++) {
      assert.equal(decode(encode(String.fromCharCode(first))), String.fromCharCode(first));
      for (let second = 0; second < 256; second++) {
        const text = String.fromCharCode(first, second);
        assert.equal(decode(encode(text)), text);
      }
    }
  });

  it('gives back any text, padded with ones and no longer than needed', () => {
    fc.assert(
      fc.property(latin1, (text) => {
        const bytes = encode(text);
        const bits = bitsOf(...Buffer.from(text, 'latin1'));
        assert.equal(bytes.length, Math.ceil(bits.length / 8));
        assert.deepEqual(bytes, bytesOf(bits.padEnd(8 * bytes.length, '1')));
        assert.ok(text.length <= mostDecodedBytes(bytes.length));
        assert.equal(decode(bytes), text);
      }),
    );
  });

  it('decodes nothing to nothing', () => assert.equal(decode(Buffer.alloc(0)), ''));

  it('accepts padding of 0 to 7 ones', () => {
    for (const text of ['00000000', '0', '00', '000', '0000', '00000', '000000', '0000000', ' ', ':', '&']) {
      assert.equal(decode(encode(text)), text);
    }
  });

  it('refuses padding of 8 bits and more', () => {
    for (const pad of [8, 16, 24]) {
      refused(bytesOf(bitsOf(0x26) + '1'.repeat(pad)), /padding/);
      refused(bytesOf('1'.repeat(pad)), /padding/);
    }
    // 7 bits would do, but there are 15.
    refused(bytesOf(`${bitsOf(0x30, 0x30, 0x30, 0x30, 0x30)}${'1'.repeat(15)}`), /padding/);
  });

  it('refuses padding with a zero in it', () => {
    refused(bytesOf(`${bitsOf(0x30)}110`), /padding/);
    refused(bytesOf(`${bitsOf(0x30)}000`), /padding/);
    refused(bytesOf('11111110'), /padding/);
    refused(bytesOf(`${bitsOf(0x3a)}0`), /padding/);
  });

  it('refuses the end-of-string symbol, wherever it stands', () => {
    const end = bitsOf(endOfString);
    refused(bytesOf(`${end}11`), /end-of-string/);
    refused(bytesOf(`${bitsOf(0x30)}${end}11111`), /end-of-string/);
    refused(bytesOf(`${end}${bitsOf(0x30)}11111`), /end-of-string/);
  });

  it('refuses or gives back what encodes to the same bytes, for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
        let text: string;
        try {
          text = decode(bytes);
        } catch (error) {
          assert.ok(error instanceof HpackError);
          return;
        }
        assert.deepEqual(encode(text), Buffer.from(bytes));
      }),
      { numRuns: 5000 },
    );
  });
});
