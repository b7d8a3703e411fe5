// A server with something of everything to show, and the page's texts in English.
import { healthWords } from '../../../extension/panels/dashboard/health/health-words.ts';
import { statusText } from '../../../extension/panels/status-text.ts';
import type { HealthFacts, HealthWordsMessage } from '../../../webview/dashboard/health-protocol.ts';
import type { RunningServer, StatusSnapshot, TextMessage, VersionStatus } from '../../../webview/protocol.ts';

const noon = Date.UTC(2024, 4, 17, 12, 0, 0);

/** A version that serves; `changes` replaces what is to be different. */
export function versionStatus(changes: Partial<VersionStatus>): VersionStatus {
  return {
    version: '1',
    phase: 'available',
    sinceMs: noon,
    reason: '',
    errorCode: '',
    labels: [],
    step: '',
    stepSinceMs: 0,
    runsOn: '',
    fallback: '',
    ...changes,
  };
}

export const runningServer: RunningServer = {
  kind: 'running',
  startedAtMs: noon,
  perchVersion: '0.1.0',
  onnxRuntimeVersion: '1.30.0',
  nodeVersion: '20.18.0',
  pid: 4711,
  memoryBytes: 85_300_000,
  modelsSource: '/home/ada/shop/models',
  grpcAddress: '127.0.0.1:8500',
  restAddress: '127.0.0.1:8501',
  engineHosts: [
    { index: 0, pid: 4720, restarts: 0, loadedVersions: 3, lastExit: '' },
    { index: 1, pid: 5102, restarts: 2, loadedVersions: 1, lastExit: 'ended by SIGKILL' },
  ],
};

export const runningSnapshot: StatusSnapshot = {
  server: runningServer,
  commands: ['restart', 'stop', 'showLog'],
  models: [
    {
      name: 'digits',
      problem: '',
      versions: [
        versionStatus({
          version: '3',
          phase: 'failed',
          reason: 'digits/3/model.onnx: the file is not an ONNX model (it ends within its first field).',
          errorCode: 'MODEL_FILE_INVALID',
        }),
        versionStatus({
          version: '2',
          labels: ['stable'],
          runsOn: 'Runs on cpu',
          fallback: 'cuda was asked for: libcudart.so.12 is missing.',
        }),
        versionStatus({ version: '1', phase: 'unloaded' }),
      ],
    },
    {
      name: 'half_plus_two',
      problem: '',
      versions: [
        versionStatus({ version: '2', phase: 'loading', step: 'warming up 3/10', stepSinceMs: noon }),
        versionStatus({ version: '1', labels: ['canary', 'stable'] }),
      ],
    },
    {
      name: 'iris',
      problem: 'The directory /home/ada/shop/models/iris is gone.',
      versions: [],
    },
  ],
};

export const englishText: TextMessage = {
  type: 'text',
  locale: 'en',
  text: statusText((message) => message),
};

export const englishHealthWords: HealthWordsMessage = {
  type: 'healthWords',
  words: healthWords((message) => message),
};

const wave = Array.from({ length: 120 }, (_value, index) => 50 + 40 * Math.sin(index / 8));

/** A server that lives and is not ready. */
export const unwellHealth: HealthFacts = {
  alive: { holds: true, reasons: [] },
  ready: { holds: false, reasons: ['iris: no version is available: The directory is gone.'] },
  models: [
    { name: 'digits', ready: true, required: true, reason: '', sinceMs: noon },
    {
      name: 'iris',
      ready: false,
      required: true,
      reason: 'no version is available: The directory is gone.',
      sinceMs: noon,
    },
  ],
  series: [
    {
      name: 'CPU of the server',
      now: '12 %',
      points: wave,
      top: 100,
      spoken: 'CPU of the server, last 10 min: now 12 %, at most 90 %',
    },
    {
      name: 'Memory of the server',
      now: '85.3 MB',
      points: [...wave.slice(0, 60), null, ...wave.slice(61)],
      top: 200,
      spoken: 'Memory of the server, last 10 min: now 85.3 MB, at most 90 MB',
    },
  ],
  devices: [
    { name: 'cpu', state: 'good', words: 'works' },
    { name: 'cuda', state: 'idle', words: 'libcudart.so.12 is missing. Install GPU support.' },
  ],
};
