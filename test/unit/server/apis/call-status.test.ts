// The status that errors are answered with, and why a call was stopped.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  callerLeft,
  causeOfLeaving,
  deadlinePassed,
  statusMessage,
  statusOfError,
} from '../../../../server/apis/call-status.ts';
import { PerchError } from '../../../../server/errors.ts';
import { memoryLog } from '../fakes.ts';

it('an error of the table has its status, its text and when to try again', () => {
  const { log, lines } = memoryLog();
  assert.deepEqual(statusOfError(new PerchError('MODEL_UNKNOWN', 'no such model'), '/a/B', log), {
    status: 'NOT_FOUND',
    message: 'no such model',
  });
  const later = new PerchError('ENGINE_QUEUE_FULL', 'full', { retryAfterMs: 0.2 });
  assert.deepEqual(statusOfError(later, '/a/B', log), {
    status: 'RESOURCE_EXHAUSTED',
    message: 'full',
    pushbackMs: 1,
  });
  assert.deepEqual(lines, []);
});

it('anything else is INTERNAL, and its text is for the log only', () => {
  const { log, lines } = memoryLog();
  const status = statusOfError(new Error('secret'), '/a/B', log);
  assert.equal(status.status, 'INTERNAL');
  assert.doesNotMatch(status.message, /secret/);
  assert.match(lines[0] ?? '', /secret/);
});

it('a message has 1,024 units at most and no half of a surrogate pair', () => {
  assert.equal(statusMessage('x'.repeat(1024)).length, 1024);
  assert.match(statusMessage('x'.repeat(1025)), /^x{1012}\.\.\.TRUNCATED$/);
  const cut = statusMessage(`${'x'.repeat(1011)}${'\u{1f426}'.repeat(20)}`);
  assert.equal(cut, `${'x'.repeat(1011)}\ufffd...TRUNCATED`);
  assert.equal(statusMessage('a\ud83db\u{1f426}'), 'a\ufffdb\u{1f426}');
});

it('a caller that leaves within 20 ms of the deadline, or after it, has seen it pass', () => {
  assert.equal(causeOfLeaving(Infinity), callerLeft);
  assert.equal(causeOfLeaving(21), callerLeft);
  assert.equal(causeOfLeaving(20), deadlinePassed);
  assert.equal(causeOfLeaving(-1), deadlinePassed);
});
