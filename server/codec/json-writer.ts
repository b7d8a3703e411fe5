// Writes the answer of a REST predict request in TensorFlow Serving's JSON.
import { PerchError } from '../errors.ts';
import { JsonOutput, type JsonStyle } from './json-output.ts';
import type { PredictFormat } from './json-reader.ts';
import { elementSize } from './tensor.ts';
import type { NumericDtype, NumericTensor, Tensor, TensorMap } from './tensor.ts';

/** An answer to be written. */
export interface PredictAnswer {
  /** That of the request. */
  readonly format: PredictFormat;
  readonly outputs: TensorMap;
  /** TensorFlow Serving's dialect where absent. */
  readonly style?: JsonStyle;
}

/**
 * The JSON text of an answer, a few milliseconds at a time: `{"predictions": [2.5, 3.0, 4.5]}` for row form, `{"outputs": …}` for columnar form.
 *
 * The name of an only output is left out; several are objects, in the order of the map. float32 and float64 have the
 * fewest digits that read back to the same value of their type, and whole ones end in ".0"; what is not finite is bare
 * NaN, Infinity or -Infinity; 64-bit integers are exact. Strings of an output named `…_bytes` are `{"b64": "…"}`; so is
 * any other string that is not valid UTF-8, which TensorFlow Serving writes as it is, and which then is not JSON.
 * @throws PerchError JSON_VALUE_WRONG where row form cannot hold the outputs: no batch dimension, or different ones. The
 *   model is at fault then, yet INVALID_ARGUMENT is what TensorFlow Serving answers.
 */
export function* encodePredictAnswer({
  format,
  outputs,
  style = 'tensorflow',
}: PredictAnswer): Generator<void, Uint8Array> {
  const output = new JsonOutput(style);
  const writers = Array.from(outputs, ([name, tensor]) => new TensorWriter(output, name, tensor));
  if (format === 'row') {
    const batchSize = batchSizeOf(outputs);
    const only = writers.length === 1 ? writers[0] : undefined;
    output.ascii('{"predictions": [');
    for (let item = 0; item < batchSize; item++) {
      output.ascii(item === 0 ? '' : ', ');
      if (only?.writeScalar(1) !== true) {
        yield* writeNamed(output, writers, 1);
      }
      if (output.isTurnOver()) {
        yield;
      }
    }
    output.ascii(']}');
  } else {
    output.ascii('{"outputs": ');
    yield* writeNamed(output, writers, 0);
    output.ascii('}');
  }
  return yield* output.finishInSteps();
}

/** A body for `:predict` with these inputs, in columnar form. What is not finite is bare NaN or Infinity, as in answers. */
export function encodePredictRequest(inputs: TensorMap): Uint8Array {
  const output = new JsonOutput('tensorflow');
  output.ascii('{"inputs": ');
  const writers = Array.from(inputs, ([name, tensor]) => new TensorWriter(output, name, tensor));
  const steps = writeNamed(output, writers, 0);
  while (steps.next().done !== true);
  output.ascii('}');
  return output.finish();
}

function batchSizeOf(outputs: TensorMap): number {
  let batchSize: number | undefined;
  for (const [name, { shape }] of outputs) {
    const [size] = shape;
    if (size === undefined) {
      throw wrong(`Tensor name: ${name} has no shape information `);
    }
    if (batchSize !== undefined && size !== batchSize) {
      throw wrong(`Tensor name: ${name} has inconsistent batch size: ${size} expecting: ${batchSize}`);
    }
    batchSize = size;
  }
  return batchSize ?? 0;
}

function* writeNamed(
  output: JsonOutput,
  writers: readonly TensorWriter[],
  level: number,
): Generator<void, void> {
  const [first] = writers;
  if (first !== undefined && writers.length === 1) {
    yield* first.write(level);
    return;
  }
  output.ascii('{');
  for (const [index, writer] of writers.entries()) {
    output.ascii(index === 0 ? '' : ', ');
    output.text(writer.name);
    output.ascii(': ');
    yield* writer.write(level);
  }
  output.ascii('}');
}

/** Writes the elements of one tensor in their order, a nested list at a time. */
class TensorWriter {
  readonly name: string;
  private readonly output: JsonOutput;
  private readonly tensor: Tensor;
  private readonly writeElement: (index: number) => void;
  private index = 0;

  constructor(output: JsonOutput, name: string, tensor: Tensor) {
    this.output = output;
    this.name = name;
    this.tensor = tensor;
    if (tensor.dtype !== 'string') {
      this.writeElement = numberWriter(output, tensor);
      return;
    }
    const { values } = tensor;
    this.writeElement = name.endsWith('_bytes')
      ? (index) => output.base64(values[index] ?? new Uint8Array())
      : (index) => output.bytes(values[index] ?? new Uint8Array());
  }

  /** Writes what is next where that is an element; false where it is a list from this dimension on. */
  writeScalar(level: number): boolean {
    if (this.tensor.shape.length > level) {
      return false;
    }
    this.writeElement(this.index++);
    return true;
  }

  /** Writes what is next from this dimension on. */
  *write(level: number): Generator<void, void> {
    const { output } = this;
    const { shape } = this.tensor;
    const size = shape[level];
    if (size === undefined) {
      this.writeElement(this.index++);
      return;
    }
    const isOfElements = level + 1 === shape.length;
    output.ascii('[');
    for (let position = 0; position < size; position++) {
      if (position > 0) {
        output.ascii(', ');
      }
      if (isOfElements) {
        this.writeElement(this.index++);
      } else {
        yield* this.write(level + 1);
      }
      if (output.isTurnOver()) {
        yield;
      }
    }
    output.ascii(']');
  }
}

function numberWriter(output: JsonOutput, { dtype, bytes }: NumericTensor): (index: number) => void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const width = elementSize[dtype];
  switch (dtype) {
    case 'float32':
      return (index) => output.float32(view.getFloat32(index * 4, true));
    case 'float64':
      return (index) => output.float64(view.getFloat64(index * 8, true));
    case 'float16':
      return (index) => output.float16(view.getUint16(index * 2, true));
    case 'bool':
      return (index) => output.ascii(view.getUint8(index) === 0 ? 'false' : 'true');
    default:
      return (index) => output.integer(integerAt(view, dtype, index * width));
  }
}

function integerAt(view: DataView, dtype: NumericDtype, offset: number): number | bigint {
  switch (dtype) {
    case 'int8':
      return view.getInt8(offset);
    case 'int16':
      return view.getInt16(offset, true);
    case 'int32':
      return view.getInt32(offset, true);
    case 'int64':
      return view.getBigInt64(offset, true);
    case 'uint16':
      return view.getUint16(offset, true);
    case 'uint32':
      return view.getUint32(offset, true);
    case 'uint64':
      return view.getBigUint64(offset, true);
    default:
      return view.getUint8(offset);
  }
}

function wrong(message: string): PerchError {
  return new PerchError('JSON_VALUE_WRONG', message);
}
