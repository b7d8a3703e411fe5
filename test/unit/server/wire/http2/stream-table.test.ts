// Streams by their identifiers, also where many are open for a long time.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Stream, type StreamHost } from '../../../../../server/wire/http2/stream.ts';
import { StreamTable } from '../../../../../server/wire/http2/stream-table.ts';

const host: StreamHost = {
  sendHeaders: () => undefined,
  sendData: () => true,
  reset: () => undefined,
  consumed: () => undefined,
};

function begin(table: StreamTable, id: number): Stream {
  const stream = new Stream(id, host, 0, 0, -1, 0);
  table.begin(id);
  table.add(stream);
  return stream;
}

describe('the stream table', () => {
  it('finds every open stream, whatever ended in between', () => {
    const table = new StreamTable();
    const open = new Map<number, Stream>();
    for (let id = 1; id < 4000; id += 2) {
      open.set(id, begin(table, id));
      // One in ten stays for good, some for a while.
      const ending = id - 2 * (id % 40);
      const stream = ending % 10 === 1 ? undefined : open.get(ending);
      if (stream !== undefined) {
        table.remove(stream);
        table.remove(stream);
        open.delete(ending);
      }
      assert.equal(table.size, open.size);
    }
    assert.ok(open.size > 400);
    for (let id = 1; id < 4002; id += 2) {
      assert.equal(table.get(id), open.get(id));
    }
    assert.deepEqual(
      table.snapshot().map((stream) => stream.id),
      [...open.keys()],
    );
  });

  it('knows what became of the others', () => {
    const table = new StreamTable();
    table.remove(begin(table, 1));
    begin(table, 7);
    table.rememberReset(1, 10);
    assert.deepEqual(
      [1, 3, 5, 9, 8, 0].map((id) => table.fate(id)),
      ['reset', 'skipped', 'skipped', 'idle', 'idle', 'idle'],
    );
    assert.deepEqual(
      [table.spendOnReset(1, 10), table.spendOnReset(1, 0), table.spendOnReset(1, 1)],
      [true, true, false],
    );
    table.ignoreNew();
    assert.equal(table.fate(9), 'ignored');
    assert.equal(table.fate(1), 'reset');
  });

  it('remembers the last 1,024 resets and the last 16 gaps, and takes what is older for closed', () => {
    const table = new StreamTable();
    for (let index = 0; index < 1025; index++) {
      table.begin(2 * index + 1);
      table.rememberReset(2 * index + 1, 0);
    }
    assert.deepEqual([table.fate(1), table.fate(3)], ['closed', 'reset']);
    const gaps = new StreamTable();
    for (let index = 1; index <= 17; index++) {
      gaps.begin(4 * index + 1);
    }
    assert.deepEqual([gaps.fate(3), gaps.fate(7)], ['closed', 'skipped']);
  });
});
