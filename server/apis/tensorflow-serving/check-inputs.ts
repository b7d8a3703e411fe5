// Requests held to the model's signature before the run: names, element types, shapes, output filter.
import { isUtf8 } from 'node:buffer';
import {
  elementCount,
  shapeText,
  type NamedSignature,
  type Signature,
  type Tensor,
  type TensorMap,
  type TensorSpec,
} from '../../codec/tensor.ts';
import { PerchError } from '../../errors.ts';

/**
 * Throws INPUT_NAMES_WRONG in TensorFlow's words (reference §1.3), or INPUT_DTYPE_WRONG / INPUT_SHAPE_WRONG with the
 * input's name, what came and what is expected. TF Serving leaves the latter to the graph.
 */
export function checkInputs(inputs: TensorMap, { inputs: specs, named }: Signature): void {
  if (named !== undefined) {
    checkNamedInputs(inputs, specs, named);
    return;
  }
  checkNames(inputs, specs);
  for (const spec of specs) {
    const tensor = inputs.get(spec.name);
    if (tensor !== undefined) {
      checkTensor(tensor, spec);
      checkStrings(tensor, spec.name);
    }
  }
}

/** Names and types, as of every model; the shapes that a SavedModel tells are not held to, as in TensorFlow. */
function checkNamedInputs(inputs: TensorMap, specs: readonly TensorSpec[], named: NamedSignature): void {
  checkNames(inputs, specs, named.optionalInputs);
  for (const spec of specs) {
    const tensor = inputs.get(spec.name);
    if (tensor !== undefined && tensor.dtype !== spec.dtype) {
      throw new PerchError(
        'INPUT_DTYPE_WRONG',
        `Input "${spec.name}": got ${tensor.dtype}, the model expects ${spec.dtype}.`,
      );
    }
    if (tensor !== undefined && elementCount(tensor.shape) === undefined) {
      throw new PerchError(
        'INPUT_SHAPE_WRONG',
        `Input "${spec.name}": ${shapeText(tensor.shape, ', ')} is more elements than can be counted.`,
      );
    }
  }
}

/** ONNX Runtime takes strings as text: other bytes would be changed, and a NUL would cut them off, without a word. */
function checkStrings(tensor: Tensor, name: string): void {
  const unfit =
    tensor.dtype === 'string' ? tensor.values.findIndex((value) => !isUtf8(value) || value.includes(0)) : -1;
  if (unfit !== -1) {
    throw new PerchError(
      'INPUT_STRING_UNFIT',
      `Input "${name}": element ${unfit} is not UTF-8 text without NUL, which is what ONNX Runtime takes as a string.`,
    );
  }
}

function checkNames(inputs: TensorMap, specs: readonly TensorSpec[], optional: readonly string[] = []): void {
  const expected = specs.map(({ name }) => name).sort();
  const sent = [...inputs.keys()].sort();
  const missing = expected.filter((name) => !inputs.has(name) && !optional.includes(name));
  const extra = sent.filter((name) => !expected.includes(name));
  const isCountRight = optional.length === 0 ? sent.length === expected.length : extra.length === 0;
  if (!isCountRight) {
    throw new PerchError(
      'INPUT_NAMES_WRONG',
      `input size does not match signature: ${sent.length}!=${expected.length} len({${sent.join(',')}}) != len({${expected.join(',')}}). Sent extra: {${extra.join(',')}}. Missing but required: {${missing.join(',')}}.`,
    );
  }
  const [first] = missing;
  if (first !== undefined) {
    const feed = specs.find(({ name }) => name === first)?.tensorName ?? first;
    throw new PerchError(
      'INPUT_NAMES_WRONG',
      `Signature input alias: ${first}(feed name: ${feed}) not found in request and no default value provided. Inputs expected to be in the request {${expected.join(',')}}, or default input alias set: {${[...optional].sort().join(',')}}`,
    );
  }
}

function checkTensor(tensor: Tensor, spec: TensorSpec): void {
  const came = `Input "${spec.name}": got ${typeText(tensor)}, the model expects ${typeText(spec)}`;
  if (tensor.dtype !== spec.dtype) {
    throw new PerchError('INPUT_DTYPE_WRONG', `${came}.`);
  }
  const ranksFit = tensor.shape.length === spec.shape.length;
  const wrong = ranksFit
    ? tensor.shape.findIndex((size, i) => spec.shape[i] !== -1 && spec.shape[i] !== size)
    : -1;
  if (!ranksFit) {
    throw new PerchError(
      'INPUT_SHAPE_WRONG',
      `${came}: it has ${tensor.shape.length} dimensions instead of ${spec.shape.length}.`,
    );
  }
  if (wrong !== -1) {
    throw new PerchError(
      'INPUT_SHAPE_WRONG',
      `${came}: dimension ${wrong} is ${tensor.shape[wrong] ?? '?'} instead of ${spec.shape[wrong] ?? '?'}.`,
    );
  }
  if (elementCount(tensor.shape) === undefined) {
    throw new PerchError('INPUT_SHAPE_WRONG', `${came}: that is more elements than can be counted.`);
  }
}

function typeText({ dtype, shape }: Pick<TensorSpec, 'dtype' | 'shape'>): string {
  return `${dtype} ${shapeText(shape, ', ')}`;
}

/** The outputs that `filter` asks for, all where it is empty. Throws OUTPUT_UNKNOWN in TF Serving's words. */
export function chooseOutputs(filter: readonly string[], { outputs }: Signature): string[] {
  const known = outputs.map(({ name }) => name);
  if (filter.length === 0) {
    return known;
  }
  const chosen = new Set<string>();
  for (const name of filter) {
    if (!known.includes(name)) {
      throw new PerchError(
        'OUTPUT_UNKNOWN',
        `output tensor alias not found in signature: ${name} Outputs expected to be in the set {${[...known].sort().join(',')}}.`,
      );
    }
    if (chosen.has(name)) {
      throw new PerchError('OUTPUT_UNKNOWN', `duplicate output tensor alias: ${name}`);
    }
    chosen.add(name);
  }
  return [...chosen];
}
