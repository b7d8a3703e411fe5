// Counting the records of a warm-up file by their headers.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { countWarmUpRecords } from '../../../../server/models/count-warmup-records.ts';
import { warmUpFile } from '../../../../server/models/warmup-records.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { writeTfRecords } from '../../../support/tf-record-writer.ts';

async function countOf(bytes: Uint8Array | undefined): Promise<number | undefined> {
  using directory = tempDir();
  mkdirSync(path.join(directory.path, 'assets.extra'));
  if (bytes !== undefined) {
    writeFileSync(path.join(directory.path, warmUpFile), bytes);
  }
  return await countWarmUpRecords(directory.path);
}

describe('countWarmUpRecords', () => {
  const records = [Buffer.alloc(0), Buffer.from('abc'), Buffer.alloc(5000, 1)];

  it('counts whole records', async () => {
    assert.equal(await countOf(writeTfRecords(records)), 3);
    assert.equal(await countOf(Buffer.alloc(0)), 0);
  });

  it('knows nothing of a file that is not there or not whole', async () => {
    assert.equal(await countOf(undefined), undefined);
    const whole = writeTfRecords(records);
    for (const length of [5, 12, whole.length - 1]) {
      assert.equal(await countOf(whole.subarray(0, length)), undefined, `cut to ${length} bytes`);
    }
    assert.equal(await countOf(Buffer.alloc(64, 0xff)), undefined);
  });
});
