// Classify, Regress and MultiInference on tf.Examples, for gRPC and REST alike.
import type { ExampleBatch } from '../../codec/example.ts';
import type { InferenceTask } from '../../codec/example-request.ts';
import type { ScoredClass } from '../../codec/json-results.ts';
import { defaultSignatureName, type Signature, type TensorMap } from '../../codec/tensor.ts';
import { PerchError } from '../../errors.ts';
import type { RequestOrigin, Serving } from '../serving.ts';
import { classificationOf } from './classification.ts';
import { examplesToInputs } from './example-inputs.ts';
import { infer, type InferenceAnswer, type InferenceRequest, type ModelChoice } from './inference.ts';
import { regressionOf } from './regression.ts';
import { savedClassification, savedRegression, serializedInputs } from './saved-model-tasks.ts';
import {
  checkMethodName,
  methodNames,
  signatureNamed,
  signatureNameOf,
  signatureRefusal,
  type Signatures,
  type SignatureUse,
} from './signatures.ts';

/** The examples of a request, and the signature that it names; empty for the default. */
export interface ExamplesToRun {
  readonly signatureName: string;
  readonly batch: ExampleBatch;
}

/** What one task of MultiInference gave, by which signature. */
export type TaskResult = { readonly signatureName: string } & (
  | { readonly method: 'classify'; readonly classifications: readonly (readonly ScoredClass[])[] }
  | { readonly method: 'regress'; readonly values: readonly number[] }
);

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
  return infer(serving, choice, origin, (model) =>
    onceRead(read(), ({ signatureName, batch }) => {
      const signature = chosenSignature(serving, model, signatureName, 'classify');
      return onExamples(batch, signature, classificationBy(signature));
    }),
  );
}

/** One value for each example. Rejects as `classify` does. */
export function regress(
  serving: Serving,
  choice: ModelChoice,
  origin: RequestOrigin,
  read: () => ExamplesToRun | Promise<ExamplesToRun>,
): Promise<InferenceAnswer<number[]>> {
  return infer(serving, choice, origin, (model) =>
    onceRead(read(), ({ signatureName, batch }) => {
      const signature = chosenSignature(serving, model, signatureName, 'regress');
      return onExamples(batch, signature, regressionBy(signature));
    }),
  );
}

/**
 * The result of each task, in their order. All see one version, that which the first task asks for, and there is one run
 * for each signature. Rejects as `classify` does, and with TASKS_INVALID and UNIMPLEMENTED (reference §1.3).
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
  return infer(serving, choice, origin, (model) => {
    checkTasks(tasks, choice.name, model);
    return tasksOnExamples(tasks, batch, model);
  });
}

/** How the signature classifies: by its names for a SavedModel's, by what the outputs look like for an ONNX model's. */
export function classificationBy(signature: Signature): ExamplesTask<ScoredClass[][]> {
  return signature.named === undefined ? classificationOf(signature) : savedClassification(signature);
}

/** How the signature regresses, in the same way. */
export function regressionBy(signature: Signature): ExamplesTask<number[]> {
  return signature.named === undefined ? regressionOf(signature) : savedRegression(signature);
}

function onceRead<Result>(
  examples: ExamplesToRun | Promise<ExamplesToRun>,
  toRequest: (examples: ExamplesToRun) => Result,
): Result | Promise<Result> {
  return examples instanceof Promise ? examples.then(toRequest) : toRequest(examples);
}

function chosenSignature(
  { checksMethodNames = false }: Serving,
  model: Signatures,
  name: string,
  use: SignatureUse,
): Signature {
  const signature = signatureNamed(model, name);
  if (signature === undefined) {
    const text = `No signature was found with the name: ${name}`;
    throw signatureRefusal(model, name, 'SIGNATURE_UNKNOWN_EXAMPLES', text);
  }
  if (checksMethodNames) {
    checkMethodName(signature, use);
  }
  return signature;
}

/** The rules that the tasks keep among themselves, in TF Serving's order and words. */
function checkTasks(tasks: readonly InferenceTask[], modelName: string, model: Signatures): void {
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
    const effective = signatureName === '' ? defaultSignatureName : signatureName;
    const use = model.signatures === undefined ? methodName : effective;
    if (seen.has(use)) {
      throw new PerchError('TASKS_INVALID', `Duplicate evaluation of signature: ${effective}`);
    }
    if (signatureNamed(model, signatureName) === undefined) {
      const text = `Requested signature not found in model graph: ${signatureName}`;
      throw signatureRefusal(model, signatureName, 'SIGNATURE_UNKNOWN_EXAMPLES', text);
    }
    seen.add(use);
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
    signature,
    inputs: signature.named === undefined ? examplesToInputs(batch, signature) : serializedInputs(batch),
    outputFilter: outputNames,
    finish: (outputs) => read(outputs, batch.examples.length),
  };
}

/**
 * All tasks of MultiInference as one request: one run on an ONNX model, one for each signature of another.
 * @throws PerchError EXAMPLES_INVALID, UNIMPLEMENTED, OUTPUTS_UNFIT, OUTPUTS_WRONG, SIGNATURE_UNKNOWN_EXAMPLES
 */
export function tasksOnExamples(
  tasks: readonly InferenceTask[],
  batch: ExampleBatch,
  model: Signatures,
): InferenceRequest<TaskResult[]> {
  if (model.signatures === undefined) {
    const all = tasks.map(({ methodName }) => taskOf(methodName, model.signature));
    return onExamples(batch, model.signature, {
      outputNames: [...new Set(all.flatMap(({ outputNames }) => outputNames))],
      read: (outputs, examples) => all.map(({ read }) => read(outputs, examples)),
    });
  }
  const all = tasks.map(({ modelSpec, methodName }) => {
    const name = modelSpec?.signatureName ?? '';
    const signature = signatureNamed(model, name);
    if (signature === undefined) {
      throw new PerchError('SIGNATURE_UNKNOWN_EXAMPLES', `No signature was found with the name: ${name}`);
    }
    return { signature, task: taskOf(methodName, signature) };
  });
  const [first, ...others] = all.map(({ signature, task }) => onExamples(batch, signature, task));
  if (first === undefined) {
    throw new PerchError('MODEL_NAME_MISSING', 'Found ModelSpec with an empty model name.');
  }
  return {
    ...first,
    alongside: others,
    finish: (outputs, alongside) => {
      const answers = [outputs, ...alongside];
      return all.map(({ task }, at) => task.read(answers[at] ?? new Map(), batch.examples.length));
    },
  };
}

function taskOf(methodName: string, signature: Signature): ExamplesTask<TaskResult> {
  const signatureName = signatureNameOf(signature);
  switch (methodName) {
    case methodNames.classify: {
      const { outputNames, read } = classificationBy(signature);
      return {
        outputNames,
        read: (outputs, examples) => ({
          signatureName,
          method: 'classify',
          classifications: read(outputs, examples),
        }),
      };
    }
    case methodNames.regress: {
      const { outputNames, read } = regressionBy(signature);
      return {
        outputNames,
        read: (outputs, examples) => ({ signatureName, method: 'regress', values: read(outputs, examples) }),
      };
    }
    default:
      throw new PerchError('UNIMPLEMENTED', `Unsupported signature method_name: ${methodName}`);
  }
}
