// How far a load is: what loaders tell, what a version's state keeps of it, and how often watchers hear of it.

/** The steps of a load, in their order; a load may leave some out. */
export type LoadStep = 'queued' | 'checking' | 'first-open' | 'loading' | 'warming-up';

/** How far a load is. */
export interface LoadProgress {
  readonly step: LoadStep;
  /** What of the step is at work: `3/10` for the third of ten runs. Short; may go to clients, so without paths. */
  readonly detail?: string;
  /** Bytes that the step has dealt with, of so many; both or neither. */
  readonly bytesDone?: number;
  readonly bytesTotal?: number;
}

/**
 * Is told by a loader how far it is: at the beginning of each step, and within a step as often as it likes, since what
 * watchers are told of is limited elsewhere. Does not throw, and may be called after the load has ended: to no effect.
 */
export type LoadProgressListener = (progress: LoadProgress) => void;

/** How far a load is, and since when it has been in that step: milliseconds since the Unix epoch. */
export interface StepProgress extends LoadProgress {
  readonly stepSince: number;
}

/** Between two updates that watchers are told of: milliseconds. */
const updateIntervalMs = 250;

/** What a report needs from outside. */
export interface LoadReportParts {
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  /** Calls back after some milliseconds; gives a function that takes it back. */
  readonly after: (ms: number, callback: () => void) => () => void;
  /** Keeps what was told: called at once, every time. */
  readonly keep: (progress: StepProgress) => void;
  /** Tells watchers, at most four times a second; the last thing that was kept is always told unless the load ends first. */
  readonly tell: () => void;
}

/** The progress of one load. */
export class LoadReport {
  readonly #parts: LoadReportParts;
  #last: StepProgress | undefined;
  #toldAt = -Infinity;
  #cancel: (() => void) | undefined;
  #ended = false;

  constructor(parts: LoadReportParts) {
    this.#parts = parts;
  }

  /** For the loader. Watchers are never told under its feet: it may call at a moment at which the model is half changed. */
  readonly listener: LoadProgressListener = (progress) => {
    if (this.#ended) {
      return;
    }
    const { now, after, keep, tell } = this.#parts;
    const at = now();
    const stepSince = this.#last?.step === progress.step ? this.#last.stepSince : at;
    this.#last = { ...progress, stepSince };
    keep(this.#last);
    this.#cancel ??= after(Math.max(0, this.#toldAt + updateIntervalMs - at), () => {
      this.#cancel = undefined;
      this.#toldAt = now();
      tell();
    });
  };

  /** The load has ended: nothing is kept or told of it any more. */
  end(): void {
    this.#ended = true;
    this.#cancel?.();
  }
}
