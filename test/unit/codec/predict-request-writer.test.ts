// What the writer writes is what the reader reads.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodePredictRequest } from '../../../server/codec/predict-request.ts';
import { atOnce } from '../../../server/limits/turns.ts';
import { encodePredictRequest } from '../../../server/codec/predict-request-writer.ts';
import type { Tensor } from '../../../server/codec/tensor.ts';

const numbers: Tensor = {
  dtype: 'float32',
  shape: [1, 2],
  bytes: Buffer.from(new Float32Array([1, -2]).buffer),
};
const words: Tensor = { dtype: 'string', shape: [2], values: [Buffer.from('a'), Buffer.from('')] };
const long: Tensor = { dtype: 'uint8', shape: [1000], bytes: Buffer.alloc(1000, 7) };

describe('encodePredictRequest', () => {
  it('writes inputs of any type, in their order', () => {
    const inputs = new Map<string, Tensor>([
      ['x', numbers],
      ['wörter', words],
      ['', long],
    ]);
    const read = atOnce(decodePredictRequest(encodePredictRequest({ name: 'digits' }, inputs)));
    assert.deepEqual([...read.inputs.keys()], ['x', 'wörter', '']);
    assert.deepEqual(
      [...read.inputs.values()].map(({ dtype, shape }) => [dtype, [...shape]]),
      [
        ['float32', [1, 2]],
        ['string', [2]],
        ['uint8', [1000]],
      ],
    );
    const [x, text] = [read.inputs.get('x'), read.inputs.get('wörter')];
    assert.ok(x && x.dtype !== 'string' && text?.dtype === 'string');
    assert.deepEqual(Buffer.from(x.bytes), numbers.bytes);
    assert.deepEqual(
      text.values.map((value) => Buffer.from(value).toString()),
      ['a', ''],
    );
    assert.deepEqual(read.modelSpec, { name: 'digits', signatureName: '' });
  });

  it('writes a version, a label or a signature name', () => {
    const spec = (model: Parameters<typeof encodePredictRequest>[0]): unknown =>
      atOnce(decodePredictRequest(encodePredictRequest(model, new Map()))).modelSpec;
    const version = 2n ** 62n + 1n;
    assert.deepEqual(spec({ name: 'm', version }), { name: 'm', version, signatureName: '' });
    assert.deepEqual(spec({ name: 'm', label: 'stable', signatureName: 's' }), {
      name: 'm',
      versionLabel: 'stable',
      signatureName: 's',
    });
  });
});
