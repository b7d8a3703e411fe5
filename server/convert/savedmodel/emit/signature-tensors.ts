// The inputs and outputs of a signature, by alias: where they are in the graph, and what they are there.
import { PerchError } from '../../../errors.ts';
import { hasOutputTypes, outputTypes } from '../evaluate/output-types.ts';
import { nodeOf, outputOf } from '../graph/flat-graph.ts';
import { valueTypeOf } from '../proto/data-types.ts';
import { Unsupported } from '../unsupported.ts';
import { isDtype } from './host-part.ts';
import type { Dtype } from '../../../codec/tensor.ts';
import type { FlatGraph } from '../graph/flat-graph.ts';
import type { SignatureMessage, TensorInfoMessage } from '../proto/messages.ts';

/** One of them. */
export interface SignatureTensor {
  readonly alias: string;
  /** Resolved. */
  readonly ref: string;
  /** As the signature declares it. */
  readonly shape: readonly number[] | undefined;
}

/** An input, of the type that the graph feeds: signatures have been seen to be wrong about it. */
export interface SignatureInput extends SignatureTensor {
  readonly dtype: Dtype;
}

/** Throws SAVED_MODEL_INVALID for names that are not in the graph, and Unsupported for what no request can carry. */
export function signatureInputs(graph: FlatGraph, signature: SignatureMessage): readonly SignatureInput[] {
  return Array.from(signature.inputs, ([alias, info]) => {
    const tensor = tensorOf(graph, alias, info);
    const node = graph.nodes.get(nodeOf(tensor.ref));
    const type =
      node !== undefined && hasOutputTypes(node.op)
        ? outputTypes(node)[outputOf(tensor.ref)]
        : valueTypeOf(info.dtype);
    if (type === undefined || !isDtype(type)) {
      throw new Unsupported(`input "${alias}" of ${type ?? 'nothing'}`);
    }
    return { ...tensor, dtype: type };
  });
}

/** Throws as `signatureInputs`. */
export function signatureOutputs(graph: FlatGraph, signature: SignatureMessage): readonly SignatureTensor[] {
  return Array.from(signature.outputs, ([alias, info]) => tensorOf(graph, alias, info));
}

function tensorOf(graph: FlatGraph, alias: string, info: TensorInfoMessage): SignatureTensor {
  if (info.sparse !== undefined) {
    // TensorFlow Serving feeds and fetches TensorInfo.name, which a sparse tensor does not have: its Predict refuses them.
    throw new Unsupported(`"${alias}" is a sparse tensor, which no request can carry`);
  }
  const ref = graph.resolve(info.name.includes(':') ? info.name : `${info.name}:0`);
  if (!graph.nodes.has(nodeOf(ref))) {
    throw new PerchError('SAVED_MODEL_INVALID', `"${alias}" is ${info.name}, which is not in the graph.`);
  }
  return { alias, ref, shape: info.shape };
}
