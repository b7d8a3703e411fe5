// Frames from chunks as a socket gives them: each in memory of its own, cut wherever it happens.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Tensor, TensorMap } from '../../../../server/codec/tensor.ts';
import { FrameReader } from '../../../../server/engine/frame-reader.ts';
import { encodeFrame, frameLength, type EngineMessage } from '../../../../server/engine/frames.ts';

function ran(call: number, length: number): EngineMessage {
  const bytes = new Uint8Array(length).map((_, i) => (i * 13 + call) % 251);
  const values = ['', 'Grüße', 'x'.repeat(call % 40)].map((text) => Buffer.from(text));
  const tensors = new Map<string, Tensor>([
    ['y', { dtype: 'uint8', shape: [length], bytes }],
    ['s', { dtype: 'string', shape: [3], values }],
  ]);
  return { kind: 'ran', call, engineUs: call / 3, tensors };
}

/** As short text, whatever kind of bytes its tensors are. */
function describeMessage(message: EngineMessage): string {
  const { tensors, ...rest } = 'tensors' in message ? message : { ...message, tensors: new Map() };
  const digest = createHash('sha256');
  for (const [name, tensor] of tensors as TensorMap) {
    digest.update(JSON.stringify([name, tensor.dtype, tensor.shape]));
    const parts = tensor.dtype === 'string' ? tensor.values : [tensor.bytes];
    parts.forEach((part) => digest.update(`${part.length}:`).update(part));
  }
  const fields = Object.entries(rest).sort(([one], [other]) => (one < other ? -1 : 1));
  return `${JSON.stringify(fields)} ${digest.digest('hex').slice(0, 16)}`;
}

const messages: readonly EngineMessage[] = [
  { kind: 'hello', call: 0, onnxruntimeVersion: '1' },
  ran(1, 0),
  ran(2, 7),
  { kind: 'failed', call: 3, code: 'INFERENCE_FAILED', message: 'ü\n' },
  ran(4, 40_000),
  { kind: 'unloaded', call: 5 },
  ran(6, 33),
];
const stream = Buffer.concat(messages.flatMap((message) => encodeFrame(message)));
const expected = messages.map(describeMessage);

/** What comes of the stream, each chunk a copy of its part as a socket's is; all kept until the end. */
function readInChunks(ends: readonly number[]): EngineMessage[] {
  const reader = new FrameReader();
  const got: EngineMessage[] = [];
  let from = 0;
  for (const end of [...ends, stream.length]) {
    const chunk = new Uint8Array(Math.max(0, end - from));
    chunk.set(stream.subarray(from, from + chunk.length));
    got.push(...reader.push(chunk));
    from += chunk.length;
  }
  return got;
}

describe('the reader of frames', () => {
  it('reads alike wherever one cut is', () => {
    const interesting = [...stream.keys()].filter(
      (at) => at < 1200 || at > stream.length - 600 || at % 997 === 0,
    );
    for (const at of interesting) {
      assert.deepEqual(readInChunks([at]).map(describeMessage), expected, `cut at ${at}`);
    }
  });

  it('reads alike in chunks of any length', () => {
    for (const length of [1, 2, 3, 7, 8, 15, 16, 17, 24, 31, 1000, 4096, 65_536]) {
      const ends = Array.from({ length: Math.floor(stream.length / length) }, (_, i) => (i + 1) * length);
      assert.deepEqual(readInChunks(ends).map(describeMessage), expected, `chunks of ${length}`);
    }
  });

  it('reads alike wherever many cuts are', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 30 }), (cuts) => {
        const got = readInChunks([...cuts].sort((a, b) => a - b));
        assert.deepEqual(got.map(describeMessage), expected);
      }),
      { numRuns: 200 },
    );
  });

  it('gives a message with the chunk that completes it, not later', () => {
    const reader = new FrameReader();
    let at = 0;
    for (const message of messages) {
      const length = frameLength(stream, at);
      assert.deepEqual(reader.push(stream.subarray(at, at + length - 1)), []);
      const [got, ...more] = reader.push(stream.subarray(at + length - 1, at + length));
      assert.ok(got !== undefined && more.length === 0);
      assert.equal(describeMessage(got), describeMessage(message));
      at += length;
    }
  });

  it('does not copy a frame that lies whole in a chunk', () => {
    const chunk = Uint8Array.from(stream);
    for (const message of new FrameReader().push(chunk)) {
      const tensor = 'tensors' in message ? message.tensors.get('y') : undefined;
      assert.ok(tensor === undefined || (tensor.dtype === 'uint8' && tensor.bytes.buffer === chunk.buffer));
    }
  });

  it('takes an empty chunk', () => {
    assert.deepEqual(new FrameReader().push(new Uint8Array(0)), []);
  });

  it('refuses a frame that cannot be as soon as its length is there', () => {
    const prefix = Buffer.alloc(16);
    for (const length of [0xffff_ffff, 0x8000_0000, 12]) {
      prefix.writeUInt32LE(length, 0);
      for (let at = 1; at < 16; at++) {
        const reader = new FrameReader();
        assert.deepEqual(reader.push(prefix.subarray(0, at)), []);
        assert.throws(() => reader.push(prefix.subarray(at)), RangeError);
      }
    }
  });

  it('takes every frame that can be written, also with a long head', () => {
    // Each value of a string tensor takes four bytes of the head. No memory is touched: the pieces are one and the same.
    const value = new Uint8Array(4096);
    const values = Array<Uint8Array>((2 ** 31 - 2 ** 20) / value.length - 1).fill(value);
    const message: EngineMessage = {
      kind: 'run',
      call: 1,
      session: 1,
      signature: '',
      outputNames: [],
      tensors: new Map([['x', { dtype: 'string', shape: [values.length], values }]]),
    };
    let written: Uint8Array[] = [];
    try {
      written = encodeFrame(message);
    } catch {
      // Refused where it is written: that fails one request, not the process that reads it.
      return;
    }
    assert.doesNotThrow(() => frameLength(written[0] ?? new Uint8Array(), 0));
  });
});
