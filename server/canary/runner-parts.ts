// What the runner of canaries needs of the daemon, and what it answers.
import type { Logger } from '../log.ts';
import type { CanaryEffect } from './canary-effects.ts';
import type { CanaryState, GateState } from './canary.ts';
import type { JudgedWindow } from './gates.ts';

/** What the runner needs of the daemon. */
export interface RunnerParts {
  readonly clock: {
    /** Milliseconds since the Unix epoch. */
    now(): number;
    /** Calls `run` once, in so many milliseconds, 0 to 86400000, unless the function it gives is called before. */
    after(ms: number, run: () => void): () => void;
  };
  /**
   * The figures of the last so many seconds, for each of `windowSeconds`, in their order, with the golden requests tried
   * on the canary now. Must end; a golden request without an answer is a problem of its outcome, no rejection.
   */
  measure(
    model: string,
    state: CanaryState,
    windowSeconds: readonly number[],
  ): Promise<readonly JudgedWindow[]>;
  /** Writes the state so that it survives the daemon. Done before the state has any effect. */
  persist(model: string, state: CanaryState): Promise<void>;
  /** Puts effects into effect, traffic or events. What it rejects is done again from the start. */
  apply(model: string, effects: readonly CanaryEffect[]): Promise<void>;
  /** Told of each change and each evaluation. */
  changed(model: string, view: CanaryView): void;
  readonly log: Logger;
}

/** A canary as people see it. */
export interface CanaryView {
  /** `reason` also says what of it could not be written or put into effect, while that is so. */
  readonly state: CanaryState;
  /** Of the last evaluation; empty before the first. */
  readonly gates: readonly GateState[];
  /** Milliseconds since the Unix epoch; absent where it is not evaluated. */
  readonly nextEvaluationMs?: number;
}

/** What came of something that was asked for. */
export interface CanaryAnswer {
  /** Absent where the model has no canary. */
  readonly view?: CanaryView;
  /** Why nothing was done, a sentence; absent where it was. */
  readonly refused?: string;
  /** It is done and kept, but not in effect yet, a sentence: that is tried again by itself. */
  readonly pending?: string;
}
