// An ONNX model as data, before it is written (onnx.proto; opset 21 and ai.onnx.ml 4).
import type { Value } from '../value.ts';

/** An attribute: a number is an int; floats must say so. */
export type OnnxAttribute =
  | number
  | bigint
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly strings: readonly (string | Uint8Array)[] }
  | { readonly ints: readonly bigint[] }
  | { readonly tensor: Value }
  | { readonly graph: OnnxGraph };

export type OnnxAttributes = Readonly<Record<string, OnnxAttribute>>;

export interface OnnxNode {
  readonly op: string;
  /** Empty for ONNX's own; `ai.onnx.ml`; `com.microsoft`. */
  readonly domain: string;
  /** Empty for an optional input that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Its name in the file, which ONNX Runtime's errors tell: why a request is refused. */
  readonly label?: string | undefined;
  /** Keys are ours, never from outside. */
  readonly attributes: OnnxAttributes;
}

/** An input or output; without a shape it takes any. */
export interface OnnxValueInfo {
  readonly name: string;
  /** TensorProto.DataType. */
  readonly elementType: number;
  /** -1 for a size that is not known; undefined: any rank. */
  readonly shape?: readonly number[] | undefined;
}

export interface OnnxInitializer {
  readonly name: string;
  readonly value: Value;
}

/** A graph; that of a loop or a branch reads names of the graphs around it, and has no initializers. */
export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxInitializer[];
  readonly inputs: readonly OnnxValueInfo[];
  readonly outputs: readonly OnnxValueInfo[];
  /** Version of ai.onnx.ml, where it is not 4: TreeEnsemble came with 5. */
  readonly mlVersion?: 5;
}
