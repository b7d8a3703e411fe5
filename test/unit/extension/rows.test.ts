// The identities of the explorer's rows.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RowPool, rowId, rowsOf, type VersionRow } from '../../../extension/explorer/rows.ts';

const row: VersionRow = { kind: 'version', model: 'digits', version: '2' };

describe('rowId', () => {
  it('tells kinds, models and versions apart, and nothing else', () => {
    const ids = [
      rowId(row),
      rowId({ ...row, version: '3' }),
      rowId({ ...row, model: 'iris' }),
      rowId({ kind: 'model', model: 'digits' }),
      rowId({ kind: 'notice', notice: 'model-problem', model: 'digits' }),
    ];
    assert.equal(new Set(ids).size, ids.length);
  });
});

describe('RowPool', () => {
  it('gives the same object for the same identity', () => {
    const pool = new RowPool();
    assert.equal(pool.intern({ ...row }), pool.intern({ ...row }));
    assert.notEqual(pool.intern({ ...row }), pool.intern({ ...row, version: '3' }));
  });
});

describe('rowsOf', () => {
  it('takes all selected rows where there are any, else the clicked one', () => {
    const other = { ...row, version: '1' };
    assert.deepEqual(rowsOf(row, [row, other]), [row, other]);
    assert.deepEqual(rowsOf(row, undefined), [row]);
    assert.deepEqual(rowsOf(row, []), [row]);
  });

  it('leaves out what is selected of another folder: another server has it', () => {
    const [here, there] = [
      { ...row, folder: '/a' },
      { ...row, folder: '/b' },
    ];
    assert.deepEqual(rowsOf(here, [here, there]), [here]);
  });

  it('drops what is not a row: commands can be called with anything', () => {
    assert.deepEqual(rowsOf(undefined, undefined), []);
    assert.deepEqual(rowsOf({ kind: 'version', model: 'digits' }, undefined), []);
    assert.deepEqual(rowsOf('digits', [null, 7, { kind: 'model', model: 3 }]), []);
  });
});
