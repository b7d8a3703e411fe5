// What the extension does for the tab "Canary": only what is offered, by the commands that palette and tree have.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { answerCanaryPage, type CanaryAnswers } from '../../../extension/panels/dashboard/canary/answers.ts';
import { noFigures } from '../../../extension/panels/dashboard/canary/live-data.ts';
import { toCanarySnapshot } from '../../../extension/panels/dashboard/canary/snapshot.ts';
import type { Model } from '../../../extension/state/model.ts';
import { traffic } from './canary-figures.ts';
import { canary, labelShare, model, version } from './models.ts';
import { plain } from './plain.ts';

const versions = [version('3', { labels: ['canary'] }), version('2', { labels: ['stable'] })];
const split: Model = {
  ...model('digits', versions),
  traffic: [labelShare('stable', 90, '2'), labelShare('canary', 10, '3')],
};
const shadow = {
  target: { target: 'label' as const, label: 'canary' },
  percent: 10,
  compared: '2',
  dropped: '0',
  agreement: 0.5,
  maxAbsoluteDifference: 1,
  maxRelativeDifference: 1,
  worst: [
    { id: '7', atMs: '5', summary: '', inputsJson: Buffer.alloc(0), inputsKept: true },
    { id: '8', atMs: '6', summary: '', inputsJson: Buffer.alloc(0), inputsKept: false },
  ],
};

/** Answers that write down what was asked of them; commands give `result`. */
function fake(
  shown: Model | undefined,
  result?: unknown,
): { readonly answers: CanaryAnswers; readonly done: unknown[] } {
  const done: unknown[] = [];
  return {
    done,
    answers: {
      snapshot: () =>
        toCanarySnapshot(plain, {
          status: { server: { kind: 'stopped', detail: '' }, commands: ['start'], models: [] },
          models: shown === undefined ? undefined : [shown],
          shown: shown?.name,
          figures: { ...noFigures, traffic: { ...traffic({}), shadow } },
          nowMs: 0,
        }),
      model: (name) => (name === shown?.name ? shown : undefined),
      select: (name) => done.push(['select', name]),
      run: (command, argument) => {
        done.push(argument === undefined ? [command] : [command, argument]);
        return result instanceof Error ? Promise.reject(result) : Promise.resolve(result);
      },
      keptRequest: (name, id) => {
        done.push(['kept', name, id]);
        return Promise.resolve({ version: '3', request: '{"inputs": [[1]]}' });
      },
      post: (message) => done.push(message),
    },
  };
}

describe('the answers to the tab "Canary"', () => {
  const shares = [
    { kind: 'label', name: 'stable', percent: 75 },
    { kind: 'label', name: 'canary', percent: 25 },
  ];

  it('run the commands of the palette for what is possible, and nothing else', async () => {
    const { answers, done } = fake(split);
    for (const action of ['promote', 'pause', 'resume', 'rollBack', 'start']) {
      await answerCanaryPage({ type: 'act', model: 'digits', action }, answers);
    }
    assert.deepEqual(done, [
      ['perch.canary.promote', { model: 'digits' }],
      ['perch.canary.rollback', { model: 'digits' }],
      ['perch.canary.start', { model: 'digits' }],
    ]);
  });

  it('set the traffic by its command, and say whether it was done', async () => {
    const yes = fake(split, split);
    await answerCanaryPage({ type: 'split', model: 'digits', shares }, yes.answers);
    assert.deepEqual(yes.done, [
      ['perch.traffic.set', { model: 'digits', shares: 'stable 75, canary 25' }],
      { type: 'splitDone', model: 'digits', applied: true },
    ]);
    const no = fake(split);
    await answerCanaryPage({ type: 'split', model: 'digits', shares: [] }, no.answers);
    assert.deepEqual(no.done, [
      ['perch.traffic.set', { model: 'digits', shares: '' }],
      { type: 'splitDone', model: 'digits', applied: false },
    ]);
  });

  it('end the asking also where the command fails, or what is asked is not offered', async () => {
    const failing = fake(split, new Error('no'));
    await assert.rejects(answerCanaryPage({ type: 'split', model: 'digits', shares }, failing.answers), /no/);
    assert.deepEqual(failing.done.at(-1), { type: 'splitDone', model: 'digits', applied: false });
    const locked = fake({ ...split, canary: canary() });
    await answerCanaryPage({ type: 'split', model: 'digits', shares }, locked.answers);
    assert.deepEqual(locked.done, [{ type: 'splitDone', model: 'digits', applied: false }]);
  });

  it('open a case that is kept in the playground', async () => {
    const { answers, done } = fake(split);
    await answerCanaryPage({ type: 'openCase', model: 'digits', id: '8' }, answers);
    await answerCanaryPage({ type: 'openCase', model: 'digits', id: '7' }, answers);
    assert.deepEqual(done, [
      ['kept', 'digits', '7'],
      ['perch.playground.open', { model: 'digits', version: '3', request: '{"inputs": [[1]]}' }],
    ]);
  });

  it('run a command of the server only while it is offered', async () => {
    const stopped = fake(undefined);
    await answerCanaryPage({ type: 'run', command: 'start' }, stopped.answers);
    await answerCanaryPage({ type: 'run', command: 'stop' }, stopped.answers);
    assert.deepEqual(stopped.done, [['perch.server.start']]);
    const serving = fake(split);
    await answerCanaryPage({ type: 'run', command: 'start' }, serving.answers);
    assert.deepEqual(serving.done, []);
  });

  it('do nothing for a model that is not in sight, or what is no message', async () => {
    const { answers, done } = fake(split);
    await answerCanaryPage({ type: 'act', model: 'iris', action: 'promote' }, answers);
    await answerCanaryPage({ type: 'act', model: 'digits', action: 'delete' }, answers);
    await answerCanaryPage('promote', answers);
    await answerCanaryPage({ type: 'select', model: 'iris' }, answers);
    assert.deepEqual(done, [['select', 'iris']]);
  });
});
