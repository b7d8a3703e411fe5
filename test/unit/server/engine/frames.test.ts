// Frames between the daemon and its engine hosts: what is written is read again, however the socket cuts it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { elementSize, dtypes, type Tensor, type TensorMap } from '../../../../server/codec/tensor.ts';
import type { SessionSettings } from '../../../../server/engine/engine-settings.ts';
import { FrameReader } from '../../../../server/engine/frame-reader.ts';
import { encodeFrame, type EngineMessage } from '../../../../server/engine/frames.ts';

function frameOf(message: EngineMessage): Buffer {
  return Buffer.concat(encodeFrame(message));
}

function readAll(bytes: Uint8Array): EngineMessage[] {
  return new FrameReader().push(bytes);
}

const oddTensors: TensorMap = new Map<string, Tensor>([
  ['one', { dtype: 'uint8', shape: [1], bytes: Uint8Array.of(7) }],
  [
    'text',
    { dtype: 'string', shape: [2, 2], values: ['', 'a', 'Grüße', '\0'].map((text) => Buffer.from(text)) },
  ],
  ['none', { dtype: 'float64', shape: [0, 3], bytes: new Uint8Array(0) }],
  ['no text', { dtype: 'string', shape: [0], values: [] }],
  ['scalar', { dtype: 'int64', shape: [], bytes: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) }],
  ['__proto__', { dtype: 'float32', shape: [3], bytes: new Uint8Array(12).fill(9) }],
]);

const settings: SessionSettings = {
  provider: 'cpu',
  deviceId: 0,
  intraOpThreads: 3,
  interOpThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  memoryArena: true,
  memoryPattern: true,
};

const messages: readonly EngineMessage[] = [
  { kind: 'hello', call: 0, onnxruntimeVersion: '1.30.0' },
  {
    kind: 'load',
    call: 1,
    session: 2,
    file: '/models/mödel/1/model.onnx',
    settings,
    memoryLimitBytes: 0,
    profilePrefix: '',
  },
  { kind: 'unload', call: 0xffff_ffff, session: 2 },
  {
    kind: 'run',
    call: 3,
    session: 2,
    signature: 'sérving',
    tensors: oddTensors,
    outputNames: ['y', 'z "quoted"'],
  },
  { kind: 'run', call: 3, session: 2, signature: '', tensors: new Map(), outputNames: [] },
  {
    kind: 'loaded',
    call: 4,
    signatures: [{ inputs: [{ name: 'x', dtype: 'string', shape: [-1, 3] }], outputs: [] }],
  },
  { kind: 'unloaded', call: 5 },
  { kind: 'ran', call: 6, tensors: oddTensors, engineUs: 12.5 },
  { kind: 'failed', call: 7, code: 'INFERENCE_FAILED', message: 'Line one\nline two \u2028 end' },
];

/** Buffers and Uint8Arrays with the same bytes are alike here. */
function plain(message: EngineMessage): unknown {
  if (!('tensors' in message)) {
    return message;
  }
  const tensors = [...message.tensors].map(([name, tensor]) =>
    tensor.dtype === 'string'
      ? [name, { ...tensor, values: tensor.values.map((value) => [...value]) }]
      : [name, { ...tensor, bytes: [...tensor.bytes] }],
  );
  return { ...message, tensors };
}

const tensor: fc.Arbitrary<Tensor> = fc.oneof(
  fc
    .tuple(fc.constantFrom(...dtypes), fc.nat(9))
    .filter(([dtype]) => dtype !== 'string')
    .map(([dtype, count]): Tensor => {
      const numeric = dtype as keyof typeof elementSize;
      return {
        dtype: numeric,
        shape: [count],
        bytes: new Uint8Array(elementSize[numeric] * count).fill(count + 1),
      };
    }),
  fc
    .array(fc.uint8Array({ maxLength: 9 }), { maxLength: 5 })
    .map((values): Tensor => ({ dtype: 'string', shape: [values.length], values })),
);

describe('frames', () => {
  for (const message of messages) {
    it(`carry "${message.kind}" (call ${message.call})`, () => {
      assert.deepEqual(readAll(frameOf(message)).map(plain), [plain(message)]);
    });
  }

  it('are read alike wherever they are cut', () => {
    const stream = Buffer.concat(messages.map(frameOf));
    const expected = messages.map(plain);
    for (let cut = 0; cut <= stream.length; cut++) {
      const reader = new FrameReader();
      const got = [...reader.push(stream.subarray(0, cut)), ...reader.push(stream.subarray(cut))];
      assert.equal(got.length, messages.length);
      if (cut % 16 === 0) {
        assert.deepEqual(got.map(plain), expected);
      }
    }
    const byByte = new FrameReader();
    assert.deepEqual([...stream].flatMap((byte) => byByte.push(Uint8Array.of(byte))).map(plain), expected);
  });

  it('carry any tensors, with every number at a multiple of eight', () => {
    const named = fc.array(fc.tuple(fc.string(), tensor), { maxLength: 6 });
    fc.assert(
      fc.property(named, fc.nat(40), fc.nat(300), (entries, padding, cut) => {
        const tensors = new Map(entries);
        const file = 'x'.repeat(padding);
        const message: EngineMessage = {
          kind: 'run',
          call: 1,
          session: 1,
          signature: '',
          tensors,
          outputNames: [file],
        };
        const stream = Buffer.concat([frameOf({ kind: 'unloaded', call: 9 }), frameOf(message)]);
        const reader = new FrameReader();
        const [first, second] = [
          ...reader.push(stream.subarray(0, cut)),
          ...reader.push(stream.subarray(cut)),
        ];
        assert.deepEqual(first, { kind: 'unloaded', call: 9 });
        assert.ok(second?.kind === 'run');
        assert.deepEqual(plain(second), plain(message));
        for (const one of second.tensors.values()) {
          assert.equal(one.dtype === 'string' ? 0 : one.bytes.byteOffset % 8, 0);
        }
      }),
    );
  });

  it('with large tensors are written without a copy of them', () => {
    const bytes = new Uint8Array(80_000);
    const pieces = encodeFrame({
      kind: 'ran',
      call: 1,
      engineUs: 1,
      tensors: new Map([['y', { dtype: 'float32', shape: [20_000], bytes }]]),
    });
    assert.ok(pieces.includes(bytes));
  });

  it('that cannot be are refused', () => {
    const tooLong = Buffer.alloc(16);
    tooLong.writeUInt32LE(0xffff_ffff, 0);
    assert.throws(() => readAll(tooLong), /bytes is refused/);
    const unknownKind = frameOf({ kind: 'unloaded', call: 1 });
    unknownKind.writeUInt8(200, 4);
    assert.throws(() => readAll(unknownKind), /unknown kind/);
    const longHead = frameOf({ kind: 'unloaded', call: 1 });
    longHead.writeUInt32LE(1_000_000, 12);
    assert.throws(() => readAll(longHead));
  });
});
