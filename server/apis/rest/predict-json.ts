// Predict with a JSON body, as the REST API and Admin.PredictJson answer it.
import { parsePredictBody, readSignatureName } from '../../codec/json-reader.ts';
import type { JsonStyle } from '../../codec/json-output.ts';
import { encodePredictAnswer } from '../../codec/json-writer.ts';
import { inTurns, type Steps } from '../../limits/turns.ts';
import type { RequestOrigin, Serving } from '../serving.ts';
import {
  infer,
  type InferenceAnswer,
  type InferenceRequest,
  type ModelChoice,
} from '../tensorflow-serving/inference.ts';
import {
  checkMethodName,
  signatureNamed,
  signatureRefusal,
  type Signatures,
} from '../tensorflow-serving/signatures.ts';

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
  const answer = await infer(serving, choice, origin, (model) =>
    inTurns(readRequest(serving, body, model, style, origin.signal), origin.signal),
  );
  const { result, ...facts } = answer;
  return { json: result, ...facts };
}

function* readRequest(
  { checksMethodNames = false }: Serving,
  body: Uint8Array,
  model: Signatures,
  style: JsonStyle,
  signal: AbortSignal,
): Steps<InferenceRequest<Uint8Array>> {
  const name = (yield* readSignatureName(body)) ?? '';
  const signature = signatureNamed(model, name);
  if (signature === undefined) {
    const text = `Serving signature name: "${name}" not found in signature def`;
    throw signatureRefusal(model, name, 'SIGNATURE_UNKNOWN_REST', text);
  }
  if (checksMethodNames) {
    checkMethodName(signature, 'predict');
  }
  const { inputs, format } = yield* parsePredictBody(body, signature);
  return {
    signature,
    inputs,
    outputFilter: [],
    finish: (outputs) => inTurns(encodePredictAnswer({ format, outputs, style }), signal),
  };
}
