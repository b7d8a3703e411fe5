// tf.Examples that are written: they read back, and a context comes before each example's own bytes.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { messageCodec } from '../../../protos/messages.ts';
import { decodeExampleRequest } from '../../../server/codec/example-request.ts';
import { serializeExamples } from '../../../server/codec/example-writer.ts';
import type { ExampleBatch, Feature, Features } from '../../../server/codec/example.ts';

const request = messageCodec('tensorflow.serving.ClassificationRequest');

/** The features as a request with the one example brings them. */
function readBack(example: Uint8Array): Features | undefined {
  const head = Buffer.from([0x12, 0, 0x0a, 0, 0x0a, 0]);
  const lengths = [example.length + 4, example.length + 2, example.length];
  assert.ok(lengths.every((length) => length < 128));
  lengths.forEach((length, at) => (head[at * 2 + 1] = length));
  return decodeExampleRequest(Buffer.concat([head, example])).batch.examples[0];
}

const features = new Map<string, Feature>([
  ['f', { kind: 'float', values: Float32Array.of(1.5, -2) }],
  ['i', { kind: 'int64', values: BigInt64Array.of(-1n, 2n ** 62n) }],
  ['b', { kind: 'bytes', values: [Buffer.from('é'), new Uint8Array([0, 255])] }],
  ['n', { kind: 'none' }],
]);

describe('serializeExamples', () => {
  it('writes every kind of feature', () => {
    const [bytes = new Uint8Array()] = serializeExamples({ examples: [features], context: new Map() });
    const back = readBack(bytes) ?? new Map<string, Feature>();
    assert.deepEqual([...back.keys()], ['f', 'i', 'b', 'n']);
    assert.deepEqual(back.get('f'), features.get('f'));
    assert.deepEqual(back.get('i'), features.get('i'));
    assert.deepEqual(back.get('n'), { kind: 'none' });
    const strings = back.get('b');
    assert.deepEqual(strings?.kind === 'bytes' ? strings.values.map((value) => [...value]) : [], [
      [...Buffer.from('é')],
      [0, 255],
    ]);
  });

  it('puts the context before each example, so that the example’s own counts', () => {
    const x = (value: number): Features =>
      new Map([['x', { kind: 'float', values: Float32Array.of(value) }]]);
    const batch: ExampleBatch = { examples: [x(1), new Map()], context: x(7) };
    const values = serializeExamples(batch).map((bytes) => readBack(bytes)?.get('x'));
    assert.deepEqual(values, [
      { kind: 'float', values: Float32Array.of(1) },
      { kind: 'float', values: Float32Array.of(7) },
    ]);
  });

  it('gives the bytes of a gRPC request as they came, unknown fields too', () => {
    const example = Buffer.from([0xf8, 0x07, 0x01]);
    const long = Buffer.concat([Buffer.from([0xfa, 0x07, 0xc8, 0x01]), Buffer.alloc(200, 5)]);
    const field = (tag: number, content: Buffer): Buffer => {
      const length =
        content.length < 128 ? [content.length] : [(content.length & 127) | 128, content.length >> 7];
      return Buffer.concat([Buffer.from([tag, ...length]), content]);
    };
    const input = field(0x12, field(0x12, Buffer.concat([field(0x0a, example), field(0x12, long)])));
    const { batch } = decodeExampleRequest(input);
    assert.deepEqual(Buffer.concat(serializeExamples(batch)), Buffer.concat([long, example]));
    const empty = request.encode({ input: { exampleList: { examples: [{}] } } });
    assert.deepEqual(
      serializeExamples(decodeExampleRequest(empty).batch).map((bytes) => bytes.length),
      [0],
    );
  });
});
