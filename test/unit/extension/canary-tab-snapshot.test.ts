// What the dashboard's tab "Canary" is given to show.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { actionsOf } from '../../../extension/panels/dashboard/canary/actions-of.ts';
import { canaryOf } from '../../../extension/panels/dashboard/canary/canary-of.ts';
import { columnsOf } from '../../../extension/panels/dashboard/canary/columns-of.ts';
import { driftOf } from '../../../extension/panels/dashboard/canary/drift-of.ts';
import { noFigures, type Figures } from '../../../extension/panels/dashboard/canary/live-data.ts';
import { firstToShow, toCanarySnapshot } from '../../../extension/panels/dashboard/canary/snapshot.ts';
import { adviceOf, askedText, splitOf } from '../../../extension/panels/dashboard/canary/split-of.ts';
import { statusText } from '../../../extension/panels/status-text.ts';
import type { Model } from '../../../extension/state/model.ts';
import type { StatusSnapshot } from '../../../webview/protocol.ts';
import { canary, labelShare, model, version } from './models.ts';
import { plain } from './plain.ts';
import { event, history, statistics, traffic, wireCanary } from './canary-figures.ts';

const stable2 = version('2', { labels: ['stable'] });
const canary3 = version('3', { labels: ['canary'] });
const split: Model = {
  ...model('digits', [canary3, stable2]),
  traffic: [labelShare('canary', 5, '3'), labelShare('stable', 95, '2')],
};
const running: Model = { ...split, canary: canary({ nextEvaluationMs: 90_000 }) };
const { phases } = statusText(plain);
const idleStatus: StatusSnapshot = {
  server: { kind: 'stopped', detail: 'No folder is open.' },
  commands: ['start', 'showLog'],
  models: [],
};
const figures = (fields: Partial<Figures>): Figures => ({ ...noFigures, ...fields });

describe('the split of the tab "Canary"', () => {
  it('has stable first, with what was observed of the requests that named nothing', () => {
    const shown = splitOf(plain, split, traffic({ 2: 180, 3: 20 }));
    assert.deepEqual(
      shown?.targets.map(({ name, version: to, wanted, observed }) => [name, to, wanted, observed]),
      [
        ['stable', '2', 95, 90],
        ['canary', '3', 5, 10],
      ],
    );
    assert.deepEqual([shown.set, shown.locked, shown.requests], [true, '', 200]);
  });

  it('has nothing observed without requests, and 0 where others had all of them', () => {
    assert.deepEqual(
      splitOf(plain, split, traffic({}))?.targets.map(({ observed }) => observed),
      [null, null],
    );
    assert.deepEqual(
      splitOf(plain, split, traffic({ 2: 5 }))?.targets.map(({ observed }) => observed),
      [100, 0],
    );
  });

  it('is locked while a canary runs', () => {
    assert.match(splitOf(plain, running, undefined)?.locked ?? '', /it sets the traffic itself/);
  });

  it('offers the two newest versions where there is neither split nor label', () => {
    const shown = splitOf(plain, model('m', [version('2'), version('1')]), undefined);
    assert.deepEqual(
      shown?.targets.map(({ kind, name, wanted }) => [kind, name, wanted]),
      [
        ['version', '2', 100],
        ['version', '1', 0],
      ],
    );
    assert.equal(shown.set, false);
  });

  it('offers another version beside the only share, as a roll back leaves it', () => {
    const rolledBack = {
      ...model('m', [version('3'), stable2]),
      traffic: [labelShare('stable', 100, '2')],
    };
    const shown = splitOf(plain, rolledBack, undefined);
    assert.deepEqual(
      shown?.targets.map(({ kind, name, wanted }) => [kind, name, wanted]),
      [
        ['label', 'stable', 100],
        ['version', '3', 0],
      ],
    );
    assert.equal(
      askedText(rolledBack, [
        { kind: 'label', name: 'stable', percent: 100 },
        { kind: 'version', name: '3', percent: 0 },
      ]),
      'stable 100',
    );
  });

  it('needs two versions, and says how to come by the second one', () => {
    const alone = model('iris', [version('4'), version('1', { phase: 'not-loaded' })]);
    assert.equal(splitOf(plain, alone, undefined), null);
    assert.equal(
      adviceOf(plain, alone),
      'Only version 4 is available; a split and a canary need a second one. On disk and not loaded: 1. The tree loads them. A new one is a directory beside it: iris/5/model.onnx.',
    );
    assert.match(adviceOf(plain, model('iris', [])), /^No version of iris is available\./);
    assert.equal(adviceOf(plain, split), '');
  });

  it('becomes the text of "Set Traffic", and nothing where it is not what is offered', () => {
    const ask = (stable: number, other: number): string | undefined =>
      askedText(split, [
        { kind: 'label', name: 'stable', percent: stable },
        { kind: 'label', name: 'canary', percent: other },
      ]);
    assert.equal(ask(75, 25), 'stable 75, canary 25');
    assert.equal(ask(100, 0), 'stable 100, canary 0');
    assert.equal(ask(75, 20), undefined);
    assert.equal(askedText(split, []), '');
    assert.equal(askedText(split, [{ kind: 'version', name: '1', percent: 100 }]), undefined);
  });
});

describe('the versions side by side', () => {
  it('are stable and the canary, with their figures of the minute and their lines', () => {
    const columns = columnsOf(
      split,
      figures({
        traffic: traffic({ 2: 90, 3: 10 }),
        statistics: [
          statistics('2', { requests: 200, errors: { DEADLINE_EXCEEDED: 1, INFERENCE_FAILED: 3 } }),
        ],
        history: history({ 2: [100, 0, 50] }),
      }),
      phases,
    );
    assert.deepEqual(
      columns.map(({ version: number, role, wanted, observed }) => [number, role, wanted, observed]),
      [
        ['2', 'stable', 95, 90],
        ['3', 'canary', 5, 10],
      ],
    );
    const [stable, tried] = columns;
    assert.equal(stable?.errors, 2);
    assert.deepEqual(stable.errorCodes, [
      { code: 'INFERENCE_FAILED', count: 3 },
      { code: 'DEADLINE_EXCEEDED', count: 1 },
    ]);
    assert.deepEqual([stable.p50, stable.p99], [2, 8]);
    assert.deepEqual(
      stable.history.map(({ rate, p50 }) => [rate, p50]),
      [
        [10, 2],
        [0, null],
      ],
    );
    assert.deepEqual([tried?.errors, tried?.p50, tried?.history], [null, null, []]);
  });

  it('are the newest available ones where nothing is labelled, at most four', () => {
    const plainModel = model(
      'm',
      ['5', '4', '3'].map((number) => version(number)),
    );
    assert.deepEqual(
      columnsOf(plainModel, noFigures, phases).map(({ version: number, role }) => [number, role]),
      [
        ['5', 'other'],
        ['4', 'other'],
      ],
    );
  });
});

describe('the drift of the tab "Canary"', () => {
  const ofOutput = (
    topClasses: Record<string, string>,
    mean: number,
    values = '500',
  ): ReturnType<typeof statistics> =>
    statistics('1', { outputs: [{ name: 'scores', values, mean, deviation: 2, topClasses }] });

  it('is the part of the answers that would have to change, beside what chance makes of it', () => {
    const [row] = driftOf(ofOutput({ 0: '150', 1: '50' }, 1), ofOutput({ 0: '100', 1: '100' }, 2));
    assert.equal(row?.classes, 25);
    assert.ok(row.byChance !== null && row.byChance > 1 && row.byChance < 6);
    assert.equal(row.means, 0.5);
    assert.equal(row.samples, 200);
  });

  it('says nothing of too few answers', () => {
    const [row] = driftOf(ofOutput({ 0: '99' }, 1, '50'), ofOutput({ 0: '500' }, 2));
    assert.deepEqual(row, { output: 'scores', classes: null, byChance: null, means: null, samples: 99 });
    assert.deepEqual(driftOf(undefined, ofOutput({}, 1)), []);
  });
});

describe('the canary of the tab', () => {
  it('tells when it is judged next, and when its next step can be at the earliest', () => {
    const shown = canaryOf(plain, running, wireCanary({ passesPerStep: 3, passedChecks: 1 }), 60_000);
    assert.deepEqual([shown?.nextMs, shown?.nextStepMs], [30_000, 90_000]);
    assert.equal(shown?.state, 'Version 3, at 5 %');
    assert.equal(shown.outlook, 'Where it passes its gates it goes on to 25 %.');
  });

  it('does not go on by itself with a manual plan, or while it waits', () => {
    assert.equal(canaryOf(plain, running, wireCanary({ manual: true }), 0)?.nextStepMs, null);
    const waiting = { ...running, canary: canary({ phase: 'waiting' }) };
    const shown = canaryOf(plain, waiting, wireCanary({}), 0);
    assert.deepEqual([shown?.nextMs, shown?.waiting], [null, true]);
    assert.match(shown?.outlook ?? '', /^Resume it to go on to 25 %/);
  });

  it('has the gates that it will be judged by, then how it did at them', () => {
    const before = canaryOf(plain, running, wireCanary({}), 0);
    assert.deepEqual(before?.gates, [
      { name: 'Success rate', outcome: 'notYet', detail: 'success rate at least 99 %' },
      { name: 'p99 beside stable', outcome: 'notYet', detail: 'p99 at most 1.5 times that of stable' },
    ]);
    const gates = [
      { gate: 'success_rate', outcome: 'FAILED' as const, value: 0.5, bound: 0.99, detail: '50 percent.' },
    ];
    assert.deepEqual(canaryOf(plain, running, wireCanary({ gates }), 0)?.gates, [
      { name: 'Success rate', outcome: 'failed', detail: '50 percent.' },
    ]);
  });

  it('is nothing where none was started', () => {
    assert.equal(canaryOf(plain, split, undefined, 0), null);
  });
});

describe('the actions of the tab', () => {
  const possible = (of: Model): string[] =>
    actionsOf(plain, of)
      .filter((state) => state.possible)
      .map(({ action }) => action);

  it('are always four, with Pause or Resume', () => {
    assert.deepEqual(possible(running), ['promote', 'pause', 'rollBack']);
    assert.deepEqual(possible({ ...running, canary: canary({ phase: 'paused' }) }), [
      'promote',
      'resume',
      'rollBack',
    ]);
    assert.deepEqual(possible(split), ['start', 'promote', 'rollBack']);
    assert.deepEqual(possible(model('m', [version('1')])), []);
    assert.equal(actionsOf(plain, running).length, 4);
  });

  it('say what the commands themselves say before they do it, or why they cannot', () => {
    const [start, promote] = actionsOf(plain, running);
    assert.match(start?.effect ?? '', /^A canary of digits needs an available version/);
    assert.match(promote?.effect ?? '', /^stable moves from version 2 to version 3\./);
  });
});

describe('the snapshot of the tab "Canary"', () => {
  const source = { status: idleStatus, figures: noFigures, nowMs: 0 };

  it('says why there is no server', () => {
    assert.deepEqual(toCanarySnapshot(plain, { ...source, models: undefined, shown: 'digits' }), {
      kind: 'idle',
      server: 'stopped',
      detail: 'No folder is open.',
      commands: ['start', 'showLog'],
    });
  });

  it('lists canaries first, those that wait before the others, each with its state in words', () => {
    const models = [
      model('a', [version('1')]),
      { ...split, name: 'b' },
      { ...running, name: 'c' },
      { ...running, name: 'd', canary: canary({ phase: 'inconclusive' }) },
      model('e', [version('1', { phase: 'failed', error: 'no' })]),
      model('f', [version('2'), version('1')]),
    ];
    const snapshot = toCanarySnapshot(plain, { ...source, models, shown: 'a' });
    assert.ok(snapshot.kind === 'models');
    assert.deepEqual(
      snapshot.models.map(({ name, mark, state }) => [name, mark, state]),
      [
        ['d', 'waiting', 'canary inconclusive at 5 %: waits for you'],
        ['c', 'canary', 'canary at 5 %'],
        ['a', 'plain', 'version 1'],
        ['b', 'split', 'canary 5 %, stable 95 %'],
        ['e', 'problem', 'no version is available'],
        ['f', 'plain', '2 versions are available'],
      ],
    );
    assert.equal(snapshot.detail?.name, 'a');
    assert.equal(firstToShow(models), 'd');
    assert.equal(firstToShow([]), undefined);
  });

  it('has the events of the model, the newest first, and who did them', () => {
    const events = [
      event('1', { kind: 'canary_started', actor: 'vscode' }),
      event('2', { model: 'other' }),
      event('3', { kind: 'rolled_back', actor: 'canary' }),
      event('4', { kind: 'made_coffee', actor: 'cli:ada' }),
    ];
    const snapshot = toCanarySnapshot(plain, {
      ...source,
      models: [split],
      shown: 'digits',
      figures: figures({ events }),
    });
    assert.ok(snapshot.kind === 'models');
    assert.deepEqual(
      snapshot.detail?.events.map(({ id, what, actor }) => [id, what, actor]),
      [
        ['4', 'made_coffee', 'cli:ada'],
        ['3', 'Rolled back', ''],
        ['1', 'Canary started', 'vscode'],
      ],
    );
  });

  it('has the shadow with its worst cases, and no figure that is not finite', () => {
    const shadow = {
      target: { target: 'label' as const, label: 'canary' },
      percent: 10,
      compared: '0',
      dropped: '2',
      agreement: NaN,
      maxAbsoluteDifference: 0.5,
      maxRelativeDifference: Infinity,
      worst: [{ id: '7', atMs: '5', summary: 'differs', inputsJson: Buffer.alloc(0), inputsKept: true }],
    };
    const snapshot = toCanarySnapshot(plain, {
      ...source,
      models: [split],
      shown: 'digits',
      figures: figures({ traffic: { ...traffic({}), shadow } }),
    });
    assert.ok(snapshot.kind === 'models');
    assert.deepEqual(snapshot.detail?.shadow, {
      target: 'canary',
      percent: 10,
      compared: 0,
      dropped: 2,
      agreement: null,
      maxAbsolute: 0.5,
      maxRelative: null,
      worst: [{ id: '7', atMs: 5, summary: 'differs', kept: true }],
    });
  });
});
