// The sessions of one engine host, by their numbers.
import type { Signature, TensorMap } from '../../codec/tensor.ts';
import { PerchError } from '../../errors.ts';
import { ProcessGuard } from './process-guard.ts';
import { Session, type SessionSource } from './session.ts';

/** Loads, runs and frees sessions. */
export class Sessions {
  readonly #sessions = new Map<number, Session>();
  readonly #guard = new ProcessGuard();

  /** Loads a file; the process is guarded from now on where there is a limit. Rejects with MODEL_FILE_INVALID. */
  async load(number: number, source: SessionSource, memoryLimitBytes: number): Promise<Signature> {
    this.#guard.allow(memoryLimitBytes);
    const session = await Session.load(source);
    this.#sessions.set(number, session);
    return session.signature;
  }

  /** Rejects with INFERENCE_FAILED, or ENGINE_CRASHED for a session that this host does not have. */
  run(number: number, inputs: TensorMap, outputNames: readonly string[]): Promise<TensorMap> {
    const session = this.#sessions.get(number);
    if (session === undefined) {
      throw new PerchError('ENGINE_CRASHED', 'The version is not loaded in this engine host.');
    }
    return session.run(inputs, outputNames);
  }

  /** Frees a session; one that is not there is OK. */
  async unload(number: number): Promise<void> {
    const session = this.#sessions.get(number);
    this.#sessions.delete(number);
    await session?.release();
  }
}
