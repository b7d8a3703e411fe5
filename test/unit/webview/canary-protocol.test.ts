// The guards of the tab "Canary": what the page believes, and what the extension acts on.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isCanaryHostMessage, isCanaryPageMessage } from '../../../webview/dashboard/canary-protocol.ts';
import {
  englishCanary,
  freeDetail,
  runningSnapshot,
  show,
  withDetail,
} from '../../webview/support/dashboard-canary-sample.ts';

describe('isCanaryHostMessage', () => {
  it('passes what the extension sends', () => {
    for (const message of [
      englishCanary,
      show(runningSnapshot),
      show(withDetail(freeDetail)),
      show({ kind: 'models', models: [], detail: null }),
      show({ kind: 'idle', server: 'stopped', detail: '', commands: ['start'] }),
      { type: 'splitDone', model: 'digits', applied: false },
    ]) {
      assert.equal(isCanaryHostMessage(message), true);
    }
  });

  it('passes nothing that is not whole', () => {
    for (const message of [
      null,
      show({ ...runningSnapshot, models: [{ name: 'digits', mark: 'blue', state: '' }] } as never),
      show(withDetail({ ...freeDetail, historySpanMs: NaN })),
      show(withDetail({ ...freeDetail, split: { ...freeDetail.split, requests: '7' } as never })),
      { type: 'snapshot', snapshot: { kind: 'idle', server: 'gone', detail: '', commands: [] } },
      { type: 'words', words: {} },
    ]) {
      assert.equal(isCanaryHostMessage(message), false);
    }
  });
});

describe('isCanaryPageMessage', () => {
  it('passes what the page sends, and nothing else', () => {
    const share = { kind: 'label', name: 'stable', percent: 100 };
    for (const message of [
      { type: 'select', model: 'digits' },
      { type: 'act', model: 'digits', action: 'promote' },
      { type: 'split', model: 'digits', shares: [share] },
      { type: 'split', model: 'digits', shares: [] },
      { type: 'openCase', model: 'digits', id: '4' },
      { type: 'run', command: 'start' },
    ]) {
      assert.equal(isCanaryPageMessage(message), true);
    }
    for (const message of [
      undefined,
      { type: 'act', model: 'digits', action: 'delete' },
      { type: 'split', model: 'digits', shares: [{ ...share, percent: 101 }] },
      { type: 'split', model: 'digits', shares: [{ ...share, kind: 'shadow' }] },
      { type: 'run', command: 'perch.server.start' },
    ]) {
      assert.equal(isCanaryPageMessage(message), false);
    }
  });
});
