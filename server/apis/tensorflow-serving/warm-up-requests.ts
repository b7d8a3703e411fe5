// Recorded requests of all APIs as the version that is being warmed up is to run them.
import { decodeExampleRequest, decodeMultiInferenceRequest } from '../../codec/example-request.ts';
import type { RequestedModel } from '../../codec/model-spec.ts';
import { decodePredictRequest } from '../../codec/predict-request.ts';
import type { Signature } from '../../codec/tensor.ts';
import { PerchError } from '../../errors.ts';
import { atOnce } from '../../limits/turns.ts';
import type { WarmUpRequest } from '../../models/warmup-records.ts';
import { classificationBy, onExamples, regressionBy, tasksOnExamples } from './example-inference.ts';
import type { InferenceRequest } from './inference.ts';
import { signatureNamed, type Signatures } from './signatures.ts';

/**
 * The request for a version with these signatures. The model, version and label that it names are passed over, as in TF
 * Serving. Throws what a client would be answered, and UNIMPLEMENTED for SessionRun and PredictStreamed, which no API here
 * has.
 */
export function readRecordedRequest(
  { kind, bytes }: WarmUpRequest,
  model: Signatures,
): InferenceRequest<unknown> {
  switch (kind) {
    case 'Predict': {
      const { modelSpec, inputs, outputFilter } = atOnce(decodePredictRequest(bytes));
      return { signature: namedBy(modelSpec, model), inputs, outputFilter, finish: () => undefined };
    }
    case 'Classify':
    case 'Regress': {
      const { modelSpec, batch } = decodeExampleRequest(bytes);
      const signature = namedBy(modelSpec, model);
      const task = kind === 'Classify' ? classificationBy(signature) : regressionBy(signature);
      return onExamples<unknown>(batch, signature, task);
    }
    case 'MultiInference': {
      const { tasks, batch } = decodeMultiInferenceRequest(bytes);
      tasks.forEach(({ modelSpec }) => namedBy(modelSpec, model));
      return tasksOnExamples(tasks, batch, model);
    }
    case 'SessionRun':
    case 'PredictStreamed':
      throw new PerchError('UNIMPLEMENTED', `Recorded ${kind} requests are not supported.`);
  }
}

function namedBy(modelSpec: RequestedModel | undefined, model: Signatures): Signature {
  const name = modelSpec?.signatureName ?? '';
  const signature = signatureNamed(model, name);
  if (signature === undefined) {
    throw new PerchError('SIGNATURE_UNKNOWN', `Serving signature key "${name}" not found.`);
  }
  return signature;
}
