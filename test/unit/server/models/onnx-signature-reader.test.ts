// What models take and give: the examples against ONNX Runtime's own words, every shape of description, and hostile files.
import assert from 'node:assert/strict';
import { mkdir, open, readFile, truncate, writeFile, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import ort from 'onnxruntime-node';
import { PerchError } from '../../../../server/errors.ts';
import { readOnnxSignature, readSignatureFrom } from '../../../../server/models/onnx-signature-reader.ts';
import type { OnnxSignature } from '../../../../server/models/onnx-signature.ts';
import {
  addModel,
  field,
  graph,
  model,
  node,
  randomNumbers,
  tensor,
  value,
  varint,
  varintField,
} from '../../../support/onnx-builder.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const examples = path.join(import.meta.dirname, '../../../../examples/models');
const files = ['digits/1', 'digits/2', 'digits_conv/1', 'half_plus_two/00000123', 'iris/1'];
const never = new AbortController().signal;

async function signatureOf(bytes: Uint8Array): Promise<OnnxSignature> {
  using directory = tempDir();
  const file = path.join(directory.path, 'model.onnx');
  await writeFile(file, bytes);
  return await readOnnxSignature(file, never);
}

const invalid = (detail: RegExp): object => ({ code: 'MODEL_FILE_INVALID', message: detail });

/** ONNX Runtime's names of element types, in Triton's. */
const tritonTypes: Readonly<Record<string, string>> = {
  float32: 'TYPE_FP32',
  int64: 'TYPE_INT64',
  string: 'TYPE_STRING',
};

describe('readOnnxSignature', () => {
  for (const name of files) {
    it(`says of ${name} what ONNX Runtime says`, async () => {
      const file = path.join(examples, name, 'model.onnx');
      const session = await ort.InferenceSession.create(file);
      const told = (all: readonly ort.InferenceSession.ValueMetadata[]): object[] =>
        all.map((each) => {
          assert.ok(each.isTensor);
          return { name: each.name, dataType: tritonTypes[each.type], dims: [...each.shape] };
        });
      const signature = await readOnnxSignature(file, never);
      assert.deepEqual(signature.inputs, told(session.inputMetadata));
      assert.deepEqual(signature.outputs, told(session.outputMetadata));
      assert.equal(signature.producer, 'perch-examples');
      assert.equal(signature.opset, 17);
      await session.release();
    });
  }

  it('knows every element type that Triton has a name for, and no other', async () => {
    const numbers = Array.from({ length: 24 }, (_, i) => i);
    const { inputs } = await signatureOf(
      model(graph({ inputs: numbers.map((type) => value(`v${type}`, [1], type)) })),
    );
    assert.deepEqual(
      inputs.map(({ dataType }) => dataType?.slice(5)),
      // prettier-ignore
      [undefined, 'FP32', 'UINT8', 'INT8', 'UINT16', 'INT16', 'INT32', 'INT64', 'STRING', 'BOOL', 'FP16', 'FP64',
        'UINT32', 'UINT64', undefined, undefined, 'BF16', ...new Array<undefined>(7).fill(undefined)],
    );
  });

  it('tells sizes, names, nothing, scalars and unknown ranks apart', async () => {
    const inputs = [
      value('sizes', [2, 0, 'rows', '', -7]),
      value('scalar', []),
      value('any'),
      // A sequence, and a dimension that says nothing.
      Buffer.concat([field(1, 'list'), field(2, field(4, field(1, field(1, varintField(1, 1)))))]),
      Buffer.concat([
        field(1, 'open'),
        field(2, field(1, Buffer.concat([varintField(1, 1), field(2, field(1, ''))]))),
      ]),
    ];
    const signature = await signatureOf(model(graph({ inputs })));
    assert.deepEqual(
      signature.inputs.map(({ name, dims }) => [name, dims]),
      [
        ['sizes', [2, 0, 'rows', -1, -1]],
        ['scalar', []],
        ['any', undefined],
        ['list', undefined],
        ['open', [-1]],
      ],
    );
  });

  it('leaves out inputs that are initializers, dense or sparse, wherever they stand', async () => {
    const weights = tensor({ name: 'w', dims: [2], raw: Buffer.alloc(8) });
    const sparse = field(15, field(1, tensor({ name: 's', dims: [1], raw: Buffer.alloc(4) })));
    const inputs = ['x', 'w', 's', 'late'].map((name) => value(name, [2]));
    const late = field(5, tensor({ name: 'late', dims: [2], raw: Buffer.alloc(8) }));
    const signature = await signatureOf(
      model(graph({ initializers: [weights], inputs, more: Buffer.concat([sparse, late]) })),
    );
    assert.deepEqual(
      signature.inputs.map(({ name }) => name),
      ['x'],
    );
  });

  it('takes a graph in two pieces for one, as protobuf does', async () => {
    const first = graph({ inputs: [value('x', [1]), value('w', [1])] });
    const second = field(
      7,
      graph({ initializers: [tensor({ name: 'w', dims: [1] })], outputs: [value('y', [1])] }),
    );
    const signature = await signatureOf(model(first, { more: second }));
    assert.deepEqual(
      [signature.inputs.map(({ name }) => name), signature.outputs.map(({ name }) => name)],
      [['x'], ['y']],
    );
  });

  it('reads long descriptions, and passes over long documentation', async () => {
    const long = 'n'.repeat(20_000);
    const documented = Buffer.concat([value(long, [3]), field(3, 'd'.repeat(100_000))]);
    const signature = await signatureOf(model(graph({ inputs: [documented] })));
    assert.deepEqual(signature.inputs, [{ name: long, dataType: 'TYPE_FP32', dims: [3] }]);
  });

  it('reads a model of 500 MB in few reads, and no weights', async () => {
    using directory = tempDir();
    const file = path.join(directory.path, 'model.onnx');
    const layers = 25;
    const layerBytes = 20_000_000;
    // Sparse on disk: the weights are holes.
    const head = (i: number): Buffer =>
      Buffer.concat([
        varintField(1, layerBytes / 4),
        varintField(2, 1),
        field(8, `w${i}`),
        varint(9 * 8 + 2),
        varint(layerBytes),
      ]);
    const layerHead = (i: number): Buffer =>
      Buffer.concat([varint(5 * 8 + 2), varint(head(i).length + layerBytes), head(i)]);
    const tail = Buffer.concat([field(11, value('x', ['batch', 4])), field(12, value('y', ['batch', 4]))]);
    const nodes = Buffer.concat(Array.from({ length: 500 }, () => field(1, node('Relu', ['x'], ['y']))));
    const heads = Array.from({ length: layers }, (_, i) => layerHead(i));
    const graphBytes =
      nodes.length + heads.reduce((sum, { length }) => sum + length + layerBytes, 0) + tail.length;
    const handle = await open(file, 'w');
    let at = 0;
    const put = async (bytes: Buffer): Promise<void> => {
      await handle.write(bytes, 0, bytes.length, at);
      at += bytes.length;
    };
    await put(Buffer.concat([varint(7 * 8 + 2), varint(graphBytes), nodes]));
    for (const each of heads) {
      await put(each);
      at += layerBytes;
    }
    await put(Buffer.concat([tail, field(8, varintField(2, 17))]));
    await handle.close();
    const reader = await open(file);
    let reads = 0;
    let bytes = 0;
    const counted = {
      read: async (buffer: Buffer, offset: number, length: number, position: number) => {
        reads++;
        const result = await reader.read(buffer, offset, length, position);
        bytes += result.bytesRead;
        return result;
      },
    } as unknown as FileHandle;
    const signature = await readSignatureFrom(counted, (await reader.stat()).size, never);
    await reader.close();
    assert.deepEqual(signature.inputs, [{ name: 'x', dataType: 'TYPE_FP32', dims: ['batch', 4] }]);
    assert.equal(signature.opset, 17);
    assert.ok(at > 500_000_000);
    assert.ok(reads < 60 && bytes < 200_000, `${reads} reads, ${bytes} bytes`);
  });
});

describe('a file that is no model', () => {
  it('is refused with a reason and without its directory', async () => {
    using directory = tempDir();
    const file = path.join(directory.path, 'model.onnx');
    await assert.rejects(readOnnxSignature(file, never), {
      code: 'MODEL_FILE_MISSING',
      message: 'There is no model.onnx.',
    });
    await mkdir(file);
    await assert.rejects(readOnnxSignature(file, never), { code: 'MODEL_FILE_UNREADABLE' });
    await assert.rejects(
      signatureOf(new Uint8Array(0)),
      invalid(/^model\.onnx is no complete ONNX model: it is empty\.$/),
    );
    await assert.rejects(signatureOf(Buffer.from('<html></html>')), invalid(/another kind of file/));
    await assert.rejects(signatureOf(field(2, 'nobody')), invalid(/it holds no graph/));
    await assert.rejects(
      signatureOf(addModel(tensor({ dims: [4] })).subarray(0, -20)),
      invalid(/it is \d+ bytes long/),
    );
  });

  it('is refused when its graph is damaged or endless', async () => {
    await assert.rejects(
      signatureOf(field(7, Buffer.from([0x0a, 0x7f]))),
      invalid(/its graph is damaged at byte/),
    );
    await assert.rejects(signatureOf(field(7, Buffer.from([0x0b]))), invalid(/damaged/));
    await assert.rejects(
      signatureOf(model(graph({ inputs: [Buffer.from([0x0a, 0x05])] }))),
      invalid(/cut off/),
    );
    const deep = value('x', new Array<number>(65).fill(1));
    await assert.rejects(signatureOf(model(graph({ inputs: [deep] }))), invalid(/more than 64 dimensions/));
    const huge = field(1, 'n'.repeat(1024 * 1024));
    await assert.rejects(signatureOf(model(graph({ inputs: [huge] }))), invalid(/too long/));
    const many = Buffer.alloc(2 * 2_000_001, Buffer.from([0x0a, 0x00]));
    await assert.rejects(signatureOf(model(many)), invalid(/more than 2000000 fields/));
    const named = Buffer.alloc(5 * 300_000, field(5, field(8, 'w')));
    await assert.rejects(signatureOf(model(named)), invalid(/too long/));
  });

  it('is given up when nobody waits any more', async () => {
    const reason = new Error('enough');
    const file = path.join(examples, 'iris/1/model.onnx');
    await assert.rejects(readOnnxSignature(file, AbortSignal.abort(reason)), reason);
  });

  it('never makes the reader do anything but answer or refuse', async () => {
    using directory = tempDir();
    const file = path.join(directory.path, 'model.onnx');
    const original = await readFile(path.join(examples, 'iris/1/model.onnx'));
    const random = randomNumbers(5);
    for (let i = 0; i < 150; i++) {
      const bytes = Buffer.from(original);
      for (let hits = 0; hits < 4; hits++) {
        bytes[Math.floor(random() * Math.min(bytes.length, 2000))] = Math.floor(random() * 256);
      }
      await writeFile(file, bytes);
      await truncate(file, random() < 0.2 ? Math.floor(random() * bytes.length) : bytes.length);
      await readOnnxSignature(file, never).catch((thrown: unknown) => {
        assert.ok(PerchError.is(thrown, 'MODEL_FILE_INVALID'), String(thrown));
      });
    }
  });
});
