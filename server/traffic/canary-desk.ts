// The canaries of all models: what people ask for, what statistics say, and what comes of it for labels and traffic.
import { isRunning, type CanaryEffect, type TrafficEffect } from '../canary/canary-effects.ts';
import type { CanaryPlan, CanaryState } from '../canary/canary.ts';
import type { JudgedWindow, WindowFigures } from '../canary/gates.ts';
import { goldenDifference } from '../canary/golden.ts';
import type { CanaryAnswer, CanaryView } from '../canary/runner-parts.ts';
import { CanaryRunner } from '../canary/runner.ts';
import { deadlineAfter } from '../deadline.ts';
import { PerchError } from '../errors.ts';
import { stableLabel } from '../lifecycle/model-manager.ts';
import type { Logger } from '../log.ts';
import { drift } from '../observe/statistics-drift.ts';
import type { WindowStatistics } from '../observe/statistics-tally.ts';
import type { VersionStatistics } from '../observe/version-statistics.ts';
import type { Mutation } from './mutations.ts';
import type { Shadows } from './shadows.ts';
import { canaryLabel, type TrafficControl } from './traffic-control.ts';

/** A golden request that takes longer has no answer: milliseconds. */
const goldenTimeoutMs = 10_000;

/** What the desk works with. */
export interface CanaryDeskParts {
  readonly control: TrafficControl;
  readonly statistics: VersionStatistics;
  readonly shadows: Shadows;
  /** Answers a REST predict body on a version, with JSON. */
  readonly predict: (model: string, version: bigint, json: string, signal: AbortSignal) => Promise<string>;
  readonly log: Logger;
}

/** Starts, judges and ends canaries. */
export class CanaryDesk {
  readonly #parts: CanaryDeskParts;
  readonly #runner: CanaryRunner;

  constructor(parts: CanaryDeskParts) {
    this.#parts = parts;
    const { manager, now } = parts.control.parts;
    this.#runner = new CanaryRunner({
      clock: {
        now,
        after: (ms, run) => {
          const timer = setTimeout(run, ms).unref();
          return () => clearTimeout(timer);
        },
      },
      measure: (model, state, seconds) => this.#measure(model, state, seconds),
      persist: (model, canary) => parts.control.keep(model, { canary }),
      apply: (model, effects) => this.#apply(model, effects),
      changed: (model) => manager.touch(model),
      log: parts.log,
    });
    manager.events.on('moved', (model, { version, from, to }) => {
      if (from.phase === 'available' && to.phase !== 'available') {
        this.#lost(model, version);
      }
    });
  }

  /** The canary of a model, running or ended; undefined without one. */
  view(model: string): CanaryView | undefined {
    return this.#runner.view(model);
  }

  /** Goes on with what was kept: after a restart the same step with the same shares, or rolled back. */
  async restore(models: readonly string[]): Promise<void> {
    const { store } = this.#parts.control.parts;
    for (const model of models) {
      const { canary } = store.get(model);
      if (canary !== undefined) {
        await this.#runner.resumeFrom(model, canary);
      }
    }
  }

  /** Begins a canary. Rejects with VERSION_NOT_AVAILABLE or CANARY_STATE. */
  start(model: string, version: bigint, plan: CanaryPlan, mutation: Mutation): Promise<void> {
    return this.#once(model, mutation, async ({ actor, reason }) => {
      const { control } = this.#parts;
      const { manager } = control.parts;
      const facts = manager.routingFacts(model);
      control.view(model);
      if (facts?.isAvailable(version) !== true) {
        throw new PerchError(
          'VERSION_NOT_AVAILABLE',
          `Version ${version} of model ${model} is not AVAILABLE.`,
        );
      }
      if (control.canaryLabels(model).stable === version) {
        throw new PerchError('CANARY_STATE', `Version ${version} of model ${model} is stable already.`);
      }
      const stableVersion = this.#stableBeside(model, version);
      const before = control.before(model);
      const beginning = { version, stableVersion, plan, before, actor, reason };
      insist(await this.#runner.start(model, beginning));
    });
  }

  /** Holds it at its step. */
  pause(model: string, mutation: Mutation): Promise<void> {
    return this.#ask(model, 'pause', mutation);
  }

  /** Goes on. */
  resume(model: string, mutation: Mutation): Promise<void> {
    return this.#ask(model, 'resume', mutation);
  }

  /** Makes it stable; by the labels alone where no plan runs. */
  promote(model: string, mutation: Mutation): Promise<void> {
    return this.#once(model, mutation, async (by) => {
      const view = this.view(model);
      if (view !== undefined && isRunning(view.state.phase)) {
        const { version } = view.state;
        if (this.#parts.control.parts.manager.routingFacts(model)?.isAvailable(version) !== true) {
          throw new PerchError(
            'VERSION_NOT_AVAILABLE',
            `Version ${version} of model ${model} is not AVAILABLE.`,
          );
        }
        insist(await this.#runner.ask(model, { kind: 'promote', ...by }));
        return;
      }
      const { control } = this.#parts;
      await control.promoteLabels(model, mutation);
      const { canary } = control.parts.store.get(model);
      if (canary !== undefined) {
        await this.#runner.resumeFrom(model, canary);
      }
    });
  }

  /** Takes it back, also after a promotion while the old version is warm; by the labels alone where there was no plan. */
  rollBack(model: string, mutation: Mutation): Promise<void> {
    return this.#once(model, mutation, async (by) => {
      const { control } = this.#parts;
      const view = this.view(model);
      // One that was rolled back has no say in labels that were set since.
      const hasWayBack =
        view !== undefined && (isRunning(view.state.phase) || this.#isAsPromoted(model, view.state));
      const answer = hasWayBack ? await this.#runner.ask(model, { kind: 'rollback', ...by }) : undefined;
      if (answer !== undefined && answer.refused === undefined) {
        return;
      }
      if (control.canaryLabels(model).canary === undefined) {
        throw new PerchError('CANARY_STATE', answer?.refused ?? `There is no canary of model ${model}.`);
      }
      await control.rollBackLabels(model, mutation);
    });
  }

  /** Ends the timers; resolves when nothing is being written any more. */
  stop(): Promise<void> {
    return this.#runner.stop();
  }

  #ask(model: string, kind: 'pause' | 'resume', mutation: Mutation): Promise<void> {
    return this.#once(model, mutation, async (by) => {
      insist(await this.#runner.ask(model, { kind, ...by }));
    });
  }

  #once(
    model: string,
    mutation: Mutation,
    change: (by: { readonly actor: string; readonly reason: string }) => Promise<void>,
  ): Promise<void> {
    const { actor, reason } = mutation;
    return this.#parts.control.parts.mutations.once(model, mutation, () => change({ actor, reason }));
  }

  /** The label's version, or the newest one that takes requests beside the canary. */
  #stableBeside(model: string, version: bigint): bigint {
    const { control } = this.#parts;
    const { stable } = control.canaryLabels(model);
    const facts = control.parts.manager.routingFacts(model);
    const labelled = stable !== undefined && stable !== version && facts?.isAvailable(stable) === true;
    const others = control
      .view(model)
      .versions.filter(({ number, state }) => number !== version && state.phase === 'available');
    const found = labelled ? stable : others.at(-1)?.number;
    if (found === undefined) {
      const text = `Model ${model} has no AVAILABLE version beside ${version} that the canary could be compared with.`;
      throw new PerchError('CANARY_STATE', text);
    }
    return found;
  }

  /** Whether labels and shares are what a promotion left: only then is its way back still the one to go. */
  #isAsPromoted(model: string, { phase, version }: CanaryState): boolean {
    const { control } = this.#parts;
    const { stable, canary } = control.canaryLabels(model);
    const shares = control.parts.store.get(model).shares;
    const isAllStable = shares.every(
      ({ target, percent }) => percent === 0 || (target.kind === 'label' && target.label === stableLabel),
    );
    return phase === 'succeeded' && stable === version && canary === undefined && isAllStable;
  }

  #lost(model: string, version: bigint): void {
    const state = this.view(model)?.state;
    if (state === undefined || !isRunning(state.phase)) {
      return;
    }
    const reason = `version ${version} is not AVAILABLE any more.`;
    if (version === state.version) {
      void this.#runner.lost(model, { kind: 'version-lost', reason });
    } else if (version === state.stableVersion) {
      void this.#runner.lost(model, { kind: 'stable-lost', reason });
    }
  }

  async #measure(
    model: string,
    { version, stableVersion, plan }: CanaryState,
    windowSeconds: readonly number[],
  ): Promise<readonly JudgedWindow[]> {
    const { statistics, shadows } = this.#parts;
    const golden = await Promise.all(
      plan.gates.golden.map(async (request) => {
        const { signal } = new AbortController();
        using deadline = deadlineAfter(goldenTimeoutMs, signal);
        const problem = await this.#parts
          .predict(model, version, request.requestJson, deadline.signal)
          .then((answer) => goldenDifference(answer, request.responseJson, request.tolerance))
          .catch((reason: unknown) => PerchError.from(reason).message);
        return { name: request.name, ...(problem === undefined ? {} : { problem }) };
      }),
    );
    return windowSeconds.map((seconds) => {
      const canary = statistics.window(model, version, seconds);
      const stable = statistics.window(model, stableVersion, seconds);
      const shadow = shadows.summary(model)?.window(seconds);
      const distance = driftBetween(canary, stable);
      return {
        canary: toFigures(canary),
        stable: toFigures(stable),
        golden,
        ...(shadow?.agreement === undefined
          ? {}
          : { shadow: { compared: shadow.compared, agreement: shadow.agreement } }),
        ...(distance === undefined ? {} : { drift: distance }),
      };
    });
  }

  async #apply(model: string, effects: readonly CanaryEffect[]): Promise<void> {
    const { control } = this.#parts;
    const labels = new Map<string, bigint | undefined>();
    for (const effect of effects) {
      if (effect.kind === 'set-canary-label') {
        labels.set(canaryLabel, effect.version);
      } else if (effect.kind === 'move-stable-label') {
        labels.set(stableLabel, effect.version);
      } else if (effect.kind === 'drop-canary-label') {
        labels.set(canaryLabel, undefined);
      }
    }
    for (const effect of effects) {
      // Before labels move: the way back must not be unloaded in between.
      if (effect.kind === 'keep-warm') {
        control.parts.labels.keepWarm(model, effect.version, effect.ms);
      }
    }
    // All labels in one step: with it every request that is not yet routed anew falls back to the new stable.
    if (labels.size > 0) {
      await control.parts.labels.set(model, labels);
    }
    for (const effect of effects) {
      if (effect.kind === 'event') {
        const { event, actor, reason, before, after } = effect;
        control.parts.events.record({ model, kind: event, actor, reason, before, after });
      } else {
        await this.#applyTraffic(model, effect);
      }
    }
    // Also what the daemon does by itself is something that a window has not seen.
    control.parts.mutations.bump(model);
    control.parts.manager.touch(model);
  }

  async #applyTraffic(model: string, effect: TrafficEffect): Promise<void> {
    const { control, shadows } = this.#parts;
    switch (effect.kind) {
      case 'set-shares':
        await control.putShares(model, effect.shares);
        return;
      case 'restore':
        await control.restoreBefore(model, effect.before);
        return;
      case 'set-shadow': {
        const { shadow } = control.parts.store.get(model);
        const isOwn = shadow?.target.kind === 'label' && shadow.target.label === canaryLabel;
        if (effect.percent > 0 && shadow?.percent !== effect.percent) {
          const target = { kind: 'label', label: canaryLabel } as const;
          await control.putShadow(model, { target, percent: effect.percent, keepInputs: false });
          shadows.reset(model, false);
        } else if (effect.percent === 0 && isOwn) {
          await control.putShadow(model, undefined);
        }
        return;
      }
      default:
        // Labels are moved together, and versions kept warm, before.
        return;
    }
  }
}

/** Throws CANARY_STATE where it was refused. */
function insist({ refused }: CanaryAnswer): void {
  if (refused !== undefined) {
    throw new PerchError('CANARY_STATE', refused);
  }
}

/** The time of the run itself: in one engine host each version waits behind the other, and a slow one would hide. */
function toFigures({ requests, successRate, total, run }: WindowStatistics): WindowFigures {
  return { requests, successRate: successRate ?? NaN, p99Us: (run ?? total)?.p99Us ?? NaN };
}

/** The largest distance of the top classes of any output, beyond what chance alone would make of it. */
function driftBetween(canary: WindowStatistics, stable: WindowStatistics): number | undefined {
  const distances = drift(canary.outputs, stable.outputs).flatMap(
    ({ classDistance, classDistanceByChance = 0 }) =>
      classDistance === undefined ? [] : [Math.max(0, classDistance - classDistanceByChance)],
  );
  return distances.length === 0 ? undefined : Math.max(...distances);
}
