// The copies of requests that another version answers too: run in the background, compared, summed up per model.
import type { TensorMap } from '../codec/tensor.ts';
import { deadlineAfter } from '../deadline.ts';
import { PerchError } from '../errors.ts';
import type { ModelManager } from '../lifecycle/model-manager.ts';
import type { Logger } from '../log.ts';
import { compareAnswers } from '../routing/shadow-comparison.ts';
import { ShadowQueue, type ShadowCopy, type ShadowOutcome } from '../routing/shadow-queue.ts';
import { ShadowSummary } from '../routing/shadow-summary.ts';

/** A copy that has not begun by then is dropped: the next one of the model waits for it. Milliseconds. */
const copyTimeoutMs = 10_000;

/** Runs and compares. */
export class Shadows {
  readonly #manager: Pick<ModelManager, 'acquire'>;
  readonly #queue: ShadowQueue;
  readonly #summaries = new Map<string, ShadowSummary>();
  /** Copies whose engine host had no time to spare for them, by model. */
  readonly #unbegun = new Map<string, number>();

  constructor(manager: Pick<ModelManager, 'acquire'>, log: Logger) {
    this.#manager = manager;
    this.#queue = new ShadowQueue({
      run: (copy, signal) => this.#run(copy, signal),
      onFinished: (copy, outcome) => this.#finished(copy, outcome),
      onHookFailed: (reason) => log.error('a shadow answer could not be compared', {}, reason),
    });
  }

  /** Begins anew for a model whose shadow changed. */
  reset(model: string, keepInputs: boolean): void {
    this.#queue.forget(model);
    this.#unbegun.delete(model);
    this.#summaries.set(model, new ShadowSummary({ keepInputs }));
  }

  /** Takes a copy of a request that stable has answered, or drops it. Never throws and never waits. */
  offer(copy: ShadowCopy): void {
    this.#queue.offer(copy);
  }

  /** What the copies of the model showed; undefined without any. */
  summary(model: string): ShadowSummary | undefined {
    return this.#summaries.get(model);
  }

  /** Copies of the model that were dropped, for whatever reason. */
  dropped(model: string): number {
    const drops = this.#queue.drops(model).values();
    return [...drops].reduce((sum, count) => sum + count, this.#unbegun.get(model) ?? 0);
  }

  /** Ends everything that runs. */
  stop(): void {
    this.#summaries.forEach((_, model) => this.#queue.forget(model));
  }

  async #run({ model, version, inputs, outputs }: ShadowCopy, signal: AbortSignal): Promise<TensorMap> {
    const lease = this.#manager.acquire(model, { version });
    try {
      using deadline = deadlineAfter(copyTimeoutMs, signal);
      const hints = { isBackground: true };
      const answer = await lease.loaded.run(inputs, [...outputs.keys()], deadline.signal, hints);
      return answer.outputs;
    } finally {
      lease.release();
    }
  }

  #finished(copy: ShadowCopy, outcome: ShadowOutcome): void {
    const code = outcome.kind === 'failed' ? PerchError.from(outcome.reason).code : undefined;
    // Of its time limit: a run that has begun is not cancelled.
    if (code === 'CANCELLED') {
      this.#unbegun.set(copy.model, (this.#unbegun.get(copy.model) ?? 0) + 1);
      return;
    }
    const summary = this.#summaries.get(copy.model) ?? new ShadowSummary();
    this.#summaries.set(copy.model, summary);
    if (outcome.kind === 'failed') {
      summary.addFailure(PerchError.from(outcome.reason).code);
      return;
    }
    summary.add({
      stableVersion: copy.stableVersion,
      shadowVersion: copy.version,
      inputs: copy.inputs,
      stableOutputs: copy.outputs,
      shadowOutputs: outcome.outputs,
      comparison: compareAnswers(copy.outputs, outcome.outputs),
    });
  }
}
