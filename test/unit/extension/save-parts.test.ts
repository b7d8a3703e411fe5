// Writing a file that comes in parts.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { saveParts } from '../../../extension/commands/save-parts.ts';
import { tempDir } from '../../support/temp-dir.ts';

async function* parts(texts: readonly string[], failure?: Error): AsyncGenerator<Uint8Array> {
  for (const text of texts) {
    yield await Promise.resolve(Buffer.from(text));
  }
  if (failure !== undefined) {
    throw failure;
  }
}

describe('saveParts', () => {
  it('puts the whole file in the place of what was there, and tells how far it is', async () => {
    using directory = tempDir();
    const file = path.join(directory.path, 'model.onnx');
    writeFileSync(file, 'before');
    const written: number[] = [];
    await saveParts(file, parts(['one', 'three']), (bytes) => written.push(bytes));
    assert.equal(readFileSync(file, 'utf8'), 'onethree');
    assert.deepEqual(written, [3, 8]);
    assert.deepEqual(readdirSync(directory.path), ['model.onnx']);
  });

  it('leaves what was there, and nothing else, where the parts end early', async () => {
    using directory = tempDir();
    const file = path.join(directory.path, 'model.onnx');
    writeFileSync(file, 'before');
    const failure = new Error('cut off');
    await assert.rejects(
      saveParts(file, parts(['one'], failure), () => undefined),
      failure,
    );
    assert.equal(readFileSync(file, 'utf8'), 'before');
    assert.deepEqual(readdirSync(directory.path), ['model.onnx']);
    const nowhere = path.join(directory.path, 'gone', 'model.onnx');
    await assert.rejects(
      saveParts(nowhere, parts(['one']), () => undefined),
      /ENOENT/,
    );
  });
});
