// Messages that ask for too much: depth, numbers of values.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readSavedModel } from '../../../../../../server/convert/savedmodel/proto/saved-model.ts';
import { varint } from '../../../../../support/savedmodel/table-writer.ts';

function field(number: number, contents: Uint8Array): Buffer {
  return Buffer.concat([varint(number * 8 + 2), varint(contents.length), contents]);
}

/** A file whose only node has this attribute. */
function withAttribute(value: Uint8Array): Buffer {
  const entry = Buffer.concat([field(1, Buffer.from('a')), field(2, value)]);
  return field(2, field(2, field(1, field(5, entry))));
}

/** AttrValue with a function whose attribute is a function, and so on. */
function nested(levels: number): Buffer {
  let value: Buffer = Buffer.alloc(0);
  for (let level = 0; level < levels; level++) {
    value = field(10, field(2, field(2, value)));
  }
  return value;
}

const invalid = {
  code: 'SAVED_MODEL_INVALID',
  message: /^saved_model\.pb is not a valid protocol buffer message: /,
};

describe('readSavedModel on hostile files', () => {
  it('reads an empty file as a model of nothing', () => {
    assert.deepEqual(readSavedModel(new Uint8Array()), { schemaVersion: 0, metaGraphs: [] });
  });

  it('takes attributes in attributes up to the depth that other parsers take', () => {
    assert.equal(readSavedModel(withAttribute(nested(25))).metaGraphs.length, 1);
    assert.throws(() => readSavedModel(withAttribute(nested(40))), invalid);
    assert.throws(() => readSavedModel(withAttribute(nested(20_000))), invalid);
  });

  it('skips groups in unknown fields up to a depth, and refuses endless ones', () => {
    assert.throws(() => readSavedModel(Buffer.alloc(1_000_000, (15 << 3) | 3)), invalid);
  });

  it('refuses more values than any model has', () => {
    // Nodes without contents: two bytes in the file, many in memory.
    const nodes = Buffer.alloc(20_000_000);
    for (let at = 0; at < nodes.length; at += 2) {
      nodes[at] = (1 << 3) | 2;
    }
    assert.throws(() => readSavedModel(field(2, field(2, nodes))), invalid);
    // A packed list of integers.
    const ints = field(1, field(3, Buffer.alloc(9_000_000)));
    assert.throws(() => readSavedModel(withAttribute(ints)), invalid);
  });

  it('refuses lengths beyond the file, text that is no UTF-8, and sizes below -1', () => {
    assert.throws(() => readSavedModel(Buffer.from([18, 127, 1])), invalid);
    assert.throws(() => readSavedModel(field(2, field(2, field(1, field(1, Buffer.from([0xff])))))), invalid);
    const minusTwo = Buffer.concat([Buffer.from([8]), Buffer.alloc(9, 255), Buffer.from([1])]);
    minusTwo[1] = 254;
    assert.throws(() => readSavedModel(withAttribute(field(7, field(2, minusTwo)))), invalid);
  });
});
