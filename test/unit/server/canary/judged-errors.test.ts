// What counts against a version: its own failures, not what callers got wrong.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isCallersError, judgedRequests } from '../../../../server/canary/judged-errors.ts';
import type { ErrorCode } from '../../../../server/errors.ts';

describe('isCallersError', () => {
  it('is so of what a request has wrong, and where its caller left', () => {
    const callers: readonly ErrorCode[] = [
      'INPUT_SHAPE_WRONG',
      'JSON_INVALID',
      'OUTPUT_UNKNOWN',
      'SERVABLE_NOT_FOUND',
      'CANCELLED',
      'UNAUTHENTICATED',
      'HOST_REFUSED',
      'SIGNATURE_UNKNOWN',
      'BATCH_TOO_LARGE',
    ];
    assert.deepEqual(
      callers.filter((code) => !isCallersError(code)),
      [],
    );
  });

  it('is not so of what the version or the server did', () => {
    const own: readonly ErrorCode[] = [
      'INFERENCE_FAILED',
      'OUTPUTS_WRONG',
      'OUTPUTS_UNFIT',
      'ENGINE_CRASHED',
      'ENGINE_QUEUE_FULL',
      'DEADLINE_EXCEEDED',
      'INTERNAL',
    ];
    assert.deepEqual(own.filter(isCallersError), []);
  });
});

describe('judgedRequests', () => {
  const of = (requests: number, ...errors: readonly (readonly [ErrorCode, number])[]): readonly number[] => {
    const { requests: judged, successRate, leftOut = 0 } = judgedRequests(requests, new Map(errors));
    assert.equal(judged + leftOut, requests);
    return [judged, successRate];
  };

  it('leaves what callers got wrong out of both sides of the rate', () => {
    assert.deepEqual(of(100), [100, 1]);
    assert.deepEqual(of(100, ['INPUT_DTYPE_WRONG', 50]), [50, 1]);
    assert.deepEqual(of(100, ['INPUT_DTYPE_WRONG', 50], ['INFERENCE_FAILED', 25]), [50, 0.5]);
  });

  it('has nothing to judge by where callers got all of them wrong', () => {
    assert.deepEqual(of(100, ['CANCELLED', 100]), [0, NaN]);
    assert.deepEqual(of(0), [0, NaN]);
  });
});
