// What network threads need beside calls: heads, errors, the census, lists of connections, and whether ports can be shared.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PerchError } from '../../../../../server/errors.ts';
import { shiftTimes } from '../../../../../server/net/connection-lists.ts';
import { readFailure, toFailure } from '../../../../../server/net/threads/call-failure.ts';
import { HeadSlots, type CallHead } from '../../../../../server/net/threads/call-heads.ts';
import { checkPortSharing, portSharingProblem } from '../../../../../server/net/threads/port-sharing.ts';
import { SharedCensus } from '../../../../../server/net/threads/shared-census.ts';
import type { HeaderField } from '../../../../../server/wire/http2/contract.ts';
import { StatisticsCounter } from '../../../../../server/wire/http2/statistics.ts';

describe('heads of calls', () => {
  const told: [number, CallHead][] = [];
  const heads = (): HeadSlots => {
    told.length = 0;
    return new HeadSlots((slot, head) => told.push([slot, head]));
  };
  const fields = (key: string): HeaderField[] => [['x-key', key]];

  it('are told once, for the same list and for an equal one', () => {
    const slots = heads();
    const list = fields('a');
    const slot = slots.slotOf('/a/b', 'peer', list);
    assert.equal(slots.slotOf('/a/b', 'peer', list), slot);
    assert.equal(slots.slotOf('/a/b', 'peer', fields('a')), slot);
    assert.deepEqual(told, [[slot, { path: '/a/b', peer: 'peer', fields: fields('a') }]]);
  });

  it('are others for another path, peer or field', () => {
    const slots = heads();
    const list = fields('a');
    const all = [
      slots.slotOf('/a/b', 'peer', list),
      slots.slotOf('/a/c', 'peer', list),
      slots.slotOf('/a/b', 'other', list),
      slots.slotOf('/a/b', 'peer', fields('b')),
    ];
    assert.equal(new Set(all).size, 4);
  });

  it('are the same whatever the deadline is', () => {
    const slots = heads();
    const one = slots.slotOf('/a/b', 'peer', [['grpc-timeout', '1S'], ...fields('a')]);
    const other = slots.slotOf('/a/b', 'peer', [['grpc-timeout', '2S'], ...fields('a')]);
    assert.equal(one, other);
    assert.equal(told.length, 1);
  });

  it('are told again when their slot was taken by others', () => {
    const slots = heads();
    const list = fields('first');
    const first = slots.slotOf('/a/b', 'peer', list);
    const taken = new Set<number>();
    for (let i = 0; i < 1000; i++) {
      taken.add(slots.slotOf('/a/b', 'peer', fields(`${i}`)));
    }
    assert.ok(taken.has(first));
    assert.ok(taken.size < 1000);
    told.length = 0;
    const again = slots.slotOf('/a/b', 'peer', list);
    assert.deepEqual(told, [[again, { path: '/a/b', peer: 'peer', fields: list }]]);
  });
});

describe('errors between threads', () => {
  const across = (reason: unknown): PerchError => readFailure(Buffer.from(JSON.stringify(toFailure(reason))));

  it('stay what they are', () => {
    const { code, message, retryAfterMs, cause } = across(
      new PerchError('RATE_LIMITED', 'too many ☺', { retryAfterMs: 12.5 }),
    );
    assert.deepEqual([code, message, retryAfterMs, cause], ['RATE_LIMITED', 'too many ☺', 12.5, undefined]);
  });

  it('bring the cause of what is not expected, for the log', () => {
    const error = across(new TypeError('a mistake'));
    assert.equal(error.code, 'INTERNAL');
    assert.ok(!error.message.includes('a mistake'));
    assert.match(String(error.cause), /TypeError: a mistake\n {4}at /);
  });

  it('have a code that there is', () => {
    assert.equal(readFailure(Buffer.from('{"code": "constructor", "message": "x"}')).code, 'INTERNAL');
  });
});

describe('the census of threads', () => {
  it('counts the connections of all, and forgets those of one that is gone', () => {
    const memory = SharedCensus.memoryFor(3);
    const [one, two, three] = [0, 1, 2].map((index) => new SharedCensus(memory, index));
    assert.ok(one && two && three);
    [one, one, two, three, three, three].forEach((census) => census.enter());
    two.leave();
    assert.deepEqual([one.size, two.size, three.size], [5, 5, 5]);
    three.clear();
    assert.equal(one.size, 2);
    assert.deepEqual([one.nextId(), three.nextId(), two.nextId()], [1, 2, 3]);
  });
});

describe('lists of connections', () => {
  it('are told in the time of another thread', () => {
    const facts = {
      ...({ id: 1, peer: 'p', transport: 'tcp', tls: undefined, openStreams: 0, heldBytes: 0 } as const),
      ...{
        calls: new Map(),
        tooManyPings: undefined,
        since: 5,
        statistics: new StatisticsCounter(7),
        timeline: [],
      },
    };
    const { open, closed } = shiftTimes(
      { open: [facts], closed: [{ ...facts, closedAt: 9, cause: { kind: 'drained' } }] },
      100,
    );
    assert.deepEqual([open[0]?.since, open[0]?.statistics?.lastReceivedAt], [105, 107]);
    assert.deepEqual([closed[0]?.since, closed[0]?.closedAt, closed[0]?.cause.kind], [105, 109, 'drained']);
  });
});

describe('sharing a port', () => {
  it('needs a version of Node that has it', () => {
    const problem = (version: string): boolean =>
      portSharingProblem({ version, platform: 'linux' }) !== undefined;
    assert.deepEqual(['v20.20.2', 'v22.11.0', 'v23.0.0'].map(problem), [true, true, true]);
    assert.deepEqual(
      ['v22.12.0', 'v22.21.1', 'v23.1.0', 'v24.0.0', 'v26.3.1'].map(problem),
      Array(5).fill(false),
    );
  });

  it('needs a system that has it', () => {
    assert.match(portSharingProblem({ version: 'v24.0.0', platform: 'darwin' }) ?? '', /darwin.*Linux/);
    assert.match(portSharingProblem({ version: 'v24.0.0', platform: 'win32' }) ?? '', /win32/);
  });

  it('is asked for with more threads than one only', () => {
    const machine = { version: 'v20.20.2', platform: 'linux' };
    checkPortSharing(1, machine);
    assert.throws(() => checkPortSharing(2, machine), {
      code: 'OPTION_INVALID',
      message: /^--network_threads=2: Node\.js v20\.20\.2 cannot .*22\.12/,
    });
  });
});
