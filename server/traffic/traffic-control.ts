// Labels, the split of requests, promotion and roll back of each model: changed here, kept on disk, and in effect at once.
import type { BeforeCanary, CanaryState, KeptShare } from '../canary/canary.ts';
import type { KeptShadow, ModelTraffic } from '../canary/model-traffic.ts';
import { fillPlan } from '../canary/plan.ts';
import { deadlineAfter } from '../deadline.ts';
import { PerchError } from '../errors.ts';
import { stableLabel, type ModelManager, type ModelView } from '../lifecycle/model-manager.ts';
import { checkRoute, checkShadow } from '../routing/route.ts';
import type { Router } from '../routing/router.ts';
import {
  assignSlots,
  reassignSlots,
  slotsFromText,
  slotsToText,
  type SlotTable,
} from '../routing/slot-table.ts';
import type { EventLog } from './event-log.ts';
import type { Mutation, Mutations } from './mutations.ts';
import { labelsText, sharesText, targetName } from './traffic-text.ts';

/** The label that a canary has. */
export const canaryLabel = 'canary';

/** Keeps what models.config has no place for. */
export interface TrafficStore {
  get(model: string): ModelTraffic;
  /** Resolves when it is on disk. */
  update(model: string, traffic: ModelTraffic): Promise<void>;
}

/** Where labels are kept, and how they come into effect. */
export interface LabelStore {
  /** Gives labels versions, and takes away those that are undefined, all in one step; resolves when it is on disk and in effect. */
  set(model: string, changes: ReadonlyMap<string, bigint | undefined>): Promise<void>;
  /** Keeps a version loaded for so many milliseconds from now, whatever the policy says. */
  keepWarm(model: string, version: bigint, ms: number): void;
}

/** What the control works on. */
export interface TrafficParts {
  readonly manager: ModelManager;
  readonly router: Router;
  readonly store: TrafficStore;
  readonly labels: LabelStore;
  readonly mutations: Mutations;
  readonly events: EventLog;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
}

/** The labels that a canary moves, and their versions; undefined: no such label. */
export interface CanaryLabels {
  readonly stable: bigint | undefined;
  readonly canary: bigint | undefined;
}

/** Changes one thing at a time; every change is guarded by `Mutations` and told to the event log. */
export class TrafficControl {
  readonly parts: TrafficParts;
  #revision = 0n;

  constructor(parts: TrafficParts) {
    this.parts = parts;
  }

  /** Puts what is kept of these models into effect: at the start, and after the file was changed by hand. */
  restore(models: readonly string[]): void {
    for (const model of models) {
      this.#route(model);
    }
  }

  /** Gives a label to a version; `waitMs`: how long it may take to become AVAILABLE. */
  setLabel(
    model: string,
    label: string,
    version: bigint,
    options: { readonly waitMs: number; readonly signal: AbortSignal; readonly mutation: Mutation },
  ): Promise<void> {
    const { mutation, waitMs, signal } = options;
    return this.parts.mutations.once(model, mutation, async () => {
      checkLabel(label);
      if (isRunning(this.parts.store.get(model).canary) && (label === canaryLabel || label === stableLabel)) {
        throw new PerchError(
          'CANARY_STATE',
          `A canary of model ${model} runs, and it sets the label ${label}.`,
        );
      }
      await this.#requireAvailable(model, version, waitMs, signal);
      const before = this.view(model).labels;
      await this.parts.labels.set(model, new Map([[label, version]]));
      this.#record(model, 'set_label', mutation, labelsText(before), labelsText(this.view(model).labels));
    });
  }

  /** Takes a label away. Rejects with LABEL_IN_USE. */
  deleteLabel(model: string, label: string, mutation: Mutation): Promise<void> {
    return this.parts.mutations.once(model, mutation, async () => {
      const { labels, pendingLabels } = this.view(model);
      const { shares, shadow, canary } = this.parts.store.get(model);
      const isTarget = [...shares, ...(shadow === undefined ? [] : [shadow])].some(
        ({ target }) => target.kind === 'label' && target.label === label,
      );
      if (isTarget || (isRunning(canary) && (label === canaryLabel || label === stableLabel))) {
        throw new PerchError('LABEL_IN_USE', `Requests of model ${model} are routed by the label ${label}.`);
      }
      if (labels.has(label) || pendingLabels.some((pending) => pending.label === label)) {
        await this.parts.labels.set(model, new Map([[label, undefined]]));
        this.#record(
          model,
          'delete_label',
          mutation,
          labelsText(labels),
          labelsText(this.view(model).labels),
        );
      }
    });
  }

  /** Splits the requests; no shares: no split. Rejects with CONFIG_INVALID, or CANARY_STATE while a canary runs. */
  setTraffic(model: string, shares: readonly KeptShare[], mutation: Mutation): Promise<void> {
    return this.parts.mutations.once(model, mutation, async () => {
      this.view(model);
      const before = this.parts.store.get(model);
      if (isRunning(before.canary)) {
        throw new PerchError('CANARY_STATE', `A canary of model ${model} runs, and it sets the shares.`);
      }
      await this.putShares(model, shares);
      this.#record(model, 'set_traffic', mutation, sharesText(before.shares), sharesText(shares));
    });
  }

  /** Copies requests; undefined: no more. Rejects with CONFIG_INVALID or VERSION_NOT_AVAILABLE. */
  setShadow(model: string, shadow: KeptShadow | undefined, mutation: Mutation): Promise<void> {
    return this.parts.mutations.once(model, mutation, async () => {
      this.view(model);
      const before = this.parts.store.get(model);
      if (shadow !== undefined) {
        checkShadow(shadow);
        const facts = this.parts.manager.routingFacts(model);
        const { target } = shadow;
        const version = target.kind === 'version' ? target.version : facts?.versionOfLabel(target.label);
        if (version === undefined || facts?.isAvailable(version) !== true) {
          throw new PerchError(
            'VERSION_NOT_AVAILABLE',
            `${targetName(target)} of model ${model} is not AVAILABLE.`,
          );
        }
      }
      await this.putShadow(model, shadow);
      const text = (one: KeptShadow | undefined): string =>
        one === undefined ? 'no shadow' : `${one.percent}% to ${targetName(one.target)}`;
      this.#record(model, 'set_shadow', mutation, text(before.shadow), text(shadow));
    });
  }

  /** Makes the canary stable; by the labels alone where no plan runs. Rejects with CANARY_STATE or VERSION_NOT_AVAILABLE. */
  async promoteLabels(model: string, mutation: Mutation): Promise<void> {
    const { stable, canary } = this.canaryLabels(model);
    if (canary === undefined) {
      throw new PerchError('CANARY_STATE', `Model ${model} has no version with the label ${canaryLabel}.`);
    }
    await this.#requireAvailable(model, canary, 0, new AbortController().signal);
    const before = this.before(model);
    const text = this.describe(model);
    const now = this.parts.now();
    const state: CanaryState = {
      version: canary,
      stableVersion: stable ?? 0n,
      phase: 'succeeded',
      step: 0,
      passedChecks: 0,
      failedChecks: 0,
      inconclusiveChecks: 0,
      startedAtMs: now,
      phaseSinceMs: now,
      reason: 'promoted by the labels, without a plan',
      plan: fillPlan({}),
      before,
      settled: true,
    };
    if (stable !== undefined) {
      // Before the label moves: the way back must not be unloaded in between.
      this.parts.labels.keepWarm(model, stable, state.plan.keepWarmMs);
    }
    // What a crash leaves between the two is the state before, or a promotion whose shares fall back to stable: the same.
    await this.parts.labels.set(
      model,
      new Map([
        [stableLabel, canary],
        [canaryLabel, undefined],
      ]),
    );
    await this.keep(model, { canary: state, shares: stableShares });
    this.#record(model, 'promoted', mutation, text, this.describe(model));
  }

  /** Takes the canary back; by the labels alone where no plan ran. Rejects with CANARY_STATE. */
  async rollBackLabels(model: string, mutation: Mutation): Promise<void> {
    const { stable, canary } = this.canaryLabels(model);
    if (canary === undefined || stable === undefined) {
      throw new PerchError('CANARY_STATE', `Model ${model} has no canary that could be rolled back.`);
    }
    const text = this.describe(model);
    await this.parts.labels.set(model, new Map([[canaryLabel, undefined]]));
    await this.keep(model, { shares: stableShares });
    this.#record(model, 'rolled_back', mutation, text, this.describe(model));
  }

  /** Restores labels and shares as they were before a canary. */
  async restoreBefore(
    model: string,
    { stableLabel: stable, canaryLabel: canary, shares }: BeforeCanary,
  ): Promise<void> {
    await this.parts.labels.set(
      model,
      new Map([
        [stableLabel, stable],
        [canaryLabel, canary],
      ]),
    );
    await this.putShares(model, shares);
  }

  /** What a roll back of a canary that begins now would restore. */
  before(model: string): BeforeCanary {
    const { stable, canary } = this.canaryLabels(model);
    return {
      shares: this.parts.store.get(model).shares,
      ...(stable === undefined ? {} : { stableLabel: stable }),
      ...(canary === undefined ? {} : { canaryLabel: canary }),
    };
  }

  /** The versions of the two labels now. */
  canaryLabels(model: string): CanaryLabels {
    const { labels } = this.view(model);
    return { stable: labels.get(stableLabel), canary: labels.get(canaryLabel) };
  }

  /** Puts shares into effect and keeps them. Throws CONFIG_INVALID. */
  async putShares(model: string, shares: readonly KeptShare[]): Promise<void> {
    if (shares.length > 0) {
      checkRoute({ shares });
    }
    await this.keep(model, { shares });
  }

  /** Puts a shadow into effect and keeps it. */
  async putShadow(model: string, shadow: KeptShadow | undefined): Promise<void> {
    const { shares, slots, labels, canary } = this.parts.store.get(model);
    await this.parts.store.update(model, {
      shares,
      slots,
      labels,
      ...(canary === undefined ? {} : { canary }),
      ...(shadow === undefined ? {} : { shadow }),
    });
    this.#route(model);
  }

  /** Keeps a part of what is kept of the model, and puts it into effect. */
  async keep(model: string, change: Partial<Pick<ModelTraffic, 'canary' | 'shares'>>): Promise<void> {
    const before = this.parts.store.get(model);
    const next = { ...before, ...change };
    const slots = slotsOf(before, next.shares);
    await this.parts.store.update(model, { ...next, slots: slots === undefined ? '' : slotsToText(slots) });
    this.#route(model);
  }

  /** A line with the labels and shares of a model. */
  describe(model: string): string {
    const { labels } = this.view(model);
    const { shares } = this.parts.store.get(model);
    return [labelsText(labels), sharesText(shares)].filter((part) => part !== '').join('; ');
  }

  /** The model. Throws MODEL_UNKNOWN. */
  view(model: string): ModelView {
    const view = this.parts.manager.view(model);
    if (view === undefined) {
      throw new PerchError('MODEL_UNKNOWN', `There is no model ${model}.`);
    }
    return view;
  }

  async #requireAvailable(
    model: string,
    version: bigint,
    waitMs: number,
    signal: AbortSignal,
  ): Promise<void> {
    this.view(model);
    const { manager } = this.parts;
    if (manager.routingFacts(model)?.isAvailable(version) === true) {
      return;
    }
    if (waitMs === 0) {
      throw new PerchError('VERSION_NOT_AVAILABLE', `Version ${version} of model ${model} is not AVAILABLE.`);
    }
    using deadline = deadlineAfter(waitMs, signal);
    try {
      await manager.loadVersion(model, version, deadline.signal);
    } catch (reason) {
      signal.throwIfAborted();
      if (deadline.signal.aborted) {
        const text = `Version ${version} of model ${model} was not AVAILABLE after ${waitMs} ms; its load goes on.`;
        throw new PerchError('VERSION_NOT_AVAILABLE', text);
      }
      throw reason;
    }
  }

  #route(model: string): void {
    const { router, store, manager } = this.parts;
    const kept = store.get(model);
    const route = slotsOf(kept, kept.shares);
    this.#revision++;
    router.set(model, {
      ...(route === undefined ? {} : { route }),
      ...(kept.shadow === undefined ? {} : { shadow: kept.shadow }),
      revision: this.#revision,
    });
    manager.touch(model);
  }

  #record(model: string, kind: string, { actor, reason }: Mutation, before: string, after: string): void {
    this.parts.events.record({ model, kind, actor, reason, before, after });
    this.parts.manager.touch(model);
  }
}

/** All requests to stable. */
const stableShares: readonly KeptShare[] = [{ target: { kind: 'label', label: stableLabel }, percent: 100 }];

/** Whether it has not ended. */
export function isRunning(canary: CanaryState | undefined): canary is CanaryState {
  return canary !== undefined && canary.phase !== 'succeeded' && canary.phase !== 'rolled-back';
}

/** The places of the split for `shares`, with as few moved as can be against what was kept. */
function slotsOf(before: ModelTraffic, shares: readonly KeptShare[]): SlotTable | undefined {
  if (shares.length === 0) {
    return undefined;
  }
  const next = { shares };
  if (before.slots === '' || before.shares.length === 0) {
    return assignSlots(next);
  }
  try {
    return reassignSlots(slotsFromText(before.slots, { shares: before.shares }), next);
  } catch {
    // Changed by hand: the shares are what counts.
    return assignSlots(next);
  }
}

function checkLabel(label: string): void {
  if (label === '' || label.length > 255 || /\p{Cc}/u.test(label)) {
    throw new PerchError(
      'REQUEST_MALFORMED',
      'A label has 1 to 255 characters, none of them a control character.',
    );
  }
}
