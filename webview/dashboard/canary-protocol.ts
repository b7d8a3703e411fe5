// What the dashboard's tab "Canary" and the extension say to each other, and the guards that both check it with.
import { isArrayOf, isEither, isLiteral, isObject, isOneOf, isString, isTextOf, isWhole } from '../guards.ts';
import type { Guard } from '../guards.ts';
import {
  modelMarks,
  type ActionState,
  type CanarySnapshot,
  type CanaryState,
  type DriftRow,
  type ErrorCount,
  type EventRow,
  type GateRow,
  type HistoryPoint,
  type IdleSnapshot,
  type ListedModel,
  type ModelDetail,
  type ModelsSnapshot,
  type ShadowState,
  type ShareTarget,
  type Split,
  type VersionColumn,
  type WorstCase,
} from './canary-snapshot.ts';
import {
  canaryActions,
  canaryTextNames,
  idleCommands,
  idleKinds,
  type CanaryAction,
  type CanaryText,
  type IdleCommand,
} from './canary-text.ts';

/** Extension to page. `words` comes once after each `ready`. */
export type CanaryHostMessage =
  | { readonly type: 'words'; readonly words: CanaryText }
  | { readonly type: 'snapshot'; readonly snapshot: CanarySnapshot }
  /** What became of `split`: whether the user said yes, and it was done. */
  | { readonly type: 'splitDone'; readonly model: string; readonly applied: boolean };

/** Page to extension. The extension does only what its own snapshot offers. */
export type CanaryPageMessage =
  /** Show this model. */
  | { readonly type: 'select'; readonly model: string }
  | { readonly type: 'act'; readonly model: string; readonly action: CanaryAction }
  /** Split the requests like this; no shares: no split. */
  | { readonly type: 'split'; readonly model: string; readonly shares: readonly AskedShare[] }
  | { readonly type: 'openCase'; readonly model: string; readonly id: string }
  | { readonly type: 'run'; readonly command: IdleCommand };

/** A share as it is asked for. */
export interface AskedShare {
  readonly kind: 'label' | 'version';
  readonly name: string;
  /** 0 to 100. */
  readonly percent: number;
}

const isBoolean: Guard<boolean> = (value) => typeof value === 'boolean';
const isNumber: Guard<number> = (value): value is number => Number.isFinite(value);
const isNull: Guard<null> = (value) => value === null;
const isFigure = isEither(isNumber, isNull);
const isPercent: Guard<number> = (value): value is number => isWhole(value) && value <= 100;

const isSplit = isObject<Split>({
  targets: isArrayOf(
    isObject<ShareTarget>({
      kind: isOneOf(['label', 'version']),
      name: isString,
      version: isString,
      available: isBoolean,
      wanted: isPercent,
      observed: isFigure,
    }),
  ),
  set: isBoolean,
  locked: isString,
  requests: isWhole,
  fallbacks: isWhole,
});

const isVersionColumn = isObject<VersionColumn>({
  version: isString,
  role: isOneOf(['stable', 'canary', 'other']),
  state: isString,
  labels: isArrayOf(isString),
  wanted: isFigure,
  observed: isFigure,
  requests: isWhole,
  rate: isNumber,
  errors: isFigure,
  errorCodes: isArrayOf(isObject<ErrorCount>({ code: isString, count: isWhole })),
  p50: isFigure,
  p99: isFigure,
  history: isArrayOf(
    isObject<HistoryPoint>({ rate: isNumber, errors: isFigure, p50: isFigure, p99: isFigure }),
  ),
});

const isShadowState = isObject<ShadowState>({
  target: isString,
  percent: isPercent,
  compared: isWhole,
  dropped: isWhole,
  agreement: isFigure,
  maxAbsolute: isFigure,
  maxRelative: isFigure,
  worst: isArrayOf(isObject<WorstCase>({ id: isString, atMs: isWhole, summary: isString, kept: isBoolean })),
});

const isCanaryState = isObject<CanaryState>({
  version: isString,
  running: isBoolean,
  waiting: isBoolean,
  state: isString,
  reason: isString,
  sinceMs: isWhole,
  steps: isArrayOf(isPercent),
  step: isWhole,
  passed: isWhole,
  passesPerStep: isWhole,
  failed: isWhole,
  failedLimit: isWhole,
  nextMs: isFigure,
  nextStepMs: isFigure,
  outlook: isString,
  gates: isArrayOf(
    isObject<GateRow>({
      name: isString,
      outcome: isOneOf(['passed', 'failed', 'tooFew', 'notYet']),
      detail: isString,
    }),
  ),
});

const isModelDetail = isObject<ModelDetail>({
  name: isString,
  problem: isString,
  advice: isString,
  split: isEither(isSplit, isNull),
  versions: isArrayOf(isVersionColumn),
  historyBeginMs: isWhole,
  historySpanMs: isWhole,
  drift: isArrayOf(
    isObject<DriftRow>({
      output: isString,
      classes: isFigure,
      byChance: isFigure,
      means: isFigure,
      samples: isWhole,
    }),
  ),
  shadow: isEither(isShadowState, isNull),
  canary: isEither(isCanaryState, isNull),
  actions: isArrayOf(
    isObject<ActionState>({ action: isOneOf(canaryActions), possible: isBoolean, effect: isString }),
  ),
  events: isArrayOf(
    isObject<EventRow>({
      id: isString,
      atMs: isWhole,
      what: isString,
      actor: isString,
      reason: isString,
      before: isString,
      after: isString,
    }),
  ),
});

const isSnapshot: Guard<CanarySnapshot> = isEither(
  isObject<IdleSnapshot>({
    kind: isLiteral('idle'),
    server: isOneOf(idleKinds),
    detail: isString,
    commands: isArrayOf(isOneOf(idleCommands)),
  }),
  isObject<ModelsSnapshot>({
    kind: isLiteral('models'),
    models: isArrayOf(isObject<ListedModel>({ name: isString, mark: isOneOf(modelMarks), state: isString })),
    detail: isEither(isModelDetail, isNull),
  }),
);

type HostMessageOf<T extends CanaryHostMessage['type']> = Extract<CanaryHostMessage, { readonly type: T }>;
type PageMessageOf<T extends CanaryPageMessage['type']> = Extract<CanaryPageMessage, { readonly type: T }>;

/** Whether the page may believe what it received. */
export const isCanaryHostMessage: Guard<CanaryHostMessage> = isEither(
  isObject<HostMessageOf<'snapshot'>>({ type: isLiteral('snapshot'), snapshot: isSnapshot }),
  isEither(
    isObject<HostMessageOf<'words'>>({
      type: isLiteral('words'),
      words: isObject<CanaryText>({
        page: isTextOf(canaryTextNames),
        idle: isTextOf(idleKinds),
        actions: isTextOf(canaryActions),
        commands: isTextOf(idleCommands),
      }),
    }),
    isObject<HostMessageOf<'splitDone'>>({
      type: isLiteral('splitDone'),
      model: isString,
      applied: isBoolean,
    }),
  ),
);

/** Whether the extension may act on what it received. */
export const isCanaryPageMessage: Guard<CanaryPageMessage> = isEither(
  isEither(
    isObject<PageMessageOf<'select'>>({ type: isLiteral('select'), model: isString }),
    isObject<PageMessageOf<'act'>>({
      type: isLiteral('act'),
      model: isString,
      action: isOneOf(canaryActions),
    }),
  ),
  isEither(
    isObject<PageMessageOf<'split'>>({
      type: isLiteral('split'),
      model: isString,
      shares: isArrayOf(
        isObject<AskedShare>({ kind: isOneOf(['label', 'version']), name: isString, percent: isPercent }),
      ),
    }),
    isEither(
      isObject<PageMessageOf<'openCase'>>({ type: isLiteral('openCase'), model: isString, id: isString }),
      isObject<PageMessageOf<'run'>>({ type: isLiteral('run'), command: isOneOf(idleCommands) }),
    ),
  ),
);
