// What a screen reader is told between two snapshots.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ModelStatus, StatusSnapshot } from '../../../webview/protocol.ts';
import { announcementsFor } from '../../../webview/ui/status/announcements.ts';
import {
  englishText,
  runningServer,
  runningSnapshot,
  versionStatus,
} from '../../webview/support/health-sample.ts';

const announce = (previous: StatusSnapshot, next: StatusSnapshot): string[] =>
  announcementsFor(previous, next, englishText.text);
const serving = (models: readonly ModelStatus[]): StatusSnapshot => ({ ...runningSnapshot, models });

describe('announcementsFor', () => {
  it('says nothing where no state changed', () => {
    const aged = { ...runningSnapshot, server: { ...runningServer, memoryBytes: 1 } };
    assert.deepEqual(announce(runningSnapshot, aged), []);
  });

  it('tells a new state of the server', () => {
    const failed = { server: { kind: 'failed', detail: 'x' }, commands: [], models: [] } as const;
    assert.deepEqual(announce(runningSnapshot, failed), ['Server: Failed']);
    assert.deepEqual(announce(failed, runningSnapshot), ['Server: Running']);
  });

  it('tells a new state of a version, with its reason, and not what is new', () => {
    const before = serving([{ name: '{1}', problem: '', versions: [versionStatus({ phase: 'loading' })] }]);
    const after = serving([
      {
        name: '{1}',
        problem: '',
        versions: [versionStatus({ phase: 'failed', reason: 'No file.' }), versionStatus({ version: '2' })],
      },
      { name: 'new', problem: '', versions: [versionStatus({})] },
    ]);
    assert.deepEqual(announce(before, after), ['{1}, version 1: Failed: No file.']);
  });

  it('does not read out a flood', () => {
    const all = (phase: 'loading' | 'available'): StatusSnapshot =>
      serving(
        Array.from({ length: 40 }, (_, index) => ({
          name: `m${index}`,
          problem: '',
          versions: [versionStatus({ phase })],
        })),
      );
    assert.equal(announce(all('loading'), all('available')).length, 5);
  });
});
