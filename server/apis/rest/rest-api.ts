// TensorFlow Serving's REST API (reference §1.9), transport-neutral: a request in, a response out.
import type { JsonStyle } from '../../codec/json-output.ts';
import { readTopLevelText } from '../../codec/json-reader.ts';
import { PerchError } from '../../errors.ts';
import { unknownClient } from '../../limits/client-name.ts';
import { defaultRoutingKeys, type InferenceApi, type Serving } from '../serving.ts';
import type { ModelChoice } from '../tensorflow-serving/inference.ts';
import { inTurns } from '../../limits/turns.ts';
import { withinLimits } from '../within-limits.ts';
import { classifyJson, regressJson } from './examples-json.ts';
import { metadataJson, modelsJson, statusJson } from './model-json.ts';
import { predictJson, type JsonAnswer } from './predict-json.ts';

/** A request as every HTTP transport gives it. */
export interface RestRequest {
  readonly method: string;
  /** The request target's path, still percent-encoded, without the query. */
  readonly path: string;
  /** What follows the `?`, still percent-encoded; empty where there is none. */
  readonly query: string;
  /** The Accept header; empty where there is none. */
  readonly accept: string;
  /** The header of that name; absent where it is not there, or empty. */
  readonly routingKey?: string;
  /** Its address, as server/limits/client-name.ts has it; absent where nobody knows. */
  readonly client?: string;
  /** The header; absent where it is not there. */
  readonly authorization?: string;
  readonly body: Uint8Array;
  /** Fires when the caller left. */
  readonly signal: AbortSignal;
}

/** What goes back. The body is JSON. */
export interface RestResponse {
  readonly status: number;
  readonly body: string | Uint8Array;
  /** The version that answered a predict, classify or regress call, for the header `x-perch-model-version`. */
  readonly modelVersion?: bigint;
  /** When it is worth asking again, milliseconds from now: for `retry-after` and `retry-after-ms`. */
  readonly retryAfterMs?: number;
}

/** TF Serving's patterns, with their case-insensitivity; GET also takes no model at all, which TF Serving refuses. */
const verbPath =
  /^\/v1\/models\/(?<name>[^/:]+)(?:\/versions\/(?<version>\d+)|\/labels\/(?<label>[^/:]+))?:(?<verb>classify|regress|predict)$/i;
const modelPath =
  /^\/v1\/models(?:\/(?<name>[^/:]+))?(?:\/versions\/(?<version>\d+)|\/labels\/(?<label>[^/:]+))?(?<metadata>\/metadata)?$/i;

/** Answers a request; errors become `{"error": "…"}` with their HTTP status. */
export async function answerRest(serving: Serving, request: RestRequest): Promise<RestResponse> {
  try {
    return await route(serving, request);
  } catch (reason) {
    return restError(PerchError.from(reason));
  }
}

/** An error as TF Serving's REST API words it. */
export function restError(error: PerchError): RestResponse {
  const { httpStatus, message, retryAfterMs } = error;
  return {
    status: httpStatus,
    body: JSON.stringify({ error: message }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

async function route(serving: Serving, request: RestRequest): Promise<RestResponse> {
  const { manager } = serving;
  const { method, path } = request;
  const malformed = new PerchError('REQUEST_MALFORMED', `Malformed request: ${method} ${path}`);
  const call = method === 'POST' ? verbPath.exec(path)?.groups : undefined;
  if (call !== undefined) {
    const answer = await limitedInfer(serving, toChoice(call, malformed), apiOf(call.verb ?? ''), request);
    return { status: 200, body: answer.json, modelVersion: answer.version };
  }
  const model = method === 'GET' ? modelPath.exec(path)?.groups : undefined;
  if (model === undefined) {
    throw malformed;
  }
  if (model.name === undefined) {
    if (path.split('/').length > 3) {
      throw new PerchError('REQUEST_MALFORMED', 'Missing model name in request.');
    }
    return { status: 200, body: modelsJson(manager) };
  }
  const choice = toChoice(model, malformed);
  const body = model.metadata === undefined ? statusJson(manager, choice) : metadataJson(manager, choice);
  return { status: 200, body };
}

/** `infer` under the limits, where there are any; nothing of the body is read before. */
function limitedInfer(
  serving: Serving,
  choice: ModelChoice,
  api: InferenceApi,
  request: RestRequest,
): Promise<JsonAnswer> {
  const { limits } = serving;
  const { client = unknownClient, authorization } = request;
  const work = (): Promise<JsonAnswer> => infer(serving, choice, api, request);
  if (limits === undefined) {
    return work();
  }
  const limited = {
    modelOf: () => choice.name,
    address: () => client,
    authorization: authorization === undefined ? [] : [authorization],
    api,
    entrypoint: 'REST',
  } as const;
  return withinLimits(limits, serving, limited, work);
}

async function infer(
  serving: Serving,
  choice: ModelChoice,
  api: InferenceApi,
  request: RestRequest,
): Promise<JsonAnswer> {
  const { body, signal } = request;
  const { jsonField } = serving.routingKeys ?? defaultRoutingKeys;
  const routingKey =
    request.routingKey ??
    (jsonField === '' ? undefined : await inTurns(readTopLevelText(body, jsonField), signal));
  const origin = { entrypoint: 'REST', signal, ...(routingKey === undefined ? {} : { routingKey }) } as const;
  const style = styleOf(request);
  switch (api) {
    case 'Classify':
      return classifyJson(serving, choice, body, { ...origin, api }, style);
    case 'Regress':
      return regressJson(serving, choice, body, { ...origin, api }, style);
    default:
      return predictJson(serving, choice, body, { ...origin, api }, style);
  }
}

function apiOf(verb: string): InferenceApi {
  switch (verb.toLowerCase()) {
    case 'classify':
      return 'Classify';
    case 'regress':
      return 'Regress';
    default:
      return 'Predict';
  }
}

/** Standard JSON where the query has `strict` or the Accept header `application/json; strict=true`. */
function styleOf({ query, accept }: RestRequest): JsonStyle {
  const byQuery = new URLSearchParams(query).get('strict');
  const isStrict = byQuery === null ? accept.split(',').some(asksForStrict) : byQuery !== 'false';
  return isStrict ? 'strict' : 'tensorflow';
}

function asksForStrict(mediaRange: string): boolean {
  const [type = '', ...parameters] = mediaRange.toLowerCase().replace(/[\s"]/g, '').split(';');
  return type === 'application/json' && parameters.includes('strict=true');
}

function toChoice(groups: Readonly<Record<string, string>>, malformed: PerchError): ModelChoice {
  const { version, label } = groups;
  const name = decode(groups.name ?? '', malformed);
  if (version !== undefined) {
    if (BigInt(version) >= 2n ** 63n) {
      throw new PerchError('REQUEST_MALFORMED', `Failed to convert version: ${version} to numeric.`);
    }
    return { name, version: BigInt(version) };
  }
  return label === undefined ? { name } : { name, label: decode(label, malformed) };
}

function decode(text: string, malformed: PerchError): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw malformed;
  }
}
