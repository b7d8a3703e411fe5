// What a runner needs of the daemon, by hand: a clock that is turned, a file, labels and traffic, and ways to break them.
import type { CanaryEffect, EventEffect } from '../../../../../server/canary/canary-effects.ts';
import type { BeforeCanary, CanaryState, KeptShare } from '../../../../../server/canary/canary.ts';
import type { KeptShadow } from '../../../../../server/canary/model-traffic.ts';
import type { JudgedWindow } from '../../../../../server/canary/gates.ts';
import { CanaryRunner } from '../../../../../server/canary/runner.ts';
import type { CanaryView } from '../../../../../server/canary/runner-parts.ts';
import { createLogger } from '../../../../../server/log.ts';
import { before, begin, windowOf } from './canaries.ts';

/** Labels and traffic of one model: what stays when the daemon is killed. */
export interface World {
  /** What perch.pbtxt has. */
  kept?: CanaryState;
  labels: Map<string, bigint>;
  shares: readonly KeptShare[];
  shadow: KeptShadow | undefined;
}

export function newWorld(): World {
  return { labels: new Map([['stable', 1n]]), shares: before.shares, shadow: before.shadow };
}

/** A daemon with one model, `m`. */
export class FakeDaemon {
  readonly runner: CanaryRunner;
  readonly events: EventEffect[] = [];
  readonly warm: { readonly version: bigint; readonly ms: number }[] = [];
  readonly letGo: bigint[] = [];
  readonly views: CanaryView[] = [];
  readonly logged: string[] = [];
  /** What was done, in order: "persist progressing 0", "apply set-shares". */
  readonly steps: string[] = [];
  now = begin;
  measure: (state: CanaryState, seconds: readonly number[]) => Promise<readonly JudgedWindow[]> = (
    _,
    seconds,
  ) => Promise.resolve(seconds.map(() => windowOf()));
  /** Called before each step; may throw, or never resolve, which is what a kill is like. */
  interfere: (step: string) => Promise<void> = () => Promise.resolve();
  #timers: { readonly at: number; readonly run: () => void }[] = [];

  readonly world: World;

  constructor(world: World = newWorld()) {
    this.world = world;
    this.runner = new CanaryRunner({
      clock: { now: () => this.now, after: (ms, run) => this.#after(ms, run) },
      measure: (_, state, seconds) => this.measure(state, seconds),
      persist: async (_, state) => {
        await this.#step(`persist ${state.phase} ${state.step}${state.settled === true ? ' settled' : ''}`);
        world.kept = structuredClone(state);
      },
      apply: async (_, effects) => {
        for (const effect of effects) {
          await this.#step(`apply ${effect.kind}`);
          this.#apply(effect);
        }
      },
      changed: (_, view) => this.views.push(view),
      log: createLogger({ format: 'text', write: (line) => this.logged.push(line) }, 'test'),
    });
  }

  get timers(): number {
    return this.#timers.length;
  }

  get state(): CanaryState {
    const view = this.runner.view('m');
    if (view === undefined) {
      throw new Error('There is no canary.');
    }
    return view.state;
  }

  /** Goes on with what was kept, as after a restart whose models are up at once. */
  async resume(state: CanaryState): Promise<void> {
    this.runner.show('m', state);
    await this.runner.takeUp('m');
    this.runner.judge('m');
  }

  /** Lets so many milliseconds go by, with everything that is due in them. */
  async pass(ms: number): Promise<void> {
    const end = this.now + ms;
    for (;;) {
      await quiet();
      const due = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) {
        break;
      }
      this.#timers = this.#timers.filter((timer) => timer !== due);
      this.now = Math.max(this.now, due.at);
      due.run();
    }
    this.now = end;
  }

  async #step(step: string): Promise<void> {
    await this.interfere(step);
    this.steps.push(step);
  }

  #after(ms: number, run: () => void): () => void {
    const timer = { at: this.now + ms, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  #apply(effect: CanaryEffect): void {
    const { world } = this;
    switch (effect.kind) {
      case 'event':
        this.events.push(effect);
        break;
      case 'set-canary-label':
        world.labels.set('canary', effect.version);
        break;
      case 'move-stable-label':
        world.labels.set('stable', effect.version);
        break;
      case 'drop-canary-label':
        world.labels.delete('canary');
        break;
      case 'set-shares':
        world.shares = effect.shares;
        break;
      case 'set-shadow':
        world.shadow = effect.shadow;
        break;
      case 'end-canary-shadow':
        if (world.shadow?.target.kind === 'label' && world.shadow.target.label === 'canary') {
          world.shadow = undefined;
        }
        break;
      case 'let-go':
        this.letGo.push(effect.version);
        break;
      case 'keep-warm':
        this.warm.push(effect);
        break;
      case 'restore':
        world.labels = labelsOf(effect.before);
        world.shares = effect.before.shares;
        world.shadow = effect.before.shadow;
    }
  }
}

/** The labels as they were. */
export function labelsOf({ stableLabel, canaryLabel }: BeforeCanary): Map<string, bigint> {
  return new Map([
    ...(stableLabel === undefined ? [] : [['stable', stableLabel] as const]),
    ...(canaryLabel === undefined ? [] : [['canary', canaryLabel] as const]),
  ]);
}

/** Until nothing goes on any more that does not wait for time or for the test. */
export async function quiet(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
