// A model with a canary that has everything to show, and the tab's texts in English.
import { canaryText } from '../../../extension/panels/dashboard/canary/words.ts';
import type { CanaryHostMessage } from '../../../webview/dashboard/canary-protocol.ts';
import type {
  CanarySnapshot,
  HistoryPoint,
  ModelDetail,
  ModelsSnapshot,
  ShareTarget,
  VersionColumn,
} from '../../../webview/dashboard/canary-snapshot.ts';

const noon = Date.UTC(2024, 4, 17, 12, 0, 0);

/** `vscode.l10n.t` in English. */
const english = (message: string, ...args: readonly (string | number | boolean)[]): string =>
  message.replace(/\{(\d+)\}/g, (gap, place: string) => String(args[Number(place)] ?? gap));

export const englishCanary: CanaryHostMessage = { type: 'words', words: canaryText(english) };

/** Ten minutes of a version whose latency is about `p50` milliseconds. */
export function historyAround(p50: number, rate: number): readonly HistoryPoint[] {
  return Array.from({ length: 60 }, (_, index) => ({
    rate: rate * (1 + 0.2 * Math.sin(index / 4)),
    errors: index % 17 === 0 ? 1.5 : 0,
    p50: p50 * (1 + 0.1 * Math.sin(index / 3)),
    p99: p50 * 3 * (1 + 0.25 * Math.sin(index / 2)),
  }));
}

const stableColumn: VersionColumn = {
  version: '2',
  role: 'stable',
  state: 'Available',
  labels: ['prod', 'stable'],
  wanted: 75,
  observed: 74.6,
  requests: 5400,
  rate: 90,
  errors: 0.05,
  errorCodes: [{ code: 'DEADLINE_EXCEEDED', count: 3 }],
  p50: 2.4,
  p99: 7.1,
  history: historyAround(2.4, 90),
};
const canaryColumn: VersionColumn = {
  version: '3',
  role: 'canary',
  state: 'Available',
  labels: ['canary'],
  wanted: 25,
  observed: 25.4,
  requests: 1800,
  rate: 30,
  errors: 0.6,
  errorCodes: [
    { code: 'INFERENCE_FAILED', count: 9 },
    { code: 'DEADLINE_EXCEEDED', count: 2 },
  ],
  p50: 2.9,
  p99: 12.3,
  history: historyAround(2.9, 30),
};

/** Half-way through a canary. */
export const runningDetail: ModelDetail = {
  name: 'digits',
  problem: '',
  advice: '',
  split: {
    targets: [
      { kind: 'label', name: 'stable', version: '2', available: true, wanted: 75, observed: 74.6 },
      { kind: 'label', name: 'canary', version: '3', available: true, wanted: 25, observed: 25.4 },
    ],
    set: true,
    locked: 'A canary of digits runs: it sets the traffic itself.',
    requests: 7200,
    fallbacks: 0,
  },
  versions: [stableColumn, canaryColumn],
  historyBeginMs: noon,
  historySpanMs: 10_000,
  drift: [
    { output: 'probabilities', classes: 4.2, byChance: 1.9, means: 0.03, samples: 1800 },
    { output: 'embedding', classes: null, byChance: null, means: null, samples: 64 },
  ],
  shadow: {
    target: 'canary',
    percent: 25,
    compared: 1350,
    dropped: 12,
    agreement: 98.7,
    maxAbsolute: 0.31,
    maxRelative: 4.6,
    worst: [
      { id: '41', atMs: noon, summary: 'version 2 against 3: agreement 0.0 %', kept: true },
      { id: '17', atMs: noon - 61_000, summary: 'version 2 against 3: agreement 50.0 %', kept: false },
    ],
  },
  canary: {
    version: '3',
    running: true,
    waiting: false,
    state: 'Version 3, at 25 %',
    reason: 'Step 3 of 5: 25 percent. Passed 1 of 3 checks.',
    sinceMs: noon,
    steps: [1, 5, 25, 50, 100],
    step: 2,
    passed: 1,
    passesPerStep: 3,
    failed: 0,
    failedLimit: 1,
    nextMs: 23_000,
    nextStepMs: 83_000,
    outlook: 'Where it passes its gates it goes on to 50 %.',
    gates: [
      {
        name: 'Success rate',
        outcome: 'passed',
        detail: '99.4 percent of 1800 requests; at least 99 percent.',
      },
      {
        name: 'p99 beside stable',
        outcome: 'failed',
        detail: '12.3 ms beside 7.1 ms: 1.73 times; at most 1.5.',
      },
      { name: 'Agreement with stable', outcome: 'tooFew', detail: '42 of 100 requests were compared.' },
    ],
  },
  actions: [
    {
      action: 'start',
      possible: false,
      effect: 'A canary of digits needs an available version beside the stable one, and none that runs.',
    },
    {
      action: 'promote',
      possible: true,
      effect:
        'stable moves from version 2 to version 3. All requests that name no version go to it. Version 2 stays loaded for 10 min.',
    },
    {
      action: 'pause',
      possible: true,
      effect: 'Holds the canary at its step: nothing is judged or changed until it is resumed.',
    },
    {
      action: 'rollBack',
      possible: true,
      effect:
        'Version 3 gets no more requests that name no version. Labels and traffic become what they were before the canary, with version 2 as stable.',
    },
  ],
  events: [
    {
      id: '9',
      atMs: noon,
      what: 'Canary: next step',
      actor: '',
      reason: 'All gates passed.',
      before: 'stable 95%, canary 5%',
      after: 'stable 75%, canary 25%',
    },
    {
      id: '4',
      atMs: noon - 300_000,
      what: 'Canary started',
      actor: 'vscode',
      reason: 'new weights',
      before: 'all to the newest version',
      after: 'stable 99%, canary 1%',
    },
  ],
};

/** A server with a canary, a model whose canary waits, and others. */
export const runningSnapshot: ModelsSnapshot = {
  kind: 'models',
  models: [
    { name: 'fraud', mark: 'waiting', state: 'canary waits for you at 5 %' },
    { name: 'digits', mark: 'canary', state: 'canary at 25 %' },
    { name: 'half_plus_two', mark: 'split', state: 'stable 90 %, canary 10 %' },
    { name: 'iris', mark: 'plain', state: 'version 1' },
    { name: 'words', mark: 'problem', state: 'no version is available' },
  ],
  detail: runningDetail,
};

/** The shares of a split that can be set. */
export const freeTargets: readonly ShareTarget[] = [
  { kind: 'label', name: 'stable', version: '2', available: true, wanted: 90, observed: 88.5 },
  { kind: 'label', name: 'canary', version: '3', available: true, wanted: 10, observed: 11.5 },
];

/** A model without a canary, whose split can be set. */
export const freeDetail: ModelDetail = {
  ...runningDetail,
  split: { targets: freeTargets, set: true, locked: '', requests: 200, fallbacks: 0 },
  drift: [],
  shadow: null,
  canary: null,
  actions: [
    { action: 'start', possible: true, effect: 'You choose the version and the plan.' },
    { action: 'promote', possible: true, effect: 'stable moves from version 2 to version 3.' },
    { action: 'pause', possible: false, effect: 'No canary of digits is under way.' },
    { action: 'rollBack', possible: true, effect: 'The label canary is taken from version 3.' },
  ],
};

/** The message that shows a snapshot. */
export function show(snapshot: CanarySnapshot): CanaryHostMessage {
  return { type: 'snapshot', snapshot };
}

/** The snapshot with another model in sight. */
export function withDetail(detail: ModelDetail): ModelsSnapshot {
  return { ...runningSnapshot, detail };
}
