// The canaries of all models: what people ask for, what statistics say, and what comes of it for labels and traffic.
import { isRunning } from '../canary/canary-effects.ts';
import type { EndByLabels } from '../canary/canary-machine.ts';
import type { BeforeCanary, CanaryPlan, CanaryState } from '../canary/canary.ts';
import { fillPlan } from '../canary/plan.ts';
import type { CanaryAnswer, CanaryView } from '../canary/runner-parts.ts';
import { CanaryRunner } from '../canary/runner.ts';
import { PerchError } from '../errors.ts';
import { stableLabel } from '../lifecycle/model-manager.ts';
import type { Logger } from '../log.ts';
import { applyEffects } from './canary-apply.ts';
import { measureCanary, type MeasureParts } from './canary-measure.ts';
import type { Mutation } from './mutations.ts';
import { canaryLabel, type TrafficControl } from './traffic-control.ts';
import { absenceText, labelsText, sharesText } from './traffic-text.ts';

/** What the desk works with. */
export interface CanaryDeskParts extends MeasureParts {
  readonly control: TrafficControl;
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
      measure: (model, state, seconds) => measureCanary(parts, model, state, seconds),
      persist: (model, canary) => parts.control.keepCanary(model, canary),
      apply: (model, effects) => applyEffects(parts.control, model, effects),
      changed: (model) => manager.touch(model),
      log: parts.log,
    });
    manager.events.on('moved', (model, { version, from, to }) => {
      if (from.phase === 'available' && to.phase !== 'available') {
        this.#lost(model, version, `version ${version} is not AVAILABLE any more.`);
      }
    });
  }

  /** The canary of a model, running or ended; undefined without one. */
  view(model: string): CanaryView | undefined {
    return this.#runner.view(model);
  }

  /** Shows the canaries that were kept, so that people may ask something of them from the very start. */
  show(models: readonly string[]): void {
    const { store } = this.#parts.control.parts;
    for (const model of models) {
      const { canary } = store.get(model);
      if (canary !== undefined) {
        this.#runner.show(model, canary);
      }
    }
  }

  /**
   * Goes on with a canary that is shown, once the disk has been looked at: at the same step with the same shares. It is judged
   * from when its model has settled; where a version did not come back, it is rolled back, or paused. Rejects with CANCELLED
   * when `stopping` fires.
   */
  async goOn(model: string, stopping: AbortSignal): Promise<void> {
    const { manager } = this.#parts.control.parts;
    await this.#runner.takeUp(model);
    await manager.whenModelSettled(model, stopping);
    const state = this.view(model)?.state;
    for (const version of state === undefined ? [] : [state.version, state.stableVersion]) {
      if (manager.routingFacts(model)?.isAvailable(version) !== true) {
        this.#lost(model, version, absenceText(manager.view(model), version));
      }
    }
    this.#runner.judge(model);
  }

  /** Begins a canary. Rejects with VERSION_NOT_AVAILABLE or CANARY_STATE. */
  start(model: string, version: bigint, plan: CanaryPlan, mutation: Mutation): Promise<void> {
    return this.#once(model, mutation, async ({ actor, reason }) => {
      const { control } = this.#parts;
      control.view(model);
      this.#requireAvailable(model, version);
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
        this.#requireAvailable(model, view.state.version);
        insist(await this.#runner.ask(model, { kind: 'promote', ...by }));
        return;
      }
      const { canary } = this.#parts.control.canaryLabels(model);
      if (canary === undefined) {
        const text = `Model ${model} has no version with the label ${canaryLabel}.`;
        throw new PerchError('CANARY_STATE', text);
      }
      this.#requireAvailable(model, canary);
      insist(await this.#runner.endByLabels(model, this.#endOf(model, canary, 'promote', by)));
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
      const { canary, stable } = control.canaryLabels(model);
      if (canary === undefined) {
        throw new PerchError('CANARY_STATE', answer?.refused ?? `There is no canary of model ${model}.`);
      }
      if (stable === undefined) {
        throw new PerchError('CANARY_STATE', `Model ${model} has no canary that could be rolled back.`);
      }
      const { before, ...end } = this.#endOf(model, canary, 'rollback', by);
      insist(await this.#runner.endByLabels(model, { ...end, before: withoutCanary(before) }));
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

  /** Throws VERSION_NOT_AVAILABLE. */
  #requireAvailable(model: string, version: bigint): void {
    if (this.#parts.control.parts.manager.routingFacts(model)?.isAvailable(version) !== true) {
      throw new PerchError('VERSION_NOT_AVAILABLE', `Version ${version} of model ${model} is not AVAILABLE.`);
    }
  }

  /** The label's version, or the newest one that takes requests beside the canary. Throws CANARY_STATE. */
  #stableBeside(model: string, version: bigint): bigint {
    const { control } = this.#parts;
    const { stable } = control.canaryLabels(model);
    const facts = control.parts.manager.routingFacts(model);
    const labelled = stable !== undefined && stable !== version && facts?.isAvailable(stable) === true;
    const found = labelled ? stable : this.#newestBeside(model, version);
    if (found === undefined) {
      const text = `Model ${model} has no AVAILABLE version beside ${version} that the canary could be compared with.`;
      throw new PerchError('CANARY_STATE', text);
    }
    return found;
  }

  #newestBeside(model: string, version: bigint): bigint | undefined {
    return this.#parts.control
      .view(model)
      .versions.filter(({ number, state }) => number !== version && state.phase === 'available')
      .at(-1)?.number;
  }

  /** What is promoted or rolled back by the labels alone: nothing is compared, so there need be no other version. */
  #endOf(
    model: string,
    version: bigint,
    end: EndByLabels['end'],
    by: { readonly actor: string; readonly reason: string },
  ): EndByLabels {
    const { control } = this.#parts;
    const labels = control.wantedLabels(model);
    const stableVersion = labels.get(stableLabel) ?? this.#newestBeside(model, version) ?? version;
    const before = control.before(model);
    const text = [labelsText(labels), sharesText(before.shares)].join('; ');
    return { version, stableVersion, plan: fillPlan({}), before, end, text, ...by };
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

  /** `reason`: a sentence that begins small. */
  #lost(model: string, version: bigint, reason: string): void {
    const state = this.view(model)?.state;
    if (state === undefined || !isRunning(state.phase)) {
      return;
    }
    if (version === state.version) {
      void this.#runner.lost(model, { kind: 'version-lost', reason });
    } else if (version === state.stableVersion) {
      void this.#runner.lost(model, { kind: 'stable-lost', reason });
    }
  }
}

/** What is without the canary that has come by the labels alone: its share is stable's, and no copies go to it. */
function withoutCanary({ shares, shadow, stableLabel: stable }: BeforeCanary): BeforeCanary {
  const isCanarys = shadow?.target.kind === 'label' && shadow.target.label === canaryLabel;
  return {
    shares: shares.length === 0 ? [] : [{ target: { kind: 'label', label: stableLabel }, percent: 100 }],
    ...(shadow === undefined || isCanarys ? {} : { shadow }),
    ...(stable === undefined ? {} : { stableLabel: stable }),
  };
}

/** Throws CANARY_STATE where it was refused. */
function insist({ refused }: CanaryAnswer): void {
  if (refused !== undefined) {
    throw new PerchError('CANARY_STATE', refused);
  }
}
