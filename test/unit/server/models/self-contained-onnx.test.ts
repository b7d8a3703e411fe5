// ONNX models with their weights put into them: the same model, one file.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { selfContainedOnnx } from '../../../../server/models/self-contained-onnx.ts';
import { addModel, elementType, tensor } from '../../../support/onnx-builder.ts';
import { tempDir } from '../../../support/temp-dir.ts';

async function joined(file: string): Promise<Buffer> {
  const onnx = await selfContainedOnnx(file);
  const pieces: Uint8Array[] = [];
  for await (const chunk of onnx.chunks()) {
    assert.ok(chunk.length <= 2 ** 20);
    pieces.push(chunk);
  }
  const all = Buffer.concat(pieces);
  assert.equal(all.length, onnx.totalBytes);
  return all;
}

const external = (location: string, offset: number, length: number): Buffer =>
  tensor({
    name: 'w',
    dims: [length / 4],
    type: elementType.float,
    external: [
      ['location', location],
      ['offset', String(offset)],
      ['length', String(length)],
    ],
  });

async function lastOf(model: Uint8Array, length: number): Promise<number> {
  const session = await InferenceSession.create(model);
  const [input = ''] = session.inputNames;
  const [output = ''] = session.outputNames;
  const answer = await session.run({
    [input]: new Tensor('float32', new Float32Array(length).fill(1), [length]),
  });
  await session.release();
  return Number(answer[output]?.data[length - 1]);
}

describe('selfContainedOnnx', () => {
  it('puts the weights in, in pieces, from where they lie', async () => {
    using directory = tempDir();
    const count = 400_000;
    const weights = Float32Array.from({ length: count }, (_, at) => at % 1000);
    writeFileSync(
      path.join(directory.path, 'weights.bin'),
      Buffer.concat([Buffer.alloc(64), Buffer.from(weights.buffer)]),
    );
    const file = path.join(directory.path, 'model.onnx');
    writeFileSync(file, addModel(external('weights.bin', 64, count * 4), count));
    assert.equal(await lastOf(await joined(file), count), 1000);
  });

  it('leaves a model without external weights as it is', async () => {
    using directory = tempDir();
    const raw = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer);
    const model = addModel(tensor({ name: 'w', dims: [4], type: elementType.float, raw }));
    const file = path.join(directory.path, 'model.onnx');
    writeFileSync(file, model);
    assert.deepEqual(await joined(file), model);
  });

  it('reads no file elsewhere, and says when weights end too early or are gone', async () => {
    using directory = tempDir();
    const file = path.join(directory.path, 'model.onnx');
    writeFileSync(file, addModel(external('../weights.bin', 0, 16)));
    await assert.rejects(selfContainedOnnx(file), { code: 'REQUEST_MALFORMED' });
    writeFileSync(file, addModel(external('weights.bin', 0, 16)));
    await assert.rejects(joined(file), { code: 'ENOENT' });
    writeFileSync(path.join(directory.path, 'weights.bin'), 'short');
    await assert.rejects(joined(file), { code: 'REQUEST_MALFORMED' });
  });

  it('refuses what would be more than 2 GiB', async () => {
    using directory = tempDir();
    const file = path.join(directory.path, 'model.onnx');
    writeFileSync(file, addModel(external('weights.bin', 0, 2 ** 31)));
    await assert.rejects(selfContainedOnnx(file), { code: 'TENSORS_TOO_LARGE' });
  });
});
