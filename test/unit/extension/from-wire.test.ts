// The daemon's messages turned into the editor's models.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { messageCodec, type MessageInput } from '../../../protos/messages.ts';
import { modelFromWire, stateEventFromWire, type StateEvent } from '../../../extension/state/from-wire.ts';
import type { Model, VersionPhase } from '../../../extension/state/model.ts';
import { shareToWire } from '../../../extension/state/traffic-from-wire.ts';

const codec = messageCodec('perch.admin.v1.WatchStateResponse');

/** Over the wire, as the client gets it. */
function received(message: MessageInput<'perch.admin.v1.WatchStateResponse'>): StateEvent {
  return stateEventFromWire(codec.decode(codec.encode(message)));
}

function phases(versions: MessageInput<'perch.admin.v1.VersionState'>[]): readonly VersionPhase[] {
  const event = received({ model: { name: 'm', versions } });
  assert.equal(event.kind, 'model');
  return event.model.versions.map(({ phase }) => phase);
}

describe('stateEventFromWire', () => {
  it('reads each kind of event', () => {
    assert.deepEqual(received({ snapshot: { models: [] } }), { kind: 'snapshot', models: [] });
    assert.deepEqual(received({ snapshot: {} }), { kind: 'snapshot', models: [] });
    assert.deepEqual(received({ removedModel: 'iris' }), { kind: 'removed', name: 'iris' });
    assert.deepEqual(received({ heartbeat: {} }), { kind: 'heartbeat' });
    assert.deepEqual(received({}), { kind: 'heartbeat' });
  });

  it('reads a model completely, newest version first, with its labels', () => {
    const event = received({
      model: {
        name: 'digits',
        basePath: '/models/digits',
        problem: 'p',
        labels: [
          { label: 'canary', version: '9223372036854775807' },
          { label: 'stable', version: '9' },
          { label: 'tested', version: '9' },
        ],
        versions: [
          {
            version: '9',
            phase: 'VERSION_PHASE_AVAILABLE',
            sinceMs: '1700000000000',
            path: '/models/digits/9',
            sizeBytes: '1234',
            loadMs: 1.5,
            signature: { inputs: [{ name: 'x', dtype: 'DT_FLOAT', shape: ['-1', '64'] }], outputs: [] },
            onDisk: true,
          },
          { version: '10', phase: 'VERSION_PHASE_NOT_LOADED', onDisk: true },
          { version: '9223372036854775807', phase: 'VERSION_PHASE_COPYING', error: 'waiting', onDisk: true },
        ],
      },
    });
    assert.equal(event.kind, 'model');
    const { versions, ...rest } = event.model;
    assert.deepEqual(rest, {
      name: 'digits',
      basePath: '/models/digits',
      problem: 'p',
      resourceVersion: '0',
      traffic: [],
      canary: undefined,
    });
    assert.deepEqual(
      versions.map(({ number, labels }) => [number, labels]),
      [
        ['9223372036854775807', ['canary']],
        ['10', []],
        ['9', ['stable', 'tested']],
      ],
    );
    assert.deepEqual(versions[2], {
      number: '9',
      phase: 'available',
      error: '',
      errorCode: '',
      sinceMs: 1_700_000_000_000,
      path: '/models/digits/9',
      sizeBytes: 1234,
      loadMs: 1.5,
      signature: { inputs: [{ name: 'x', dtype: 'DT_FLOAT', shape: ['-1', '64'] }], outputs: [] },
      convertedFrom: '',
      signatures: [],
      onDisk: true,
      labels: ['stable', 'tested'],
      pendingLabels: [],
      retryAtMs: 0,
      progress: undefined,
      execution: undefined,
    });
  });

  it('reads the signatures of a converted version', () => {
    const outputs = [{ name: 'y', dtype: 'DT_STRING', unknownRank: true }];
    const one = { name: 'grow', methodName: 'tensorflow/serving/predict', outputs, stateful: true } as const;
    const event = received({
      model: {
        name: 'm',
        versions: [
          {
            version: '1',
            phase: 'VERSION_PHASE_AVAILABLE',
            onDisk: true,
            convertedFrom: 'saved_model',
            signature: one,
            signatures: [{ ...one, optionalInputs: ['rate'] }],
          },
        ],
      },
    });
    assert.equal(event.kind, 'model');
    const [version] = event.model.versions;
    assert.equal(version?.convertedFrom, 'saved_model');
    assert.deepEqual(version.signatures, [
      {
        name: 'grow',
        methodName: 'tensorflow/serving/predict',
        inputs: [],
        outputs: [{ name: 'y', dtype: 'DT_STRING', shape: [], isUnranked: true }],
        optionalInputs: ['rate'],
        isStateful: true,
      },
    ]);
  });

  it('reads what a load is at, but no step that only a newer daemon knows', () => {
    const versions = [
      {
        version: '3',
        phase: 'VERSION_PHASE_LOADING',
        onDisk: true,
        progress: { step: 'LOAD_STEP_LOADING', bytesDone: 5, bytesTotal: '10', stepSinceMs: '17' },
      },
      { version: '2', phase: 'VERSION_PHASE_LOADING', onDisk: true, progress: { step: 99 as 0 } },
    ] as const;
    const event = received({ model: { name: 'm', versions: [...versions] } });
    assert.equal(event.kind, 'model');
    assert.deepEqual(
      event.model.versions.map(({ progress }) => progress),
      [{ step: 'loading', detail: '', bytesDone: 5, bytesTotal: 10, stepSinceMs: 17 }, undefined],
    );
  });

  it('reads what a version runs on', () => {
    const event = received({
      model: {
        name: 'm',
        versions: [
          {
            version: '1',
            phase: 'VERSION_PHASE_AVAILABLE',
            onDisk: true,
            execution: {
              instances: [{ provider: 'cuda', deviceId: 1, engineHostIndex: 2, intraOpThreads: 1 }],
              fallbackReason: 'r',
              cpuFallbackOps: ['TopK'],
            },
          },
        ],
      },
    });
    assert.equal(event.kind, 'model');
    assert.deepEqual(event.model.versions[0]?.execution, {
      instances: [{ provider: 'cuda', deviceId: 1 }],
      fallbackReason: 'r',
      cpuFallbackOps: ['TopK'],
    });
  });

  it('tells a label that waits for its version from one that is there', () => {
    const codec = messageCodec('perch.admin.v1.ModelState');
    const { versions } = modelFromWire(
      codec.decode(
        codec.encode({
          name: 'm',
          labels: [
            { label: 'stable', version: '1' },
            { label: 'stable', version: '2', pending: true },
          ],
          versions: [
            { version: '1', phase: 'VERSION_PHASE_AVAILABLE', onDisk: true },
            { version: '2', phase: 'VERSION_PHASE_LOADING', onDisk: true },
          ],
        }),
      ),
    );
    assert.deepEqual(
      versions.map(({ number, labels, pendingLabels }) => [number, labels, pendingLabels]),
      [
        ['2', [], ['stable']],
        ['1', ['stable'], []],
      ],
    );
  });

  it('tells a failed version from an unloaded one', () => {
    assert.deepEqual(
      phases([
        { version: '2', phase: 'VERSION_PHASE_END', error: 'bad', onDisk: true },
        { version: '1', phase: 'VERSION_PHASE_END', onDisk: true },
      ]),
      ['failed', 'unloaded'],
    );
  });

  it('leaves out a version that is gone from disk and not in use any more', () => {
    assert.deepEqual(
      phases([
        { version: '3', phase: 'VERSION_PHASE_UNLOADING', onDisk: false },
        { version: '2', phase: 'VERSION_PHASE_END', onDisk: false },
        { version: '1', phase: 'VERSION_PHASE_END', error: 'bad', onDisk: false },
      ]),
      ['unloading'],
    );
  });
});

describe('modelFromWire of traffic and canary', () => {
  const codec = messageCodec('perch.admin.v1.ModelState');
  const read = (state: MessageInput<'perch.admin.v1.ModelState'>): Model =>
    modelFromWire(codec.decode(codec.encode({ name: 'm', ...state })));

  it('reads shares of labels and of versions', () => {
    const { traffic, resourceVersion } = read({
      resourceVersion: '18446744073709551615',
      traffic: [
        { target: { label: 'stable' }, percent: 95, version: '2', available: true },
        { target: { version: '3' }, percent: 5, version: '3' },
      ],
    });
    assert.equal(resourceVersion, '18446744073709551615');
    assert.deepEqual(traffic, [
      { target: { kind: 'label', label: 'stable' }, percent: 95, version: '2', available: true },
      { target: { kind: 'version', version: '3' }, percent: 5, version: '3', available: false },
    ]);
    assert.deepEqual(traffic.map(shareToWire), [
      { target: { label: 'stable' }, percent: 95 },
      { target: { version: '3' }, percent: 5 },
    ]);
  });

  it('reads a canary, also in a phase that only a newer daemon knows', () => {
    const wire: MessageInput<'perch.admin.v1.Canary'> = {
      version: '3',
      stableVersion: '2',
      phase: 'CANARY_PHASE_INCONCLUSIVE',
      step: 1,
      plan: { steps: [1, 5], keepWarmMs: 7 },
      reason: 'Too few.',
      phaseSinceMs: '5',
      nextEvaluationMs: '6',
    };
    assert.deepEqual(read({ canary: wire }).canary, {
      version: '3',
      stableVersion: '2',
      phase: 'inconclusive',
      steps: [1, 5],
      step: 1,
      reason: 'Too few.',
      phaseSinceMs: 5,
      nextEvaluationMs: 6,
      keepWarmMs: 7,
    });
    assert.equal(read({ canary: { phase: 99 as 0 } }).canary?.phase, 'unknown');
  });
});

describe('modelFromWire', () => {
  it('keeps names that objects have by themselves apart', () => {
    const decoded = messageCodec('perch.admin.v1.ModelState').decode(
      messageCodec('perch.admin.v1.ModelState').encode({
        name: '__proto__',
        labels: [{ label: 'constructor', version: '1' }],
        versions: [{ version: '1', phase: 'VERSION_PHASE_START', onDisk: true }],
      }),
    );
    const model = modelFromWire(decoded);
    assert.equal(model.name, '__proto__');
    assert.deepEqual(model.versions[0]?.labels, ['constructor']);
    assert.equal(model.versions[0].phase, 'loading');
  });
});
