// Attributes are read by the kind that their op says they have.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  bigintAttr,
  boolAttr,
  bytesAttr,
  floatAttr,
  floatListAttr,
  functionAttr,
  intAttr,
  intListAttr,
  shapeAttr,
  shapeListAttr,
  stringAttr,
  stringListAttr,
  tensorAttr,
  typeAttr,
  typeListAttr,
} from '../../../../../../server/convert/savedmodel/graph/attributes.ts';
import { PerchError } from '../../../../../../server/errors.ts';
import { attr, node } from '../../../../../support/savedmodel/nodes.ts';
import { tensor } from '../../../../../support/savedmodel/tensors.ts';
import { metaOf } from './library-of.ts';

const [read] = metaOf([
  node('n', 'Op', [], {
    i: attr.int(-7),
    huge: attr.int(2n ** 60n),
    f: attr.float(0.5),
    b: attr.bool(false),
    s: attr.string('SAME'),
    t: attr.type('int64'),
    shape: attr.shape([2, -1]),
    unknown: attr.shape(undefined),
    value: attr.tensor(tensor('int32', 3)),
    fn: attr.func('body'),
    ints: attr.ints([1, 2]),
    floats: attr.floats([1.5]),
    strings: attr.strings(['a', 'ü']),
    types: attr.types(['float32', 'string']),
    shapes: attr.shapes([[1], undefined]),
    empty: attr.ints([]),
  }),
]).nodes;
assert.ok(read);

function refuses(act: () => unknown, message: RegExp): void {
  assert.throws(act, (error: unknown) => {
    assert.ok(error instanceof PerchError);
    assert.equal(error.code, 'SAVED_MODEL_INVALID');
    assert.match(error.message, message);
    return true;
  });
}

describe('attributes', () => {
  it('are read by kind', () => {
    assert.equal(intAttr(read, 'i'), -7);
    assert.equal(bigintAttr(read, 'huge'), 2n ** 60n);
    assert.equal(floatAttr(read, 'f'), 0.5);
    assert.equal(boolAttr(read, 'b', true), false);
    assert.equal(stringAttr(read, 's'), 'SAME');
    assert.deepEqual([...bytesAttr(read, 's')], [...Buffer.from('SAME')]);
    assert.equal(typeAttr(read, 't'), 9);
    assert.deepEqual(shapeAttr(read, 'shape'), [2, -1]);
    assert.equal(shapeAttr(read, 'unknown'), undefined);
    assert.ok(tensorAttr(read, 'value').bytes.length > 0);
    assert.equal(functionAttr(read, 'fn').name, 'body');
    assert.deepEqual(intListAttr(read, 'ints'), [1, 2]);
    assert.deepEqual(floatListAttr(read, 'floats'), [1.5]);
    assert.deepEqual(stringListAttr(read, 'strings'), ['a', 'ü']);
    assert.deepEqual(typeListAttr(read, 'types'), [1, 7]);
    assert.deepEqual(shapeListAttr(read, 'shapes'), [[1], undefined]);
  });

  it('have a fallback where they are absent', () => {
    assert.equal(intAttr(read, 'none', 3), 3);
    assert.equal(boolAttr(read, 'none', false), false);
    assert.equal(stringAttr(read, 'none', ''), '');
    assert.deepEqual(intListAttr(read, 'none', []), []);
    assert.equal(shapeAttr(read, 'none'), undefined);
  });

  it('of an empty list fit every kind of list', () => {
    assert.deepEqual(typeListAttr(read, 'empty'), []);
    assert.deepEqual(floatListAttr(read, 'empty'), []);
  });

  it('of another kind are refused, with node and attribute', () => {
    refuses(() => intAttr(read, 'f', 1), /Attribute f of node n is of kind float where int belongs/);
    refuses(() => intListAttr(read, 'floats'), /Attribute floats of node n is of kind list of floats/);
    refuses(() => boolAttr(read, 'none'), /Node n has no attribute none/);
    refuses(() => intAttr(read, 'huge'), /out of range/);
  });
});
