// Reads small constants of a graph without evaluating it.
import { numbersOf } from '../../value.ts';
import { decodeTensor } from '../proto/tensor-proto.ts';
import { Unsupported } from '../unsupported.ts';
import type { GraphNode } from './flat-graph.ts';

/** The number that a Const is; undefined for another node, and for another tensor than one number. */
export function scalarOf(node: GraphNode | undefined): number | undefined {
  const attribute = node?.op === 'Const' ? node.attributes.get('value') : undefined;
  if (attribute?.kind !== 'tensor' || attribute.value.bytes.length > longestScalar) {
    return undefined;
  }
  try {
    const value = decodeTensor(attribute.value, claimOne);
    return value.dtype === 'string' || value.data.length !== 1 ? undefined : numbersOf(value)[0];
  } catch (error) {
    if (error instanceof Unsupported) {
      return undefined;
    }
    throw error;
  }
}

/** A TensorProto of one number takes far less. */
const longestScalar = 64;

function claimOne(elements: number): void {
  if (elements > longestScalar) {
    throw new Unsupported('a constant whose last element is repeated');
  }
}
