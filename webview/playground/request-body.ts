// The body of a predict request: read from its JSON, and written again. Row form is "instances", columnar form "inputs".
import { isJsonList, isJsonObject, JsonSyntaxError, readJson, textOf, type JsonNode } from './json-nodes.ts';
import { fromNode, placeholderOf, rowOf, toJson, type DataValue, type TensorValue } from './tensor-value.ts';

/** `row`: "instances", answered by "predictions". `columnar`: "inputs", answered by "outputs". */
export type BodyFormat = 'row' | 'columnar';
export const bodyFormats = ['row', 'columnar'] as const satisfies readonly BodyFormat[];

/** A request. */
export interface RequestBody {
  readonly format: BodyFormat;
  readonly inputs: ReadonlyMap<string, TensorValue>;
  /** As in the JSON; absent where it has none. */
  readonly signatureName?: string;
}

/** What is wrong with a body, and where. */
export interface BodyProblem {
  readonly problem:
    | 'syntax' // {0}: what, {1}: line
    | 'not-an-object'
    | 'no-instances'
    | 'both-forms'
    | 'unnamed' // one value where several inputs are to be named
    | 'missing-input' // {0}: the input
    | 'ragged'; // {0}: where
  readonly details: readonly string[];
  /** The input that it is about; absent where it is about the whole. */
  readonly input?: string;
}

/**
 * Reads a body for a model with these inputs, in their order; names that the model does not have are left out.
 * `attached`: data whose placeholder stands for it.
 */
export function readBody(
  text: string,
  names: readonly string[],
  attached: ReadonlyMap<string, DataValue> = new Map(),
): RequestBody | BodyProblem {
  let node: JsonNode;
  try {
    node = readJson(text);
  } catch (reason) {
    if (reason instanceof JsonSyntaxError) {
      const line = text.slice(0, reason.offset).split('\n').length;
      return { problem: 'syntax', details: [reason.message, String(line)] };
    }
    throw reason;
  }
  if (!isJsonObject(node)) {
    return { problem: 'not-an-object', details: [] };
  }
  const [instances, inputs] = [node.members.get('instances'), node.members.get('inputs')];
  if ((instances === undefined) === (inputs === undefined)) {
    return { problem: instances === undefined ? 'no-instances' : 'both-forms', details: [] };
  }
  const nodes = inputs === undefined ? columnsOf(instances, names) : membersOf(inputs, names);
  if (!(nodes instanceof Map)) {
    return nodes;
  }
  const signature = node.members.get('signature_name');
  const values = new Map<string, TensorValue>();
  for (const [name, one] of nodes) {
    const data = attached.get(name);
    if (data !== undefined && one === placeholderOf(data)) {
      values.set(name, data);
      continue;
    }
    const value = fromNode(one);
    if (!('kind' in value)) {
      return { problem: 'ragged', details: [pathText(name, value.path)], input: name };
    }
    values.set(name, value);
  }
  return {
    format: inputs === undefined ? 'row' : 'columnar',
    inputs: values,
    ...(typeof signature === 'string' && signature.startsWith('"')
      ? { signatureName: textOf(signature) }
      : {}),
  };
}

/** The signature that requests mean which name none. */
export const defaultSignatureName = 'serving_default';

/** The signature that a body names; empty where it names none, or is no JSON. */
export function signatureNameOf(text: string): string {
  try {
    const node = readJson(text);
    const name = isJsonObject(node) ? node.members.get('signature_name') : undefined;
    return typeof name === 'string' && name.startsWith('"') ? textOf(name) : '';
  } catch (reason) {
    if (reason instanceof JsonSyntaxError) {
      return '';
    }
    throw reason;
  }
}

/** The body for the signature of this name; an empty name leaves the body as it is. */
export function forSignature(body: RequestBody, name: string): RequestBody {
  if (name === '') {
    return body;
  }
  const { format, inputs } = body;
  return name === defaultSignatureName ? { format, inputs } : { format, inputs, signatureName: name };
}

/** Whether it is a problem rather than a body. */
export function isProblem(read: RequestBody | BodyProblem): read is BodyProblem {
  return 'problem' in read;
}

/** `x[0][2]`: a place within an input. */
export function pathText(name: string, path: readonly number[]): string {
  return name + path.map((index) => `[${index}]`).join('');
}

/** Whether the node is a value `{"b64": "…"}` rather than an object of named inputs. */
function isBytes(node: JsonNode | undefined): boolean {
  return isJsonObject(node) && node.members.size === 1 && node.members.has('b64');
}

function membersOf(
  node: JsonNode | undefined,
  names: readonly string[],
): Map<string, JsonNode> | BodyProblem {
  if (!isJsonObject(node) || isBytes(node)) {
    const [only] = names;
    return only !== undefined && names.length === 1 && node !== undefined
      ? new Map([[only, node]])
      : { problem: 'unnamed', details: [] };
  }
  const members = new Map<string, JsonNode>();
  for (const name of names) {
    const value = node.members.get(name);
    if (value === undefined) {
      return { problem: 'missing-input', details: [name], input: name };
    }
    members.set(name, value);
  }
  return members;
}

function columnsOf(
  node: JsonNode | undefined,
  names: readonly string[],
): Map<string, JsonNode> | BodyProblem {
  if (!isJsonList(node) || node.length === 0) {
    return { problem: 'no-instances', details: [] };
  }
  const columns = new Map<string, JsonNode[]>(names.map((name) => [name, []]));
  for (const instance of node) {
    const members = membersOf(instance, names);
    if (!(members instanceof Map)) {
      return members;
    }
    for (const [name, value] of members) {
      columns.get(name)?.push(value);
    }
  }
  return columns;
}

/** Whether the request can be written in row form: every input has the same first dimension, 1 or more, and is text. */
export function fitsRows({ inputs }: Pick<RequestBody, 'inputs'>): boolean {
  const sizes = new Set(
    Array.from(inputs.values(), (value) => (value.kind === 'data' ? 0 : (value.shape[0] ?? 0))),
  );
  return sizes.size === 1 && !sizes.has(0);
}

/** How a body is written. */
export interface WriteOptions {
  /** Several lines, for people; data is its placeholder. Otherwise one line with everything. */
  readonly pretty: boolean;
}

/** Writes the body; columnar where row form cannot hold it. The name of an only input is left out. */
export function writeBody(body: RequestBody, { pretty }: WriteOptions): string {
  const isRow = body.format === 'row' && fitsRows(body);
  const members = [
    ...(body.signatureName === undefined ? [] : [`"signature_name": ${JSON.stringify(body.signatureName)}`]),
    isRow
      ? `"instances": ${instancesText(body.inputs, pretty)}`
      : `"inputs": ${namedText(body.inputs, pretty, 2)}`,
  ];
  return pretty ? `{\n  ${members.join(',\n  ')}\n}` : `{${members.join(', ')}}`;
}

function instancesText(inputs: ReadonlyMap<string, TensorValue>, pretty: boolean): string {
  const rows = inputs.values().next().value?.shape[0] ?? 0;
  const items = Array.from({ length: rows }, (_, index) =>
    namedText(new Map(Array.from(inputs, ([name, value]) => [name, rowOf(value, index)])), pretty, 4),
  );
  return pretty ? `[\n    ${items.join(',\n    ')}\n  ]` : `[${items.join(', ')}]`;
}

function namedText(inputs: ReadonlyMap<string, TensorValue>, pretty: boolean, indent: number): string {
  const text = (value: TensorValue, at: number): string => {
    if (!pretty) {
      return toJson(value);
    }
    return value.kind === 'data' ? placeholderOf(value) : toJson(value, at);
  };
  const [only] = inputs.values();
  if (only !== undefined && inputs.size === 1) {
    return text(only, indent);
  }
  const inner = ' '.repeat(indent + 2);
  const members = Array.from(
    inputs,
    ([name, value]) => `${JSON.stringify(name)}: ${text(value, indent + 2)}`,
  );
  return pretty && members.length > 0
    ? `{\n${members.map((member) => inner + member).join(',\n')}\n${' '.repeat(indent)}}`
    : `{${members.join(', ')}}`;
}
