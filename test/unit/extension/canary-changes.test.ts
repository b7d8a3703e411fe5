// What the commands on canaries, traffic and labels say and ask for.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  pauseChange,
  promoteChange,
  resumeChange,
  rollbackChange,
  startChange,
} from '../../../extension/commands/canary-changes.ts';
import type { Change, ChangeClient } from '../../../extension/commands/change.ts';
import {
  deleteLabelChange,
  labelProblem,
  setLabelChange,
  setTrafficChange,
} from '../../../extension/commands/traffic-changes.ts';
import type { Model } from '../../../extension/state/model.ts';
import { canary, canaryModel, labelShare, model, version } from './models.ts';
import { plain } from './plain.ts';

const origin = { resourceVersion: '7', reason: 'because' };

/** A daemon that writes down what it is asked for, and always answers with `after`. */
function fakeClient(after: Model): { readonly client: ChangeClient; readonly calls: unknown[][] } {
  const calls: unknown[][] = [];
  const answer =
    (name: string) =>
    (...args: unknown[]): Promise<Model> => {
      calls.push([name, ...args]);
      return Promise.resolve(after);
    };
  return {
    calls,
    client: {
      deleteLabel: answer('deleteLabel'),
      pauseCanary: answer('pauseCanary'),
      promoteCanary: answer('promoteCanary'),
      resumeCanary: answer('resumeCanary'),
      rollbackCanary: answer('rollbackCanary'),
      setLabel: answer('setLabel'),
      setTraffic: answer('setTraffic'),
      startCanary: answer('startCanary'),
    },
  };
}

/** Does the change and what is offered after it; gives the calls and the sentences. */
async function carriedOut(change: Change, after: Model): Promise<{ calls: unknown[][]; said: string[] }> {
  const { client, calls } = fakeClient(after);
  const said = [change.done(await change.run(client, origin))];
  if (change.next !== undefined) {
    said.push(change.next.title, change.next.done(await change.next.run(client, origin)));
  }
  return { calls, said };
}

describe('promoteChange', () => {
  it('says what moves, asks for it, and offers the way back', async () => {
    const change = promoteChange(plain, canaryModel());
    assert.equal(change.question?.text, 'Promote version 3 of digits?');
    assert.equal(
      change.question.effect,
      'stable moves from version 2 to version 3. All requests that name no version go to it. Version 2 stays loaded for 10 min.',
    );
    const after = model('digits', [version('3', { labels: ['stable'] }), version('2')]);
    const { calls, said } = await carriedOut(change, after);
    assert.deepEqual(calls, [
      ['promoteCanary', 'digits', origin],
      ['rollbackCanary', 'digits', origin],
    ]);
    assert.deepEqual(said, [
      'digits: stable is version 3 now. All requests that name no version go to it.',
      'Roll Back',
      'digits was rolled back: stable is version 3. Requests that name no version: all to the newest version that is available.',
    ]);
  });

  it('takes the time from the plan that runs', () => {
    const change = promoteChange(plain, canaryModel({ canary: canary({ keepWarmMs: 90_000 }) }));
    assert.match(change.question?.effect ?? '', /Version 2 stays loaded for 1 min 30 s\.$/);
  });

  it('does not speak of a label that is not there', () => {
    const unlabelled = model('m', [version('3', { labels: ['canary'] }), version('2')]);
    assert.match(promoteChange(plain, unlabelled).question?.effect ?? '', /^Version 3 becomes stable\./);
  });
});

describe('rollbackChange', () => {
  const effectOf = (one: Model): string => rollbackChange(plain, one).question?.effect ?? '';

  it('says what is restored: of a plan, of the labels, of a promotion', () => {
    assert.match(
      effectOf(canaryModel({ canary: canary() })),
      /^Version 3 gets no more .* version 2 as stable; where there was no split, version 2 gets all of them\.$/,
    );
    assert.match(effectOf(canaryModel()), /^The label canary is taken from version 3; stable gets all/);
    const promoted = model('m', [version('3', { labels: ['stable'] }), version('2')]);
    const succeeded = { ...promoted, canary: canary({ phase: 'succeeded' }) };
    assert.match(effectOf(succeeded), /^stable moves back from version 3 to version 2\./);
    assert.match(
      effectOf({ ...succeeded, canary: canary({ phase: 'succeeded', stableVersion: '0' }) }),
      /^Labels and traffic become what they were/,
    );
  });

  it('asks for it, and offers nothing more', async () => {
    const after = canaryModel({ traffic: [labelShare('stable', 100, '2')] });
    const { calls, said } = await carriedOut(rollbackChange(plain, canaryModel()), after);
    assert.deepEqual(calls, [['rollbackCanary', 'digits', origin]]);
    assert.deepEqual(said, [
      'digits was rolled back: stable is version 2. Requests that name no version: stable 100 %.',
    ]);
  });
});

describe('startChange', () => {
  it('says version, first step, plan and end, and offers the way back', async () => {
    const plan = { steps: [10, 100], intervalMs: 10_000, minRequests: 20 };
    const change = startChange(plain, canaryModel(), '3', plan);
    assert.match(
      change.question?.effect ?? '',
      /^Version 3 gets the label canary and 10 % of the requests that name no version\.\nVersion 2 stays stable\.\nThe plan: 10, 100 %, judged every 10 s\.\n/,
    );
    const after = canaryModel({ canary: canary({ reason: 'It is at 10%.' }) });
    const { calls, said } = await carriedOut(change, after);
    assert.deepEqual(calls[0], ['startCanary', 'digits', '3', plan, origin]);
    assert.deepEqual(calls[1], ['rollbackCanary', 'digits', origin]);
    assert.equal(said[0], 'digits: the canary, version 3, runs. It is at 10%.');
  });

  it('names the gates that were chosen', () => {
    const gates = { minSuccessRate: 0.99, maxP99Ratio: Infinity, minAgreement: undefined, golden: [] };
    const change = startChange(plain, canaryModel(), '3', { steps: [5], intervalMs: 1_000, gates });
    assert.match(change.question?.effect ?? '', /\nThe gates: success rate at least 99 %\.\n/);
  });

  it('says that a manual plan waits', () => {
    const change = startChange(plain, canaryModel(), '3', { steps: [5], intervalMs: 1_000, manual: true });
    assert.match(
      change.question?.effect ?? '',
      /It waits for you before each further step, and before the promotion\./,
    );
  });
});

describe('pauseChange and resumeChange', () => {
  const running = canaryModel({ canary: canary() });

  it('pauses without a question, since no traffic changes, and offers to resume', async () => {
    const change = pauseChange(plain, running);
    assert.equal(change.question, undefined);
    const { calls, said } = await carriedOut(change, running);
    assert.deepEqual(
      calls.map(([name]) => name),
      ['pauseCanary', 'resumeCanary'],
    );
    assert.equal(said[1], 'Resume');
  });

  it('resumes what was paused or inconclusive at its step, without a question', async () => {
    for (const phase of ['paused', 'inconclusive'] as const) {
      const change = resumeChange(plain, canaryModel({ canary: canary({ phase }) }));
      assert.equal(change.question, undefined);
      assert.deepEqual((await carriedOut(change, running)).calls, [['resumeCanary', 'digits', origin]]);
    }
  });

  it('says what going past a gate leads to', async () => {
    const waiting = canaryModel({ canary: canary({ phase: 'waiting' }) });
    const change = resumeChange(plain, waiting);
    assert.equal(change.question?.effect, 'Version 3 gets 25 % of the requests that name no version.');
    assert.deepEqual(
      (await carriedOut(change, running)).calls.map(([name]) => name),
      ['resumeCanary', 'rollbackCanary'],
    );
    const last = canaryModel({ canary: canary({ phase: 'waiting', step: 4 }) });
    assert.match(resumeChange(plain, last).question?.effect ?? '', /version 3 becomes stable/);
  });
});

describe('setTrafficChange', () => {
  it('says both splits, and can be undone', async () => {
    const before = [labelShare('stable', 95, '2'), labelShare('canary', 5, '3')];
    const shares = [labelShare('stable', 50, '2'), labelShare('canary', 50, '3')];
    const change = setTrafficChange(plain, canaryModel({ traffic: before }), shares);
    assert.equal(
      change.question?.effect,
      'Requests that name no version, now: stable 95 %, canary 5 %. From then on: stable 50 %, canary 50 %.',
    );
    const { calls, said } = await carriedOut(change, canaryModel({ traffic: shares }));
    assert.deepEqual(calls, [
      ['setTraffic', 'digits', shares, origin],
      ['setTraffic', 'digits', before, origin],
    ]);
    assert.equal(said[0], 'digits: requests that name no version: stable 50 %, canary 50 %.');
    assert.equal(said[1], 'Undo');
  });
});

describe('setLabelChange', () => {
  it('asks nothing for a label that nobody had, and can take it away again', async () => {
    const change = setLabelChange(plain, canaryModel(), 'tested', '3');
    assert.equal(change.question, undefined);
    assert.deepEqual((await carriedOut(change, canaryModel())).calls, [
      ['setLabel', 'digits', 'tested', '3', 0, origin],
      ['deleteLabel', 'digits', 'tested', origin],
    ]);
  });

  it('says who loses it and what of the traffic goes with it, and can give it back', async () => {
    const split = canaryModel({ traffic: [labelShare('stable', 95, '2'), labelShare('canary', 5, '3')] });
    const change = setLabelChange(plain, split, 'stable', '3');
    assert.equal(
      change.question?.effect,
      'stable moves from version 2 to version 3; requests that name it go there. So do 95 % of the requests that name no version.',
    );
    assert.deepEqual((await carriedOut(change, split)).calls, [
      ['setLabel', 'digits', 'stable', '3', 0, origin],
      ['setLabel', 'digits', 'stable', '2', 0, origin],
    ]);
  });

  it('waits for a version that is being loaded', async () => {
    const loading = model('m', [version('2', { phase: 'loading' })]);
    const { calls } = await carriedOut(setLabelChange(plain, loading, 'stable', '2'), loading);
    assert.deepEqual(calls[0], ['setLabel', 'm', 'stable', '2', 300_000, origin]);
  });
});

describe('deleteLabelChange', () => {
  it('says what happens to requests that name it, and can give it back', async () => {
    const change = deleteLabelChange(plain, canaryModel(), 'canary');
    assert.equal(change.question?.effect, 'Requests that name it are refused from then on.');
    assert.deepEqual((await carriedOut(change, canaryModel())).calls, [
      ['deleteLabel', 'digits', 'canary', origin],
      ['setLabel', 'digits', 'canary', '3', 0, origin],
    ]);
  });
});

describe('labelProblem', () => {
  it('refuses what the daemon would refuse', () => {
    assert.equal(labelProblem(plain, 'my label, "x"'), undefined);
    assert.match(labelProblem(plain, '') ?? '', /needs a name/);
    assert.match(labelProblem(plain, 'a\tb') ?? '', /control/);
    assert.match(labelProblem(plain, 'x'.repeat(256)) ?? '', /255/);
  });
});
