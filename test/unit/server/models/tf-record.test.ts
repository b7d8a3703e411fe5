// TFRecord files: whole ones, every cut, every flipped bit, and lengths that must not be believed.
import assert from 'node:assert/strict';
import { open, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { PerchError } from '../../../../server/errors.ts';
import { crc32c } from '../../../../server/codec/crc32c.ts';
import { readTfRecords } from '../../../../server/models/tf-record.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { maskedCrc, writeTfRecords } from '../../../support/tf-record-writer.ts';

const directory = tempDir();
after(() => directory.remove());

/** The records that were read, and the error that ended it. */
async function read(bytes: Uint8Array, limit = 1 << 24): Promise<{ records: Buffer[]; error?: PerchError }> {
  const name = path.join(directory.path, 'records');
  await writeFile(name, bytes);
  const file = await open(name);
  const records: Buffer[] = [];
  try {
    for await (const { index, data } of readTfRecords(file, limit)) {
      assert.equal(index, records.length);
      records.push(Buffer.from(data));
    }
    return { records };
  } catch (reason) {
    assert.ok(PerchError.is(reason), String(reason));
    return { records, error: reason };
  } finally {
    await file.close();
  }
}

describe('crc32c', () => {
  it('gives the check value of the CRC catalogue, in one piece and in two', () => {
    const bytes = Buffer.from('123456789');
    assert.equal(crc32c(bytes), 0xe306_9283);
    assert.equal(crc32c(bytes.subarray(4), crc32c(bytes.subarray(0, 4))), 0xe306_9283);
    assert.equal(crc32c(new Uint8Array()), 0);
  });
});

describe('readTfRecords', () => {
  const contents = [Buffer.from('first'), Buffer.alloc(0), Buffer.from('the third record')];
  const whole = writeTfRecords(contents);

  it('reads what TensorFlow writes for an empty record', async () => {
    const bytes = Buffer.from('000000000000000029039807d8ea82a2', 'hex');
    assert.deepEqual(await read(bytes), { records: [Buffer.alloc(0)] });
  });

  it('reads every record in its order, empty ones too, and none from an empty file', async () => {
    assert.deepEqual(await read(whole), { records: contents });
    assert.deepEqual(await read(new Uint8Array()), { records: [] });
  });

  it('reads a record that comes in several pieces', async () => {
    const large = Buffer.alloc((1 << 20) + 3, 'perch');
    const { records, error } = await read(writeTfRecords([large, Buffer.from('x')]));
    assert.equal(error, undefined);
    assert.ok(records[0]?.equals(large));
    assert.equal(records[1]?.toString(), 'x');
    const torn = writeTfRecords([large]);
    torn[torn.length - 5] = 0;
    assert.equal((await read(torn)).error?.message.startsWith('corrupted record at 0'), true);
  });

  it('refuses every cut that is not between records, and says where', async () => {
    const ends = [0, 21, 37, 69];
    assert.equal(whole.length, 69);
    for (let length = 0; length < whole.length; length++) {
      const { records, error } = await read(whole.subarray(0, length));
      const complete = ends.filter((end) => end > 0 && end <= length).length;
      assert.equal(records.length, complete);
      if (ends.includes(length)) {
        assert.equal(error, undefined);
      } else {
        assert.equal(error?.code, 'WARMUP_INVALID');
        assert.equal(
          error.message,
          `truncated record at ${ends[complete] ?? -1} (record ${complete}). Please verify your warmup data is in TFRecord format.`,
        );
      }
    }
  });

  it('refuses every flipped bit', async () => {
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const bytes = Buffer.from(whole);
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      const { records, error } = await read(bytes);
      const hit = [21, 37, 69].findIndex((end) => bit >> 3 < end);
      assert.equal(error?.code, 'WARMUP_INVALID', `bit ${bit}`);
      assert.match(error.message, new RegExp(`^corrupted record at \\d+ \\(record ${hit}\\)\\.`));
      assert.deepEqual(records, contents.slice(0, hit));
    }
  });

  it('allocates nothing for a length that the file cannot hold, checksum right or not', async () => {
    for (const length of [2n ** 64n - 1n, 2n ** 63n, 2n ** 40n, 1n]) {
      const header = Buffer.alloc(8);
      header.writeBigUInt64LE(length);
      const { error } = await read(Buffer.concat([header, maskedCrc(header), Buffer.alloc(4)]));
      assert.match(error?.message ?? '', /^truncated record at 0 /);
    }
  });

  it('refuses a record beyond the limit and takes one at it', async () => {
    const bytes = writeTfRecords([Buffer.alloc(16), Buffer.alloc(17)]);
    const { records, error } = await read(bytes, 16);
    assert.equal(records.length, 1);
    assert.equal(error?.code, 'WARMUP_TOO_LARGE');
    assert.equal(error.message, 'Warm-up record 1 has 17 bytes; at most 16 are taken.');
  });

  it('refuses a compressed file', async () => {
    const { error } = await read(gzipSync(whole));
    assert.match(error?.message ?? '', /^corrupted record at 0 /);
  });
});
