// Runs the canaries of all models: evaluates them at their intervals, keeps what becomes of them, and puts it into effect.
import { PerchError } from '../errors.ts';
import { canaryPercent, isRunning, trafficEffects } from './canary-effects.ts';
import {
  endByLabels,
  isJudged,
  next,
  startCanary,
  type CanaryBeginning,
  type CanaryEvent,
  type EndByLabels,
} from './canary-machine.ts';
import type { Transition } from './canary-moves.ts';
import type { CanaryState, GateState } from './canary.ts';
import { judgeFirst } from './gates.ts';
import { answer, isDone, isEvent, isSettled, newLane, viewOf, type Lane } from './runner-lane.ts';
import type { CanaryAnswer, CanaryView, RunnerParts } from './runner-parts.ts';
import { windowSeconds } from './window-seconds.ts';

const firstRetryMs = 1000;
const longestRetryMs = 30_000;

/**
 * One canary per model, at most. A state is kept before it has an effect, and its effects are a function of it alone: after
 * a kill, `show` with the state that was kept, and then `takeUp`, bring labels and traffic to what it says. Changes of one
 * model are one after the other; an evaluation does not hold up what people ask for.
 */
export class CanaryRunner {
  readonly #parts: RunnerParts;
  readonly #lanes = new Map<string, Lane>();
  readonly #turns = new Map<string, Promise<unknown>>();
  #isStopped = false;

  constructor(parts: RunnerParts) {
    this.#parts = parts;
  }

  /** undefined for a model without a canary. The last one is kept after its end. */
  view(model: string): CanaryView | undefined {
    const lane = this.#lanes.get(model);
    return lane && viewOf(lane);
  }

  /** Begins a canary; refused while one runs. Rejects, with nothing changed, where it cannot be kept. */
  start(model: string, beginning: CanaryBeginning): Promise<CanaryAnswer> {
    return this.#begin(model, (now) => startCanary(beginning, now));
  }

  /** Promotes or rolls back a version by the labels alone: a canary without a plan, at its end at once. As `start`. */
  endByLabels(model: string, what: EndByLabels): Promise<CanaryAnswer> {
    return this.#begin(model, (now) => endByLabels(what, now));
  }

  #begin(model: string, begin: (now: number) => Transition): Promise<CanaryAnswer> {
    return this.#inTurn(model, async () => {
      const former = this.#lanes.get(model);
      if (former !== undefined && (isRunning(former.state.phase) || !former.isApplied)) {
        const what = isRunning(former.state.phase) ? 'runs' : 'is not yet ended in all';
        return answer(former, `A canary with version ${former.state.version} ${what}.`);
      }
      const { state, effects } = begin(this.#parts.clock.now());
      await this.#parts.persist(model, state);
      former?.timer?.cancel();
      const lane = newLane(state);
      lane.events = effects.filter(isEvent);
      this.#lanes.set(model, lane);
      await this.#putIntoEffect(model, lane);
      return answer(lane);
    });
  }

  /** What a person asks for. Rejects, with nothing changed, where it cannot be kept. */
  ask(
    model: string,
    event: Extract<CanaryEvent, { kind: 'pause' | 'resume' | 'promote' | 'rollback' }>,
  ): Promise<CanaryAnswer> {
    return this.#inTurn(model, async () => {
      const lane = this.#lanes.get(model);
      if (lane === undefined) {
        return { refused: `There is no canary of model ${model}.` };
      }
      const transition = next(lane.state, event, this.#parts.clock.now());
      if (transition.state !== lane.state) {
        await this.#commit(model, lane, transition);
      }
      return answer(lane, transition.refused);
    });
  }

  /** A version that a canary needs is not AVAILABLE any more. What cannot be kept is tried again. */
  lost(model: string, event: Extract<CanaryEvent, { kind: 'version-lost' | 'stable-lost' }>): Promise<void> {
    return this.#inTurn(model, async () => {
      const lane = this.#lanes.get(model);
      if (lane !== undefined) {
        // Where both are lost, the roll back is the one to be done.
        lane.lost = lane.lost?.kind === 'version-lost' ? lane.lost : event;
        await this.#work(model, lane);
      }
    });
  }

  /**
   * Takes a canary that was kept, of a model that has none here: it is seen from now on, and does what people ask. Its state
   * is not put into effect before `takeUp`, and not judged before `judge`.
   */
  show(model: string, state: CanaryState): void {
    this.#lanes.set(model, { ...newLane(state), isHeld: true });
  }

  /** Puts into effect what is not yet. What fails is tried again. */
  takeUp(model: string): Promise<void> {
    return this.#inTurn(model, async () => {
      const lane = this.#lanes.get(model);
      if (lane !== undefined && !isDone(lane)) {
        await this.#putIntoEffect(model, lane);
      }
    });
  }

  /** Evaluates a canary that was shown, one interval from now for the first time. */
  judge(model: string): void {
    const lane = this.#lanes.get(model);
    if (lane?.isHeld === true) {
      lane.isHeld = false;
      if (lane.timer === undefined) {
        this.#schedule(model, lane);
        this.#tell(model, lane);
      }
    }
  }

  /** Ends all timers, and resolves when nothing is being written any more. What was being measured is not looked at. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const lane of this.#lanes.values()) {
      lane.timer?.cancel();
      lane.timer = undefined;
    }
    await Promise.allSettled(this.#turns.values());
  }

  /** One after the other for each model. */
  #inTurn<Result>(model: string, work: () => Promise<Result>): Promise<Result> {
    const turn = (this.#turns.get(model) ?? Promise.resolve()).then(work);
    const ended = turn.then(noop, noop).then(() => {
      if (this.#turns.get(model) === ended) {
        this.#turns.delete(model);
      }
    });
    this.#turns.set(model, ended);
    return turn;
  }

  /** Does what the timer was set for: what was left undone, or else an evaluation. */
  #wake(model: string, lane: Lane): void {
    lane.timer = undefined;
    if (lane.isMeasuring) {
      this.#schedule(model, lane);
    } else if (lane.lost === undefined && isDone(lane)) {
      void this.#evaluate(model, lane);
    } else {
      void this.#inTurn(model, () => this.#work(model, lane));
    }
  }

  /** In turn: a loss that is not dealt with yet, then effects that the state has not had yet. */
  async #work(model: string, lane: Lane): Promise<void> {
    if (!this.#isCurrent(model, lane)) {
      return;
    }
    const { lost } = lane;
    if (lost !== undefined) {
      await this.#commitOwn(model, lane, next(lane.state, lost, this.#parts.clock.now()), () => {
        lane.lost = undefined;
      });
    } else if (!isDone(lane)) {
      await this.#putIntoEffect(model, lane);
    }
  }

  async #evaluate(model: string, lane: Lane): Promise<void> {
    const { clock, log } = this.#parts;
    const of = lane.state;
    lane.isMeasuring = true;
    let gates: readonly GateState[] = [];
    let problem: string | undefined;
    try {
      const windows = await this.#parts.measure(model, of, windowSeconds(of, clock.now()));
      gates = judgeFirst(of.plan, windows, canaryPercent(of));
    } catch (error) {
      log.error('A canary could not be evaluated', { model }, error);
      problem = `The last evaluation failed: ${PerchError.from(error).message}`;
    }
    lane.isMeasuring = false;
    await this.#inTurn(model, async () => {
      if (!this.#isCurrent(model, lane)) {
        return;
      }
      const transition = next(lane.state, { kind: 'evaluated', gates, of }, clock.now());
      if (lane.state === of) {
        lane.gates = gates;
        await this.#commitOwn(model, lane, transition, noop, problem);
      } else if (lane.timer === undefined) {
        this.#schedule(model, lane);
      }
    });
  }

  /** A change that nobody asked for: where it cannot be kept, nothing has changed, and it is tried again. */
  async #commitOwn(
    model: string,
    lane: Lane,
    transition: Transition,
    whenKept: () => void,
    problem?: string,
  ): Promise<void> {
    try {
      await this.#commit(model, lane, transition, whenKept, problem);
    } catch (error) {
      this.#failed(model, lane, 'It could not be kept what becomes of the canary', error);
    }
  }

  /** Rejects, with nothing changed, where the state cannot be kept. */
  async #commit(
    model: string,
    lane: Lane,
    { state, effects }: Transition,
    whenKept: () => void = noop,
    problem?: string,
  ): Promise<void> {
    if (state !== lane.state) {
      await this.#parts.persist(model, state);
      lane.state = state;
    }
    whenKept();
    lane.isApplied &&= effects.every(isEvent);
    lane.events = [...lane.events, ...effects.filter(isEvent)];
    await this.#putIntoEffect(model, lane, problem);
  }

  /** Traffic first, then the events; an ended canary is settled by that. */
  async #putIntoEffect(model: string, lane: Lane, problem?: string): Promise<void> {
    const parts = this.#parts;
    try {
      if (!lane.isApplied) {
        const effects = trafficEffects(lane.state, parts.clock.now());
        if (effects.length > 0) {
          await parts.apply(model, effects);
        }
        lane.isApplied = true;
      }
      if (lane.events.length > 0) {
        await parts.apply(model, lane.events);
        lane.events = [];
      }
      if (!isSettled(lane.state)) {
        const settled: CanaryState = { ...lane.state, settled: true };
        await parts.persist(model, settled);
        lane.state = settled;
      }
    } catch (error) {
      this.#failed(model, lane, 'Not in effect yet', error);
      return;
    }
    lane.attempts = 0;
    lane.problem = problem;
    this.#schedule(model, lane);
    this.#tell(model, lane);
  }

  #failed(model: string, lane: Lane, what: string, error: unknown): void {
    this.#parts.log.error(what, { model }, error);
    lane.attempts++;
    lane.problem = `${what}, and tried again by itself: ${PerchError.from(error).message}`;
    this.#schedule(model, lane);
    this.#tell(model, lane);
  }

  #schedule(model: string, lane: Lane): void {
    lane.timer?.cancel();
    lane.timer = undefined;
    const isRetry = lane.attempts > 0;
    if (this.#isStopped || !(isRetry || (isJudged(lane.state.phase) && !lane.isHeld))) {
      return;
    }
    const { clock } = this.#parts;
    const ms = isRetry
      ? Math.min(longestRetryMs, firstRetryMs * 2 ** (lane.attempts - 1))
      : lane.state.plan.intervalMs;
    lane.timer = { cancel: clock.after(ms, () => this.#wake(model, lane)), at: clock.now() + ms };
  }

  #tell(model: string, lane: Lane): void {
    this.#parts.changed(model, viewOf(lane));
  }

  #isCurrent(model: string, lane: Lane): boolean {
    return !this.#isStopped && this.#lanes.get(model) === lane;
  }
}

function noop(): void {
  // Nothing is to be done.
}
