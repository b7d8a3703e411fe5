// Where converted models are kept.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { openConvertedModels, userCacheDirectory } from '../../../server/converted-models.ts';

describe('userCacheDirectory', () => {
  it('follows the rules of the platform', () => {
    assert.equal(userCacheDirectory('linux', {}, '/home/anna'), path.join('/home/anna', '.cache'));
    assert.equal(userCacheDirectory('linux', { XDG_CACHE_HOME: '/var/cache' }, '/home/anna'), '/var/cache');
    assert.equal(
      userCacheDirectory('linux', { XDG_CACHE_HOME: 'relative' }, '/home/anna'),
      path.join('/home/anna', '.cache'),
    );
    assert.equal(userCacheDirectory('darwin', {}, '/Users/a'), path.join('/Users/a', 'Library', 'Caches'));
    assert.equal(userCacheDirectory('win32', { LOCALAPPDATA: 'C:\\L' }, 'C:\\Users\\a'), 'C:\\L');
    assert.equal(userCacheDirectory('win32', {}, 'home'), path.join('home', 'AppData', 'Local'));
  });
});

describe('openConvertedModels', () => {
  it('makes a temporary directory that goes with the server', async () => {
    const { directory, close } = await openConvertedModels({ kind: 'temporary' });
    assert.ok(existsSync(directory));
    await close();
    assert.ok(!existsSync(directory));
  });

  it('makes nothing for others: who converts does', async () => {
    const { directory, close } = await openConvertedModels({
      kind: 'directory',
      directory: '/nowhere/at/all',
    });
    assert.equal(directory, '/nowhere/at/all');
    await close();
    const own = await openConvertedModels({ kind: 'user-cache' });
    assert.ok(own.directory.endsWith(path.join('perch', 'converted')));
  });
});
