// Tries a kernel at conversion with operands of the types it will get: what it cannot do is known at load then, not at a request.
import { newRealArray, sizeOf } from '../../value.ts';
import { kernels } from '../evaluate/kernels.ts';
import { Unsupported } from '../unsupported.ts';
import { constantOf } from './terms.ts';
import type { Value, ValueType } from '../../value.ts';
import type { KernelContext, ModelState } from '../evaluate/contract.ts';
import type { GraphNode } from '../graph/flat-graph.ts';
import type { Term } from './contract.ts';

/** Larger operands are not made up: the node counts as computable then. */
const maximumElements = 65_536;

const noState: ModelState = { variables: new Map(), tables: new Map() };

const context: KernelContext = {
  state: noState,
  call: () => [],
  claim: (elements) => {
    if (!(elements <= maximumElements)) {
      throw new RangeError('more than a trial may take');
    }
  },
};

/** Why the node's kernel cannot compute operands of these types; undefined where it can, or where that cannot be tried. */
export function refusalOf(node: GraphNode, inputs: readonly Term[]): string | undefined {
  const operands: Value[] = [];
  for (const input of inputs) {
    const operand = madeUp(input);
    if (operand === undefined) {
      return undefined;
    }
    operands.push(operand);
  }
  try {
    kernels.get(node.op)?.(operands, node, context);
  } catch (reason) {
    // Anything else is about the made-up contents.
    return reason instanceof Unsupported ? reason.message : undefined;
  }
  return undefined;
}

/** Contents of the term's type and, as far as it is known, shape. */
function madeUp(term: Term): Value | undefined {
  const constant = constantOf(term);
  if (constant !== undefined) {
    return constant.data.length <= maximumElements ? constant : undefined;
  }
  if (term.kind !== 'tensor' || term.shape === undefined) {
    return undefined;
  }
  const shape = term.shape.map((size) => Math.max(size, size === 0 ? 0 : 1));
  return shape.reduce((product, size) => product * size, 1) <= maximumElements
    ? zeros(term.dtype, shape)
    : undefined;
}

function zeros(dtype: Exclude<ValueType, 'complex64' | 'complex128'>, shape: readonly number[]): Value {
  const length = sizeOf(shape);
  switch (dtype) {
    case 'string':
      return { dtype, shape, data: new Array<Uint8Array>(length).fill(new Uint8Array()) };
    case 'int64':
      return { dtype, shape, data: new BigInt64Array(length) };
    case 'uint64':
      return { dtype, shape, data: new BigUint64Array(length) };
    default:
      return { dtype, shape, data: newRealArray(dtype, length) };
  }
}
