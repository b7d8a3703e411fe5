// How rows are shared between runs: two in flight settle at half each, and few clients pay nothing for it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { flush } from '../../fakes.ts';
import { rowsToTake, limitsOf } from '../../../../../server/engine/batching/batch-size.ts';
import { allOutputs, rejectsWith, setUp } from './queue-set-up.ts';
import { parametersWith, rowsOf } from './steered-version.ts';

/** Clients that ask again as soon as they have their answer, on an engine that does one run at a time. */
async function closedLoop(clients: number, rounds: number): Promise<number[][]> {
  const { send, version, batches } = setUp();
  const { signal } = new AbortController();
  let stopped = false;
  const client = async (id: number): Promise<void> => {
    while (!stopped) {
      await send(rowsOf([id]), allOutputs, signal);
    }
  };
  const all = Array.from({ length: clients }, (_, id) => client(id));
  await flush();
  const underWay: number[][] = [];
  for (let round = 0; round < rounds; round++) {
    underWay.push(version.pending.map(({ rows }) => rows));
    version.pending[0]?.finish();
    await flush();
  }
  stopped = true;
  while (version.pending.length > 0) {
    version.pending[0]?.finish();
    await flush();
  }
  await Promise.all(all);
  assert.ok(batches.length >= rounds);
  return underWay;
}

describe('runs under way', () => {
  it('come to the same size with 64 clients', async () => {
    const underWay = await closedLoop(64, 20);
    for (const sizes of underWay.slice(-15)) {
      assert.deepEqual(sizes, [32, 32]);
    }
  });

  it('come to the same size, give or take one, with 5 clients', async () => {
    const underWay = await closedLoop(5, 20);
    for (const sizes of underWay.slice(-15)) {
      assert.deepEqual(
        sizes.toSorted((a, b) => a - b),
        [2, 3],
      );
    }
  });

  it('are one for one client, begun at once', async () => {
    const { send, underWay, finish } = setUp();
    for (let n = 1; n <= 5; n++) {
      void send(rowsOf([n]));
      assert.deepEqual(underWay(), [[n]]);
      await finish();
    }
  });

  it('are one each for two clients, begun in the turn in which they come', async () => {
    const underWay = await closedLoop(2, 10);
    assert.ok(underWay.every((sizes) => sizes.length === 2 && sizes.every((rows) => rows === 1)));
  });

  it('take a request that is larger than their share, but add none to it', async () => {
    const { send, underWay, finish } = setUp();
    void send(rowsOf([1]));
    void send(rowsOf([2], [2], [2], [2], [2]));
    void send(rowsOf([3]));
    void send(rowsOf([4]));
    await flush();
    assert.deepEqual(underWay(), [[1], [2, 2, 2, 2, 2]]);
    await finish();
    assert.deepEqual(underWay(), [
      [2, 2, 2, 2, 2],
      [3, 4],
    ]);
  });

  it('are not divided for the sake of their share where requests may be divided', async () => {
    const { send, underWay } = setUp({
      maxBatchSize: 8,
      maxExecutionBatchSize: 4,
      enableLargeBatchSplitting: true,
    });
    void send(rowsOf([1]));
    void send(rowsOf([2]));
    void send(rowsOf([3], [3]));
    await flush();
    assert.deepEqual(underWay(), [[1], [2]]);
  });
});

describe('rowsToTake', () => {
  const take = (
    some: Parameters<typeof parametersWith>[0],
    group: number,
    { waiting = group, running = 0, overdue = true } = {},
  ): number | undefined =>
    rowsToTake(limitsOf(parametersWith({ maxBatchSize: 64, ...some })), { group, waiting, running }, overdue);

  it('is a fair share of all rows, rounded up to an allowed size', () => {
    assert.equal(take({}, 63, { running: 1 }), 32);
    assert.equal(take({ numBatchThreads: 1 }, 63), 63);
    assert.equal(take({ numBatchThreads: 4 }, 10, { waiting: 30, running: 31 }), 16);
    assert.equal(take({ allowedBatchSizes: [8, 48, 64] }, 62, { running: 2 }), 48);
    assert.equal(take({}, 60, { waiting: 60, running: 500 }), 64);
  });

  it('is all where a batch is full, or has waited', () => {
    assert.equal(take({}, 64, { running: 1 }), 64);
    assert.equal(take({}, 300), 64);
    assert.equal(take({ batchTimeoutMicros: 5000 }, 30), 64);
    assert.equal(take({ batchTimeoutMicros: 5000 }, 30, { overdue: false }), undefined);
  });

  it('is the largest preferred size that there is, but of what has waited it is all', () => {
    const preferredBatchSizes = [4, 16, 8];
    const cases: [group: number, rows: number | undefined][] = [
      [3, undefined],
      [4, 4],
      [15, 8],
      [16, 16],
      [200, 16],
    ];
    const waits = { preferredBatchSizes, batchTimeoutMicros: 5000 };
    for (const [group, rows] of cases) {
      assert.equal(take(waits, group, { overdue: false }), rows);
      assert.equal(take(waits, group), 64);
    }
    assert.equal(take({ preferredBatchSizes, numBatchThreads: 1 }, 15), 8);
    assert.equal(take({ preferredBatchSizes, numBatchThreads: 1 }, 3), 3);
  });
});

describe('a batch that waits', () => {
  const hour = 3_600_000_000;

  it('is run as soon as it has a preferred size', async () => {
    const { queue, send, underWay } = setUp({ preferredBatchSizes: [2, 4], batchTimeoutMicros: hour });
    void send(rowsOf([1]));
    await flush();
    assert.deepEqual(underWay(), []);
    void send(rowsOf([2], [2], [2], [2]));
    // One row and four are more than any preferred size: the one does not wait for what cannot come.
    assert.deepEqual(underWay(), [[1], [2, 2, 2, 2]]);
    const waits = send(rowsOf([3]));
    queue.close();
    await rejectsWith(waits, 'ENGINE_RESTARTED');
  });
});
