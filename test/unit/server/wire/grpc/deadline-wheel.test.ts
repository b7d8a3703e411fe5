// Deadlines on a clock that goes when it is told to.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DeadlineWheel, slotMs, type SetDeadline } from '../../../../../server/wire/grpc/deadline-wheel.ts';
import { FakeClock } from '../socket/fake-clock.ts';

describe('deadline wheel', () => {
  it('is never early, and late by less than a slot and the timer’s millisecond', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: 0, max: 20_000, noNaN: true }), fc.integer({ min: 0, max: 50 }))),
        (deadlines) => {
          const clock = new FakeClock();
          const wheel = new DeadlineWheel(clock);
          let expired = 0;
          for (const [ms, pause] of deadlines) {
            const at = clock.now() + ms;
            wheel.set(
              {
                expired: () => {
                  expired++;
                  assert.ok(clock.now() >= at && clock.now() < at + slotMs + 1, `${clock.now()} for ${at}`);
                },
              },
              at,
            );
            clock.advance(pause);
          }
          clock.advance(21_000);
          assert.equal(expired, deadlines.length);
          assert.equal(clock.timers, 0);
        },
      ),
    );
  });

  it('tells nobody whose deadline was cancelled, also where another one’s end cancels it', () => {
    const clock = new FakeClock();
    const wheel = new DeadlineWheel(clock);
    const told: string[] = [];
    const cancelled = wheel.set({ expired: () => told.push('cancelled') }, 10);
    const others: SetDeadline[] = [];
    wheel.set(
      {
        expired: () => {
          told.push('first');
          others.forEach((other) => other.cancel());
        },
      },
      10,
    );
    others.push(wheel.set({ expired: () => told.push('second') }, 10));
    others.push(wheel.set({ expired: () => told.push('later') }, 30));
    cancelled.cancel();
    cancelled.cancel();
    clock.advance(100);
    assert.deepEqual(told, ['first']);
  });

  it('takes deadlines that are set within the end of another one, even passed ones', () => {
    const clock = new FakeClock();
    const wheel = new DeadlineWheel(clock);
    const told: number[] = [];
    const again = (): void => {
      told.push(clock.now());
      if (told.length < 3) {
        wheel.set({ expired: again }, clock.now() - 5);
      }
    };
    wheel.set({ expired: again }, 1);
    clock.advance(100);
    assert.deepEqual(told, [8, 16, 24]);
  });

  it('catches up after a stall of any length', () => {
    for (const stall of [50, 4_000, 5_000, 1_000_000]) {
      const clock = new StallingClock();
      const wheel = new DeadlineWheel(clock);
      let expired = 0;
      for (let ms = 0; ms < 4_500; ms += 3) {
        wheel.set({ expired: () => expired++ }, ms);
      }
      clock.stall(stall);
      assert.equal(expired, due(stall));
    }
  });

  it('waits for a far deadline, and for a near one meanwhile', () => {
    const clock = new FakeClock();
    const wheel = new DeadlineWheel(clock);
    let expired = 0;
    const year = 365 * 86_400_000;
    wheel.set({ expired: () => expired++ }, 99_999_999 * 3_600_000);
    const near = wheel.set({ expired: () => expired++ }, 100);
    clock.advance(year / 1000);
    assert.equal(expired, 1);
    near.cancel();
  });

  it('has one timer for all of them, and none for nothing', () => {
    const clock = new FakeClock();
    const wheel = new DeadlineWheel(clock);
    assert.equal(clock.timers, 0);
    const deadlines = Array.from({ length: 1000 }, (_, ms) =>
      wheel.set({ expired: () => undefined }, ms * 20),
    );
    assert.equal(clock.timers, 1);
    deadlines.forEach((deadline) => deadline.cancel());
    clock.advance(10);
    assert.equal(clock.timers, 0);
  });
});

/** How many of the deadlines 0, 3, 6 … below 4,500 have passed by the last slot that is over. */
function due(now: number): number {
  const slot = Math.floor(now / slotMs);
  return Array.from({ length: 1_500 }, (_, index) => index * 3).filter(
    (ms) => Math.max(1, Math.ceil(ms / slotMs)) <= slot,
  ).length;
}

/** Goes on without its timers, then runs the one that is due. */
class StallingClock {
  #now = 0;
  #run: (() => void) | undefined;

  now(): number {
    return this.#now;
  }

  after(_ms: number, run: () => void): () => void {
    this.#run = run;
    return () => {
      this.#run = undefined;
    };
  }

  stall(ms: number): void {
    this.#now += ms;
    const run = this.#run;
    this.#run = undefined;
    run?.();
  }
}
