// The rings of closed connections, the log's budget, and what each side said last.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TimelineRecord } from '../../../../../server/wire/http2/timeline.ts';
import {
  ConnectionTable,
  type ClosedConnection,
  type ConnectionFacts,
} from '../../../../../server/wire/socket/connection-table.ts';
import { lastFrames } from '../../../../../server/wire/socket/last-frames.ts';
import { LogBudget } from '../../../../../server/log-budget.ts';

const record = (change: Partial<TimelineRecord>): TimelineRecord => ({
  at: 0,
  lastAt: 0,
  count: 1,
  direction: 'received',
  type: 'PING',
  ack: false,
  streamId: 0,
  detail: '',
  before: {
    headersReceived: 0,
    headersSent: 0,
    dataReceived: 0,
    dataSent: 0,
    windowUpdatesReceived: 0,
    windowUpdatesSent: 0,
  },
  ...change,
});

const facts = (id: number): ConnectionFacts => ({
  id,
  peer: '127.0.0.1:1',
  transport: 'tcp',
  tls: undefined,
  since: 0,
  openStreams: 0,
  heldBytes: 0,
  calls: new Map(),
  tooManyPings: undefined,
  statistics: undefined,
  timeline: Array.from({ length: 100 }, (_, at) => record({ at })),
});

const closed = (id: number): ClosedConnection => ({ ...facts(id), closedAt: id, cause: { kind: 'drained' } });

describe('ConnectionTable', () => {
  it('knows who is open', () => {
    const table = new ConnectionTable();
    const one = { facts: () => facts(1) };
    table.add(one);
    assert.deepEqual([...table.open()], [one]);
    table.remove(one);
    assert.equal(table.size, 0);
  });

  it('keeps notable ones however many usual ones come behind them, in order, with their last frames', () => {
    const table = new ConnectionTable();
    table.keep(closed(1), true);
    for (let id = 2; id < 1000; id++) {
      table.keep(closed(id), false);
    }
    table.keep(closed(1000), true);
    const ids = table.closed().map(({ id }) => id);
    assert.equal(ids.length, 66);
    assert.deepEqual([ids[0], ids[1], ids.at(-1)], [1, 936, 1000]);
    assert.deepEqual(
      table.closed()[0]?.timeline.map(({ at }) => at),
      Array.from({ length: 64 }, (_, i) => 36 + i),
    );
  });
});

describe('LogBudget', () => {
  it('allows ten lines of a kind within a minute, and counts the others', () => {
    const budget = new LogBudget();
    const allowed = Array.from({ length: 15 }, (_, i) => budget.take('a', i)).filter(
      (one) => one !== undefined,
    );
    assert.equal(allowed.length, 10);
    assert.deepEqual(budget.take('b', 20), { leftOut: 0 });
    assert.deepEqual(budget.take('a', 60_000), { leftOut: 5 });
    assert.deepEqual(budget.take('a', 60_001), { leftOut: 0 });
    assert.deepEqual(budget.take('a', 120_000), { leftOut: 0 });
  });
});

describe('lastFrames', () => {
  it('says what each direction said last, and leaves out a silent one', () => {
    const timeline = [
      record({ direction: 'sent', type: 'SETTINGS', lastAt: 0 }),
      record({ direction: 'sent', type: 'PING', lastAt: 1000, count: 3 }),
      record({ type: 'RST_STREAM', streamId: 5, detail: 'CANCEL', lastAt: 2000 }),
      record({ type: 'SETTINGS', ack: true, lastAt: 2500 }),
    ];
    assert.deepEqual(lastFrames(timeline, 3000), {
      lastReceived: 'SETTINGS ACK 0.5 s before',
      lastSent: 'PING x3 2 s before',
    });
    assert.deepEqual(lastFrames(timeline.slice(2, 3), 3000), {
      lastReceived: 'RST_STREAM on stream 5 (CANCEL) 1 s before',
    });
    assert.deepEqual(lastFrames([], 0), {});
  });
});
