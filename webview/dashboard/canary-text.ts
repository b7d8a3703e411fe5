// The words of the dashboard's tab "Canary", and what they are words for.

/** What can be done with a canary, in the order of the buttons. One of `pause` and `resume` is there at a time. */
export const canaryActions = ['start', 'promote', 'pause', 'resume', 'rollBack'] as const;
export type CanaryAction = (typeof canaryActions)[number];

/** Why there is nothing to show of models. */
export const idleKinds = ['stopped', 'starting', 'stopping', 'failed'] as const;
export type IdleKind = (typeof idleKinds)[number];

/** What the page may ask for while there is no server. */
export const idleCommands = ['start', 'stop', 'restart', 'showLog'] as const;
export type IdleCommand = (typeof idleCommands)[number];

/** Names of the tab's texts. `{0}`, `{1}` and `{2}` in a text stand for what the comment beside it says. */
export const canaryTextNames = [
  'models',
  'noModels',
  'since', // the moment
  'labels',
  'version', // the version
  'stable',
  'canary',
  'percent', // the number
  'noFigure',
  // The split
  'split',
  'noSplit',
  'shareOf', // the label or "version 3"
  'percentOf', // the same
  'spokenShare', // percent, the label, the version
  'leadsNowhere',
  'now', // percent
  'observed', // percent
  'observedNone',
  'observedRequests', // how many
  'fallbacks', // how many
  'presets', // the label or "version 3"
  'apply',
  'revert',
  'clearSplit',
  'unchanged',
  'preview', // the shares
  'shareText', // the label or "version 3", percent
  'wholePercent',
  'asking',
  // The versions side by side
  'sideBySide',
  'lastMinute',
  'measure',
  'wantedShare',
  'observedShare',
  'rate',
  'rateUnit', // requests per second
  'errors',
  'p50',
  'p99',
  'timesStable', // the factor
  'errorCount', // how often, the code
  'lineAlone', // what, the version
  'lineText', // what, the version, the minutes, the lowest, the highest, the last
  // The canary
  'plan',
  'noCanary',
  'steps',
  'stepDone',
  'stepNow',
  'stepToCome',
  'nextJudged', // a time
  'nextStep', // a time
  'passes', // how many, of how many
  'failures', // how many, of how many
  'gates',
  'gate',
  'outcome',
  'detail',
  'passed',
  'failed',
  'tooFew',
  'notYet',
  // Beside stable
  'compared',
  'drift',
  'output',
  'classesMove',
  'meansMove',
  'samples',
  'classesText', // percent, percent by chance
  'meansText', // standard deviations
  'tooFewAnswers', // how many
  'shadow', // percent, the label or version
  'agreement',
  'comparedCount',
  'droppedCount',
  'maxAbsolute',
  'maxRelative',
  'worst',
  'noWorst',
  'openCase',
  'notKept',
  // Events
  'events',
  'noEvents',
  'when',
  'what',
  'who',
  'change',
  'byItself',
  'changeText', // before, after
  'announceModel', // the model, its state
] as const;

/** The tab's texts in the user's language. */
export interface CanaryText {
  readonly page: Readonly<Record<(typeof canaryTextNames)[number], string>>;
  readonly idle: Readonly<Record<IdleKind, string>>;
  readonly actions: Readonly<Record<CanaryAction, string>>;
  readonly commands: Readonly<Record<IdleCommand, string>>;
}
