// What a conversion makes of a model that is not ONNX: ONNX files, what is computed around them, and a report. Plain data.
import type { Dtype } from '../codec/tensor.ts';
import type { Value } from './value.ts';
import type { HostProgram } from './savedmodel/evaluate/host-program.ts';

/** A name under which one asks for a tensor, and what it is. */
export interface ProgramTensor {
  /** The signature's name of it: `x`. */
  readonly alias: string;
  /** The model's own name of it: `dense/BiasAdd:0` in a SavedModel. It is only told. */
  readonly name: string;
  readonly dtype: Dtype;
  /** -1 for a size that is not said; undefined where the rank is not said. What TensorFlow's signature says: it is not enforced. */
  readonly shape: readonly number[] | undefined;
}

/** One signature of the model. */
export interface ProgramSignature {
  /** `serving_default`. */
  readonly name: string;
  /** `tensorflow/serving/predict`, `…/classify`, `…/regress`, or whatever else the file says. */
  readonly methodName: string;
  readonly inputs: readonly ProgramTensor[];
  readonly outputs: readonly ProgramTensor[];
  /** Values for inputs that a request leaves out (SignatureDef.defaults). */
  readonly defaults: ReadonlyMap<string, Value>;
  /** Index of its plan. Signatures that compute the same share one. */
  readonly plan: number;
}

/** How one signature is computed: the host's part, ONNX, the host's part again. */
export interface Plan {
  /** The ONNX file, a name in the program's directory; undefined where the host computes all. */
  readonly onnxFile: string | undefined;
  /** Inputs of the signature that are inputs of the ONNX file as they are: alias and ONNX name. */
  readonly direct: readonly { readonly alias: string; readonly name: string }[];
  /** Tensors of the host's first part that are inputs of the ONNX file. */
  readonly hostToOnnx: readonly { readonly ref: string; readonly name: string; readonly dtype: Dtype }[];
  /** Outputs of the ONNX file that the host's second part reads. */
  readonly onnxToHost: readonly { readonly ref: string; readonly name: string }[];
  /** Variables that requests change: read by the ONNX file as `input`, and what `output` gives is kept for the next request. */
  readonly state: readonly {
    readonly variable: string;
    readonly input: string | undefined;
    readonly output: string | undefined;
  }[];
  readonly outputs: readonly PlanOutput[];
  /** The host's graph: empty where it computes nothing. */
  readonly host: HostProgram;
  /** Whether a request changes what the next one gets: such requests run one at a time, and are never batched. */
  readonly stateful: boolean;
  /** Whether the plan holds for any shape of the inputs; false: only for those that match the declared ones, others need a conversion of their own. */
  readonly anyShape: boolean;
}

/** Where an output of the signature comes from. */
export type PlanOutput =
  | { readonly alias: string; readonly from: 'onnx'; readonly name: string }
  | { readonly alias: string; readonly from: 'host'; readonly ref: string }
  | { readonly alias: string; readonly from: 'constant'; readonly value: Value };

/** A converted model. It can be cloned structurally (node:v8 serialize) and holds no paths but names of its own files. */
export interface Program {
  /** Goes up with every change of what conversion makes: programs of another one are made anew. */
  readonly format: number;
  readonly source: 'saved_model' | 'tflite' | 'trees';
  readonly signatures: readonly ProgramSignature[];
  readonly plans: readonly Plan[];
  readonly report: ConversionReport;
}

/** An operator that was met. */
export interface ReportedOperator {
  /** TensorFlow's name. */
  readonly op: string;
  readonly count: number;
}

/** An operator that cannot be converted. */
export interface UnsupportedOperator extends ReportedOperator {
  /** The first node of it, by its name in the model. */
  readonly firstNode: string;
  /** Why, and what limits it: `dynamic axis`. */
  readonly reason: string;
}

/** What became of the model, for people. */
export interface ConversionReport {
  /** `2.14.0`, or empty. */
  readonly producerVersion: string;
  /** What ONNX computes, by name. */
  readonly onnx: readonly ReportedOperator[];
  /** What the host computes at each request, by name. */
  readonly host: readonly ReportedOperator[];
  /** Operators of the ONNX files. */
  readonly onnxOperators: readonly ReportedOperator[];
  /** Bytes of weights in the ONNX files. */
  readonly weightBytes: number;
  /** Signatures that were left out, and why (an unsupported operator in a signature that nobody needs). */
  readonly omittedSignatures: readonly {
    readonly name: string;
    readonly unsupported: readonly UnsupportedOperator[];
  }[];
  readonly durationMs: number;
}

/** See `Program.format`. */
export const programFormat = 3;
/** The signature that a request without a name means, as in TensorFlow Serving. */
export const defaultSignatureName = 'serving_default';
