// Golden requests as files have them: a request file with an expected answer, or a list of requests and answers. Pure.
import { JsonText, JsonTextError, type Span } from './json-members.ts';
import { optionalName, reading, requestFileOf, toleranceOf, type Read } from './request-file.ts';

/** A request, and the answer that must come; both as JSON for `:predict`. */
export interface Golden {
  readonly name: string;
  /** The model that the file names; undefined where it names none: whichever is tried. */
  readonly model: string | undefined;
  readonly request: string;
  readonly response: string;
  /** Largest relative or absolute difference of a number; undefined: the daemon's. */
  readonly tolerance: number | undefined;
}

/**
 * Reads a request file, or a JSON list of `{"name", "request", "response", "tolerance"}`. `name` is for a request that has
 * none; in a list its number is put behind.
 */
export function parseGolden(text: string, name: string): Read<readonly Golden[]> {
  return reading(() => {
    const json = new JsonText(text);
    const root = json.root();
    if (!json.isList(root)) {
      return [fromRequestFile(json, root, name)];
    }
    const elements = json.elements(root);
    if (elements.length === 0) {
      throw new JsonTextError('The list of golden requests is empty.', root.start);
    }
    return elements.map((element, index) => fromElement(json, element, `${name} ${index + 1}`));
  });
}

function fromRequestFile(json: JsonText, root: Span, name: string): Golden {
  if (!json.isObject(root)) {
    throw new JsonTextError('This is neither a request file nor a list of golden requests.', root.start);
  }
  const file = requestFileOf(json, root);
  if (file.expect === undefined) {
    throw new JsonTextError('There is no "expect": this request has no golden answer.', root.start);
  }
  return {
    name: file.name ?? name,
    model: file.model,
    request: file.request,
    response: file.expect.answer,
    tolerance: file.expect.tolerance,
  };
}

function fromElement(json: JsonText, element: Span, name: string): Golden {
  const members = json.isObject(element) ? json.members(element) : undefined;
  const request = members?.get('request')?.value;
  const response = members?.get('response')?.value;
  if (
    members === undefined ||
    request === undefined ||
    response === undefined ||
    !json.isObject(request) ||
    !json.isObject(response)
  ) {
    throw new JsonTextError(
      'A golden request has a "request" and the "response" to it, both objects.',
      element.start,
    );
  }
  return {
    name: optionalName(json, members.get('name')) ?? name,
    model: optionalName(json, members.get('model')),
    request: json.at(request),
    response: json.at(response),
    tolerance: toleranceOf(json, members.get('tolerance')),
  };
}
