// Changes that are asked for: once per request id, in turn, and none over another that its caller had not seen.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PerchError } from '../../../../server/errors.ts';
import { anonymousMutation, Mutations, type Mutation } from '../../../../server/traffic/mutations.ts';
import { flush } from '../fakes.ts';

const by = (requestId: string, expectedResourceVersion = 0n): Mutation => ({
  ...anonymousMutation,
  requestId,
  expectedResourceVersion,
});

describe('Mutations', () => {
  it('do a change once for a request id, and answer its repetition alike', async () => {
    const mutations = new Mutations();
    let done = 0;
    const change = (): Promise<number> => Promise.resolve(++done);
    assert.equal(await mutations.once('m', by('a'), change), 1);
    assert.equal(await mutations.once('m', by('a'), change), 1);
    assert.equal(await mutations.once('m', by('b'), change), 2);
    assert.equal(mutations.resourceVersion('m'), 3n);
  });

  it('do a change once where the repetition comes while the first is under way', async () => {
    const mutations = new Mutations();
    let done = 0;
    let go = (): void => undefined;
    const held = new Promise<void>((resolve) => (go = resolve));
    const change = async (): Promise<number> => {
      await held;
      return ++done;
    };
    const answers = Promise.all(Array.from({ length: 5 }, () => mutations.once('m', by('a'), change)));
    await flush();
    go();
    assert.deepEqual(await answers, [1, 1, 1, 1, 1]);
    assert.equal(done, 1);
    assert.equal(mutations.resourceVersion('m'), 2n);
  });

  it('do every change without a request id', async () => {
    const mutations = new Mutations();
    let done = 0;
    const change = (): Promise<number> => Promise.resolve(++done);
    await mutations.once('m', anonymousMutation, change);
    await mutations.once('m', anonymousMutation, change);
    assert.equal(done, 2);
  });

  it('follow each other per model, a failed one included, and do not hold up other models', async () => {
    const mutations = new Mutations();
    const order: string[] = [];
    let fail = (): void => undefined;
    const held = new Promise<never>((_, reject) => (fail = () => reject(new Error('no'))));
    const first = mutations.once('m', anonymousMutation, () => {
      order.push('first');
      return held;
    });
    const second = mutations.once('m', anonymousMutation, () => Promise.resolve(order.push('second')));
    await mutations.once('other', anonymousMutation, () => Promise.resolve(order.push('other')));
    assert.deepEqual(order.toSorted(), ['first', 'other']);
    fail();
    await assert.rejects(first, /no/);
    await second;
    assert.deepEqual(order.at(-1), 'second');
  });

  it('do not hold up other changes of the model while a call waits', async () => {
    const mutations = new Mutations();
    let go = (): void => undefined;
    const held = new Promise<void>((resolve) => (go = resolve));
    const order: string[] = [];
    const slow = mutations.whole('m', anonymousMutation, async (turn) => {
      await turn.take(() => Promise.resolve(order.push('begun')));
      await held;
      return turn.take(() => Promise.resolve(order.push('ended')));
    });
    await mutations.once('m', anonymousMutation, () => Promise.resolve(order.push('rolled back')));
    go();
    await slow;
    assert.deepEqual(order, ['begun', 'rolled back', 'ended']);
    assert.equal(mutations.resourceVersion('m'), 4n, 'each change of it counts');
  });

  it('share the outcome of a call that waits with its repetition', async () => {
    const mutations = new Mutations();
    let done = 0;
    let go = (): void => undefined;
    const held = new Promise<void>((resolve) => (go = resolve));
    const call = (): Promise<number> =>
      mutations.whole('m', by('a'), async (turn) => {
        await turn.take(() => Promise.resolve(++done));
        await held;
        return done;
      });
    const answers = Promise.all([call(), call()]);
    await flush();
    go();
    assert.deepEqual(await answers, [1, 1]);
    assert.equal(done, 1);
  });

  it('refuse a call whose model has moved on: before it waits, and after', async () => {
    const mutations = new Mutations();
    const seen = mutations.resourceVersion('m');
    let go = (): void => undefined;
    const held = new Promise<void>((resolve) => (go = resolve));
    let waited = 0;
    let done = 0;
    const call = (): Promise<number> =>
      mutations.whole('m', by('', seen), async (turn) => {
        turn.check();
        waited++;
        await held;
        return turn.take(() => Promise.resolve(++done));
      });
    const first = call();
    await flush();
    await mutations.once('m', anonymousMutation, () => Promise.resolve());
    const changed = (reason: unknown): boolean => PerchError.is(reason, 'RESOURCE_CHANGED');
    await assert.rejects(call(), changed);
    go();
    await assert.rejects(first, changed);
    assert.deepEqual([waited, done], [1, 0]);
  });

  it('move the resource version by what was done, not by what failed', async () => {
    const mutations = new Mutations();
    await mutations.once('m', anonymousMutation, () => Promise.resolve());
    await assert.rejects(mutations.once('m', anonymousMutation, () => Promise.reject(new Error('no'))));
    assert.equal(mutations.resourceVersion('m'), 2n);
    assert.equal(mutations.resourceVersion('other'), 1n);
  });

  it('refuse what was decided on an older resource version, also where both come at once', async () => {
    const mutations = new Mutations();
    let done = 0;
    const change = (): Promise<number> => Promise.resolve(++done);
    const seen = mutations.resourceVersion('m');
    const outcomes = await Promise.allSettled([
      mutations.once('m', by('window 1', seen), change),
      mutations.once('m', by('window 2', seen), change),
    ]);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'rejected'],
    );
    const [, refused] = outcomes;
    assert.ok(refused.status === 'rejected' && PerchError.is(refused.reason, 'RESOURCE_CHANGED'));
    assert.equal(done, 1);
  });

  it('try again what failed, where its caller repeats it', async () => {
    const mutations = new Mutations();
    let attempts = 0;
    const change = (): Promise<string> => {
      attempts++;
      return attempts === 1
        ? Promise.reject(new PerchError('VERSION_NOT_AVAILABLE', 'Not yet.'))
        : Promise.resolve('done');
    };
    await assert.rejects(mutations.once('m', by('a'), change), /Not yet/);
    // Nothing was changed: the purpose of the id is that a repetition is safe, not that it is in vain.
    assert.equal(await mutations.once('m', by('a'), change), 'done');
  });

  it('keep the request ids of one model apart from those of another', async () => {
    const mutations = new Mutations();
    let done = 0;
    await mutations.once('m', by('a'), () => Promise.resolve(++done));
    await mutations.once('other', by('a'), () => Promise.resolve(++done));
    assert.equal(done, 2, 'the change of the other model is not answered as done without being done');
  });

  it('forget a request id after an hour', async () => {
    let now = 1000;
    const mutations = new Mutations(() => now);
    let done = 0;
    const change = (): Promise<number> => Promise.resolve(++done);
    await mutations.once('m', by('a'), change);
    now += 60 * 60_000 - 1;
    await mutations.once('m', by('a'), change);
    assert.equal(done, 1);
    now += 1;
    await mutations.once('m', by('a'), change);
    assert.equal(done, 2);
  });

  it('remember no more than so many request ids, the newest', async () => {
    const mutations = new Mutations();
    let done = 0;
    const change = (): Promise<number> => Promise.resolve(++done);
    for (let i = 0; i < 10_001; i++) {
      await mutations.once('m', by(`id ${i}`), change);
    }
    await mutations.once('m', by('id 10000'), change);
    assert.equal(done, 10_001);
    await mutations.once('m', by('id 0'), change);
    assert.equal(done, 10_002);
  });
});
