// Copies of requests: run where nobody is delayed by them, and what becomes of one whose turn does not come.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { PerchError } from '../../../../server/errors.ts';
import type { LoadedVersion, RunHints, RunResult } from '../../../../server/lifecycle/version-state.ts';
import { createLogger } from '../../../../server/log.ts';
import { Shadows } from '../../../../server/traffic/shadows.ts';
import { flush, plainSignature } from '../fakes.ts';

const copy = { model: 'm', version: 2n, stableVersion: 1n, inputs: new Map(), outputs: new Map() };
const log = createLogger({ format: 'json', write: () => undefined }, 'test');

describe('shadows', () => {
  let runs: { readonly hints: RunHints | undefined; readonly answer: (reason?: PerchError) => void }[];
  let leases: number;
  let shadows: Shadows;
  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    runs = [];
    leases = 0;
    const loaded: LoadedVersion = {
      signature: plainSignature,
      lost: new Promise(() => undefined),
      unload: () => Promise.resolve(),
      run: (_inputs, _names, signal, hints) =>
        new Promise<RunResult>((resolve, reject) => {
          signal.addEventListener('abort', () => reject(PerchError.from(signal.reason)));
          const answer = (reason?: PerchError): void =>
            reason === undefined ? resolve({ outputs: new Map(), engineUs: 1 }) : reject(reason);
          runs.push({ hints, answer });
        }),
    };
    const acquire = (): { version: bigint; loaded: LoadedVersion; release: () => void } => {
      leases++;
      return { version: 2n, loaded, release: () => leases-- };
    };
    shadows = new Shadows({ acquire }, log);
    shadows.reset('m', false);
  });
  afterEach(() => mock.timers.reset());

  const offer = async (): Promise<void> => {
    shadows.offer(copy);
    mock.timers.tick(10);
    await flush();
  };
  const figures = (): unknown => {
    const { compared, failuresByCode } = shadows.summary('m')!.window(60);
    return { compared, failed: [...failuresByCode.keys()], dropped: shadows.dropped('m') };
  };

  it('run in the background', async () => {
    await offer();
    assert.deepEqual(
      runs.map(({ hints }) => hints),
      [{ isBackground: true }],
    );
    runs.forEach(({ answer }) => answer());
    await flush();
    assert.deepEqual(figures(), { compared: 1, failed: [], dropped: 0 });
    assert.equal(leases, 0);
  });

  it('count a copy as dropped, not as failed, whose host had no time for it', async () => {
    await offer();
    mock.timers.tick(10_000);
    await flush();
    assert.deepEqual(figures(), { compared: 0, failed: [], dropped: 1 });
    assert.equal(leases, 0);
    shadows.reset('m', false);
    assert.deepEqual(figures(), { compared: 0, failed: [], dropped: 0 });
  });

  it('count an error of the version as failed', async () => {
    await offer();
    runs[0]?.answer(new PerchError('INFERENCE_FAILED', 'broken'));
    await flush();
    assert.deepEqual(figures(), { compared: 0, failed: ['INFERENCE_FAILED'], dropped: 0 });
  });
});
