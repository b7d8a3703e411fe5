// Whether a model, and the server as a whole, can answer now, and if not, why: pure, over views of the lifecycle.
import type { VersionView } from '../lifecycle/model-environment.ts';
import type { ModelView } from '../lifecycle/model-manager.ts';

/** `--ready_when`: how many of the models must have an AVAILABLE version. */
export const readyWhenChoices = ['all', 'any', 'none'] as const;
export type ReadyWhen = (typeof readyWhenChoices)[number];

/** When the server is ready. */
export interface ReadinessRules {
  readonly readyWhen: ReadyWhen;
  /** Models that must have an AVAILABLE version whatever `readyWhen` says; one that is not there counts as not served. */
  readonly required: ReadonlySet<string>;
}

/** Ready, or the reasons why not, each a sentence that begins with what it is about. */
export interface Readiness {
  readonly isReady: boolean;
  readonly reasons: readonly string[];
}

/** A version in a word and a sentence. */
export interface VersionHealth {
  readonly version: bigint;
  readonly isReady: boolean;
  /** Why it is not; empty where it is, or where nobody asked for it. */
  readonly reason: string;
  /** Milliseconds since the Unix epoch. */
  readonly sinceMs: number;
  /** Whether it is to be served. */
  readonly wanted: boolean;
}

/** A model in a word and a sentence. */
export interface ModelHealth {
  readonly name: string;
  readonly isReady: boolean;
  /** Why it is not, empty where it is. */
  readonly reason: string;
  /** Since when it is so, milliseconds since the Unix epoch; 0 where no version tells. */
  readonly sinceMs: number;
  readonly versions: readonly VersionHealth[];
}

/** How a model is. */
export function modelHealth(model: ModelView): ModelHealth {
  const { name } = model;
  const versions = model.versions.map((version) => versionHealth(name, version));
  const ready = versions.filter(({ isReady }) => isReady);
  const notReady = versions.filter(({ isReady, wanted }) => wanted && !isReady);
  const since = (ready.length > 0 ? ready : notReady).map(({ sinceMs }) => sinceMs);
  return {
    name,
    isReady: ready.length > 0,
    reason: ready.length > 0 ? '' : reasonOf(model, notReady),
    // Ready since its first version is, not ready since its last one is not.
    sinceMs: since.length === 0 ? 0 : ready.length > 0 ? Math.min(...since) : Math.max(...since),
    versions,
  };
}

function reasonOf({ name, problem, versions }: ModelView, notReady: readonly VersionHealth[]): string {
  const [first] = notReady.toReversed();
  if (first !== undefined) {
    return first.reason;
  }
  if (problem !== '') {
    return `${name}: ${problem}`;
  }
  return versions.length === 0
    ? `${name}: there is no version in its directory.`
    : `${name}: no version is asked for; its version policy, or an unload, leaves all of them out.`;
}

function versionHealth(model: string, { number, state, wanted, lastError }: VersionView): VersionHealth {
  const health = (reason: string): VersionHealth => ({
    version: number,
    isReady: state.phase === 'available',
    reason: reason === '' ? '' : `${model}/${number}: ${reason}`,
    sinceMs: Math.round(state.since),
    wanted,
  });
  switch (state.phase) {
    case 'available':
    case 'not-loaded':
      return health('');
    case 'copying':
      return health(`still being written: ${state.detail}`);
    case 'start':
    case 'loading':
      return health(lastError === undefined ? 'loading' : `loading again; it failed: ${lastError.message}`);
    case 'unloading':
      return health('unloading');
    case 'end':
      return health(
        state.error === undefined ? (wanted ? 'unloaded' : '') : `load failed: ${state.error.message}`,
      );
  }
}

/** How the server is, by its models. `isLookedAt`: its models directory was read, once at least. */
export function serverReadiness(
  models: readonly ModelHealth[],
  rules: ReadinessRules,
  { isLookedAt, isDraining }: { readonly isLookedAt: boolean; readonly isDraining: boolean },
): Readiness {
  if (isDraining) {
    return notReady(['The server is shutting down.']);
  }
  if (!isLookedAt) {
    return notReady(['The server has not looked for its models yet.']);
  }
  const missing = [...rules.required].filter((name) => !models.some((model) => model.name === name));
  const unserved = models.filter(({ isReady }) => !isReady);
  const requiredReasons = [
    ...missing.map((name) => `${name}: required (--required_models), and there is no such model.`),
    ...unserved.filter(({ name }) => rules.required.has(name)).map(({ reason }) => reason),
  ];
  switch (rules.readyWhen) {
    case 'all':
      return toReadiness([
        ...requiredReasons,
        ...unserved.filter(({ name }) => !rules.required.has(name)).map(({ reason }) => reason),
      ]);
    case 'any':
      return unserved.length > 0 && unserved.length === models.length
        ? notReady([...new Set([...requiredReasons, ...unserved.map(({ reason }) => reason)])])
        : toReadiness(requiredReasons);
    case 'none':
      return toReadiness(requiredReasons);
  }
}

function toReadiness(reasons: readonly string[]): Readiness {
  return { isReady: reasons.length === 0, reasons };
}

function notReady(reasons: readonly string[]): Readiness {
  return { isReady: false, reasons };
}
