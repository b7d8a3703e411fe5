// DER as X.690 wants it: the shortest lengths, positive integers, object identifiers, times and addresses.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  addressBytes,
  bitString,
  booleanTrue,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  time,
} from '../../../../server/tls/der.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('DER', () => {
  it('has lengths of one byte up to 127, and of as many as it takes beyond', () => {
    assert.equal(hex(octetString(new Uint8Array(127)).subarray(0, 2)), '047f');
    assert.equal(hex(octetString(new Uint8Array(128)).subarray(0, 3)), '048180');
    assert.equal(hex(octetString(new Uint8Array(256)).subarray(0, 4)), '04820100');
    assert.equal(hex(octetString(new Uint8Array(65_536)).subarray(0, 5)), '0483010000');
    assert.equal(hex(sequence()), '3000');
  });

  it('has integers without needless bytes, and never negative ones', () => {
    for (const [bytes, expected] of [
      [[0], '020100'],
      [[0, 0, 1], '020101'],
      [[0x7f], '02017f'],
      [[0x80], '02020080'],
      [[0, 0xff, 1], '020300ff01'],
    ] as const) {
      assert.equal(hex(integer(Uint8Array.from(bytes))), expected);
    }
  });

  it('has object identifiers in base 128', () => {
    assert.equal(hex(objectIdentifier('2.5.4.3')), '0603550403');
    assert.equal(hex(objectIdentifier('1.2.840.10045.4.3.2')), '06082a8648ce3d040302');
  });

  it('has booleans and bit strings', () => {
    assert.equal(hex(booleanTrue()), '0101ff');
    assert.equal(hex(bitString(Uint8Array.of(0x80), 7)), '03020780');
  });

  it('has times of two digits for the year until 2049, and of four from then on', () => {
    const text = (date: string): string => time(new Date(date)).subarray(2).toString('latin1');
    assert.equal(text('2026-01-02T03:04:05.678Z'), '260102030405Z');
    assert.equal(text('2049-12-31T23:59:59Z'), '491231235959Z');
    assert.equal(text('2050-01-01T00:00:00Z'), '20500101000000Z');
    assert.deepEqual([time(new Date(0))[0], time(new Date('2050-01-01'))[0]], [0x17, 0x18]);
  });

  it('has the bytes of addresses in every spelling', () => {
    for (const [address, expected] of [
      ['127.0.0.1', '7f000001'],
      ['::1', '00000000000000000000000000000001'],
      ['::', '00000000000000000000000000000000'],
      ['fd00::1:2', 'fd000000000000000000000000010002'],
      ['2001:db8:0:1:2:3:4:5', '20010db8000000010002000300040005'],
      ['2001:db8::', '20010db8000000000000000000000000'],
      ['::ffff:192.0.2.1', '00000000000000000000ffffc0000201'],
    ] as const) {
      assert.equal(hex(addressBytes(address)), expected, address);
    }
  });
});
