// Folds a node whose operands are known into constants.
import { Unsupported } from '../unsupported.ts';
import { kernels } from './kernels.ts';
import { notFoldable } from './op-effects.ts';
import type { Value } from '../../value.ts';
import type { GraphNode } from '../graph/flat-graph.ts';
import type { Budget } from './budget.ts';
import type { KernelContext } from './contract.ts';

/**
 * The outputs of a node on known operands. undefined where there is no kernel, where the op gives something else each time
 * or depends on more than its operands, and where an output is no tensor.
 *
 * Throws what the kernel throws: Unsupported, and the error of `budget` for tensors that would be too large.
 */
export function foldNode(
  op: string,
  node: GraphNode,
  operands: readonly Value[],
  budget: Budget,
): readonly Value[] | undefined {
  const kernel = notFoldable.has(op) ? undefined : kernels.get(op);
  if (kernel === undefined) {
    return undefined;
  }
  const context: KernelContext = {
    state: { variables: new Map(), tables: new Map() },
    call: () => {
      throw new Unsupported('a call in a constant');
    },
    claim: (elements) => budget.claim(elements),
  };
  const named = op === node.op ? node : { ...node, op };
  const outputs: Value[] = [];
  for (const output of kernel(operands, named, context)) {
    if ('kind' in output) {
      return undefined;
    }
    outputs.push(output);
  }
  return outputs;
}
