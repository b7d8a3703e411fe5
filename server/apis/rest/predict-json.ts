// Predict with a JSON body, as the REST API and Admin.PredictJson answer it.
import { parsePredictBody, readSignatureName } from '../../codec/json-reader.ts';
import type { JsonStyle } from '../../codec/json-output.ts';
import { encodePredictAnswer } from '../../codec/json-writer.ts';
import type { Signature } from '../../codec/tensor.ts';
import { PerchError } from '../../errors.ts';
import { inTurns, type Steps } from '../../limits/turns.ts';
import type { RequestOrigin, Serving } from '../serving.ts';
import {
  infer,
  isKnownSignature,
  type InferenceAnswer,
  type InferenceRequest,
  type ModelChoice,
} from '../tensorflow-serving/inference.ts';

/** The answer's body in place of its tensors. */
export interface JsonAnswer extends Omit<InferenceAnswer<Uint8Array>, 'result'> {
  readonly json: Uint8Array;
}

/** Runs a `:predict` body on the version that `choice` leads to. Errors in TF Serving's words (reference §1.9). */
export async function predictJson(
  serving: Serving,
  choice: ModelChoice,
  body: Uint8Array,
  origin: RequestOrigin,
  style: JsonStyle = 'tensorflow',
): Promise<JsonAnswer> {
  const answer = await infer(serving, choice, origin, (signature) =>
    inTurns(readRequest(body, signature, style, origin.signal), origin.signal),
  );
  const { result, ...facts } = answer;
  return { json: result, ...facts };
}

function* readRequest(
  body: Uint8Array,
  signature: Signature,
  style: JsonStyle,
  signal: AbortSignal,
): Steps<InferenceRequest<Uint8Array>> {
  const name = (yield* readSignatureName(body)) ?? '';
  if (!isKnownSignature(name)) {
    throw new PerchError(
      'SIGNATURE_UNKNOWN_REST',
      `Serving signature name: "${name}" not found in signature def`,
    );
  }
  const { inputs, format } = yield* parsePredictBody(body, signature);
  return {
    inputs,
    outputFilter: [],
    finish: (outputs) => inTurns(encodePredictAnswer({ format, outputs, style }), signal),
  };
}
