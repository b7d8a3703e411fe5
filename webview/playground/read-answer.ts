// The outputs of an answer, from TensorFlow Serving's JSON.
import { elementTypeOf, numberOf } from './element-types.ts';
import { isJsonObject, readJson, textOf, type JsonNode } from './json-nodes.ts';
import { readBody, isProblem } from './request-body.ts';
import type { TensorFacts } from './check-input.ts';

/** One output. */
export interface OutputValue {
  readonly name: string;
  /** As in TensorFlow; empty where the signature does not tell. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Each element's JSON text, row-major. */
  readonly elements: readonly string[];
  /** The same as numbers: NaN where it is none, 0 and 1 for bools. */
  readonly numbers: Float64Array;
  readonly isText: boolean;
}

/** The outputs of an answer, in the signature's order; undefined where it is not one that can be read. */
export function readAnswer(
  json: string,
  outputs: readonly TensorFacts[],
): readonly OutputValue[] | undefined {
  let node: JsonNode;
  try {
    node = readJson(json);
  } catch {
    return undefined;
  }
  if (!isJsonObject(node)) {
    return undefined;
  }
  const isRow = node.members.has('predictions');
  // Answers are built as requests are, under other names.
  const body = readBody(
    json.replace(isRow ? '"predictions"' : '"outputs"', isRow ? '"instances"' : '"inputs"'),
    outputs.map(({ name }) => name),
  );
  if (isProblem(body)) {
    return undefined;
  }
  return outputs.flatMap(({ name, dtype }) => {
    const value = body.inputs.get(name);
    if (value?.kind !== 'elements') {
      return [];
    }
    const { shape, elements } = value;
    const isText = elementTypeOf(dtype).kind === 'string';
    return { name, dtype, shape, elements, numbers: Float64Array.from(elements, numericValue), isText };
  });
}

function numericValue(text: string): number {
  return text === 'true' ? 1 : text === 'false' ? 0 : (numberOf(text) ?? NaN);
}

/** An element for people: a string without its quotes. */
export function plainText(element: string): string {
  return element.startsWith('"') ? textOf(element) : element;
}
