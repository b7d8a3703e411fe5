// Classify and Regress on a signature of a SavedModel, as TensorFlow Serving does them: serialized tf.Examples in, outputs by their names.
import { serializeExamples } from '../../codec/example-writer.ts';
import type { ExampleBatch } from '../../codec/example.ts';
import { dataTypeNameOf } from '../../codec/dtype.ts';
import type { Signature, Tensor, TensorMap, TensorSpec } from '../../codec/tensor.ts';
import { PerchError } from '../../errors.ts';
import { readClasses, type Classification } from './classification.ts';
import { outputsText } from './model-outputs.ts';
import { readRegression, type Regression } from './regression.ts';

/** The names that TensorFlow Serving knows the tensors of these signatures by. */
const inputName = 'inputs';
const classesName = 'classes';
const scoresName = 'scores';
const regressionName = 'outputs';

/**
 * The one input of the signature, of serialized tf.Examples; what the context has stands before each example's own, as the
 * wire format merges it. Throws EXAMPLES_INVALID.
 */
export function serializedInputs(batch: ExampleBatch): Map<string, Tensor> {
  const values = serializeExamples(batch);
  if (values.length === 0) {
    throw new PerchError('EXAMPLES_INVALID', 'Input is empty.');
  }
  return new Map([[inputName, { dtype: 'string', shape: [values.length], values }]]);
}

/** How the signature classifies. Throws EXAMPLES_INVALID, OUTPUTS_WRONG or OUTPUTS_UNFIT, in TensorFlow Serving's words. */
export function savedClassification(signature: Signature): Classification {
  const { outputs, classLabels = [] } = signature;
  checkOneInput(signature, 'classification');
  if (outputs.length !== 1 && outputs.length !== 2) {
    throw new PerchError('OUTPUTS_WRONG', `Expected one or two output Tensors, found ${outputs.length}`);
  }
  const classes = outputs.find(({ name }) => name === classesName);
  const scores = outputs.find(({ name }) => name === scoresName);
  const chosen = [classes, scores].filter((spec) => spec !== undefined);
  if (chosen.length === 0) {
    throw new PerchError(
      'OUTPUTS_UNFIT',
      `Expected classification signature outputs to contain at least one of "classes" or "scores". Signature was: ${outputsText(signature)}`,
    );
  }
  return {
    outputNames: chosen.map(({ name }) => name),
    read: (tensors, examples) => {
      checkDtype(tensors, classes, 'classes', 'string');
      checkDtype(tensors, scores, 'scores', 'float32');
      return readClasses({ scores, classes, topLabel: undefined }, classLabels, tensors, examples);
    },
  };
}

/** How the signature regresses. Throws as `savedClassification` does. */
export function savedRegression(signature: Signature): Regression {
  const { outputs } = signature;
  checkOneInput(signature, 'regression');
  if (outputs.length !== 1) {
    throw new PerchError('OUTPUTS_WRONG', 'Expected one output Tensor.');
  }
  const output = outputs.find(({ name }) => name === regressionName);
  if (output === undefined) {
    throw new PerchError(
      'OUTPUTS_UNFIT',
      `No regression outputs found in SignatureDef: ${outputsText(signature)}`,
    );
  }
  return {
    outputNames: [regressionName],
    read: (tensors, examples) => {
      const tensor = tensors.get(regressionName);
      if (tensor !== undefined && tensor.dtype !== 'float32') {
        throw new PerchError(
          'OUTPUTS_WRONG',
          `Expected output Tensor of DT_FLOAT.  Got: ${dataTypeNameOf(tensor.dtype)}`,
        );
      }
      return readRegression(tensors, regressionName, examples);
    },
  };
}

function checkOneInput(signature: Signature, kind: 'classification' | 'regression'): void {
  const [first, ...others] = signature.inputs;
  if (first === undefined || others.length > 0) {
    throw new PerchError('EXAMPLES_INVALID', 'Expected one input Tensor.');
  }
  if (first.name !== inputName) {
    throw new PerchError(
      'OUTPUTS_UNFIT',
      `No ${kind} inputs found in SignatureDef: ${outputsText({ ...signature, outputs: signature.inputs })}`,
    );
  }
}

function checkDtype(
  tensors: TensorMap,
  spec: TensorSpec | undefined,
  role: 'classes' | 'scores',
  expected: 'string' | 'float32',
): void {
  const tensor = spec && tensors.get(spec.name);
  if (tensor !== undefined && tensor.dtype !== expected) {
    throw new PerchError(
      'OUTPUTS_WRONG',
      `Expected ${role} Tensor of ${dataTypeNameOf(expected)}. Got: ${dataTypeNameOf(tensor.dtype)}`,
    );
  }
}
