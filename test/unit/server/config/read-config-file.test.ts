// Config files from disk: their text as it is, and what is refused of files that are none.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { configSizeLimit, readConfigFile } from '../../../../server/config/read-config-file.ts';
import { PerchError } from '../../../../server/errors.ts';
import { tempDir } from '../../../support/temp-dir.ts';

describe('readConfigFile', () => {
  it('gives the text as it is', async () => {
    using directory = tempDir();
    const file = path.join(directory.path, 'models.config');
    for (const text of ['', 'name: "é😀"\r\n', '\ufeffname: "m"', '#'.repeat(configSizeLimit)]) {
      writeFileSync(file, text);
      assert.ok((await readConfigFile(file, 'config')) === text);
    }
  });

  it('refuses what is too large, UTF-16, or no text', async () => {
    using directory = tempDir();
    const file = path.join(directory.path, 'models.config');
    const cases: readonly (readonly [Uint8Array, string])[] = [
      [Buffer.alloc(configSizeLimit + 1, '#'), 'The config f is larger than 8 MiB, and is not read.'],
      [Buffer.from('\ufeffname', 'utf16le'), 'The config f is UTF-16; save it as UTF-8.'],
      [Buffer.from([0xfe, 0xff, 0, 0x6e]), 'The config f is UTF-16; save it as UTF-8.'],
      [Buffer.from([0x6e, 0xff]), 'The config f is not UTF-8; save it as UTF-8.'],
      [Buffer.from([0x6e, 0xed, 0xa0, 0x80]), 'The config f is not UTF-8; save it as UTF-8.'],
    ];
    for (const [bytes, message] of cases) {
      writeFileSync(file, bytes);
      await assert.rejects(readConfigFile(file, 'config', 'f'), { code: 'CONFIG_INVALID', message });
    }
  });

  it('says by its code why a file cannot be read, and keeps the cause', async () => {
    using directory = tempDir();
    const file = path.join(directory.path, 'nothing');
    await assert.rejects(readConfigFile(file, 'config', 'f'), (reason) => {
      assert.ok(PerchError.is(reason, 'CONFIG_INVALID'));
      assert.equal(reason.message, 'The config f cannot be read (ENOENT).');
      assert.ok(reason.cause instanceof Error);
      return true;
    });
    await assert.rejects(readConfigFile(directory.path, 'config', 'f'), /cannot be read \(EISDIR\)/);
  });
});
