// A model's signatures in TensorFlow's words: the SignatureDefMap of GetModelMetadata.
import type { DataType } from '../../../protos/gen/tensorflow/DataType.ts';
import { dataTypeNameOf } from '../../codec/dtype.ts';
import type { Signature, TensorSpec } from '../../codec/tensor.ts';
import { methodNames, signatureNameOf, type Signatures } from './signatures.ts';

/** What a `tensorflow.TensorInfo` says of an input or output. */
export interface TensorInfo {
  /** In the graph: `x:0`. */
  readonly name: string;
  readonly dtype: DataType;
  /** -1 for a dynamic dimension. */
  readonly tensorShape: { readonly dim: { readonly size: number }[]; readonly unknownRank?: boolean };
}

/** A `tensorflow.SignatureDef`. The names in it come from outside: own properties, for Object.entries only. */
export interface SignatureDef {
  readonly inputs: Record<string, TensorInfo>;
  readonly outputs: Record<string, TensorInfo>;
  readonly methodName: string;
}

/** Every signature by its name, an ONNX model's as `serving_default` for Predict: a `tensorflow.serving.SignatureDefMap`. */
export function signatureDefMap({ signature, signatures }: Signatures): {
  signatureDef: Record<string, SignatureDef>;
} {
  const all = signatures === undefined ? [signature] : [...signatures.values()];
  return {
    signatureDef: Object.fromEntries(all.map((one) => [signatureNameOf(one), toSignatureDef(one)])),
  };
}

function toSignatureDef({ inputs, outputs, named }: Signature): SignatureDef {
  return {
    inputs: tensorInfos(inputs),
    outputs: tensorInfos(outputs),
    methodName: named?.methodName ?? methodNames.predict,
  };
}

function tensorInfos(specs: readonly TensorSpec[]): Record<string, TensorInfo> {
  // fromEntries defines own properties, whatever the name: "__proto__" too.
  return Object.fromEntries(
    specs.map(({ name, tensorName = name, dtype, shape, isUnranked }) => [
      name,
      {
        name: tensorName,
        dtype: dataTypeNameOf(dtype) as DataType,
        tensorShape: {
          dim: shape.map((size) => ({ size })),
          ...(isUnranked === true ? { unknownRank: true } : {}),
        },
      },
    ]),
  );
}
