// The link between threads, both of its ends in one: order, large payloads, and more than there is room for.
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { CallLink, makeLink } from '../../../../../server/net/threads/call-link.ts';
import { recordKind } from '../../../../../server/net/threads/call-records.ts';
import { until } from '../../../../support/until.ts';

interface Ends {
  readonly one: CallLink;
  readonly other: CallLink;
  readonly toOne: [call: number, payload: Buffer][];
  readonly toOther: [call: number, payload: Buffer][];
}

function ends(t: TestContext): Ends {
  const [one, other] = makeLink().map((end) => new CallLink(end));
  assert.ok(one && other);
  // A link keeps no process up.
  const up = setInterval(() => undefined, 1000);
  t.after(() => {
    clearInterval(up);
    one.close();
    other.close();
  });
  return { one, other, toOne: [], toOther: [] };
}

/** Lets both sides read into their lists. */
function start({ one, other, toOne, toOther }: Ends): void {
  one.start({ record: (_kind, call, _word, _number, payload) => toOne.push([call, payload]) });
  other.start({ record: (_kind, call, _word, _number, payload) => toOther.push([call, payload]) });
}

describe('a link between threads', () => {
  it('carries records both ways, also those from before the other side began to read', async (t) => {
    const link = ends(t);
    link.one.add(recordKind.message, 1, Buffer.from('early'));
    start(link);
    link.other.addJson(recordKind.failed, 2, { code: 'INTERNAL' });
    await until('both', () => link.toOne.length === 1 && link.toOther.length === 1);
    assert.deepEqual(link.toOther, [[1, Buffer.from('early')]]);
    assert.deepEqual(link.toOne, [[2, Buffer.from('{"code":"INTERNAL"}')]]);
  });

  it('wakes a side that sleeps, again and again', async (t) => {
    const link = ends(t);
    start(link);
    for (let call = 0; call < 5; call++) {
      link.one.add(recordKind.message, call);
      await until(`record ${call}`, () => link.toOther.length === call + 1);
    }
  });

  it('keeps the order of payloads large and small, more than the ring has room for', async (t) => {
    const link = ends(t);
    start(link);
    const sizes = Array.from({ length: 3000 }, (_, i) => (i % 50 === 7 ? 40_000 : (i * 97) % 3000));
    sizes.forEach((size, call) => link.one.add(recordKind.message, call, Buffer.alloc(size, call & 0xff)));
    await until('all', () => link.toOther.length === sizes.length);
    link.toOther.forEach(([call, payload], i) => {
      assert.equal(call, i);
      assert.ok(payload.equals(Buffer.alloc(sizes[i] ?? 0, i & 0xff)), `record ${i}`);
    });
  });

  it('takes the memory of a large payload that is given away, and leaves that of another', async (t) => {
    const link = ends(t);
    start(link);
    const [given, kept] = [
      Buffer.allocUnsafeSlow(50_000).fill('g'),
      Buffer.allocUnsafeSlow(50_000).fill('k'),
    ];
    link.one.add(recordKind.message, 1, given, 0, 0, true);
    link.one.add(recordKind.message, 2, kept);
    assert.deepEqual([given.length, kept.length], [0, 50_000]);
    // A part of something larger cannot go, whatever is said.
    const part = Buffer.alloc(60_000, 'p').subarray(1, 50_000);
    link.one.add(recordKind.message, 3, part, 0, 0, true);
    assert.equal(part.length, 49_999);
    await until('all', () => link.toOther.length === 3);
    assert.deepEqual(
      link.toOther.map(([, payload]) => [payload.length, String.fromCharCode(payload[0] ?? 0)]),
      [
        [50_000, 'g'],
        [50_000, 'k'],
        [49_999, 'p'],
      ],
    );
  });

  it('reads nothing any more once it is closed', async (t) => {
    const link = ends(t);
    start(link);
    link.one.add(recordKind.message, 1);
    link.other.close();
    link.one.add(recordKind.message, 2);
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    assert.deepEqual(link.toOther, []);
  });
});
