// The tensor as it travels through the daemon: raw little-endian bytes for numbers, byte strings for strings.

/** Element types that ONNX Runtime's Node binding takes and gives. */
export const dtypes = [
  'float32',
  'float64',
  'float16',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
  'bool',
  'string',
] as const;
export type Dtype = (typeof dtypes)[number];

/** Every element type with a fixed width. */
export type NumericDtype = Exclude<Dtype, 'string'>;

/** Bytes per element. `bool` is one byte, 0 or 1. */
export const elementSize: Readonly<Record<NumericDtype, 1 | 2 | 4 | 8>> = {
  float32: 4,
  float64: 8,
  float16: 2,
  int8: 1,
  int16: 2,
  int32: 4,
  int64: 8,
  uint8: 1,
  uint16: 2,
  uint32: 4,
  uint64: 8,
  bool: 1,
};

/** Numbers, row-major. `bytes.length` is the product of `shape` times `elementSize[dtype]`; any alignment. */
export interface NumericTensor {
  readonly dtype: NumericDtype;
  /** Dimensions, each >= 0; empty for a scalar. */
  readonly shape: readonly number[];
  /** Little-endian, often a view into the message that brought it: not to be written to. */
  readonly bytes: Uint8Array;
}

/** Strings as TensorFlow has them: arbitrary bytes, row-major. */
export interface StringTensor {
  readonly dtype: 'string';
  readonly shape: readonly number[];
  /** As many as the product of `shape`. */
  readonly values: readonly Uint8Array[];
}

export type Tensor = NumericTensor | StringTensor;

/** Named tensors in the order in which they came or are to be sent. A Map, since names come from outside. */
export type TensorMap = ReadonlyMap<string, Tensor>;

/** One input or output of a model. */
export interface TensorSpec {
  readonly name: string;
  /** A converted model's own name of it, `dense/BiasAdd:0`; absent: `name`. It is only told. */
  readonly tensorName?: string;
  readonly dtype: Dtype;
  /** -1 for a dynamic dimension. */
  readonly shape: readonly number[];
  /** Whether the model does not say how many dimensions there are; `shape` is empty then, and says nothing. */
  readonly isUnranked?: boolean;
}

/** The name that TensorFlow Serving gives the signature of a request that names none. */
export const defaultSignatureName = 'serving_default';

/** What a signature of a converted model, such as a SavedModel, is beside its tensors. */
export interface NamedSignature {
  /** `serving_default`, or whatever a request's signature_name asks for. */
  readonly name: string;
  /** `tensorflow/serving/predict`, `…/classify`, `…/regress`, or whatever else the file says. */
  readonly methodName: string;
  /** Inputs that a request may leave out: the model has values for them. */
  readonly optionalInputs: readonly string[];
  /** Whether a request changes what the next one gets. */
  readonly isStateful: boolean;
}

/** What a model takes and gives, in the model's own order. */
export interface Signature {
  /** Absent for an ONNX model, whose only signature has no name; its shapes hold, those of a named one are only told. */
  readonly named?: NamedSignature;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  /** Outputs of the model that are no tensors (sequences, maps), or of a type without a dtype: nobody can ask for them. */
  readonly omittedOutputs?: readonly string[];
  /** The name of each class, in the order of the scores' columns, where the model's files tell; any number of them. */
  readonly classLabels?: readonly string[];
}

/** A shape for an error text, `[2,?]`: the dimensions with `separator` between them, `?` for a dynamic one. */
export function shapeText(shape: readonly number[], separator = ','): string {
  return `[${shape.map((size) => (size === -1 ? '?' : String(size))).join(separator)}]`;
}

/** The number of elements in `shape`, or undefined where it is negative somewhere or not a safe integer. */
export function elementCount(shape: readonly number[]): number | undefined {
  let count = 1;
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0) {
      return undefined;
    }
    count *= size;
  }
  return Number.isSafeInteger(count) ? count : undefined;
}
