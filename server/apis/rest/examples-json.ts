// Classify and Regress with a JSON body, as the REST API answers them.
import { parseExamplesBody } from '../../codec/json-examples.ts';
import type { JsonStyle } from '../../codec/json-output.ts';
import { encodeClassifyResults, encodeRegressResults } from '../../codec/json-results.ts';
import { inTurns, type Steps } from '../../limits/turns.ts';
import type { RequestOrigin, Serving } from '../serving.ts';
import { classify, regress, type ExamplesToRun } from '../tensorflow-serving/example-inference.ts';
import type { ModelChoice } from '../tensorflow-serving/inference.ts';
import type { JsonAnswer } from './predict-json.ts';

/** Runs a `:classify` body on the version that `choice` leads to. Errors in TF Serving's words. */
export async function classifyJson(
  serving: Serving,
  choice: ModelChoice,
  body: Uint8Array,
  origin: RequestOrigin,
  style: JsonStyle,
): Promise<JsonAnswer> {
  const { result, ...answer } = await classify(serving, choice, origin, () =>
    inTurns(readExamples(body), origin.signal),
  );
  return { ...answer, json: encodeClassifyResults(result, style) };
}

/** Runs a `:regress` body on the version that `choice` leads to. Errors in TF Serving's words. */
export async function regressJson(
  serving: Serving,
  choice: ModelChoice,
  body: Uint8Array,
  origin: RequestOrigin,
  style: JsonStyle,
): Promise<JsonAnswer> {
  const { result, ...answer } = await regress(serving, choice, origin, () =>
    inTurns(readExamples(body), origin.signal),
  );
  return { ...answer, json: encodeRegressResults(result, style) };
}

function* readExamples(body: Uint8Array): Steps<ExamplesToRun> {
  const { signatureName = '', batch } = yield* parseExamplesBody(body);
  return { signatureName, batch };
}
