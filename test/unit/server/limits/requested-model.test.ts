// The model of a request, read ahead of its tensors: always the one that the decoder finds too.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { messageCodec } from '../../../../protos/messages.ts';
import {
  decodeExampleRequest,
  decodeMultiInferenceRequest,
} from '../../../../server/codec/example-request.ts';
import { decodePredictRequest } from '../../../../server/codec/predict-request.ts';
import { atOnce } from '../../../../server/limits/turns.ts';
import { requestedModelName, requestedModelNameOfTasks } from '../../../../server/codec/requested-model.ts';
import { PerchError } from '../../../../server/errors.ts';

const predict = messageCodec('tensorflow.serving.PredictRequest');
const classify = messageCodec('tensorflow.serving.ClassificationRequest');
const multi = messageCodec('tensorflow.serving.MultiInferenceRequest');

const inputs = {
  x: { dtype: 'DT_FLOAT' as const, tensorShape: { dim: [{ size: 2 }] }, floatVal: [1, 2] },
  y: { dtype: 'DT_STRING' as const, tensorShape: { dim: [{ size: 1 }] }, stringVal: [Buffer.from('text')] },
};

describe('the model of a request', () => {
  it('is found in front of the tensors and behind them, and where it comes twice', () => {
    const spec = (name: string): Uint8Array => predict.encode({ modelSpec: { name } });
    const tensors = predict.encode({ inputs });
    const twice = predict.encode({ modelSpec: { name: 'old', signatureName: 's' } });
    for (const [bytes, name] of [
      [Buffer.concat([spec('é'), tensors]), 'é'],
      [Buffer.concat([tensors, spec('m')]), 'm'],
      [Buffer.concat([twice, tensors, spec('new')]), 'new'],
      [Buffer.concat([spec('m'), predict.encode({ modelSpec: { signatureName: 's' } })]), 'm'],
      [tensors, ''],
      [Buffer.alloc(0), ''],
    ] as const) {
      assert.equal(requestedModelName(bytes), name);
      assert.equal(atOnce(decodePredictRequest(bytes)).modelSpec?.name ?? '', name);
    }
  });

  it('is found in requests with examples, and in the first of several tasks', () => {
    const input = { exampleList: { examples: [{ features: {} }] } };
    const one = classify.encode({ modelSpec: { name: 'm' }, input });
    assert.equal(requestedModelName(one), 'm');
    assert.equal(decodeExampleRequest(one).modelSpec?.name, 'm');
    const tasks = multi.encode({
      tasks: [
        { methodName: 'tensorflow/serving/classify', modelSpec: { name: 'first' } },
        { methodName: 'tensorflow/serving/regress', modelSpec: { name: 'second' } },
      ],
      input,
    });
    assert.equal(requestedModelNameOfTasks(tasks), 'first');
    assert.equal(decodeMultiInferenceRequest(tasks).tasks[0]?.modelSpec?.name, 'first');
    assert.equal(requestedModelNameOfTasks(multi.encode({ input })), '');
    assert.equal(requestedModelNameOfTasks(multi.encode({ tasks: [{ methodName: 'x' }], input })), '');
  });

  it('of bytes that are no message is refused as the decoder refuses them', () => {
    for (const bytes of [
      Buffer.from([0x0a, 0x05, 0x01]),
      Buffer.from([0x07]),
      Buffer.from([0x0a, 2, 0x0a, 0x09]),
    ]) {
      for (const read of [requestedModelName, requestedModelNameOfTasks]) {
        assert.throws(
          () => read(bytes),
          (reason) => PerchError.is(reason, 'REQUEST_MALFORMED'),
        );
      }
    }
  });
});
