// One inference, whatever API it came by: choose the version, check the inputs, run.
import type { Signature, TensorMap } from '../../codec/tensor.ts';
import { PerchError } from '../../errors.ts';
import type { Lease } from '../../lifecycle/model-environment.ts';
import type { RoutedTo } from '../../traffic/request-traffic.ts';
import type { RequestOrigin, Serving } from '../serving.ts';
import { checkInputs, chooseOutputs } from './check-inputs.ts';

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
  /** Time in the engine, microseconds. */
  readonly engineUs: number;
  /** Time around that until its answer was here: queues, batching, the way; microseconds. */
  readonly queueUs: number;
  /** Time to read and check the request and to make the result, microseconds. */
  readonly codecUs: number;
  /** Where the traffic rules sent it; absent where there are none. */
  readonly routed?: RoutedTo;
}

/** What a request brings once the version, and with it the signature, is known. */
export interface InferenceRequest<Result> {
  readonly inputs: TensorMap;
  /** Names of the outputs wanted; empty for all. */
  readonly outputFilter: readonly string[];
  /** Makes the result of the outputs that were asked for; what it throws is the request's error. */
  readonly finish: (outputs: TensorMap) => Result | Promise<Result>;
}

/** The name that TF Serving gives the signature of a model that has but one. */
export const defaultSignatureName = 'serving_default';

/**
 * Runs one request on the version that `choice` leads to; `read` makes the request from that version's signature, so
 * that parsing and running see the same version. The version is not unloaded before the run has ended.
 */
export async function infer<Result>(
  { manager, observer, traffic }: Serving,
  choice: ModelChoice,
  origin: RequestOrigin,
  read: (signature: Signature) => InferenceRequest<Result> | Promise<InferenceRequest<Result>>,
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
    const request = read(loaded.signature);
    const { inputs, outputFilter, finish } = request instanceof Promise ? await request : request;
    checkInputs(inputs, loaded.signature);
    const outputNames = chooseOutputs(outputFilter, loaded.signature);
    const checked = micros();
    const { outputs, engineUs } = await loaded.run(inputs, outputNames, signal);
    const ran = micros();
    const made = finish(outputs);
    const result = made instanceof Promise ? await made : made;
    const took = micros();
    observer.finished({ ...facts, version, micros: took, engineUs, ...countExamples(inputs) });
    if (traffic !== undefined && routed !== undefined) {
      const model = choice.name;
      traffic.served({ model, version, routed, code: 'OK', micros: took, engineUs, inputs, outputs });
    }
    return {
      result,
      version,
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

/** The rows of the first input. */
function countExamples(inputs: TensorMap): { examples?: number } {
  const [first] = inputs.values();
  const rows = first?.shape[0];
  return rows === undefined ? {} : { examples: rows };
}

/** Whether a request's signature name is the one that an ONNX model has: empty, or TF Serving's default. */
export function isKnownSignature(name: string): boolean {
  return name === '' || name === defaultSignatureName;
}
