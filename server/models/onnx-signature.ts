// What an ONNX file says that it takes and gives, read from its header without weights and without ONNX Runtime: the shape.

/** One input or output of the graph. */
export interface OnnxValue {
  readonly name: string;
  /** As Triton writes it: `TYPE_FP32`; undefined for a type that Triton has no name for, and for what is no tensor. */
  readonly dataType: string | undefined;
  /** A number >= 0, -1 for one without a size, or the name of a symbolic dimension. Undefined where the rank is not said. */
  readonly dims: readonly (number | string)[] | undefined;
}

/** What a model takes and gives, in the file's order. Initializers are no inputs. */
export interface OnnxSignature {
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** Empty where the file does not say. */
  readonly producer: string;
  /** Version of the default operator set; 0 where the file does not say. */
  readonly opset: number;
}
