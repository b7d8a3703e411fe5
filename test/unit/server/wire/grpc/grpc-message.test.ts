// Percent-encoding of grpc-message, against a reference that is written as the specification says it.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { percentEncode } from '../../../../../server/wire/grpc/grpc-message.ts';

function reference(text: string): string {
  return [...new TextEncoder().encode(text)]
    .map((byte) =>
      (byte >= 0x20 && byte <= 0x24) || (byte >= 0x26 && byte <= 0x7e)
        ? String.fromCharCode(byte)
        : `%${byte < 16 ? '0' : ''}${byte.toString(16).toUpperCase()}`,
    )
    .join('');
}

it('leaves printable ASCII but the percent sign as it is', () => {
  const text = String.fromCharCode(...Array.from({ length: 95 }, (_, index) => 0x20 + index));
  assert.equal(percentEncode(text), text.replace('%', '%25'));
});

it('encodes bytes of UTF-8 and control characters', () => {
  assert.equal(percentEncode('é\n\u{1f426}\x7f'), '%C3%A9%0A%F0%9F%90%A6%7F');
});

it('agrees with the reference on any text, and clients read the text back', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.string());
  fc.assert(
    fc.property(text, (message) => {
      const encoded = percentEncode(message);
      assert.equal(encoded, reference(message));
      assert.match(encoded, /^[ -~]*$/);
      assert.equal(decodeURIComponent(encoded), message);
    }),
    { numRuns: 500 },
  );
});
