// From the extension's knowledge of the daemon to the page's snapshot.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ServerState } from '../../../extension/daemon/server-state.ts';
import { toStatusSnapshot, type StatusSource } from '../../../extension/panels/status-snapshot.ts';
import type { Model } from '../../../extension/state/model.ts';
import type { GetServerInfoResponse__Output } from '../../../protos/gen/perch/admin/v1/GetServerInfoResponse.ts';
import { isHostMessage, type StatusSnapshot } from '../../../webview/protocol.ts';

const translate = (message: string, ...args: (string | number | boolean)[]): string =>
  message.replace(/\{(\d)\}/g, (_, position: string) => String(args[Number(position)]));

const info: GetServerInfoResponse__Output = {
  api: 1,
  version: '0.1.0',
  pid: 4711,
  grpcAddress: '127.0.0.1:8500',
  restAddress: '127.0.0.1:8501',
  startedAtMs: '1715947200000',
  modelsSource: '/models',
  onnxruntimeVersion: '1.30.0',
  nodeVersion: '20.18.0',
  rssBytes: '85300000',
  engineHosts: [
    {
      index: 0,
      pid: 4720,
      restarts: 1,
      loadedVersions: 2,
      lastExit: 'ended by SIGKILL',
      kind: 'process',
      rssBytes: '1000',
    },
  ],
  gpus: [],
  providers: [],
  eventLoopDelay: null,
};

const models: readonly Model[] = [
  {
    name: 'digits',
    basePath: '/models/digits',
    resourceVersion: '1',
    traffic: [],
    canary: undefined,
    problem: '',
    versions: [
      {
        number: '9007199254740993',
        phase: 'failed',
        error: 'No file.',
        errorCode: 'MODEL_FILE_MISSING',
        sinceMs: 1715947200123,
        path: '/models/digits/9007199254740993',
        sizeBytes: 0,
        loadMs: 0,
        signature: undefined,
        convertedFrom: '',
        signatures: [],
        onDisk: true,
        labels: ['stable'],
        pendingLabels: [],
        retryAtMs: 0,
        progress: undefined,
        execution: undefined,
      },
      {
        number: '2',
        phase: 'loading',
        error: '',
        errorCode: '',
        sinceMs: 1715947200000,
        path: '/models/digits/2',
        sizeBytes: 0,
        loadMs: 0,
        signature: undefined,
        convertedFrom: '',
        signatures: [],
        onDisk: true,
        labels: [],
        pendingLabels: [],
        retryAtMs: 0,
        progress: {
          step: 'warming-up',
          detail: '3/10',
          bytesDone: 0,
          bytesTotal: 0,
          stepSinceMs: 1715947200500,
        },
        execution: undefined,
      },
      {
        number: '1',
        phase: 'available',
        error: '',
        errorCode: '',
        sinceMs: 1715947200000,
        path: '/models/digits/1',
        sizeBytes: 0,
        loadMs: 1,
        signature: undefined,
        convertedFrom: '',
        signatures: [],
        onDisk: true,
        labels: [],
        pendingLabels: [],
        retryAtMs: 0,
        progress: undefined,
        execution: {
          instances: [{ provider: 'cpu', deviceId: 0 }],
          fallbackReason: 'cuda: a library is missing',
          cpuFallbackOps: [],
        },
      },
    ],
  },
];

const running = { kind: 'running' } as Extract<ServerState, { kind: 'running' }>;

function snapshotOf(changes: Partial<StatusSource>): StatusSnapshot {
  const snapshot = toStatusSnapshot(translate, { server: running, info, models, obstacle: '', ...changes });
  assert.equal(isHostMessage({ type: 'snapshot', snapshot }), true);
  return snapshot;
}

describe('toStatusSnapshot', () => {
  it('shows what a running daemon says of itself and of its models', () => {
    assert.deepEqual(snapshotOf({}), {
      server: {
        kind: 'running',
        startedAtMs: 1715947200000,
        perchVersion: '0.1.0',
        onnxRuntimeVersion: '1.30.0',
        nodeVersion: '20.18.0',
        pid: 4711,
        memoryBytes: 85_300_000,
        modelsSource: '/models',
        grpcAddress: '127.0.0.1:8500',
        restAddress: '127.0.0.1:8501',
        engineHosts: [{ index: 0, pid: 4720, restarts: 1, loadedVersions: 2, lastExit: 'ended by SIGKILL' }],
      },
      commands: ['restart', 'stop', 'showLog'],
      models: [
        {
          name: 'digits',
          problem: '',
          versions: [
            {
              version: '9007199254740993',
              phase: 'failed',
              sinceMs: 1715947200123,
              reason: 'No file.',
              errorCode: 'MODEL_FILE_MISSING',
              labels: ['stable'],
              step: '',
              stepSinceMs: 0,
              runsOn: '',
              fallback: '',
            },
            {
              version: '2',
              phase: 'loading',
              sinceMs: 1715947200000,
              reason: '',
              errorCode: '',
              labels: [],
              step: 'warming up 3/10',
              stepSinceMs: 1715947200500,
              runsOn: '',
              fallback: '',
            },
            {
              version: '1',
              phase: 'available',
              sinceMs: 1715947200000,
              reason: '',
              errorCode: '',
              labels: [],
              step: '',
              stepSinceMs: 0,
              runsOn: 'Runs on cpu',
              fallback: 'cuda: a library is missing',
            },
          ],
        },
      ],
    });
  });

  it('counts a daemon that has not said anything yet as starting', () => {
    const { server, models: shown } = snapshotOf({ info: undefined });
    assert.deepEqual(server, { kind: 'starting', detail: '' });
    assert.deepEqual(shown, []);
  });

  it('says why there is no server and what can be done, and shows no models of one that is gone', () => {
    const timedOut = { kind: 'timed-out', seconds: 30 } as const;
    const cases: readonly (readonly [ServerState, StatusSnapshot['server'], StatusSnapshot['commands']])[] = [
      [{ kind: 'stopped' }, { kind: 'stopped', detail: '' }, ['start', 'showLog']],
      [{ kind: 'starting', restarts: 0 }, { kind: 'starting', detail: '' }, ['stop', 'showLog']],
      [
        { kind: 'stopping' },
        { kind: 'stopping', detail: 'Requests that are running are being finished.' },
        ['showLog'],
      ],
      [
        { kind: 'backing-off', failure: timedOut, delayMs: 1400 },
        {
          kind: 'starting',
          detail: 'The server was not ready within 30 seconds. It is started again in 2 s.',
        },
        ['stop', 'showLog'],
      ],
      [
        { kind: 'failed', failure: timedOut, crashes: 5 },
        { kind: 'failed', detail: 'The server was not ready within 30 seconds.' },
        ['start', 'showLog'],
      ],
      [
        { kind: 'unavailable', missing: 'daemon', platform: 'plan9-x64' },
        {
          kind: 'failed',
          detail: 'This package of Perch has no server in it. Install the package made for plan9-x64.',
        },
        ['showLog'],
      ],
    ];
    for (const [state, server, commands] of cases) {
      assert.deepEqual(snapshotOf({ server: state }), { server, commands, models: [] }, state.kind);
    }
  });

  it('offers no start where there is an obstacle, and names it', () => {
    const obstacle = 'The folder is not trusted.';
    assert.deepEqual(snapshotOf({ server: { kind: 'stopped' }, obstacle }), {
      server: { kind: 'stopped', detail: obstacle },
      commands: ['showLog'],
      models: [],
    });
  });
});
