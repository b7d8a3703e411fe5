// Many timers on one: order, earlier and later moments, removal, and that nothing is called twice.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { processClock, TimerQueue, type Timed } from '../../../../../server/wire/socket/timer-queue.ts';
import { FakeClock } from './fake-clock.ts';

class Item implements Timed {
  timerSlot = -1;
  timerAt = Infinity;
  readonly calls: number[] = [];
  readonly #then: ((now: number) => void) | undefined;

  constructor(then?: (now: number) => void) {
    this.#then = then;
  }

  timeout(now: number): void {
    this.calls.push(now);
    this.#then?.(now);
  }
}

describe('TimerQueue', () => {
  it('calls each at its time, in order, with one timer of the clock', () => {
    const clock = new FakeClock();
    const queue = new TimerQueue(clock);
    const order: number[] = [];
    const times = [50, 10, 30, 20, 40, 10];
    times.forEach((at) => queue.callBy(new Item(() => order.push(at)), at));
    assert.equal(clock.timers, 1);
    clock.advance(25);
    assert.deepEqual(order, [10, 10, 20]);
    clock.advance(100);
    assert.deepEqual(order, [10, 10, 20, 30, 40, 50]);
    assert.equal(queue.size, 0);
    assert.equal(clock.timers, 0);
  });

  it('takes the earlier of two moments, and never calls at Infinity', () => {
    const clock = new FakeClock();
    const queue = new TimerQueue(clock);
    const item = new Item();
    queue.callBy(item, 100);
    queue.callBy(item, 50);
    queue.callBy(item, 200);
    const never = new Item();
    queue.callBy(never, Infinity);
    clock.advance(1000);
    assert.deepEqual(item.calls, [50]);
    assert.deepEqual(never.calls, []);
  });

  it('lets an item ask again within its call, and calls it later then, even for now', () => {
    const clock = new FakeClock();
    const queue = new TimerQueue(clock);
    const item: Item = new Item((now) => {
      if (item.calls.length < 3) {
        queue.callBy(item, now);
      }
    });
    queue.callBy(item, 5);
    clock.advance(5);
    assert.equal(item.calls.length, 3);
  });

  it('forgets what was removed, also by an item that is called at the same time', () => {
    const clock = new FakeClock();
    const queue = new TimerQueue(clock);
    const gone = new Item();
    queue.callBy(gone, 10);
    queue.remove(gone);
    queue.remove(gone);
    queue.callBy(new Item(), 20);
    clock.advance(30);
    assert.deepEqual(gone.calls, []);
  });

  it('holds its order through ten thousand changes', () => {
    const clock = new FakeClock();
    const queue = new TimerQueue(clock);
    let calls = 0;
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    const items = Array.from({ length: 500 }, () => new Item(() => calls++));
    for (let i = 0; i < 10_000; i++) {
      const item = items[random(items.length)]!;
      if (random(3) === 0) {
        queue.remove(item);
      } else {
        queue.callBy(item, clock.now() + random(1000));
      }
      if (random(10) === 0) {
        clock.advance(random(20));
      }
    }
    const waiting = items.filter(({ timerSlot }) => timerSlot !== -1);
    assert.equal(queue.size, waiting.length);
    const before = calls;
    clock.advance(2000);
    assert.equal(calls - before, waiting.length);
    assert.equal(queue.size, 0);
  });
});

describe('processClock', () => {
  it('runs a timer behind the sockets of its turn, and lets it be taken back', async () => {
    const ran: string[] = [];
    const takeBack = processClock.after(1, () => ran.push('never'));
    const began = processClock.now();
    const done = new Promise<void>((resolve) => {
      processClock.after(2, () => {
        ran.push('late');
        resolve();
      });
    });
    takeBack();
    // The clock keeps no process up: this does.
    const keep = setTimeout(() => undefined, 60_000);
    await done;
    clearTimeout(keep);
    assert.deepEqual(ran, ['late']);
    assert.ok(processClock.now() - began >= 1);
  });
});
