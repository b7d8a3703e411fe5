// Metadata of both kinds, in and out.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  binaryMetadataValues,
  isBinaryValue,
  metadataField,
  metadataValues,
} from '../../../../../server/wire/grpc/metadata.ts';

describe('metadata of a request', () => {
  it('keeps the order of several values, and shows nothing of the call itself', () => {
    const fields = [
      ['a', '1'],
      ['te', 'trailers'],
      ['b', '2'],
      ['a', '3, 4'],
      ['grpc-timeout', '1S'],
      ['user-agent', 'x'],
    ] as const;
    assert.deepEqual(metadataValues(fields, 'a'), ['1', '3, 4']);
    assert.deepEqual(metadataValues(fields, 'user-agent'), ['x']);
    for (const own of ['te', 'grpc-timeout', 'content-type', 'missing', '__proto__']) {
      assert.deepEqual(metadataValues(fields, own), [], own);
    }
  });

  it('has bytes with padding and without it, several in one field and in several', () => {
    const fields = [
      ['k-bin', 'AAE=,AAE'],
      ['other-bin', 'AAAA'],
      ['k-bin', '/+8, AQ=='],
    ] as const;
    assert.deepEqual(binaryMetadataValues(fields, 'k-bin'), [
      Buffer.of(0, 1),
      Buffer.of(0, 1),
      Buffer.of(0xff, 0xef),
      Buffer.of(1),
    ]);
    assert.deepEqual(metadataValues([['t-bin', Buffer.from('grün').toString('base64')]], 't-bin'), ['grün']);
  });

  it('has bytes that come back as they were sent, whatever they are', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array(), { minLength: 1 }), fc.boolean(), (values, isJoined) => {
        const fields = values.map((value) => metadataField('k-bin', value));
        const sent: [string, string][] = isJoined
          ? [['k-bin', fields.map(([, value]) => value).join(',')]]
          : fields.map(([key, value]) => [key, value]);
        sent.forEach(([, value]) => assert.ok(isBinaryValue(value)));
        assert.deepEqual(
          binaryMetadataValues(sent, 'k-bin'),
          values.map((value) => Buffer.from(value)),
        );
      }),
    );
  });

  it('is no Base64 where characters or lengths are wrong', () => {
    for (const wrong of ['*', 'A', 'AAAAA', 'AA=A', '=', 'AA===', 'a-_b', 'AAAA,*']) {
      assert.equal(isBinaryValue(wrong), false, wrong);
    }
    for (const right of ['', 'AA', 'AA==', 'AAA', 'AAA=', 'AAAA', ',', 'AA, AA']) {
      assert.equal(isBinaryValue(right), true, right);
    }
  });
});

describe('metadata of an answer', () => {
  it('is text, or bytes without padding', () => {
    assert.deepEqual(metadataField('x.y-z_1', 'text of 2 words'), ['x.y-z_1', 'text of 2 words']);
    assert.deepEqual(metadataField('x-bin', Uint8Array.of(0xff)), ['x-bin', '/w']);
  });

  it('is refused where it could not be sent', () => {
    for (const [key, value] of [
      ['X', 'upper case'],
      ['', 'no key'],
      [':status', '200'],
      ['grpc-status', '0'],
      ['content-type', 'x'],
      ['a', 'é'],
      ['a', 'line\nbreak'],
      ['a', ' blank'],
      ['a', Uint8Array.of(1)],
      ['a-bin', 'text'],
    ] as const) {
      assert.throws(() => metadataField(key, value), RangeError, key);
    }
  });
});
