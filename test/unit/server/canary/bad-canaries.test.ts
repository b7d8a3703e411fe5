// Canaries made bad on purpose: slow, failing, wrong. Each is rolled back by itself; a good one is promoted by itself.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CanaryState } from '../../../../server/canary/canary.ts';
import type { JudgedWindow, WindowFigures } from '../../../../server/canary/gates.ts';
import { goldenDifference } from '../../../../server/config/golden/golden-difference.ts';
import type { WirePlan } from '../../../../server/canary/plan.ts';
import { before, begin, beginning } from './support/canaries.ts';
import { FakeDaemon, labelsOf } from './support/fake-daemon.ts';

/** How a version behaves: for one request, its latency in microseconds, or undefined for a failure. */
interface Behaviour {
  readonly request: (random: () => number) => number | undefined;
  readonly answer: string;
}

const goldenAnswer = '{"predictions": [{"scores": [0.07, 0.93]}]}';
const good: Behaviour = {
  request: (random) => 5000 + 4000 * random() + (random() < 0.02 ? 5000 : 0),
  answer: '{"predictions": [{"scores": [0.07001, 0.92999]}]}',
};

const plan: WirePlan = {
  steps: [1, 5, 25, 50, 100],
  gates: {
    minAgreement: 0.95,
    maxDrift: 0.1,
    golden: [{ name: 'a cat', requestJson: '{"instances": [1]}', responseJson: goldenAnswer }],
  },
  shadowPercent: 10,
};

/** Requests per minute. */
const rate = 20_000;

function behave({ request }: Behaviour, requests: number, random: () => number): WindowFigures {
  const times = Array.from({ length: requests }, () => request(random));
  const answered = times.filter((micros) => micros !== undefined).sort((a, b) => a - b);
  return {
    requests,
    successRate: requests === 0 ? NaN : answered.length / requests,
    p99Us: answered[Math.floor(answered.length * 0.99)] ?? NaN,
  };
}

/** One stream of numbers for all runs: a test that passes passes again. */
function seeded(): () => number {
  let state = 42;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

async function run(
  canary: Behaviour,
  wire: WirePlan,
  changes: (state: CanaryState) => Partial<JudgedWindow> = () => ({}),
): Promise<FakeDaemon> {
  const daemon = new FakeDaemon();
  const random = seeded();
  daemon.measure = (state, seconds) =>
    Promise.resolve(
      seconds.map((length) => {
        const requests = (rate * length) / 60;
        const share = (state.plan.steps[state.step] ?? 0) / 100;
        const problem = goldenDifference(canary.answer, goldenAnswer, 1e-3);
        return {
          canary: behave(canary, Math.round(requests * share), random),
          stable: behave(good, Math.round(requests * (1 - share)), random),
          shadow: { compared: share === 1 ? 0 : 1000, agreement: 0.99 },
          drift: 0.01,
          golden: [{ name: 'a cat', ...(problem !== undefined && { problem }) }],
          ...changes(state),
        };
      }),
    );
  await daemon.runner.start('m', beginning(wire));
  await daemon.pass(10 * 60_000);
  return daemon;
}

function assertRolledBack(daemon: FakeDaemon, step: number, reason: RegExp): void {
  const { state, world, events } = daemon;
  assert.deepEqual([state.phase, state.step], ['rolled-back', step]);
  assert.match(state.reason, reason);
  assert.equal(state.phaseSinceMs, begin + (step + 1) * 60_000, 'at the end of the interval of the breach');
  assert.deepEqual(
    [world.labels, world.shares, world.shadow],
    [labelsOf(before), before.shares, before.shadow],
  );
  const last = events.at(-1);
  assert.deepEqual([last?.event, last?.actor, last?.reason], ['rolled_back', 'canary', state.reason]);
}

describe('a canary by its plan', () => {
  it('is promoted by itself where it is good', async () => {
    const daemon = await run(good, plan);
    assert.equal(daemon.state.phase, 'succeeded');
    assert.deepEqual([...daemon.world.labels], [['stable', 2n]]);
    assert.deepEqual(
      daemon.events.map(({ event, after }) => `${event}: ${after}`),
      [
        'canary_started: stable 99%, canary 1%',
        'canary_step: stable 95%, canary 5% (stable is version 1)',
        'canary_step: stable 75%, canary 25% (stable is version 1)',
        'canary_step: stable 50%, canary 50% (stable is version 1)',
        'canary_step: stable 0%, canary 100% (stable is version 1)',
        'promoted: stable 100% (version 2)',
      ],
    );
  });

  it('is rolled back where it is slow', async () => {
    const slow = { ...good, request: (random: () => number) => 2.4 * (good.request(random) ?? 0) };
    assertRolledBack(
      await run(slow, plan),
      0,
      /^Rolled back at 1%: p99 [\d.]+ ms is 2\.\d times stable's [\d.]+ ms; the plan allows 1\.5\.$/,
    );
  });

  it('is rolled back where it fails', async () => {
    const failing = {
      ...good,
      request: (random: () => number) => (random() < 0.2 ? undefined : good.request(random)),
    };
    assertRolledBack(
      await run(failing, plan),
      0,
      /^Rolled back at 1%: (7|8)\d(\.\d)?% of 200 requests answered; the plan wants 99%\.$/,
    );
  });

  it('is rolled back where its golden answer is wrong, even without traffic', async () => {
    const wrong = { ...good, answer: '{"predictions": [{"scores": [0.29, 0.71]}]}' };
    const reason = /^Rolled back at 1%: a cat: predictions\[0\]\.scores\[0\]: 0\.29 instead of 0\.07\.$/;
    assertRolledBack(await run(wrong, plan), 0, reason);
    const none = { requests: 0, successRate: NaN, p99Us: NaN };
    assertRolledBack(await run(wrong, plan, () => ({ canary: none, stable: none })), 0, reason);
  });

  it('is rolled back where its answers are not those of stable', async () => {
    assertRolledBack(
      await run(good, plan, () => ({ shadow: { compared: 400, agreement: 0.6 } })),
      0,
      /^Rolled back at 1%: 60% of 400 answers agree with stable's; the plan wants 95%\.$/,
    );
    assertRolledBack(
      await run(good, plan, () => ({ drift: 0.4 })),
      0,
      /^Rolled back at 1%: the top classes are 0\.4 away from stable's, of 1; the plan allows 0\.1\.$/,
    );
  });

  it('is rolled back within an interval where it turns bad under load', async () => {
    const daemon = await run(good, plan, ({ step }) =>
      step < 3 ? {} : { canary: { requests: 10_000, successRate: 0.9, p99Us: 9000 } },
    );
    assertRolledBack(daemon, 3, /^Rolled back at 50%: 90% of 10000 requests answered; the plan wants 99%\.$/);
  });

  it('waits for a person where nobody uses it', async () => {
    const none = { requests: 0, successRate: NaN, p99Us: NaN };
    const { state, world } = await run(good, plan, () => ({ canary: none }));
    assert.deepEqual([state.phase, state.step], ['inconclusive', 0]);
    assert.equal(world.labels.get('canary'), 2n);
  });
});
