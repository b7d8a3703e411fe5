// The sessions of one engine host, by their numbers.
import type { Signature, TensorMap } from '../../codec/tensor.ts';
import { PerchError } from '../../errors.ts';
import type { ConversionSettings } from '../engine-settings.ts';
import type { EngineMessage } from '../frames.ts';
import { ProcessGuard } from './process-guard.ts';
import { Session, type SessionSource } from './session.ts';

/** What was loaded: an ONNX model, or one that was converted. */
export interface LoadedModel {
  /** At least one. */
  readonly signatures: readonly Signature[];
  /** What became of it where it was converted. */
  readonly conversion?: Extract<EngineMessage, { kind: 'loaded' }>['conversion'];
  /** Runs on inputs that fit the signature, named for a converted model. Rejects with INFERENCE_FAILED. */
  run(inputs: TensorMap, outputNames: readonly string[], signature: string): Promise<TensorMap>;
  release(): Promise<void>;
}

/** What is to be loaded. */
export interface ModelSource extends SessionSource {
  /** Absent for ONNX. */
  readonly conversion?: ConversionSettings;
}

/** Loads, runs and frees sessions. */
export class Sessions {
  readonly #sessions = new Map<number, LoadedModel>();
  readonly #guard = new ProcessGuard();

  /**
   * Loads a file; the process is guarded from now on where there is a limit. Rejects with MODEL_FILE_INVALID, and for what
   * is to be converted with SAVED_MODEL_INVALID or OPERATORS_UNSUPPORTED.
   */
  async load(number: number, source: ModelSource, memoryLimitBytes: number): Promise<LoadedModel> {
    this.#guard.allow(memoryLimitBytes);
    const { conversion } = source;
    const session =
      conversion === undefined ? await Session.load(source) : await loadConverted(source, conversion);
    this.#sessions.set(number, session);
    return session;
  }

  /** Rejects with INFERENCE_FAILED, or ENGINE_CRASHED for a session that this host does not have. */
  run({
    session: number,
    tensors,
    outputNames,
    signature,
  }: Extract<EngineMessage, { kind: 'run' }>): Promise<TensorMap> {
    const session = this.#sessions.get(number);
    if (session === undefined) {
      throw new PerchError('ENGINE_CRASHED', 'The version is not loaded in this engine host.');
    }
    return session.run(tensors, outputNames, signature);
  }

  /** Frees a session; one that is not there is OK. */
  async unload(number: number): Promise<void> {
    const session = this.#sessions.get(number);
    this.#sessions.delete(number);
    await session?.release();
  }
}

/** The converter is loaded with the first model that needs it: it is most of this program, and ONNX models start without it. */
async function loadConverted(source: SessionSource, conversion: ConversionSettings): Promise<LoadedModel> {
  const { ProgramSession } = await import('./program-session.ts');
  return ProgramSession.load(source, conversion);
}
