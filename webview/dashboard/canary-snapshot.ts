// All that the dashboard's tab "Canary" shows at a moment.
import type { CanaryAction, IdleCommand, IdleKind } from './canary-text.ts';

/** How a model looks in the list: what its icon says. */
export const modelMarks = ['waiting', 'canary', 'split', 'plain', 'problem'] as const;
export type ModelMark = (typeof modelMarks)[number];

/** A model in the list. */
export interface ListedModel {
  readonly name: string;
  readonly mark: ModelMark;
  /** What the mark says, in a few words of the user's language. */
  readonly state: string;
}

/** Where a share of the requests that name neither version nor label goes. */
export interface ShareTarget {
  readonly kind: 'label' | 'version';
  /** The label, or the version's number. */
  readonly name: string;
  /** The version that it leads to now; empty where it leads to none. */
  readonly version: string;
  /** Whether that version takes requests. */
  readonly available: boolean;
  /** Percent, 0 to 100; those of a model add up to 100. */
  readonly wanted: number;
  /** Percent of the last minute's requests without version or label that its version got; null where none came. */
  readonly observed: number | null;
}

/** How the requests that name neither version nor label are split. */
export interface Split {
  /** Stable's first; at least two. Of a model without a split, what it would be. */
  readonly targets: readonly ShareTarget[];
  /** False: there is no split, all requests go to the newest version. */
  readonly set: boolean;
  /** Why it cannot be set now, a sentence; empty where it can. */
  readonly locked: string;
  /** Requests without version or label, of the last minute. */
  readonly requests: number;
  /** Of the last minute: their target took no requests, and stable answered. */
  readonly fallbacks: number;
}

/** Ten seconds of a version. */
export interface HistoryPoint {
  /** Requests per second. */
  readonly rate: number;
  /** Percent; null without requests. */
  readonly errors: number | null;
  /** Milliseconds; null without requests. */
  readonly p50: number | null;
  readonly p99: number | null;
}

/** A version beside others: its figures are those of the last minute. */
export interface VersionColumn {
  readonly version: string;
  readonly role: 'stable' | 'canary' | 'other';
  /** "Available", "Loading" …, in the user's language. */
  readonly state: string;
  readonly labels: readonly string[];
  /** Percent of the split; null where there is none. */
  readonly wanted: number | null;
  /** As ShareTarget.observed. */
  readonly observed: number | null;
  readonly requests: number;
  /** Per second. */
  readonly rate: number;
  /** Percent; null without requests. */
  readonly errors: number | null;
  /** What the errors were, the most frequent first. */
  readonly errorCodes: readonly ErrorCount[];
  /** Milliseconds; null without requests. */
  readonly p50: number | null;
  readonly p99: number | null;
  /** The last minutes, the oldest first; empty before the first answer. */
  readonly history: readonly HistoryPoint[];
}

/** An error and how often it came. */
export interface ErrorCount {
  readonly code: string;
  readonly count: number;
}

/** How far an output of the canary is from stable's. */
export interface DriftRow {
  readonly output: string;
  /** Percent of the answers that would have to change; null where there are no classes or too few answers. */
  readonly classes: number | null;
  /** What chance alone would make of it, percent, on average. */
  readonly byChance: number | null;
  /** Distance of the means in standard deviations; null with too few numbers. */
  readonly means: number | null;
  /** The smaller count of answers or numbers that was looked at. */
  readonly samples: number;
}

/** A request that stable and the shadow answered differently. */
export interface WorstCase {
  readonly id: string;
  readonly atMs: number;
  readonly summary: string;
  /** Whether it can be opened again. */
  readonly kept: boolean;
}

/** Copies of stable's requests, answered by another version too. */
export interface ShadowState {
  /** The label or version that the copies go to. */
  readonly target: string;
  readonly percent: number;
  readonly compared: number;
  readonly dropped: number;
  /** Percent; null before the first. */
  readonly agreement: number | null;
  /** The largest differences of a number; null where one is not finite. */
  readonly maxAbsolute: number | null;
  readonly maxRelative: number | null;
  /** The worst first. */
  readonly worst: readonly WorstCase[];
}

/** A gate as of the last evaluation. */
export interface GateRow {
  /** In the user's language where it is known. */
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'tooFew' | 'notYet';
  /** A sentence of the daemon's with the figures; empty before the first evaluation. */
  readonly detail: string;
}

/** The canary that runs, or the last one. */
export interface CanaryState {
  readonly version: string;
  readonly running: boolean;
  /** Whether it waits for a person. */
  readonly waiting: boolean;
  /** In the user's language: "at 5 %". */
  readonly state: string;
  /** Why, a sentence of the daemon's; may be empty. */
  readonly reason: string;
  /** Milliseconds since the Unix epoch. */
  readonly sinceMs: number;
  /** Percent, ascending. */
  readonly steps: readonly number[];
  /** Index into `steps`. */
  readonly step: number;
  /** Evaluations that this step has passed, of those it must. */
  readonly passed: number;
  readonly passesPerStep: number;
  /** Evaluations that failed in all, and how many may. */
  readonly failed: number;
  readonly failedLimit: number;
  /** Until it is judged next; null where it is not. Milliseconds. */
  readonly nextMs: number | null;
  /** Until the next step at the earliest; null where it does not go on by itself. Milliseconds. */
  readonly nextStepMs: number | null;
  /** How it goes on, sentences in the user's language. */
  readonly outlook: string;
  readonly gates: readonly GateRow[];
}

/** A button, and what it would do. */
export interface ActionState {
  readonly action: CanaryAction;
  readonly possible: boolean;
  /** What it would do, or why it cannot be done: sentences in the user's language. */
  readonly effect: string;
}

/** Something that was done to the model. */
export interface EventRow {
  readonly id: string;
  readonly atMs: number;
  /** What, in the user's language where it is known. */
  readonly what: string;
  /** Who; empty where the daemon did it by itself. */
  readonly actor: string;
  readonly reason: string;
  readonly before: string;
  readonly after: string;
}

/** All that is shown of the model that is looked at. */
export interface ModelDetail {
  readonly name: string;
  /** What is wrong with it as a whole; empty if nothing is. */
  readonly problem: string;
  /** What to do next where there is nothing to split: sentences; empty otherwise. */
  readonly advice: string;
  /** Null where there are fewer than two versions to split between. */
  readonly split: Split | null;
  /** Stable's first. */
  readonly versions: readonly VersionColumn[];
  /** When the first point of each history began, milliseconds since the Unix epoch, and the length of one. */
  readonly historyBeginMs: number;
  readonly historySpanMs: number;
  /** Empty where there is nothing to compare. */
  readonly drift: readonly DriftRow[];
  readonly shadow: ShadowState | null;
  readonly canary: CanaryState | null;
  readonly actions: readonly ActionState[];
  /** The newest first. */
  readonly events: readonly EventRow[];
}

/** While the daemon serves nothing that could be shown. */
export interface IdleSnapshot {
  readonly kind: 'idle';
  readonly server: IdleKind;
  /** Why, or what is done about it; may be empty. */
  readonly detail: string;
  readonly commands: readonly IdleCommand[];
}

/** While the daemon serves. */
export interface ModelsSnapshot {
  readonly kind: 'models';
  /** Canaries first, then by name. */
  readonly models: readonly ListedModel[];
  /** Null where there are no models. */
  readonly detail: ModelDetail | null;
}

/** All that the tab shows. Always complete. */
export type CanarySnapshot = IdleSnapshot | ModelsSnapshot;
