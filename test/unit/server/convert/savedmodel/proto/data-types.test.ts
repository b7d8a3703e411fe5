// The numbers of element types: TensorFlow's, Perch's, ONNX's.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  dataTypeName,
  dataTypeOfValue,
  elementTypeOf,
  onnxElementType,
  valueTypeOf,
  withoutReference,
} from '../../../../../../server/convert/savedmodel/proto/data-types.ts';
import { Unsupported } from '../../../../../../server/convert/savedmodel/unsupported.ts';

describe('data types', () => {
  it('go there and back, and references are what they refer to', () => {
    for (let number = 1; number <= 23; number++) {
      if ([11, 12, 13, 15, 16, 20, 21].includes(number)) {
        continue;
      }
      const type = elementTypeOf(number);
      assert.equal(dataTypeOfValue(type), number);
      assert.equal(valueTypeOf(number + 100), type);
    }
    assert.equal(withoutReference(119), 19);
    assert.equal(withoutReference(19), 19);
  });

  it('are named, also where Perch does not compute with them', () => {
    assert.equal(valueTypeOf(20), 'resource');
    assert.equal(valueTypeOf(121), 'variant');
    assert.throws(() => elementTypeOf(20), new Unsupported('elements of resource'));
    assert.throws(() => valueTypeOf(11), new Unsupported('elements of qint8'));
    assert.throws(() => valueTypeOf(0), new Unsupported('elements of type 0'));
    assert.equal(dataTypeName(112), 'quint8');
    assert.equal(dataTypeName(1), 'float32');
  });

  it("have ONNX's numbers", () => {
    assert.deepEqual(
      (
        [
          'float32',
          'uint8',
          'int8',
          'uint16',
          'int16',
          'int32',
          'int64',
          'string',
          'bool',
          'float16',
        ] as const
      ).map(onnxElementType),
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    );
  });
});
