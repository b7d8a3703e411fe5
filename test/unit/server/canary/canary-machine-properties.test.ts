// What holds of a canary whatever happens to it, and that the machine does what a naive account of the rules does.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isRunning, sharesOf, trafficEffects } from '../../../../server/canary/canary-effects.ts';
import { next, startCanary, type CanaryEvent } from '../../../../server/canary/canary-machine.ts';
import type { CanaryPhase, CanaryState } from '../../../../server/canary/canary.ts';
import type { WirePlan } from '../../../../server/canary/plan.ts';
import { before, begin, beginning, canary, failing, passing, silent } from './support/canaries.ts';

const by = { actor: 'anna', reason: 'x' };
const gates = { passing, failing, silent, none: [] } as const;

type Happening =
  | { readonly gates: keyof typeof gates; readonly isStale: boolean }
  | Exclude<CanaryEvent, { kind: 'evaluated' }>;

const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      gates: fc.constantFrom<keyof typeof gates>(
        'passing',
        'passing',
        'passing',
        'failing',
        'silent',
        'none',
      ),
      isStale: fc.constantFrom(false, false, false, true),
    }),
  },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom<'pause' | 'resume' | 'promote' | 'rollback'>(
        'pause',
        'resume',
        'resume',
        'promote',
        'rollback',
      )
      .map((kind) => ({ kind, ...by })),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom<'version-lost' | 'stable-lost'>('version-lost', 'stable-lost')
      .map((kind) => ({ kind, reason: 'gone.' })),
  },
);
const wirePlan: fc.Arbitrary<WirePlan> = fc.record({
  steps: fc
    .uniqueArray(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 4 })
    .map((steps) => steps.sort((a, b) => a - b)),
  passesPerStep: fc.integer({ min: 1, max: 2 }),
  failedChecksLimit: fc.integer({ min: 0, max: 2 }),
  inconclusiveLimit: fc.integer({ min: 1, max: 3 }),
  manual: fc.boolean(),
  keepWarmMs: fc.constantFrom(1, 100_000),
});
const steps = fc.array(fc.tuple(happening, fc.integer({ min: 0, max: 70_000 })), { maxLength: 30 });

const edges: Readonly<Record<CanaryPhase, readonly CanaryPhase[]>> = {
  progressing: ['paused', 'waiting', 'inconclusive', 'succeeded', 'rolled-back'],
  paused: ['progressing', 'succeeded', 'rolled-back'],
  waiting: ['paused', 'progressing', 'succeeded', 'rolled-back'],
  inconclusive: ['paused', 'progressing', 'succeeded', 'rolled-back'],
  succeeded: ['rolled-back'],
  'rolled-back': [],
};

/** The event, where the state was `now` and, before that, `earlier`. */
function eventOf(happened: Happening, now: CanaryState, earlier: CanaryState): CanaryEvent {
  return 'kind' in happened
    ? happened
    : { kind: 'evaluated', gates: gates[happened.gates], of: happened.isStale ? earlier : now };
}

describe('the canary machine, whatever happens', () => {
  it('keeps its promises', () => {
    fc.assert(
      fc.property(wirePlan, steps, (wire, happenings) => {
        let now = begin;
        let state = startCanary(beginning(wire), now).state;
        let earlier = state;
        for (const [happened, ms] of happenings) {
          now += ms;
          const event = eventOf(happened, state, earlier);
          const { state: after, effects } = next(state, event, now);

          if (after.phase !== state.phase) {
            assert.ok(edges[state.phase].includes(after.phase), `${state.phase} to ${after.phase}`);
          }
          if (after.phase === 'succeeded' && state.phase !== 'succeeded') {
            const isLast = state.step === state.plan.steps.length - 1;
            const byPass = event.kind === 'evaluated' && event.gates === passing && !state.plan.manual;
            const byGate = event.kind === 'resume' && state.phase === 'waiting';
            assert.ok(
              event.kind === 'promote' || (isLast && (byPass || byGate)),
              'promoted without a reason',
            );
          }
          if (after.phase === 'rolled-back' && state.phase !== 'rolled-back') {
            assert.deepEqual(effects[0], { kind: 'restore', before });
          }
          if (isRunning(after.phase) || after.phase === 'succeeded') {
            assert.equal(
              sharesOf(after).reduce((sum, { percent }) => sum + percent, 0),
              100,
            );
          }
          // Traffic changes only where the state that says so is a new one, and then all of it is said.
          const traffic = effects.filter(({ kind }) => kind !== 'event');
          assert.deepEqual(traffic, traffic.length === 0 ? [] : trafficEffects(after, now));
          assert.equal(
            traffic.length > 0,
            after.step !== state.step ||
              isRunning(state.phase) !== isRunning(after.phase) ||
              (state.phase === 'succeeded' && after.phase === 'rolled-back'),
          );
          assert.ok(after.reason !== '' && after.step < after.plan.steps.length && after.step >= state.step);
          assert.deepEqual(structuredClone(after), after);
          const again = next(after, event, now);
          assert.deepEqual([again.state, again.effects], [after, []], 'twice is as once');
          earlier = state;
          state = after;
        }
      }),
      { numRuns: 1000 },
    );
  });
});

/** The rules once more, in the plainest way: no texts, no effects. */
class Account {
  phase: CanaryPhase = 'progressing';
  step = 0;
  passes = 0;
  failures = 0;
  silences = 0;
  promotedAt = 0;
  readonly plan: CanaryState['plan'];

  constructor(plan: CanaryState['plan']) {
    this.plan = plan;
  }

  happens(happened: Happening, isStale: boolean, now: number): void {
    const isOver = this.phase === 'succeeded' || this.phase === 'rolled-back';
    if (!('kind' in happened)) {
      if (!isOver && this.phase !== 'paused' && !isStale) {
        this.#judged(happened.gates, now);
      }
    } else if (happened.kind === 'rollback' || happened.kind === 'version-lost') {
      const isWarm = this.phase === 'succeeded' && now < this.promotedAt + this.plan.keepWarmMs;
      if (!isOver || (isWarm && happened.kind === 'rollback')) {
        this.phase = 'rolled-back';
      }
    } else if (!isOver && happened.kind === 'promote') {
      this.#promote(now);
    } else if (!isOver && (happened.kind === 'pause' || happened.kind === 'stable-lost')) {
      this.phase = 'paused';
    } else if (!isOver && happened.kind === 'resume') {
      this.#resume(now);
    }
  }

  #judged(what: keyof typeof gates, now: number): void {
    if (what === 'failing') {
      this.failures++;
      this.silences = 0;
      if (this.failures > this.plan.failedChecksLimit) {
        this.phase = 'rolled-back';
      }
    } else if (this.phase === 'progressing' && what === 'passing') {
      this.passes++;
      this.silences = 0;
      if (this.passes === this.plan.passesPerStep) {
        if (this.plan.manual) {
          this.phase = 'waiting';
        } else {
          this.#onwards(now);
        }
      }
    } else if (this.phase === 'progressing') {
      this.silences++;
      if (this.silences === this.plan.inconclusiveLimit) {
        this.phase = 'inconclusive';
      }
    }
  }

  #resume(now: number): void {
    if (this.phase === 'waiting') {
      this.#onwards(now);
    } else if (this.phase === 'paused') {
      this.passes = Math.min(this.passes, this.plan.passesPerStep - 1);
      this.silences = 0;
    } else if (this.phase === 'inconclusive') {
      this.passes = 0;
      this.silences = 0;
    }
    if (this.phase !== 'succeeded') {
      this.phase = 'progressing';
    }
  }

  #onwards(now: number): void {
    if (this.step === this.plan.steps.length - 1) {
      this.#promote(now);
      return;
    }
    this.step++;
    this.passes = 0;
    this.silences = 0;
  }

  #promote(now: number): void {
    this.phase = 'succeeded';
    this.promotedAt = now;
  }
}

describe('the canary machine, beside a naive account of it', () => {
  it('is always where that is', () => {
    fc.assert(
      fc.property(wirePlan, steps, (wire, happenings) => {
        let now = begin;
        const first = canary(wire);
        const account = new Account(first.plan);
        let [state, earlier] = [first, first];
        for (const [happened, ms] of happenings) {
          now += ms + 1;
          const isStale = 'gates' in happened && happened.isStale && earlier !== state;
          const after = next(state, eventOf(happened, state, earlier), now).state;
          account.happens(happened, isStale, now);
          const { phase, step, passedChecks, failedChecks } = after;
          assert.deepEqual(
            { phase, step, failedChecks },
            { phase: account.phase, step: account.step, failedChecks: account.failures },
          );
          if (phase === 'progressing') {
            assert.deepEqual([passedChecks, after.inconclusiveChecks], [account.passes, account.silences]);
          }
          if (after !== state) {
            [earlier, state] = [state, after];
          }
        }
      }),
      { numRuns: 1000 },
    );
  });
});
