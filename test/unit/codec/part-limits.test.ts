// Requests that are small on the wire and large in memory: too many parts are refused before they are made.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeExampleRequest, decodeMultiInferenceRequest } from '../../../server/codec/example-request.ts';
import { parseExamplesBody } from '../../../server/codec/json-examples.ts';
import { parsePredictBody } from '../../../server/codec/json-reader.ts';
import { mostParts } from '../../../server/codec/part-tally.ts';
import { decodePredictRequest } from '../../../server/codec/predict-request.ts';
import { atOnce } from '../../../server/limits/turns.ts';
import { requestType } from './support/reference-protos.ts';

const tooLarge = { code: 'REQUEST_TOO_LARGE' };

const predict = (request: object): Buffer =>
  Buffer.from(requestType.encode(requestType.fromObject(request)).finish());

/** Field `number` of wire type 2 with these bytes. */
function field(number: number, value: Uint8Array): Buffer {
  const length: number[] = [];
  for (let rest = value.length; ; rest = Math.floor(rest / 128)) {
    length.push(rest >= 128 ? (rest % 128) | 128 : rest);
    if (rest < 128) {
      return Buffer.concat([Buffer.from([number * 8 + 2, ...length]), value]);
    }
  }
}

/** The same field of no bytes, so often. */
const empty = (number: number, count: number): Buffer =>
  Buffer.alloc(2 * count, Buffer.of(number * 8 + 2, 0));

const strings = (count: number): object => ({
  dtype: 7,
  tensor_shape: { dim: [{ size: count }] },
  string_val: [Buffer.from('x')],
});

describe('PredictRequest', () => {
  it('repeats a string no more often than a request may have strings', () => {
    const inputs = { x: strings(mostParts) };
    const [read] = atOnce(decodePredictRequest(predict({ inputs }))).inputs.values();
    assert.deepEqual(read?.shape, [mostParts]);
    // V8 ends the process where a list grows to some 112 million: 21 bytes were enough.
    for (const count of [mostParts + 1, 130_000_000]) {
      const request = predict({ inputs: { x: strings(count) } });
      assert.throws(() => atOnce(decodePredictRequest(request)), tooLarge);
    }
  });

  it('counts the strings of all its inputs together', () => {
    const half = strings(mostParts / 2 + 1);
    assert.throws(() => atOnce(decodePredictRequest(predict({ inputs: { a: half, b: half } }))), tooLarge);
    const content = { dtype: 7, tensor_content: Buffer.alloc(mostParts / 2 + 1) };
    const inContent = { ...content, tensor_shape: { dim: [{ size: mostParts / 2 + 1 }] } };
    assert.throws(
      () => atOnce(decodePredictRequest(predict({ inputs: { a: half, b: inContent } }))),
      tooLarge,
    );
  });

  it('has no more inputs and names of outputs than a model could', () => {
    assert.throws(() => atOnce(decodePredictRequest(empty(2, 10_001))), tooLarge);
    assert.equal(atOnce(decodePredictRequest(empty(3, 1000))).outputFilter.length, 1000);
    assert.throws(() => atOnce(decodePredictRequest(empty(3, mostParts + 1))), tooLarge);
    assert.throws(() => atOnce(decodePredictRequest(field(2, empty(2, mostParts + 2)))), tooLarge);
  });
});

describe('requests with examples', () => {
  it('have no more of them than parts, though they are empty', () => {
    const list = field(1, empty(1, mostParts + 1));
    assert.throws(() => decodeExampleRequest(field(2, list)), tooLarge);
    assert.throws(() => decodeMultiInferenceRequest(empty(1, mostParts + 1)), tooLarge);
    const json = Buffer.from(`{"examples": [${'{},'.repeat(mostParts)}{}]}`);
    assert.throws(() => atOnce(parseExamplesBody(json)), tooLarge);
  });
});

describe('JSON for predict', () => {
  it('has no more strings in all its inputs together', () => {
    const signature = {
      inputs: [
        { name: 'a', dtype: 'string', shape: [-1] },
        { name: 'b', dtype: 'string', shape: [-1] },
      ],
      outputs: [],
    } as const;
    const half = `[${'"",'.repeat(mostParts / 2)}""]`;
    const body = Buffer.from(`{"inputs": {"a": ${half}, "b": ${half}}}`);
    assert.throws(() => atOnce(parsePredictBody(body, signature)), tooLarge);
  });
});
