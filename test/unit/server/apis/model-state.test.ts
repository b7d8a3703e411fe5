// The admin API's view of a model, through its own codec and back.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { messageCodec, type MessageOutput } from '../../../../protos/messages.ts';
import { toModelState } from '../../../../server/apis/admin/model-state.ts';
import { PerchError } from '../../../../server/errors.ts';
import type { LoadedVersion, VersionState } from '../../../../server/lifecycle/version-state.ts';
import { FakeLoaded, FakeLoader, versionOnDisk } from '../fakes.ts';

const loaded = new FakeLoaded(new FakeLoader(), 5n);

function stateOf(state: VersionState, onDisk = true): MessageOutput<'perch.admin.v1.VersionState'> {
  const codec = messageCodec('perch.admin.v1.ModelState');
  const model = toModelState({
    name: 'm',
    basePath: '/models/m',
    versions: [{ number: 5n, state, wanted: true, ...(onDisk ? { disk: versionOnDisk(5n) } : {}) }],
    labels: new Map(),
    pendingLabels: [],
    problem: '',
  });
  return codec.decode(codec.encode(model)).versions[0]!;
}

describe('toModelState', () => {
  it('has a phase for every state, and a reason where there is one', () => {
    const error = new PerchError('MODEL_FILE_INVALID', 'no graph');
    const cases: readonly (readonly [VersionState, string, string, string])[] = [
      [{ phase: 'not-loaded', since: 1 }, 'VERSION_PHASE_NOT_LOADED', '', ''],
      [{ phase: 'copying', since: 1, detail: 'Waiting.' }, 'VERSION_PHASE_COPYING', 'Waiting.', ''],
      [{ phase: 'start', since: 1 }, 'VERSION_PHASE_START', '', ''],
      [{ phase: 'loading', since: 1, abort: new AbortController() }, 'VERSION_PHASE_LOADING', '', ''],
      [{ phase: 'available', since: 1, loaded, loadMs: 2 }, 'VERSION_PHASE_AVAILABLE', '', ''],
      [{ phase: 'unloading', since: 1, loaded }, 'VERSION_PHASE_UNLOADING', '', ''],
      [{ phase: 'end', since: 1 }, 'VERSION_PHASE_END', '', ''],
      [{ phase: 'end', since: 1, error }, 'VERSION_PHASE_END', 'no graph', 'MODEL_FILE_INVALID'],
    ];
    for (const [state, phase, text, code] of cases) {
      const sent = stateOf(state);
      assert.deepEqual([sent.phase, sent.error, sent.errorCode, sent.version], [phase, text, code, '5']);
    }
  });

  it('has the signature and the time of the load while AVAILABLE only', () => {
    const { signature, loadMs, sinceMs } = stateOf({ phase: 'available', since: 7.4, loaded, loadMs: 1.5 });
    assert.deepEqual(signature, {
      inputs: [{ name: 'x', dtype: 'DT_FLOAT', shape: ['-1'], unknownRank: false }],
      outputs: [{ name: 'y', dtype: 'DT_FLOAT', shape: ['-1'], unknownRank: false }],
      name: '',
      methodName: '',
      optionalInputs: [],
      stateful: false,
    });
    assert.deepEqual([loadMs, sinceMs], [1.5, '7']);
    assert.equal(stateOf({ phase: 'unloading', since: 7, loaded }).signature, null);
  });

  it('has the progress of a load while it goes on', () => {
    const abort = new AbortController();
    assert.equal(stateOf({ phase: 'loading', since: 1, abort }).progress, null);
    const progress = { step: 'warming-up', detail: '3/10', stepSince: 7.6 } as const;
    assert.deepEqual(stateOf({ phase: 'loading', since: 1, abort, progress }).progress, {
      step: 'LOAD_STEP_WARMING_UP',
      detail: '3/10',
      bytesDone: '0',
      bytesTotal: '0',
      stepSinceMs: '8',
    });
    const steps = ['queued', 'checking', 'first-open', 'loading', 'warming-up'] as const;
    const sent = steps.map(
      (step) =>
        stateOf({
          phase: 'loading',
          since: 1,
          abort,
          progress: { step, stepSince: 1, bytesDone: 5, bytesTotal: 9 },
        }).progress,
    );
    assert.deepEqual(
      sent.map((one) => [one?.step, one?.bytesDone, one?.bytesTotal]),
      steps.map((step) => [`LOAD_STEP_${step.replace('-', '_').toUpperCase()}`, '5', '9']),
    );
  });

  it('tells on what a version runs while AVAILABLE, where the engine says so', () => {
    assert.equal(stateOf({ phase: 'available', since: 1, loaded, loadMs: 1 }).execution, null);
    const execution = {
      instances: [{ provider: 'cuda', deviceId: 1, engineHostIndex: 2, intraOpThreads: 3 }],
      fallbackReason: 'tensorrt: missing',
      cpuFallbackOps: ['TopK'],
    };
    const { signature, lost } = loaded;
    const running: LoadedVersion = {
      signature,
      lost,
      execution,
      run: () => loaded.run(),
      unload: () => Promise.resolve(),
    };
    assert.deepEqual(
      stateOf({ phase: 'available', since: 1, loaded: running, loadMs: 1 }).execution,
      execution,
    );
    assert.equal(stateOf({ phase: 'unloading', since: 1, loaded: running }).execution, null);
  });

  it('tells a directory that is gone', () => {
    const here = stateOf({ phase: 'end', since: 1 });
    assert.deepEqual([here.onDisk, here.path, here.sizeBytes], [true, '/models/m/5', '100']);
    const gone = stateOf({ phase: 'end', since: 1 }, false);
    assert.deepEqual([gone.onDisk, gone.path, gone.sizeBytes], [false, '', '0']);
  });

  it('has the labels in order', () => {
    const labels = new Map([
      ['stable', 1n],
      ['canary', 2n],
    ]);
    const pendingLabels = [{ label: 'beta', version: 3n }];
    const view = { name: 'm', basePath: '/b', versions: [], labels, pendingLabels, problem: 'p' };
    const state = toModelState(view);
    assert.deepEqual(state.labels, [
      { label: 'beta', version: '3', pending: true },
      { label: 'canary', version: '2', pending: false },
      { label: 'stable', version: '1', pending: false },
    ]);
    assert.equal(state.problem, 'p');
  });
});
