// What the tree shows while it is filtered.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { filteredVersions, parseFilter } from '../../../extension/explorer/tree-filter.ts';
import { model, version } from './models.ts';
import { plain } from './plain.ts';

const digits = model('digits', [
  version('3', { phase: 'failed' }),
  version('2', { labels: ['stable'] }),
  version('1', { phase: 'not-loaded', pendingLabels: ['next'] }),
]);

function shown(text: string): readonly string[] | undefined {
  return filteredVersions(plain, parseFilter(text), digits)?.map(({ number }) => number);
}

describe('the filter of the tree', () => {
  it('lets everything through where it is empty', () => {
    assert.equal(parseFilter('  '), undefined);
    assert.deepEqual(shown(' '), ['3', '2', '1']);
  });

  it('shows all versions of a model whose name it finds, in any case', () => {
    assert.deepEqual(shown('DIG'), ['3', '2', '1']);
  });

  it('shows the versions with a number, a label or a state that it finds', () => {
    assert.deepEqual(shown('failed'), ['3']);
    assert.deepEqual(shown('stab'), ['2']);
    assert.deepEqual(shown('next'), ['1']);
    assert.deepEqual(shown('loaded'), ['1']);
    assert.equal(shown('iris'), undefined);
  });

  it('needs every word, each in the name or in the version', () => {
    assert.deepEqual(shown('digits failed'), ['3']);
    assert.equal(shown('digits missing'), undefined);
    assert.equal(shown('stable failed'), undefined);
  });
});
