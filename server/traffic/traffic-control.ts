// Labels, the split of requests, promotion and roll back of each model: changed here, kept on disk, and in effect at once.
import type { BeforeCanary, CanaryState, KeptShare } from '../canary/canary.ts';
import type { KeptShadow, ModelTraffic } from '../canary/model-traffic.ts';
import { deadlineAfter } from '../deadline.ts';
import { PerchError } from '../errors.ts';
import { stableLabel, type ModelManager, type ModelView } from '../lifecycle/model-manager.ts';
import { checkRoute, checkShadow } from '../routing/route.ts';
import type { Router } from '../routing/router.ts';
import { slotsToText } from '../routing/slot-table.ts';
import type { EventLog } from './event-log.ts';
import { slotsOf } from './kept-slots.ts';
import type { Mutation, Mutations } from './mutations.ts';
import type { Shadows } from './shadows.ts';
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
  /**
   * Gives labels versions, and takes away those that are undefined, all in one step; `edit` is what becomes of the rest of
   * what is kept of the model, in the same step where both are in one file, else right after it. Resolves when it is on disk
   * and in effect for the versions that are AVAILABLE; others are not waited for. Rejects with MODEL_UNKNOWN.
   */
  set(
    model: string,
    changes: ReadonlyMap<string, bigint | undefined>,
    edit?: (kept: ModelTraffic) => ModelTraffic,
  ): Promise<void>;
  /** Keeps a version loaded for so many milliseconds from now, whatever the policy says, and then lets it go. */
  keepWarm(model: string, version: bigint, ms: number): void;
  /** Takes a version out of the policy again, if it was put there for a label and nothing else needs it. */
  letGo(model: string, version: bigint): Promise<void>;
}

/** What is to change of a model, in one step; what is absent stays. */
export interface TrafficChange {
  /** undefined takes the label away. */
  readonly labels?: ReadonlyMap<string, bigint | undefined>;
  readonly shares?: readonly KeptShare[];
  /** 'none': nothing is copied any more. */
  readonly shadow?: KeptShadow | 'none';
}

/** What the control works on. */
export interface TrafficParts {
  readonly manager: ModelManager;
  readonly router: Router;
  readonly store: TrafficStore;
  readonly labels: LabelStore;
  readonly mutations: Mutations;
  readonly events: EventLog;
  readonly shadows: Shadows;
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
  async setLabel(
    model: string,
    label: string,
    version: bigint,
    options: { readonly waitMs: number; readonly signal: AbortSignal; readonly mutation: Mutation },
  ): Promise<void> {
    const { mutation, waitMs, signal } = options;
    checkLabel(label);
    const checkCanary = (): void => {
      if (isRunning(this.parts.store.get(model).canary) && (label === canaryLabel || label === stableLabel)) {
        throw new PerchError(
          'CANARY_STATE',
          `A canary of model ${model} runs, and it sets the label ${label}.`,
        );
      }
    };
    return this.parts.mutations.whole(model, mutation, async (turn) => {
      if (waitMs > 0) {
        turn.check();
        checkCanary();
        // Out of turn: other changes, a roll back first of all, do not wait for a load.
        await this.#requireAvailable(model, version, waitMs, signal);
      }
      await turn.take(async () => {
        checkCanary();
        await this.#requireAvailable(model, version, 0, signal);
        const before = this.view(model).labels;
        await this.parts.labels.set(model, new Map([[label, version]]));
        this.#record(model, 'set_label', mutation, labelsText(before), labelsText(this.view(model).labels));
      });
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
      await this.put(model, { shares });
      this.#record(model, 'set_traffic', mutation, sharesText(before.shares), sharesText(shares));
    });
  }

  /**
   * Copies requests; undefined: no more. Rejects with CONFIG_INVALID or VERSION_NOT_AVAILABLE, or with CANARY_STATE while a
   * canary with copies of its own runs.
   */
  setShadow(model: string, shadow: KeptShadow | undefined, mutation: Mutation): Promise<void> {
    return this.parts.mutations.once(model, mutation, async () => {
      this.view(model);
      const before = this.parts.store.get(model);
      if (isRunning(before.canary) && before.canary.plan.shadowPercent > 0) {
        throw new PerchError('CANARY_STATE', `A canary of model ${model} runs, and it sets the shadow.`);
      }
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
      await this.put(model, { shadow: shadow ?? 'none' });
      const text = (one: KeptShadow | undefined): string =>
        one === undefined ? 'no shadow' : `${one.percent}% to ${targetName(one.target)}`;
      this.#record(model, 'set_shadow', mutation, text(before.shadow), text(shadow));
    });
  }

  /** What a roll back of a canary that begins now would restore. */
  before(model: string): BeforeCanary {
    const { stable, canary } = this.canaryLabels(model);
    const { shares, shadow } = this.parts.store.get(model);
    return {
      shares,
      ...(shadow === undefined ? {} : { shadow }),
      ...(stable === undefined ? {} : { stableLabel: stable }),
      ...(canary === undefined ? {} : { canaryLabel: canary }),
    };
  }

  /**
   * The labels as they were asked for: one that waits for its version counts as moved, or a change that comes meanwhile
   * would take the wait back.
   */
  wantedLabels(model: string): ReadonlyMap<string, bigint> {
    const { labels, pendingLabels } = this.view(model);
    return new Map([...labels, ...pendingLabels.map(({ label, version }) => [label, version] as const)]);
  }

  /** The versions of the two labels, as they were asked for. */
  canaryLabels(model: string): CanaryLabels {
    const labels = this.wantedLabels(model);
    return { stable: labels.get(stableLabel), canary: labels.get(canaryLabel) };
  }

  /** Keeps a change and puts it into effect, in one step. Rejects with CONFIG_INVALID, or as LabelStore.set does. */
  async put(model: string, { labels, shares, shadow }: TrafficChange): Promise<void> {
    if (shares !== undefined && shares.length > 0) {
      checkRoute({ shares });
    }
    const edit = (kept: ModelTraffic): ModelTraffic => {
      const { shadow: copied, ...rest } = kept;
      const copies = shadow ?? copied ?? 'none';
      const next = {
        ...rest,
        ...(copies === 'none' ? {} : { shadow: copies }),
        shares: shares ?? kept.shares,
      };
      const slots = slotsOf(kept, next.shares);
      return { ...next, slots: slots === undefined ? '' : slotsToText(slots) };
    };
    const { store } = this.parts;
    await (labels === undefined
      ? store.update(model, edit(store.get(model)))
      : this.parts.labels.set(model, labels, edit));
    this.#route(model);
  }

  /** Keeps a canary. */
  keepCanary(model: string, canary: CanaryState): Promise<void> {
    const { store } = this.parts;
    return store.update(model, { ...store.get(model), canary });
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
    const { router, store, manager, shadows } = this.parts;
    const kept = store.get(model);
    const route = slotsOf(kept, kept.shares);
    if (router.get(model)?.shadow !== kept.shadow) {
      // In one step with the shadow: nothing of the former is compared with it, or counted as its own.
      shadows.reset(model, kept.shadow?.keepInputs ?? false);
    }
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

/** Whether it has not ended. */
export function isRunning(canary: CanaryState | undefined): canary is CanaryState {
  return canary !== undefined && canary.phase !== 'succeeded' && canary.phase !== 'rolled-back';
}

function checkLabel(label: string): void {
  if (label === '' || label.length > 255 || /\p{Cc}/u.test(label)) {
    throw new PerchError(
      'REQUEST_MALFORMED',
      'A label has 1 to 255 characters, none of them a control character.',
    );
  }
}
