// How the cores are shared out, for every machine from one core to sixty-four.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { shareThreads } from '../../../../server/engine/engine-threads.ts';

describe('the share of threads', () => {
  const table: readonly (readonly [cores: number, sharedHosts: number, intraOpThreads: number])[] = [
    [1, 1, 1],
    [2, 1, 1],
    [3, 1, 2],
    [4, 1, 3],
    [5, 2, 2],
    [6, 2, 2],
    [7, 3, 2],
    [8, 3, 2],
    [9, 4, 2],
    [12, 4, 2],
    [13, 4, 3],
    [16, 4, 3],
    [17, 4, 4],
    [32, 4, 7],
    [64, 4, 15],
  ];
  for (const [cores, sharedHosts, intraOpThreads] of table) {
    it(`of ${cores} cores is ${sharedHosts} hosts with ${intraOpThreads} threads each`, () => {
      assert.deepEqual(shareThreads(0, 0, cores), { sharedHosts, intraOpThreads });
    });
  }

  it('leaves a core to the editor, and wastes fewer than there are hosts', () => {
    for (let cores = 1; cores <= 64; cores++) {
      const { sharedHosts, intraOpThreads } = shareThreads(0, 0, cores);
      const all = Math.max(1, cores - 1);
      const used = sharedHosts * intraOpThreads;
      assert.ok(used >= 1 && used <= all && all - used < sharedHosts, `${cores} cores: ${used} of ${all}`);
    }
  });

  it('follows --engine_threads whatever the cores are', () => {
    for (let threads = 1; threads <= 64; threads++) {
      const { sharedHosts, intraOpThreads } = shareThreads(threads, 0, 2);
      assert.ok(sharedHosts >= 1 && sharedHosts <= 4 && intraOpThreads >= 1);
      assert.ok(sharedHosts * intraOpThreads <= threads);
      assert.deepEqual(shareThreads(threads, 0, 128), { sharedHosts, intraOpThreads });
    }
  });

  it("takes the user's word for the threads of a run", () => {
    assert.deepEqual(shareThreads(0, 5, 4), { sharedHosts: 1, intraOpThreads: 5 });
    assert.deepEqual(shareThreads(8, 1, 4), { sharedHosts: 4, intraOpThreads: 1 });
  });
});
