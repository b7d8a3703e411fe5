// Paths of config files by their text: the same as node:path says of either system.
import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  absolutePath,
  isAbsolutePath,
  pathStyle,
  splitPath,
} from '../../../../../server/config/rules/serving-path.ts';

const piece = fc.constantFrom('', '.', '..', 'a', 'b c', 'C:', '/', '\\', '//', 'models', '1', '~');
const written = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('/'));

describe('paths', () => {
  it('are absolute as node:path says', () => {
    fc.assert(
      fc.property(fc.oneof(written, fc.string()), (text) => {
        assert.equal(isAbsolutePath(text, 'posix'), path.posix.isAbsolute(text));
        assert.equal(isAbsolutePath(text, 'windows'), path.win32.isAbsolute(text));
      }),
    );
  });

  it('are put together as node:path does, with forward slashes', () => {
    const segment = fc.constantFrom('.', '..', 'a', 'b c', '', 'x.y');
    const relative = fc.array(segment, { maxLength: 6 }).map((all) => all.join('/').replace(/^\/+/, ''));
    fc.assert(
      fc.property(relative, (text) => {
        assert.equal(absolutePath('/etc/perch', text), path.posix.resolve('/etc/perch', text));
        for (const base of ['D:\\work\\x', '\\\\host\\share\\x']) {
          const expected = path.win32.resolve(base, text).replaceAll('\\', '/').replace(/\/$/, '');
          assert.equal(absolutePath(base, text), expected);
        }
      }),
    );
  });

  it('have a style and a last segment', () => {
    assert.deepEqual([undefined, '/a', 'C:\\a', 'c:/a', '\\\\host\\share'].map(pathStyle), [
      'posix',
      'posix',
      'windows',
      'windows',
      'windows',
    ]);
    assert.deepEqual(splitPath('/models/m/'), { parent: '/models', last: 'm' });
    assert.deepEqual(splitPath('C:\\models\\m'), { parent: 'C:\\models', last: 'm' });
    assert.deepEqual(splitPath('m'), { parent: '', last: 'm' });
    assert.deepEqual(splitPath(''), { parent: '', last: '' });
  });
});
