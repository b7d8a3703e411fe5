// The inputs of a request as TensorFlow's TensorProto, in protobuf's JSON. No vscode in here.
import type { TensorFacts } from '../../webview/playground/check-input.ts';
import { isJsonObject, readJson, textOf } from '../../webview/playground/json-nodes.ts';
import { isProblem, readBody } from '../../webview/playground/request-body.ts';
import type { ElementsValue } from '../../webview/playground/tensor-value.ts';

/** One input of a request. */
export interface ProtoTensor {
  readonly name: string;
  /** As in TensorFlow: DT_FLOAT … */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** JSON texts, row-major. */
  readonly elements: readonly string[];
}

/** The field of TensorProto that holds the values of a type (tensorflow/core/framework/tensor.proto). */
const valueFields = new Map([
  ['DT_FLOAT', 'float_val'],
  ['DT_DOUBLE', 'double_val'],
  ['DT_HALF', 'half_val'],
  ['DT_INT8', 'int_val'],
  ['DT_INT16', 'int_val'],
  ['DT_INT32', 'int_val'],
  ['DT_UINT8', 'int_val'],
  ['DT_UINT16', 'int_val'],
  ['DT_INT64', 'int64_val'],
  ['DT_UINT32', 'uint32_val'],
  ['DT_UINT64', 'uint64_val'],
  ['DT_BOOL', 'bool_val'],
  ['DT_STRING', 'string_val'],
]);

/** The inputs of a body. Throws where the body is none for these inputs. */
export function protoTensors(body: string, inputs: readonly TensorFacts[]): readonly ProtoTensor[] {
  const read = readBody(
    body,
    inputs.map(({ name }) => name),
  );
  if (isProblem(read)) {
    throw new Error(`The request is none for this model (${read.problem} ${read.details.join(' ')}).`);
  }
  return inputs.flatMap(({ name, dtype }) => {
    const value = read.inputs.get(name);
    return value?.kind === 'elements' ? [tensorOf(name, dtype, value)] : [];
  });
}

function tensorOf(name: string, dtype: string, { shape, elements }: ElementsValue): ProtoTensor {
  return { name, dtype, shape, elements };
}

/** The tensor as protobuf's JSON mapping has it; names as in the .proto file. */
export function tensorJson({ dtype, shape, elements }: ProtoTensor): string {
  const field = valueFields.get(dtype) ?? 'float_val';
  const dimensions = shape.map((size) => `{"size": "${size}"}`).join(', ');
  const values = elements.map((element) => valueJson(dtype, element)).join(', ');
  return `{"dtype": "${dtype}", "tensor_shape": {"dim": [${dimensions}]}, "${field}": [${values}]}`;
}

function valueJson(dtype: string, element: string): string {
  switch (dtype) {
    case 'DT_STRING':
      // `bytes` are base64 there.
      return JSON.stringify(bytesOf(element).toString('base64'));
    case 'DT_HALF':
      return String(halfBits(Number(element)));
    case 'DT_FLOAT':
    case 'DT_DOUBLE':
      return /^(NaN|-?Infinity)$/.test(element) ? `"${element}"` : element;
    default:
      // `2.0` is an integer for the daemon, and none for protobuf.
      return /^-?\d+$/.test(element) || element === 'true' || element === 'false'
        ? element
        : String(Math.round(Number(element)));
  }
}

/** The bytes of a string element: text, or `{"b64": "…"}`. */
export function bytesOf(element: string): Buffer {
  const node = readJson(element);
  const encoded = isJsonObject(node) ? node.members.get('b64') : undefined;
  return typeof encoded === 'string'
    ? Buffer.from(textOf(encoded), 'base64')
    : Buffer.from(textOf(element), 'utf8');
}

/** The bits of the nearest IEEE 754 binary16, ties to even. */
export function halfBits(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(size)) {
    return 0x7e00;
  }
  if (size >= 65_520) {
    return sign | 0x7c00;
  }
  const exponent = Math.max(-14, Math.floor(Math.log2(size === 0 ? 1 : size)));
  const step = 2 ** (exponent - 10);
  const steps = roundEven(size / step);
  // Subnormal numbers have no leading one; a mantissa that rounds up to the next power carries over by itself.
  return sign | (size < 2 ** -14 ? steps : ((exponent + 15) << 10) + (steps - 1024));
}

function roundEven(value: number): number {
  const low = Math.floor(value);
  const rest = value - low;
  return rest > 0.5 || (rest === 0.5 && low % 2 === 1) ? low + 1 : low;
}
