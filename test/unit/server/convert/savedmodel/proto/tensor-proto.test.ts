// Tensors as files have them: messages that TensorFlow 2.21 made, each element type's field, and what is wrong.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeTensor } from '../../../../../../server/convert/savedmodel/proto/tensor-proto.ts';
import { Unsupported } from '../../../../../../server/convert/savedmodel/unsupported.ts';
import type { Value } from '../../../../../../server/convert/value.ts';
import { encode } from '../../../../../support/savedmodel/schema.ts';
import { shapeJson, tensor, tensorJson } from '../../../../../support/savedmodel/tensors.ts';

function decoded(json: object): Value {
  return decodeTensor({ bytes: encode('TensorProto', json) });
}

function decodedBase64(text: string): Value {
  return decodeTensor({ bytes: Buffer.from(text, 'base64') });
}

const shape3 = { tensor_shape: shapeJson([3]) };

describe('decodeTensor', () => {
  it("reads tf.make_tensor_proto's messages", () => {
    assert.deepEqual(decodedBase64('CBMSBBICCAIiBAA+AMA=').data, Float32Array.of(1.5, -2));
    assert.deepEqual(decodedBase64('CA4SBBICCAIiBMA/AMA=').data, Float32Array.of(1.5, -2));
    assert.deepEqual(decodedBase64('CAgSAEoIAACAPwAAAEA='), {
      dtype: 'complex64',
      shape: [],
      data: Float32Array.of(1, 2),
    });
    assert.deepEqual(
      decodedBase64('CBISBBICCANiEAAAAAAAAPA/AAAAAAAAAEA=').data,
      Float64Array.of(1, 2, 1, 2, 1, 2),
    );
    assert.deepEqual(decodedBase64('CAkSBBICCARSAQc=').data, BigInt64Array.of(7n, 7n, 7n, 7n));
    assert.deepEqual(decodedBase64('CAcSBBICCAJCAWFCAWI='), {
      dtype: 'string',
      shape: [2],
      data: [Uint8Array.of(97), Uint8Array.of(98)],
    });
    assert.deepEqual(decodedBase64('CAoSBBICCANaAQE=').data, Uint8Array.of(1, 1, 1));
    assert.deepEqual(decodedBase64('CBcSAIoBCv///////////wE=').data, BigUint64Array.of(2n ** 64n - 1n));
    assert.deepEqual(decodedBase64('CBYSAIIBBf////8P').data, Uint32Array.of(2 ** 32 - 1));
    assert.deepEqual(decodedBase64('CAYSADoK+///////////AQ==').data, Int8Array.of(-5));
    assert.deepEqual(decodedBase64('CAsSBBICCAE6Cvv//////////wE='), {
      dtype: 'int8',
      shape: [1],
      data: Int8Array.of(-5),
    });
  });

  it('repeats the last element, has zeros where there is none, and leaves out what is too much', () => {
    const cases: [object, Value['data']][] = [
      [{ dtype: 1, float_val: [1.5, 2.5] }, Float32Array.of(1.5, 2.5, 2.5)],
      [{ dtype: 2, double_val: [1.5] }, Float64Array.of(1.5, 1.5, 1.5)],
      [{ dtype: 3, int_val: [] }, Int32Array.of(0, 0, 0)],
      [{ dtype: 4, int_val: [255, 1, 2, 3, 4] }, Uint8Array.of(255, 1, 2)],
      [{ dtype: 5, int_val: [-3] }, Int16Array.of(-3, -3, -3)],
      [{ dtype: 17, int_val: [65535] }, Uint16Array.of(65535, 65535, 65535)],
      [{ dtype: 8, scomplex_val: [1, 2, 3, 4, 9] }, Float32Array.of(1, 2, 3, 4, 3, 4)],
      [{ dtype: 9, int64_val: ['-9007199254740993'] }, new BigInt64Array(3).fill(-9007199254740993n)],
      [{ dtype: 10, bool_val: [true, false] }, Uint8Array.of(1, 0, 0)],
      [{ dtype: 14, half_val: [0x3fc0] }, Float32Array.of(1.5, 1.5, 1.5)],
      [{ dtype: 19, half_val: [0x3e00, 0x8000] }, Float32Array.of(1.5, -0, -0)],
      [{ dtype: 22, uint32_val: [7] }, Uint32Array.of(7, 7, 7)],
      [{ dtype: 7, string_val: [Buffer.from('a')] }, [97, 97, 97].map((code) => Uint8Array.of(code))],
      [{ dtype: 7 }, [new Uint8Array(), new Uint8Array(), new Uint8Array()]],
    ];
    for (const [json, data] of cases) {
      assert.deepEqual(decoded({ ...json, ...shape3 }).data, data, JSON.stringify(json));
    }
  });

  it('reads tensor_content of every type, and empty tensors', () => {
    const grid = tensor('int16', [1, -2, 3, -4, 5, -6], [2, 3]);
    assert.deepEqual(decoded(tensorJson(grid)), {
      dtype: 'int16',
      shape: [2, 3],
      data: Int16Array.of(1, -2, 3, -4, 5, -6),
    });
    assert.deepEqual(
      decoded({ dtype: 7, tensor_shape: shapeJson([2]), tensor_content: Buffer.from([1, 2, 65, 66, 67]) })
        .data,
      [Uint8Array.of(65), Uint8Array.of(66, 67)],
    );
    assert.deepEqual(decoded({ dtype: 1, tensor_shape: shapeJson([2, 0]) }), {
      dtype: 'float32',
      shape: [2, 0],
      data: new Float32Array(),
    });
    assert.deepEqual(decoded({ dtype: 3, int_val: [4] }), {
      dtype: 'int32',
      shape: [],
      data: Int32Array.of(4),
    });
  });

  it('copies: the value is not a part of the file', () => {
    const bytes = encode('TensorProto', tensorJson(tensor('float32', [1, 2, 3])));
    const value = decodeTensor({ bytes });
    bytes.fill(0);
    assert.deepEqual(value.data, Float32Array.of(1, 2, 3));
    assert.equal((value.data as Float32Array).buffer.byteLength, 12);
  });

  it('refuses what is no tensor, naming it', () => {
    const wrong: object[] = [
      { dtype: 1, tensor_shape: shapeJson([-1]) },
      { dtype: 1, tensor_shape: shapeJson(undefined) },
      { dtype: 1, tensor_shape: shapeJson([-2]) },
      { dtype: 1, tensor_shape: shapeJson(Array.from({ length: 255 }, () => 1)) },
      { dtype: 1, tensor_shape: shapeJson([2]), tensor_content: Buffer.alloc(7) },
      { dtype: 7, tensor_shape: shapeJson([2]), tensor_content: Buffer.from([1, 9, 65]) },
    ];
    for (const json of wrong) {
      assert.throws(
        () => decodeTensor({ bytes: encode('TensorProto', json) }, undefined, 'The value of "w"'),
        (reason: Error) =>
          'code' in reason &&
          reason.code === 'SAVED_MODEL_INVALID' &&
          reason.message.startsWith('The value of "w"'),
        JSON.stringify(json),
      );
    }
  });

  it('makes no room for elements that the file does not have', () => {
    for (const dtype of [1, 7, 9, 18]) {
      for (const sizes of [[2 ** 30], [2 ** 31], [2 ** 20, 2 ** 20], [2 ** 53]]) {
        assert.throws(() => decoded({ dtype, tensor_shape: shapeJson(sizes), float_val: [1] }), {
          code: 'SAVED_MODEL_INVALID',
        });
      }
    }
    let claimed = 0;
    decodeTensor(
      { bytes: encode('TensorProto', { dtype: 1, ...shape3 }) },
      (elements) => (claimed = elements),
    );
    assert.equal(claimed, 3);
  });

  it('says what it does not support by name', () => {
    assert.throws(() => decoded({ dtype: 20 }), new Unsupported('elements of resource'));
    assert.throws(() => decoded({ dtype: 21 }), new Unsupported('elements of variant'));
    assert.throws(() => decodedBase64('CBg='), new Unsupported('elements of float8_e5m2'));
    assert.throws(() => decodedBase64('CFg='), new Unsupported('elements of type 88'));
  });
});
