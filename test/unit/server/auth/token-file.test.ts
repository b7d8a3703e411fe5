// The token file: what a line may be, every refusal by its line and never with the token, and whose file it must be.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { parseTokenFile, readTokenFile } from '../../../../server/auth/token-file.ts';
import { TokenSet } from '../../../../server/auth/token-set.ts';
import { PerchError } from '../../../../server/errors.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const secret = 'x'.repeat(31) + 'Q';

function refusal(text: string): string {
  try {
    parseTokenFile(text, 'tokens');
  } catch (reason) {
    assert.ok(PerchError.is(reason, 'CONFIG_INVALID'), String(reason));
    assert.ok(!reason.message.includes(secret), 'the token is not repeated');
    return reason.message;
  }
  return 'not refused';
}

describe('parseTokenFile', () => {
  it('takes tokens and digests of tokens, with comments, empty lines and any spaces', () => {
    const other = 'y'.repeat(40);
    const digest = createHash('sha256').update(other).digest('hex');
    const tokens = new TokenSet([]);
    tokens.replace(
      parseTokenFile(
        `# who may what\r\n\r\n  ci  predict\t${secret}\r\ndash@board read sha256:${digest.toUpperCase()}\n`,
        'tokens',
      ),
    );
    assert.deepEqual([tokens.identify(secret)?.name, tokens.identify(secret)?.role], ['ci', 'predict']);
    assert.equal(tokens.identify(other)?.role, 'read');
    assert.equal(tokens.identify(`${secret}x`), undefined);
    assert.equal(tokens.identify(''), undefined);
    assert.equal(tokens.identify(digest), undefined, 'the digest is no token');
    assert.deepEqual(parseTokenFile('', 'tokens'), []);
  });

  it('refuses what it cannot be sure of, with the line', () => {
    const cases = [
      [`ci ${secret}`, 'tokens: line 1: a line is a name, a role and a token, with spaces between them.'],
      [
        `\nci predict ${secret} more`,
        'tokens: line 2: a line is a name, a role and a token, with spaces between them.',
      ],
      [`ci write ${secret}`, 'tokens: line 1: the role of "ci" is none of predict, read, admin.'],
      [
        `${secret} predict ci`,
        'tokens: line 1: a name is up to 31 letters, digits and the characters _ . @ -.',
      ],
      [`ci predict ${secret}\nci read ${secret}`, 'tokens: line 2: there are two tokens of the name "ci".'],
      [
        'ci predict short',
        'tokens: line 1: the token of "ci" must be 32 characters or more, of letters, digits and . _ ~ + / - =: openssl rand -hex 32 makes one.',
      ],
      [
        'ci predict sha256:abc',
        'tokens: line 1: what follows sha256: for "ci" must be 64 hexadecimal digits.',
      ],
    ] as const;
    for (const [text, message] of cases) {
      assert.equal(refusal(text), message);
    }
    assert.match(refusal(`ci predict ${secret},${secret}`), /must be 32 characters or more/);
  });
});

describe('readTokenFile', () => {
  it('refuses a file that others may read or write', { skip: process.platform === 'win32' }, async () => {
    using directory = tempDir();
    const file = path.join(directory.path, 'tokens');
    writeFileSync(file, `ci predict ${secret}\n`, { mode: 0o600 });
    assert.equal(parseTokenFile(await readTokenFile(file), file).length, 1);
    for (const mode of [0o644, 0o640, 0o620, 0o604]) {
      chmodSync(file, mode);
      await assert.rejects(readTokenFile(file), {
        code: 'CONFIG_INVALID',
        message: `The token file ${file} is open to others (mode 0${mode.toString(8)}): run chmod 600 on it.`,
      });
    }
    chmodSync(file, 0o400);
    assert.ok(await readTokenFile(file));
  });

  it('names a file that is not there', async () => {
    await assert.rejects(readTokenFile('/nowhere/tokens'), {
      code: 'CONFIG_INVALID',
      message: 'The token file /nowhere/tokens cannot be read (ENOENT).',
    });
  });
});
