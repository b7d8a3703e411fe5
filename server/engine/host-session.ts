// A session in an engine host: opened by the first way that works, run, lost with its host, freed.
import type { Signature, TensorMap } from '../codec/tensor.ts';
import { PerchError } from '../errors.ts';
import type { ConversionFacts, RunHints, RunResult } from '../lifecycle/version-state.ts';
import type { EngineHost } from './engine-host.ts';
import type { InstancePlan } from './engine-plan.ts';
import type { ConversionSettings, SessionSettings } from './engine-settings.ts';
import type { EngineMessage } from './frames.ts';

/** A session that takes runs. */
export interface HostSession {
  readonly host: EngineHost;
  readonly settings: SessionSettings;
  /** Why it is not made as was asked for; empty where it is. */
  readonly fallbackReason: string;
  /** At least one. */
  readonly signatures: readonly Signature[];
  /** Absent for ONNX. */
  readonly conversion: ConversionFacts | undefined;
  /** Settles, once, when the host ends by itself. */
  readonly lost: Promise<PerchError>;
  /** Runs that wait for an answer. */
  readonly runsInFlight: number;
  /** As LoadedVersion.run. */
  run(
    inputs: TensorMap,
    outputNames: readonly string[],
    signal: AbortSignal,
    hints?: RunHints,
  ): Promise<RunResult>;
  /** Frees it; nothing may run on it any more. */
  close(): Promise<void>;
}

/** What a session is made of. */
export interface SessionRequest {
  /** The model file, absolute. */
  readonly file: string;
  readonly plan: InstancePlan;
  /** Absent for ONNX. */
  readonly conversion?: ConversionSettings;
  /** How far the host may grow before it ends itself; 0: without limit. */
  readonly memoryLimitBytes: number;
  /** Where a profile of its runs is written when it is closed; empty: nowhere. */
  readonly profilePrefix: string;
}

/**
 * Opens a session. Rejects with MODEL_FILE_INVALID, with the last candidate's words where none works; with
 * SAVED_MODEL_INVALID and OPERATORS_UNSUPPORTED for what is to be converted; with ENGINE_CRASHED,
 * ENGINE_RESTARTED or MODEL_MEMORY_EXCEEDED where the host ended; with the signal's reason.
 */
export async function openSession(
  host: EngineHost,
  request: SessionRequest,
  signal: AbortSignal,
): Promise<HostSession> {
  const number = host.claimSession();
  let forget: () => void = () => undefined;
  const lost = new Promise<PerchError>((resolve) => {
    forget = host.onLost(number, resolve);
  });
  void lost.then(() => host.releaseSession(number));
  try {
    await abortable(host.whenUp(), signal);
  } catch (reason) {
    forget();
    host.releaseSession(number);
    throw reason;
  }
  const opening = openFirst(host, number, request, signal).then(
    (opened) => new OpenSession(host, number, { ...opened, lost, forget }),
    (reason: unknown) => {
      forget();
      host.releaseSession(number);
      throw reason;
    },
  );
  try {
    return await abortable(opening, signal);
  } catch (reason) {
    // The host may be at it still: what it opens after all is closed again, whenever that is.
    void opening.then((session) => session.close()).catch(() => undefined);
    throw reason;
  }
}

interface Opened {
  readonly settings: SessionSettings;
  readonly fallbackReason: string;
  readonly signatures: readonly Signature[];
  readonly conversion: ConversionFacts | undefined;
}

/** Tries the candidates in their order: ONNX Runtime itself never takes another provider than the one asked for. */
async function openFirst(
  host: EngineHost,
  session: number,
  { plan, ...request }: SessionRequest,
  signal: AbortSignal,
): Promise<Opened> {
  const reasons = plan.fallbackReason === '' ? [] : [plan.fallbackReason];
  let last: PerchError | undefined;
  for (const settings of plan.candidates) {
    signal.throwIfAborted();
    try {
      const answer = await host.call({ kind: 'load', session, settings, ...request });
      const { signatures, conversion } = expect(answer, 'loaded');
      return { settings, signatures, conversion, fallbackReason: reasons.join('; ') };
    } catch (reason) {
      last = PerchError.from(reason);
      if (last.code !== 'MODEL_FILE_INVALID') {
        throw last;
      }
      reasons.push(`${settings.provider}: ${last.message}`);
    }
  }
  throw last ?? new PerchError('INTERNAL', 'A plan without candidates.');
}

class OpenSession implements HostSession {
  readonly host: EngineHost;
  readonly settings: SessionSettings;
  readonly fallbackReason: string;
  readonly signatures: readonly Signature[];
  readonly conversion: ConversionFacts | undefined;
  readonly lost: Promise<PerchError>;
  readonly #number: number;
  readonly #forget: () => void;
  #runsInFlight = 0;

  constructor(
    host: EngineHost,
    number: number,
    {
      settings,
      fallbackReason,
      signatures,
      conversion,
      lost,
      forget,
    }: Opened & Pick<HostSession, 'lost'> & { forget: () => void },
  ) {
    this.host = host;
    this.settings = settings;
    this.fallbackReason = fallbackReason;
    this.signatures = signatures;
    this.conversion = conversion;
    this.lost = lost;
    this.#number = number;
    this.#forget = forget;
  }

  get runsInFlight(): number {
    return this.#runsInFlight;
  }

  async run(
    inputs: TensorMap,
    outputNames: readonly string[],
    signal: AbortSignal,
    { isBackground = false, signature = '' }: RunHints = {},
  ): Promise<RunResult> {
    this.#runsInFlight++;
    try {
      const request = {
        kind: 'run',
        session: this.#number,
        signature,
        tensors: inputs,
        outputNames,
      } as const;
      const answer = await this.host.run(request, signal, isBackground);
      const { tensors, engineUs } = expect(answer, 'ran');
      return { outputs: tensors, engineUs };
    } finally {
      this.#runsInFlight--;
    }
  }

  async close(): Promise<void> {
    this.#forget();
    try {
      await this.host.call({ kind: 'unload', session: this.#number });
    } finally {
      this.host.releaseSession(this.#number);
    }
  }
}

/** `promise`, or the signal's reason if that fires first. */
async function abortable<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  signal.throwIfAborted();
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(PerchError.from(signal.reason));
    signal.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function expect<Kind extends EngineMessage['kind']>(
  message: EngineMessage,
  kind: Kind,
): Extract<EngineMessage, { kind: Kind }> {
  if (message.kind !== kind) {
    throw new PerchError('INTERNAL', `The engine host answered "${message.kind}" instead of "${kind}".`);
  }
  return message as Extract<EngineMessage, { kind: Kind }>;
}
