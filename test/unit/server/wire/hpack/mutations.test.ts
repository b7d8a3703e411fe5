// Blocks that were changed at random: whatever they say, the decoder answers or throws HpackError, within its bounds.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { entryBytes } from '../../../../../server/wire/hpack/dynamic-table.ts';
import { HeaderDecoder } from '../../../../../server/wire/hpack/header-decoder.ts';
import { HpackError } from '../../../../../server/wire/hpack/hpack-error.ts';
import type { HeaderField } from '../../../../../server/wire/http2/contract.ts';
import { HeaderEncoder } from '../../../../support/h2-client/header-encoder.ts';
import { Random } from '../../../codec/support/random.ts';

const blocks = 30_000;
const maxTableBytes = 512;
const maxListBytes = 600;

const names = [
  ':path',
  ':authority',
  'te',
  'grpc-timeout',
  'user-agent',
  'x-trace-bin',
  'x-very-much-longer-name',
];

function anyList(random: Random): HeaderField[] {
  return Array.from({ length: random.below(12) }, () => [
    random.pick(names),
    random.chance(0.5)
      ? random.pick(['1', '20m', 'trailers'])
      : random.bytes(random.below(60)).toString('latin1'),
  ]);
}

function mutated(block: Uint8Array, random: Random): Uint8Array {
  const bytes = [...block];
  const places = bytes.length + 1;
  for (let time = random.below(4); time >= 0; time--) {
    const at = random.below(places);
    switch (random.below(7)) {
      case 0:
        bytes[at] = random.below(256);
        break;
      case 1:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
        break;
      case 2:
        bytes.splice(at, random.below(5));
        break;
      case 3:
        bytes.splice(at, 0, ...random.bytes(random.below(5)));
        break;
      case 4:
        bytes.splice(at, 0, ...bytes.slice(random.below(places), random.below(places)));
        break;
      case 5:
        bytes.splice(at, 0, random.pick([0x7f, 0xff, 0x0f, 0x3f, 0x20, 0x80]), ...random.bytes(3));
        break;
      default:
        bytes.length = Math.min(at, bytes.length);
    }
  }
  return Uint8Array.from(bytes, (byte) => byte);
}

it('survives tens of thousands of mutated blocks', () => {
  const random = new Random(7541);
  let encoder = new HeaderEncoder(maxTableBytes);
  let decoder = new HeaderDecoder(maxTableBytes);
  const outcomes = { accepted: 0, tooLarge: 0, refused: 0 };
  const rules = new Set<string>();
  for (let block = 0; block < blocks; block++) {
    if (random.chance(0.02)) {
      const setting = random.pick([0, 60, 300, maxTableBytes]);
      encoder.setMaxTableBytes(setting);
      decoder.setMaxTableBytes(setting);
    }
    const options = { huffman: random.chance(0.5), index: () => random.chance(0.5) };
    const encoded = encoder.encode(anyList(random), options);
    const input = random.chance(0.3) ? encoded : mutated(encoded, random);
    try {
      const list = decoder.decode(input, maxListBytes);
      const listBytes = list.fields.reduce((sum, field) => sum + entryBytes(field), 0);
      assert.ok(listBytes <= maxListBytes);
      assert.equal(list.tooLarge, list.listBytes > maxListBytes);
      assert.equal(listBytes, list.tooLarge ? 0 : list.listBytes);
      assert.ok(decoder.tableBytes <= maxTableBytes);
      outcomes[list.tooLarge ? 'tooLarge' : 'accepted']++;
    } catch (error) {
      if (!(error instanceof HpackError)) {
        throw error;
      }
      rules.add(error.rule);
      outcomes.refused++;
      encoder = new HeaderEncoder(maxTableBytes);
      decoder = new HeaderDecoder(maxTableBytes);
    }
  }
  // The mutations are neither too wild nor too tame, and reach every rule.
  assert.ok(outcomes.accepted > blocks / 5, JSON.stringify(outcomes));
  assert.ok(outcomes.refused > blocks / 5, JSON.stringify(outcomes));
  assert.ok(outcomes.tooLarge > 20, JSON.stringify(outcomes));
  assert.deepEqual([...rules].sort(), [
    'RFC 7541 §2.3.3',
    'RFC 7541 §4.2',
    'RFC 7541 §5.1',
    'RFC 7541 §5.2',
    'RFC 7541 §6.1',
    'RFC 7541 §6.3',
    'RFC 9113 §4.3.1',
  ]);
});
