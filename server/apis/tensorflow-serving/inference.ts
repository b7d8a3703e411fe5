// One inference, whatever API it came by: choose the version, check the inputs, run.
import type { Signature, TensorMap } from '../../codec/tensor.ts';
import { PerchError } from '../../errors.ts';
import type { Lease } from '../../lifecycle/model-environment.ts';
import type { LoadedVersion, RunResult } from '../../lifecycle/version-state.ts';
import type { RoutedTo } from '../../traffic/request-traffic.ts';
import type { RequestOrigin, Serving } from '../serving.ts';
import { checkInputs, chooseOutputs } from './check-inputs.ts';
import { signatureNameOf, type Signatures } from './signatures.ts';

/** The model that a request asks for, TF Serving's ModelSpec. */
export interface ModelChoice {
  readonly name: string;
  /** At most one of the two. */
  readonly version?: bigint;
  readonly label?: string;
}

/** What came out, and what answered. */
export interface InferenceAnswer<Result> {
  readonly result: Result;
  readonly version: bigint;
  /** The signature that was run. */
  readonly signatureName: string;
  /** Time in the engine, microseconds. */
  readonly engineUs: number;
  /** Time around that until its answer was here: queues, batching, the way; microseconds. */
  readonly queueUs: number;
  /** Time to read and check the request and to make the result, microseconds. */
  readonly codecUs: number;
  /** Where the traffic rules sent it; absent where there are none. */
  readonly routed?: RoutedTo;
}

/** One run of a version. */
export interface InferenceRun {
  /** One of the version's. */
  readonly signature: Signature;
  readonly inputs: TensorMap;
  /** Names of the outputs wanted; empty for all. */
  readonly outputFilter: readonly string[];
}

/** What a request brings once the version, and with it the signatures, is known. */
export interface InferenceRequest<Result> extends InferenceRun {
  /** Runs beside the first one, on the same version; absent for none. */
  readonly alongside?: readonly InferenceRun[];
  /**
   * Makes the result of the outputs that were asked for, and of those of the runs beside, in their order; what it throws
   * is the request's error.
   */
  readonly finish: (outputs: TensorMap, alongside: readonly TensorMap[]) => Result | Promise<Result>;
}

const noOutputs: readonly TensorMap[] = [];

/**
 * Runs one request on the version that `choice` leads to; `read` makes the request from that version's signatures, so
 * that parsing and running see the same version. The version is not unloaded before the run has ended.
 */
export async function infer<Result>(
  { manager, observer, traffic }: Serving,
  choice: ModelChoice,
  origin: RequestOrigin,
  read: (model: Signatures) => InferenceRequest<Result> | Promise<InferenceRequest<Result>>,
): Promise<InferenceAnswer<Result>> {
  if (choice.name === '') {
    throw new PerchError('MODEL_NAME_MISSING', 'ModelSpec has no name specified.');
  }
  const begun = performance.now();
  const { api, entrypoint, signal, routingKey } = origin;
  const routed = traffic?.choose(choice, routingKey);
  const facts = {
    model: choice.name,
    api,
    entrypoint,
    ...(choice.label === undefined ? {} : { label: choice.label }),
  };
  const micros = (): number => (performance.now() - begun) * 1000;
  let lease: Lease | undefined;
  try {
    lease = manager.acquire(choice.name, routed ?? choice);
    const { loaded, version } = lease;
    const acquired = micros();
    const reading = read(loaded);
    const request = reading instanceof Promise ? await reading : reading;
    const { signature, inputs, alongside, finish } = request;
    const begin = beginRun(loaded, request, signal);
    const others = alongside?.map((run) => beginRun(loaded, run, signal));
    const checked = micros();
    const { outputs, engineUs } = await begin();
    const otherOutputs =
      others === undefined
        ? noOutputs
        : (await Promise.all(others.map((run) => run()))).map((answer) => answer.outputs);
    const ran = micros();
    const made = finish(outputs, otherOutputs);
    const result = made instanceof Promise ? await made : made;
    const took = micros();
    observer.finished({ ...facts, version, micros: took, engineUs, ...countExamples(inputs) });
    if (traffic !== undefined && routed !== undefined) {
      const model = choice.name;
      // A shadow is given what it answers by its own default signature.
      const copied = signature === loaded.signature ? { inputs } : {};
      traffic.served({ model, version, routed, code: 'OK', micros: took, engineUs, ...copied, outputs });
    }
    return {
      result,
      version,
      signatureName: signatureNameOf(signature),
      engineUs,
      queueUs: Math.max(0, ran - checked - engineUs),
      codecUs: checked - acquired + (took - ran),
      ...(routed === undefined ? {} : { routed }),
    };
  } catch (reason) {
    // A time limit aborts with its own error: that is why, not that the run was cancelled.
    const error = PerchError.from(PerchError.is(signal.reason) ? signal.reason : reason);
    observer.finished({
      ...facts,
      ...(lease === undefined ? {} : { version: lease.version }),
      micros: micros(),
      error,
    });
    if (traffic !== undefined && routed !== undefined && lease !== undefined) {
      const { version } = lease;
      traffic.served({ model: choice.name, version, routed, code: error.code, micros: micros() });
    }
    throw error;
  } finally {
    lease?.release();
  }
}

/** Checks the run, and gives what begins it. Throws as `checkInputs` and `chooseOutputs` do. */
export function beginRun(
  loaded: Pick<LoadedVersion, 'run'>,
  { signature, inputs, outputFilter }: InferenceRun,
  signal: AbortSignal,
): () => Promise<RunResult> {
  checkInputs(inputs, signature);
  const outputNames = chooseOutputs(outputFilter, signature);
  const { named } = signature;
  return named === undefined
    ? () => loaded.run(inputs, outputNames, signal)
    : () => loaded.run(inputs, outputNames, signal, { signature: named.name });
}

/** The rows of the first input. */
function countExamples(inputs: TensorMap): { examples?: number } {
  const [first] = inputs.values();
  const rows = first?.shape[0];
  return rows === undefined ? {} : { examples: rows };
}
