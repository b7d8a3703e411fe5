// Classify, Regress and MultiInference on tf.Examples, for gRPC and REST alike.
import type { ExampleBatch } from '../../codec/example.ts';
import type { InferenceTask } from '../../codec/example-request.ts';
import type { ScoredClass } from '../../codec/json-results.ts';
import type { Signature, TensorMap } from '../../codec/tensor.ts';
import { PerchError } from '../../errors.ts';
import type { RequestOrigin, Serving } from '../serving.ts';
import { classificationOf } from './classification.ts';
import { examplesToInputs } from './example-inputs.ts';
import {
  defaultSignatureName,
  infer,
  isKnownSignature,
  type InferenceAnswer,
  type InferenceRequest,
  type ModelChoice,
} from './inference.ts';
import { regressionOf } from './regression.ts';

/** The examples of a request, and the signature that it names; empty for the default. */
export interface ExamplesToRun {
  readonly signatureName: string;
  readonly batch: ExampleBatch;
}

/** What one task of MultiInference gave. */
export type TaskResult =
  | { readonly method: 'classify'; readonly classifications: readonly (readonly ScoredClass[])[] }
  | { readonly method: 'regress'; readonly values: readonly number[] };

const classifyMethod = 'tensorflow/serving/classify';
const regressMethod = 'tensorflow/serving/regress';

/**
 * The classes of each example. `read` is called once the version is known. Rejects with EXAMPLES_INVALID, OUTPUTS_UNFIT,
 * OUTPUTS_WRONG, SIGNATURE_UNKNOWN_EXAMPLES, and what `infer` and `read` reject with.
 */
export function classify(
  serving: Serving,
  choice: ModelChoice,
  origin: RequestOrigin,
  read: () => ExamplesToRun | Promise<ExamplesToRun>,
): Promise<InferenceAnswer<ScoredClass[][]>> {
  return infer(serving, choice, origin, (signature) =>
    onceRead(read(), (of) => classifyRequest(signature, of)),
  );
}

/** One value for each example. Rejects as `classify` does. */
export function regress(
  serving: Serving,
  choice: ModelChoice,
  origin: RequestOrigin,
  read: () => ExamplesToRun | Promise<ExamplesToRun>,
): Promise<InferenceAnswer<number[]>> {
  return infer(serving, choice, origin, (signature) =>
    onceRead(read(), (of) => regressRequest(signature, of)),
  );
}

/**
 * The result of each task, in their order. All see one version, that which the first task asks for, and there is one run
 * for all of them. Rejects as `classify` does, and with TASKS_INVALID and UNIMPLEMENTED (reference §1.3).
 *
 * An ONNX model has one signature for both methods: unlike TF Serving's, a request may use it once for each.
 */
export function multiInference(
  serving: Serving,
  choice: ModelChoice,
  origin: RequestOrigin,
  tasks: readonly InferenceTask[],
  batch: ExampleBatch,
): Promise<InferenceAnswer<TaskResult[]>> {
  return infer(serving, choice, origin, (signature) => {
    checkTasks(tasks, choice.name);
    return onExamples(batch, signature, tasksOf(tasks, signature));
  });
}

function onceRead<Result>(
  examples: ExamplesToRun | Promise<ExamplesToRun>,
  toRequest: (examples: ExamplesToRun) => Result,
): Result | Promise<Result> {
  return examples instanceof Promise ? examples.then(toRequest) : toRequest(examples);
}

function classifyRequest(
  signature: Signature,
  { signatureName, batch }: ExamplesToRun,
): InferenceRequest<ScoredClass[][]> {
  checkSignature(signatureName);
  return onExamples(batch, signature, classificationOf(signature));
}

function regressRequest(
  signature: Signature,
  { signatureName, batch }: ExamplesToRun,
): InferenceRequest<number[]> {
  checkSignature(signatureName);
  return onExamples(batch, signature, regressionOf(signature));
}

function checkSignature(name: string): void {
  if (!isKnownSignature(name)) {
    throw new PerchError('SIGNATURE_UNKNOWN_EXAMPLES', `No signature was found with the name: ${name}`);
  }
}

/** The rules that the tasks keep among themselves, in TF Serving's order and words. */
function checkTasks(tasks: readonly InferenceTask[], modelName: string): void {
  const seen = new Set<string>();
  for (const { modelSpec, methodName } of tasks) {
    const { name, signatureName } = modelSpec ?? { name: '', signatureName: '' };
    if (name === '') {
      throw new PerchError('MODEL_NAME_MISSING', 'Found ModelSpec with an empty model name.');
    }
    if (name !== modelName) {
      throw new PerchError(
        'TASKS_INVALID',
        'All ModelSpecs in a MultiInferenceRequest must access the same model name.',
      );
    }
    if (seen.has(methodName)) {
      throw new PerchError('TASKS_INVALID', `Duplicate evaluation of signature: ${defaultSignatureName}`);
    }
    if (!isKnownSignature(signatureName)) {
      throw new PerchError(
        'SIGNATURE_UNKNOWN_EXAMPLES',
        `Requested signature not found in model graph: ${signatureName}`,
      );
    }
    seen.add(methodName);
  }
}

/** What is made of the outputs of one run on examples. */
export interface ExamplesTask<Result> {
  /** The outputs that `read` needs. */
  readonly outputNames: readonly string[];
  readonly read: (outputs: TensorMap, examples: number) => Result;
}

/** The run for a task; reading the outputs belongs to the answer, so it may fail the request too. Throws EXAMPLES_INVALID. */
export function onExamples<Result>(
  batch: ExampleBatch,
  signature: Signature,
  { outputNames, read }: ExamplesTask<Result>,
): InferenceRequest<Result> {
  return {
    inputs: examplesToInputs(batch, signature),
    outputFilter: outputNames,
    finish: (outputs) => read(outputs, batch.examples.length),
  };
}

/** All tasks of MultiInference as one. Throws UNIMPLEMENTED, OUTPUTS_UNFIT, OUTPUTS_WRONG. */
export function tasksOf(tasks: readonly InferenceTask[], signature: Signature): ExamplesTask<TaskResult[]> {
  const all = tasks.map(({ methodName }) => taskOf(methodName, signature));
  return {
    outputNames: [...new Set(all.flatMap(({ outputNames }) => outputNames))],
    read: (outputs, examples) => all.map(({ read }) => read(outputs, examples)),
  };
}

function taskOf(methodName: string, signature: Signature): ExamplesTask<TaskResult> {
  switch (methodName) {
    case classifyMethod: {
      const { outputNames, read } = classificationOf(signature);
      return {
        outputNames,
        read: (outputs, examples) => ({ method: 'classify', classifications: read(outputs, examples) }),
      };
    }
    case regressMethod: {
      const { outputNames, read } = regressionOf(signature);
      return {
        outputNames,
        read: (outputs, examples) => ({ method: 'regress', values: read(outputs, examples) }),
      };
    }
    default:
      throw new PerchError('UNIMPLEMENTED', `Unsupported signature method_name: ${methodName}`);
  }
}
