// What a shadow has shown lately: sums that slide, the worst cases, and nothing of the requests unless asked for.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { TensorMap } from '../../../../server/codec/tensor.ts';
import { compareAnswers } from '../../../../server/routing/shadow-comparison.ts';
import { ShadowSummary, type ShadowSummaryOptions } from '../../../../server/routing/shadow-summary.ts';
import { numbers, texts } from './tensors.ts';

const inputs: TensorMap = new Map([['text', texts([1], ['a secret'])]]);
const scores = (...values: number[]): TensorMap =>
  new Map([['scores', numbers('float32', [1, values.length], values)]]);

describe('ShadowSummary', () => {
  let now: number;
  beforeEach(() => {
    now = 1_000_000;
  });
  const newSummary = (options: ShadowSummaryOptions = {}): ShadowSummary =>
    new ShadowSummary({ clock: () => now, ...options });
  const add = (summary: ShadowSummary, shadowOutputs: TensorMap, stableOutputs = scores(0.25, 0.75)): void =>
    summary.add({
      stableVersion: 1n,
      shadowVersion: 2n,
      inputs,
      stableOutputs,
      shadowOutputs,
      comparison: compareAnswers(stableOutputs, shadowOutputs),
    });

  it('is empty before anything was compared', () => {
    const summary = newSummary();
    assert.deepEqual(summary.window(60), {
      compared: 0,
      failuresByCode: new Map(),
      agreeing: 0,
      outputs: new Map(),
    });
    assert.deepEqual(summary.worst(), []);
  });

  it('sums up', () => {
    const summary = newSummary();
    add(summary, scores(0.25, 0.75));
    add(summary, scores(0.5, 0.75));
    now += 10_000;
    add(summary, scores(1, 0));
    add(summary, scores(1, 0, 0));
    summary.addFailure('DEADLINE_EXCEEDED');
    summary.addFailure('DEADLINE_EXCEEDED');
    const { outputs, ...window } = summary.window(60);
    assert.deepEqual(window, {
      compared: 4,
      failuresByCode: new Map([['DEADLINE_EXCEEDED', 2]]),
      agreement: 0.5,
      agreeing: 2,
    });
    const { cosine, ...differences } = outputs.get('scores') ?? {};
    assert.deepEqual(differences, {
      answers: 3,
      unlike: 1,
      elements: 6,
      different: 3,
      maxAbsolute: 0.75,
      maxRelative: 1,
      top1: { vectors: 3, agreeing: 2 },
    });
    assert.ok(Math.abs((cosine?.min ?? 0) - 0.25 / Math.hypot(0.25, 0.75)) < 1e-9);
  });

  it('forgets what is older than the window', () => {
    const summary = newSummary({ windowSeconds: 60 });
    add(summary, scores(1, 0));
    now += 30_000;
    add(summary, scores(1, 0));
    assert.equal(summary.window(60).compared, 2);
    assert.equal(summary.window(10).compared, 1);
    now += 45_000;
    assert.equal(summary.window(60).compared, 1);
    assert.equal(summary.worst().length, 1);
    now += 1e9;
    assert.equal(summary.window(60).compared, 0);
    assert.deepEqual(summary.worst(), []);
  });

  it('stands still where the clock goes back', () => {
    const summary = newSummary({ windowSeconds: 60 });
    add(summary, scores(1, 0));
    now -= 500_000;
    add(summary, scores(1, 0));
    assert.equal(summary.window(10).compared, 2);
    assert.ok(summary.worst().every(({ at }) => at === 1_000_000));
  });

  it('keeps the worst cases, the worst first, and none without a difference', () => {
    const summary = newSummary({ worstCases: 3 });
    for (const shadow of [
      scores(0.25, 0.75),
      scores(0.3, 0.7),
      scores(0.7, 0.3),
      scores(0.2, 0.8),
      scores(1, 0, 0),
      scores(0.75, 0.25),
      scores(0.26, 0.74),
    ]) {
      now += 1000;
      add(summary, shadow);
    }
    const kept = summary.worst();
    assert.deepEqual(
      kept.map(({ at }) => (at - 1_000_000) / 1000),
      [5, 6, 3],
    );
    assert.equal(kept[0]?.comparison.outputs[0]?.kind, 'unlike');
  });

  it('prefers the newer of two that are as bad', () => {
    const summary = newSummary({ worstCases: 2 });
    for (let i = 0; i < 5; i++) {
      now += 1000;
      add(summary, scores(1, 0));
    }
    assert.deepEqual(
      summary.worst().map(({ at }) => (at - 1_000_000) / 1000),
      [5, 4],
    );
  });

  it('keeps nothing that was sent or answered', () => {
    const summary = newSummary();
    add(summary, scores(1, 0));
    const [kept] = summary.worst();
    assert.deepEqual(kept?.inputs, [{ name: 'text', dtype: 'string', shape: [1] }]);
    assert.deepEqual(Object.keys(kept), [
      'id',
      'at',
      'stableVersion',
      'shadowVersion',
      'inputs',
      'comparison',
    ]);
    const told = JSON.stringify(kept, (_, value: unknown) =>
      typeof value === 'bigint' ? value.toString() : value,
    );
    assert.doesNotMatch(told, /secret|bytes|values/);
  });

  it('keeps copies of the tensors where it was opted for', () => {
    const summary = newSummary({ keepInputs: true });
    const memory = new Uint8Array(1024);
    const stable = scores(0.25, 0.75);
    memory.set(numbers('float32', [2], [1, 0]).bytes, 8);
    const shadow: TensorMap = new Map([
      ['scores', { dtype: 'float32', shape: [1, 2], bytes: memory.subarray(8, 16) }],
    ]);
    add(summary, shadow, stable);
    const tensors = summary.worst()[0]!.tensors!;
    assert.deepEqual(tensors, { inputs, stableOutputs: stable, shadowOutputs: scores(1, 0) });
    const copied = tensors.shadowOutputs.get('scores');
    assert.ok(copied !== undefined && copied.dtype !== 'string');
    assert.equal(copied.bytes.buffer.byteLength, 8);
  });

  it('keeps no tensors of a case that is too large', () => {
    const summary = newSummary({ keepInputs: true, maxCaseBytes: 8 + 16 - 1 });
    add(summary, scores(1, 0));
    assert.equal(summary.worst()[0]?.tensors, undefined);
    const other = newSummary({ keepInputs: true, maxCaseBytes: 8 + 16 });
    add(other, scores(1, 0));
    assert.notEqual(other.worst()[0]?.tensors, undefined);
  });
});
