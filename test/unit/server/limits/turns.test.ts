// Long work in turns: who comes when, how it ends, and that short work costs no turn.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { atOnce, inTurns, type Steps } from '../../../../server/limits/turns.ts';

/** Work of so many pieces, each of which is told. */
function* pieces(name: string, count: number, told: string[] = []): Steps<string> {
  for (let piece = 1; piece < count; piece++) {
    told.push(`${name}${piece}`);
    yield;
  }
  told.push(`${name}${count}`);
  return name;
}

/** Work that fails after so many pieces. */
function* broken(after: number): Steps<string> {
  for (let piece = 0; piece < after; piece++) {
    yield;
  }
  throw new RangeError('broken');
}

const oneTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('inTurns', () => {
  it('gives short work its result at once', () => {
    assert.equal(inTurns(pieces('a', 1)), 'a');
    assert.throws(() => inTurns(broken(0)), /broken/);
  });

  it('does one piece in a turn, whosever it is, and in the order of asking', async () => {
    const told: string[] = [];
    const all = Promise.all(['a', 'b', 'c'].map(async (name) => inTurns(pieces(name, 3, told))));
    assert.deepEqual(told, ['a1', 'b1', 'c1']);
    const lengths: number[] = [];
    while (told.length < 9) {
      await oneTurn();
      lengths.push(told.length);
    }
    assert.ok(
      lengths.every((length, turn) => length - (lengths[turn - 1] ?? 3) <= 1),
      lengths.join(),
    );
    assert.deepEqual(await all, ['a', 'b', 'c']);
    assert.deepEqual(told.slice(3), ['a2', 'b2', 'c2', 'a3', 'b3', 'c3']);
  });

  it('does no more once the signal fires, and rejects with its reason', async () => {
    const told: string[] = [];
    let isLetGo = false;
    const cancel = new AbortController();
    const work = (function* (): Steps<string> {
      try {
        return yield* pieces('a', 1000, told);
      } finally {
        isLetGo = true;
      }
    })();
    const result = inTurns(work, cancel.signal);
    await oneTurn();
    cancel.abort();
    await assert.rejects(Promise.resolve(result), { code: 'CANCELLED' });
    assert.ok(told.length < 10);
    assert.equal(isLetGo, true);
  });

  it('rejects with what a later piece throws, and goes on with the others', async () => {
    const failing = inTurns(broken(2));
    const other = inTurns(pieces('b', 3));
    await assert.rejects(Promise.resolve(failing), /broken/);
    assert.equal(await other, 'b');
    assert.equal(atOnce(pieces('c', 5)), 'c');
  });
});
