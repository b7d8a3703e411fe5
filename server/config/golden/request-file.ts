// Request files (`*.predict.json`): one request to a model, and the answer that is expected of it. docs/requests.md. Pure.
import { JsonText, JsonTextError, type Member, type Span } from './json-members.ts';

/** How the name of such a file ends. */
export const requestFileEnding = '.predict.json';

/** The answer that must come. */
export interface Expectation {
  /** JSON as it stands in the file. */
  readonly answer: string;
  /** Largest relative or absolute difference of a number; undefined: the daemon's, 1e-4. */
  readonly tolerance: number | undefined;
}

/** Where the parts of a request file stand. */
export interface RequestPlaces {
  readonly document: Span;
  readonly model: Span;
  readonly version: Span | undefined;
  readonly label: Span | undefined;
  readonly request: Member;
  readonly expect: Member | undefined;
  readonly answer: Span | undefined;
}

/** What a request file says. JSON parts are as they stand in the file: numbers keep every digit. */
export interface RequestFile {
  readonly model: string;
  /** In decimal. Of version and label at most one is there; neither: the daemon chooses. */
  readonly version: string | undefined;
  readonly label: string | undefined;
  readonly name: string | undefined;
  /** The body for `:predict`. */
  readonly request: string;
  readonly expect: Expectation | undefined;
  readonly places: RequestPlaces;
}

/** What came of reading a file. `at` is where in its text something is wrong, an offset in UTF-16 units. */
export type Read<T> =
  | { readonly kind: 'value'; readonly value: T }
  | { readonly kind: 'problem'; readonly text: string; readonly at: number };

/** Reads a request file. Members that it does not know are left out: the schema tells of them. */
export function parseRequestFile(text: string): Read<RequestFile> {
  return reading(() => {
    const json = new JsonText(text);
    return requestFileOf(json, json.root());
  });
}

/** Throws JsonTextError. */
export function requestFileOf(json: JsonText, document: Span): RequestFile {
  if (!json.isObject(document)) {
    throw new JsonTextError('A request file is a JSON object.', document.start);
  }
  const members = json.members(document);
  const model = members.get('model')?.value;
  const version = members.get('version')?.value;
  const label = members.get('label')?.value;
  const request = members.get('request');
  const expect = members.get('expect');
  if (model === undefined) {
    throw new JsonTextError('"model" is missing: the name of a model.', document.start);
  }
  if (version !== undefined && label !== undefined) {
    throw new JsonTextError('A version or a label, not both.', label.start);
  }
  if (request === undefined || !json.isObject(request.value)) {
    const at = request?.value.start ?? document.start;
    throw new JsonTextError('"request" must be an object, the body for :predict.', at);
  }
  const expected = expect === undefined ? undefined : expectationOf(json, expect.value);
  return {
    model: nameOf(json, model, 'model'),
    version: version && versionOf(json, version),
    label: label && nameOf(json, label, 'label'),
    name: optionalName(json, members.get('name')),
    request: json.at(request.value),
    expect: expected && { answer: json.at(expected.answer), tolerance: expected.tolerance },
    places: { document, model, version, label, request, expect, answer: expected?.answer },
  };
}

/** Runs what may throw JsonTextError. */
export function reading<T>(read: () => T): Read<T> {
  try {
    return { kind: 'value', value: read() };
  } catch (reason) {
    if (reason instanceof JsonTextError) {
      return { kind: 'problem', text: reason.message, at: reason.offset };
    }
    throw reason;
  }
}

/** The number at `member`, a tolerance; undefined where there is none. Throws JsonTextError. */
export function toleranceOf(json: JsonText, member: Member | undefined): number | undefined {
  if (member === undefined) {
    return undefined;
  }
  const value: unknown = literalOf(json, member.value);
  if (typeof value !== 'number' || value < 0) {
    throw new JsonTextError('"tolerance" is a number of 0 or more.', member.value.start);
  }
  return value;
}

/** The text at `member`; undefined where there is none, or it is empty or no text. */
export function optionalName(json: JsonText, member: Member | undefined): string | undefined {
  const value: unknown = member && literalOf(json, member.value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function expectationOf(
  json: JsonText,
  expect: Span,
): { readonly answer: Span; readonly tolerance: number | undefined } {
  if (!json.isObject(expect)) {
    throw new JsonTextError('"expect" is an object with "answer" and "tolerance".', expect.start);
  }
  const members = json.members(expect);
  const answer = members.get('answer')?.value;
  if (answer === undefined || !json.isObject(answer)) {
    throw new JsonTextError('"expect" has no "answer", which is an object.', answer?.start ?? expect.start);
  }
  return { answer, tolerance: toleranceOf(json, members.get('tolerance')) };
}

function nameOf(json: JsonText, span: Span, what: string): string {
  const value: unknown = literalOf(json, span);
  if (typeof value !== 'string' || value === '') {
    throw new JsonTextError(`"${what}" is a text that is not empty.`, span.start);
  }
  return value;
}

/** A number, or the same as text. */
function versionOf(json: JsonText, span: Span): string {
  const [, digits = ''] = /^"?(\d{1,19})"?$/.exec(json.at(span)) ?? [];
  const version = digits === '' ? 0n : BigInt(digits);
  if (version === 0n || version >= 2n ** 63n) {
    throw new JsonTextError('"version" is a whole number of 1 or more.', span.start);
  }
  return String(version);
}

/** A text, number or word; undefined for lists and objects, and for a NaN, which JSON does not know. */
function literalOf(json: JsonText, span: Span): unknown {
  if (json.isObject(span) || json.isList(span)) {
    return undefined;
  }
  try {
    return JSON.parse(json.at(span));
  } catch {
    return undefined;
  }
}
