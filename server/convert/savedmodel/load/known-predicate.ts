// Finds out whether the predicate of a TensorFlow 1 conditional is the same at every request (a learning phase).
import { PerchError } from '../../../errors.ts';
import { Budget } from '../evaluate/budget.ts';
import { Evaluator } from '../evaluate/evaluator.ts';
import { notFoldable } from '../evaluate/op-effects.ts';
import { argumentOf, nodeOf } from '../graph/flat-graph.ts';
import { Unsupported } from '../unsupported.ts';
import type { FlatGraph, GraphNode } from '../graph/flat-graph.ts';
import type { KnownPredicate } from '../graph/tf1-dead-branches.ts';

/** Predicates are made of few nodes. */
const maximumNodes = 100;

/**
 * @param fed refs that requests give; a placeholder's default counts where it is none of them
 */
export function knownPredicate(fed: ReadonlySet<string>): KnownPredicate {
  return (graph, ref) => {
    const nodes = constantPart(graph, ref, fed);
    if (nodes === undefined) {
      return undefined;
    }
    const part: FlatGraph = {
      nodes,
      resolve: (each) => graph.resolve(each),
      argumentCount: 0,
      returns: [],
    };
    try {
      const value = new Evaluator(part, {
        state: { variables: new Map(), tables: new Map() },
        functions: noFunctions,
        budget: new Budget('SAVED_MODEL_INVALID', { elements: 10_000, steps: maximumNodes, calls: 0 }),
      }).value(ref);
      return value.dtype === 'bool' && value.data.length === 1 ? value.data[0] !== 0 : undefined;
    } catch (error) {
      if (error instanceof Unsupported || error instanceof PerchError) {
        return undefined;
      }
      throw error;
    }
  };
}

/** The nodes that a ref needs, if none of them depends on a request or on state. */
function constantPart(
  graph: FlatGraph,
  ref: string,
  fed: ReadonlySet<string>,
): ReadonlyMap<string, GraphNode> | undefined {
  const nodes = new Map<string, GraphNode>();
  const waiting = [ref];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const resolved = graph.resolve(next);
    const node = argumentOf(resolved) === undefined ? graph.nodes.get(nodeOf(resolved)) : undefined;
    if (node === undefined || fed.has(resolved) || nodes.size > maximumNodes) {
      return undefined;
    }
    const isDefault = node.op === 'PlaceholderWithDefault';
    if (!isDefault && notFoldable.has(node.op)) {
      return undefined;
    }
    if (!nodes.has(node.name)) {
      nodes.set(node.name, { ...node, op: isDefault ? 'Identity' : node.op, controls: [] });
      waiting.push(...node.inputs);
    }
  }
  return nodes;
}

const noFunctions = {
  flatten: (name: string): never => {
    throw new Unsupported(`function ${name} in a predicate`);
  },
};
