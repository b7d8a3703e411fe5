// The parts of the playground's extension side: history, opening, words, snapshot, measurement.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { BenchProgress, BenchSummary } from '../../../server/bench/bench-lines.ts';
import { MeasureLog } from '../../../extension/panels/playground/measure-log.ts';
import { openingOf } from '../../../extension/panels/playground/playground-argument.ts';
import {
  historyBounds,
  PlaygroundHistory,
  type Memory,
} from '../../../extension/panels/playground/playground-history.ts';
import { playgroundSnapshot } from '../../../extension/panels/playground/playground-snapshot.ts';
import { playgroundWords } from '../../../extension/panels/playground/playground-words.ts';
import { routeWords } from '../../../extension/panels/playground/route-words.ts';
import { isMeasureView } from '../../../webview/playground/measure.ts';
import { isPlaygroundHostMessage } from '../../../webview/playground/protocol.ts';
import { playgroundWordNames } from '../../../webview/playground/words.ts';
import { plain } from './plain.ts';

function memory(start?: unknown): Memory {
  const kept = new Map<string, unknown>(start === undefined ? [] : [['perch.playground.history', start]]);
  return {
    get: (key) => kept.get(key),
    update: (key, value) => {
      kept.set(key, structuredClone(value));
      return Promise.resolve();
    },
  };
}

const routed = { kind: 'routed' } as const;

describe('PlaygroundHistory', () => {
  it('keeps the newest first, and each request once', () => {
    const history = new PlaygroundHistory(memory());
    history.add({ model: 'm', target: routed, body: 'a' }, 1);
    history.add({ model: 'm', target: { kind: 'version', version: '2' }, body: 'a' }, 2);
    history.add({ model: 'm', target: routed, body: 'ü' }, 3);
    history.add({ model: 'm', target: routed, body: 'a' }, 4);
    const list = history.list();
    assert.deepEqual(
      list.map(({ atMs, bytes }) => [atMs, bytes]),
      [
        [4, 1],
        [3, 2],
        [2, 1],
      ],
    );
    assert.equal(history.find(list[1]?.id ?? '')?.body, 'ü');
    assert.equal(new Set(list.map(({ id }) => id)).size, 3);
    history.clear();
    assert.deepEqual(history.list(), []);
  });

  it('is bounded in number, and in size', () => {
    const history = new PlaygroundHistory(memory());
    history.add({ model: 'm', target: routed, body: 'x'.repeat(historyBounds.one + 1) }, 0);
    assert.deepEqual(history.list(), []);
    for (let index = 0; index < 100; index++) {
      history.add({ model: `m${index}`, target: routed, body: 'x' }, index);
    }
    assert.equal(history.list().length, historyBounds.count);
    for (let index = 0; index < 20; index++) {
      history.add({ model: `m${index}`, target: routed, body: 'x'.repeat(historyBounds.one) }, index);
    }
    const size = history.list().reduce((sum, { bytes }) => sum + bytes, 0);
    assert.ok(size <= historyBounds.all && size > historyBounds.all - historyBounds.one);
  });

  it('begins anew where what was kept is none', () => {
    assert.deepEqual(new PlaygroundHistory(memory([{ id: 1 }])).list(), []);
  });
});

describe('openingOf', () => {
  it('reads rows of the tree, and what other commands give', () => {
    assert.deepEqual(openingOf({ kind: 'model', model: 'm' }), { model: 'm', target: routed, request: '' });
    assert.deepEqual(openingOf({ kind: 'version', model: 'm', version: '3' }), {
      model: 'm',
      target: { kind: 'version', version: '3' },
      request: '',
    });
    assert.deepEqual(openingOf({ model: 'm', version: undefined, label: 'canary', request: '{}' }), {
      model: 'm',
      target: { kind: 'label', label: 'canary' },
      request: '{}',
    });
    assert.deepEqual(openingOf({ model: 'm', version: 'three' })?.target, routed);
    for (const nothing of [undefined, null, 1, {}, { model: 7 }]) {
      assert.equal(openingOf(nothing), undefined);
    }
  });
});

describe('routeWords', () => {
  const toLabel = { target: 'label', label: 'canary' } as const;

  it('says why a version answered', () => {
    const words = [
      { reason: 'VERSION', target: null, percent: 0 },
      { reason: 'LABEL', target: toLabel, percent: 0 },
      { reason: 'SPLIT', target: toLabel, percent: 5 },
      { reason: 'FALLBACK', target: { target: 'version', version: '4' }, percent: 5 },
      { reason: 'DEFAULT', target: null, percent: 0 },
      { reason: 'REASON_UNSPECIFIED', target: null, percent: 0 },
    ] as const;
    assert.deepEqual(
      words.map((route) => routeWords(plain, route, '3')),
      [
        'The request named this version.',
        'The request named the label canary, which leads to version 3.',
        'The split of the traffic sent it there: label canary gets 5 % of the requests.',
        'The split chose the version 4, which is not available: version 3 answered in its place.',
        'There is no split: the newest version that is available answers.',
        '',
      ],
    );
    assert.equal(routeWords(plain, null, '3'), '');
  });
});

describe('playgroundSnapshot', () => {
  it('says why nothing can be asked', () => {
    const obstacle = (word: string, isLive: boolean): unknown => {
      const snapshot = playgroundSnapshot(plain, { word, isLive, hasRest: true, models: [], history: [] });
      assert.ok(isPlaygroundHostMessage({ type: 'snapshot', snapshot }));
      return [snapshot.obstacle, snapshot.canStart];
    };
    assert.deepEqual(obstacle('running', true), ['', false]);
    assert.deepEqual(obstacle('running', false), ['The Perch server does not answer.', false]);
    assert.deepEqual(obstacle('starting', false), ['The Perch server is still starting.', false]);
    assert.deepEqual(obstacle('stopped', false), ['The Perch server is not running.', true]);
  });
});

describe('playgroundWords', () => {
  it('has a text for every name, and keeps its gaps for the page', () => {
    const words = playgroundWords(plain);
    assert.ok(isPlaygroundHostMessage({ type: 'words', locale: 'en', words }));
    assert.deepEqual(Object.keys(words).sort(), [...playgroundWordNames].sort());
    assert.ok(Object.values(words).every((text) => !text.includes('undefined')));
  });
});

describe('MeasureLog', () => {
  const plan = { rate: 0, concurrency: 4, seconds: 10 };
  const latency = { count: 9, meanMs: 1, p50Ms: 1, p95Ms: 2, p99Ms: 3, maxMs: 4 };
  const progress: BenchProgress = {
    kind: 'progress',
    elapsedMs: 500,
    spanMs: 500,
    sent: 10,
    ok: 9,
    failed: 1,
    inFlight: 0,
    waiting: 0,
    rate: 20,
    latency,
    total: latency,
    errors: [{ code: 'UNAVAILABLE', count: 1, message: 'gone' }],
    versions: [{ version: '3', count: 9 }],
    server: {
      atMs: 1,
      processCpuPercent: 12,
      engineCpuPercent: 30,
      hostCpuPercent: 50,
      rssBytes: 100,
      engineRssBytes: 200,
      memoryAvailableBytes: 1,
      loopDelayMaxMs: 1,
      loopBusyPercent: 1,
      gpus: [],
    },
    client: { cpuPercent: 10, loopDelayMaxMs: 1 },
  };
  const summary: BenchSummary = {
    kind: 'summary',
    ended: 'duration',
    elapsedMs: 1_000,
    sent: 20,
    ok: 19,
    failed: 1,
    unfinished: 0,
    rate: 20,
    latency,
    errors: progress.errors,
    versions: progress.versions,
    histogram: [],
    server: null,
    notes: ['A note.'],
  };

  it('gives each moment, and holds the load until it is told anew', () => {
    const log = new MeasureLog(plan);
    assert.equal(log.view().state, 'running');
    log.add(progress);
    log.add({ ...progress, elapsedMs: 1_000, latency: null, server: null });
    const view = log.view();
    assert.ok(isMeasureView(view));
    assert.deepEqual(view.points, [
      { at: 0.5, rate: 20, p50: 1, p95: 2, p99: 3, cpuPercent: 42, memoryBytes: 300 },
      { at: 1, rate: 20, p50: null, p95: null, p99: null, cpuPercent: 42, memoryBytes: 300 },
    ]);
    assert.equal(view.totals?.rate, 10);
  });

  it('ends with the summary, and can be exported', () => {
    const log = new MeasureLog(plan);
    assert.equal(log.document(), undefined);
    log.add({
      kind: 'hello',
      api: 1,
      name: '',
      model: 'm',
      version: null,
      label: null,
      transport: 'grpc',
      address: '',
      mode: 'concurrency',
      rate: null,
      concurrency: 4,
      durationMs: 1_000,
      count: null,
      timeoutMs: 1,
      intervalMs: 500,
      requestBytes: 1,
      startedAtMs: 1,
      resources: true,
    });
    log.add(progress);
    log.add(summary);
    log.end({ kind: 'done', summary });
    const view = log.view();
    assert.ok(isMeasureView(view));
    assert.deepEqual([view.state, view.notes, view.totals?.ok], ['done', ['A note.'], 19]);
    const document = JSON.parse(log.document() ?? '') as Record<string, unknown>;
    assert.deepEqual(Object.keys(document), ['hello', 'progress', 'summary']);
  });

  it('says that it was stopped, and why it failed', () => {
    const stopped = new MeasureLog(plan);
    stopped.end({ kind: 'done', summary: { ...summary, ended: 'cancelled' } });
    assert.equal(stopped.view().state, 'cancelled');
    const failed = new MeasureLog(plan);
    failed.end({ kind: 'failed', status: 'NOT_FOUND', message: 'There is no model m.' });
    assert.deepEqual([failed.view().state, failed.view().message], ['failed', 'There is no model m.']);
    assert.equal(failed.isRunning, false);
  });
});
