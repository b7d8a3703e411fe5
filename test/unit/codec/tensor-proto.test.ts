// TensorFlow's rules for TensorProto, case by case.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dataTypeOf } from '../../../server/codec/dtype.ts';
import { encodeTensorProto } from '../../../server/codec/tensor-proto-writer.ts';
import { decodeTensorProto, newFillBudget } from '../../../server/codec/tensor-proto.ts';
import { atOnce } from '../../../server/limits/turns.ts';
import { dtypes } from '../../../server/codec/tensor.ts';
import type { Tensor } from '../../../server/codec/tensor.ts';
import { PerchError } from '../../../server/errors.ts';
import { fromProto, plain, tensorType } from './support/reference-protos.ts';
import type { TensorObject } from './support/reference-protos.ts';
import { comparable, elements, numbers, strings } from './support/tensors.ts';

const shape = (...sizes: number[]): object => ({ dim: sizes.map((size) => ({ size })) });
const encode = (tensor: object): Uint8Array => tensorType.encode(tensorType.fromObject(tensor)).finish();
const decode = (tensor: object): Tensor => atOnce(decodeTensorProto(encode(tensor), 'x'));

const extremes: readonly Tensor[] = [
  numbers('float32', [2, 3], [0, -0, 1.5, NaN, Infinity, 3.4028234663852886e38]),
  numbers('float64', [3], [5e-324, -1.7976931348623157e308, 0.1]),
  numbers('float16', [3], [65504, -0.5, 6e-8]),
  numbers('int8', [3], [-128, 0, 127]),
  numbers('int16', [2], [-32768, 32767]),
  numbers('int32', [3], [-2147483648, -1, 2147483647]),
  numbers('int64', [4], [-(2n ** 63n), -1n, 2n ** 63n - 1n, 2n ** 53n + 1n]),
  numbers('uint8', [2], [0, 255]),
  numbers('uint16', [2], [128, 65535]),
  numbers('uint32', [2], [0, 4294967295]),
  numbers('uint64', [3], [0n, 2n ** 64n - 1n, 2n ** 32n]),
  numbers('bool', [2, 1], [1, 0]),
  strings([3], ['', 'text', Buffer.of(0, 255, 128)]),
];

describe('encodeTensorProto', () => {
  it('has a case for every dtype', () => {
    assert.deepEqual(new Set(extremes.map(({ dtype }) => dtype)), new Set(dtypes));
  });

  for (const asTensorContent of [false, true]) {
    const how = asTensorContent ? 'tensor_content' : 'the value field';
    for (const tensor of [
      ...extremes,
      numbers('int64', [], [7]),
      numbers('float32', [0, 3], []),
      strings([0], []),
    ]) {
      it(`writes ${tensor.dtype} [${tensor.shape.join()}] in ${how}, readable for both decoders`, () => {
        const bytes = encodeTensorProto(tensor, { asTensorContent });
        assert.deepEqual(comparable(atOnce(decodeTensorProto(bytes, 'x'))), comparable(tensor));
        const reference = fromProto(plain(tensorType, bytes) as unknown as TensorObject);
        assert.ok(reference !== 'refused');
        const hex =
          tensor.dtype === 'string'
            ? tensor.values.map((value) => Buffer.from(value).toString('hex')).join()
            : Buffer.from(tensor.bytes).toString('hex');
        assert.equal(reference.elements.join(tensor.dtype === 'string' ? ',' : ''), hex);
      });
    }
  }

  it('reads bytes at any alignment', () => {
    const odd = Buffer.concat([Buffer.of(0), numbers('int64', [1], [-5n]).bytes]).subarray(1);
    const bytes = encodeTensorProto({ dtype: 'int64', shape: [1], bytes: odd }, { asTensorContent: false });
    assert.deepEqual(elements(atOnce(decodeTensorProto(bytes, 'x'))), [-5n]);
  });
});

describe('decodeTensorProto', () => {
  it('repeats the last value', () => {
    assert.deepEqual(
      elements(decode({ dtype: 1, tensor_shape: shape(2, 3), float_val: [1, 2] })),
      [1, 2, 2, 2, 2, 2],
    );
    assert.deepEqual(elements(decode({ dtype: 9, tensor_shape: shape(5), int64_val: [-7] })), [
      -7n,
      -7n,
      -7n,
      -7n,
      -7n,
    ]);
    assert.deepEqual(elements(decode({ dtype: 7, tensor_shape: shape(3), string_val: [Buffer.from('a')] })), [
      'a',
      'a',
      'a',
    ]);
  });

  it('takes zeros and empty strings where there are no values', () => {
    assert.deepEqual(elements(decode({ dtype: 2, tensor_shape: shape(2) })), [0, 0]);
    assert.deepEqual(elements(decode({ dtype: 7, tensor_shape: shape(2) })), ['', '']);
    assert.deepEqual(elements(decode({ dtype: 10 })), [0]);
  });

  it('ignores surplus values, and any values of an empty tensor', () => {
    assert.deepEqual(elements(decode({ dtype: 1, tensor_shape: shape(2), float_val: [1, 2, 3] })), [1, 2]);
    assert.deepEqual(elements(decode({ dtype: 3, tensor_shape: shape(1), int_val: [4, 5] })), [4]);
    const empty = decode({
      dtype: 1,
      tensor_shape: shape(2, 0),
      float_val: [1],
      tensor_content: Buffer.of(1),
    });
    assert.deepEqual(comparable(empty), { dtype: 'float32', shape: [2, 0], elements: [] });
  });

  it('prefers tensor_content, and ignores the fields of other dtypes', () => {
    const content = numbers('int32', [2], [8, 9]).bytes;
    assert.deepEqual(
      elements(decode({ dtype: 3, tensor_shape: shape(2), tensor_content: content, int_val: [1] })),
      [8, 9],
    );
    assert.deepEqual(elements(decode({ dtype: 3, tensor_shape: shape(1), float_val: [1] })), [0]);
  });

  it('narrows as C++ does, and makes bool 0 or 1', () => {
    assert.deepEqual(elements(decode({ dtype: 6, tensor_shape: shape(2), int_val: [300, -1] })), [44, -1]);
    assert.deepEqual(elements(decode({ dtype: 19, tensor_shape: shape(1), half_val: [0x13c00] })), [1]);
    assert.deepEqual(
      elements(decode({ dtype: 10, tensor_shape: shape(3), tensor_content: Buffer.of(0, 2, 255) })),
      [0, 1, 1],
    );
  });

  it('views the message for packed floats and for tensor_content', () => {
    for (const asTensorContent of [false, true]) {
      const bytes = encodeTensorProto(numbers('float32', [3], [1, 2, 3]), { asTensorContent });
      const tensor = atOnce(decodeTensorProto(bytes, 'x'));
      assert.ok(tensor.dtype !== 'string' && tensor.bytes.buffer === bytes.buffer);
    }
  });

  const refused: readonly (readonly [string, object])[] = [
    ['no dtype', { tensor_shape: shape(1) }],
    ['a dtype that does not exist', { dtype: 77 }],
    ['a reference type', { dtype: 101 }],
    ['an unknown rank', { dtype: 1, tensor_shape: { unknown_rank: true } }],
    ['a negative dimension', { dtype: 1, tensor_shape: shape(2, -1) }],
    ['a negative dimension in an empty tensor', { dtype: 1, tensor_shape: shape(0, -1) }],
    ['a shape that overflows', { dtype: 1, tensor_shape: shape(2 ** 40, 2 ** 40) }],
    ['a rank of 255', { dtype: 1, tensor_shape: shape(...Array<number>(255).fill(1)) }],
    ['more than 1 GiB from nothing', { dtype: 4, tensor_shape: shape(2 ** 30 + 1) }],
    ['more than 1 GiB of string references', { dtype: 7, tensor_shape: shape(2 ** 28) }],
    ['content too short', { dtype: 3, tensor_shape: shape(2), tensor_content: Buffer.alloc(7) }],
    ['content too long', { dtype: 3, tensor_shape: shape(2), tensor_content: Buffer.alloc(9) }],
    [
      'string content with a length beyond its end',
      { dtype: 7, tensor_shape: shape(1), tensor_content: Buffer.of(2, 1) },
    ],
    ['string content with bytes left', { dtype: 7, tensor_shape: shape(1), tensor_content: Buffer.of(0, 1) }],
    ['string content for fewer strings', { dtype: 7, tensor_shape: shape(9), tensor_content: Buffer.of(0) }],
  ];
  for (const [what, tensor] of refused) {
    it(`refuses ${what}`, () => {
      assert.throws(() => decode(tensor), { code: 'TENSOR_UNPARSABLE', message: 'tensor parsing error: x' });
    });
  }

  it('names a type that it does not support', () => {
    assert.throws(
      () => decode({ dtype: 14 }),
      (error) => {
        assert.ok(PerchError.is(error, 'DTYPE_UNSUPPORTED'));
        assert.match(error.message, /DT_BFLOAT16/);
        return true;
      },
    );
  });

  it('shares one budget between the tensors of a request', () => {
    const budget = newFillBudget();
    budget.bytes = 10;
    const six = encode({ dtype: 4, tensor_shape: shape(6) });
    atOnce(decodeTensorProto(six, 'a', budget));
    assert.throws(() => atOnce(decodeTensorProto(six, 'b', budget)), { code: 'TENSOR_UNPARSABLE' });
  });

  it('has a number for every dtype, each once', () => {
    assert.equal(new Set(Object.values(dataTypeOf)).size, dtypes.length);
  });
});
