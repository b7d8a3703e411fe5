// Recorded requests of all APIs as the version that is being warmed up is to run them.
import { decodeExampleRequest, decodeMultiInferenceRequest } from '../../codec/example-request.ts';
import type { RequestedModel } from '../../codec/model-spec.ts';
import { decodePredictRequest } from '../../codec/predict-request.ts';
import type { Signature } from '../../codec/tensor.ts';
import { PerchError } from '../../errors.ts';
import { atOnce } from '../../limits/turns.ts';
import type { WarmUpRequest } from '../../models/warmup-records.ts';
import { classificationOf } from './classification.ts';
import { onExamples, tasksOf } from './example-inference.ts';
import { isKnownSignature, type InferenceRequest } from './inference.ts';
import { regressionOf } from './regression.ts';

/**
 * The request for a version with this signature. The model, version and label that it names are passed over, as in TF
 * Serving. Throws what a client would be answered, and UNIMPLEMENTED for SessionRun and PredictStreamed, which no API here
 * has.
 */
export function readRecordedRequest(
  { kind, bytes }: WarmUpRequest,
  signature: Signature,
): InferenceRequest<unknown> {
  switch (kind) {
    case 'Predict': {
      const { modelSpec, inputs, outputFilter } = atOnce(decodePredictRequest(bytes));
      checkSignatureName(modelSpec);
      return { inputs, outputFilter, finish: () => undefined };
    }
    case 'Classify':
    case 'Regress': {
      const { modelSpec, batch } = decodeExampleRequest(bytes);
      checkSignatureName(modelSpec);
      const task = kind === 'Classify' ? classificationOf(signature) : regressionOf(signature);
      return onExamples<unknown>(batch, signature, task);
    }
    case 'MultiInference': {
      const { tasks, batch } = decodeMultiInferenceRequest(bytes);
      tasks.forEach(({ modelSpec }) => checkSignatureName(modelSpec));
      return onExamples(batch, signature, tasksOf(tasks, signature));
    }
    case 'SessionRun':
    case 'PredictStreamed':
      throw new PerchError('UNIMPLEMENTED', `Recorded ${kind} requests are not supported.`);
  }
}

function checkSignatureName(modelSpec: RequestedModel | undefined): void {
  const name = modelSpec?.signatureName ?? '';
  if (!isKnownSignature(name)) {
    throw new PerchError('SIGNATURE_UNKNOWN', `Serving signature key "${name}" not found.`);
  }
}
