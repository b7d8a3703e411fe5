// Keras 3 models saved by tf.saved_model.save: signatures read variables that nothing ever gives a value, copies of them are restored.
import { nodeOf } from '../graph/flat-graph.ts';
import { changesState } from '../evaluate/op-effects.ts';
import { variableKey } from '../evaluate/kernels/variables.ts';
import type { ModelState } from '../evaluate/contract.ts';
import type { FlatGraph, GraphNode } from '../graph/flat-graph.ts';

/**
 * Gives variables without a value that of the one variable that is initialised with them.
 *
 * Keras exports each variable as `tf.Variable(value)` (keras/src/backend/tensorflow/core.py, `_export_to_saved_model_graph`):
 * the checkpoint restores this copy, and the functions read the other. `tf.saved_model.load` finds the value by the object
 * graph; a TensorFlow session only fails (`Could not find variable`). It is done for variables that no op of the graph
 * writes and that have just one copy: any other reading of such a graph is an error.
 */
export function completeFromCopies(graph: FlatGraph, { variables }: ModelState): void {
  const written = new Set<string>();
  const copies = new Map<string, Set<string>>();
  for (const node of graph.nodes.values()) {
    const target = changesState(node.op) ? variableOf(graph, node.inputs[0]) : undefined;
    if (target === undefined) {
      continue;
    }
    written.add(target);
    const value = node.op === 'AssignVariableOp' ? nodeAt(graph, node.inputs[1]) : undefined;
    const source = value?.op === 'ReadVariableOp' ? variableOf(graph, value.inputs[0]) : undefined;
    if (source !== undefined && !variables.has(source)) {
      copies.set(source, (copies.get(source) ?? new Set()).add(target));
    }
  }
  for (const [source, [copy = '', ...others]] of copies) {
    const value = variables.get(copy);
    if (value !== undefined && others.length === 0 && !written.has(source)) {
      variables.set(source, value);
    }
  }
}

function nodeAt(graph: FlatGraph, ref: string | undefined): GraphNode | undefined {
  return ref === undefined ? undefined : graph.nodes.get(nodeOf(graph.resolve(ref)));
}

/** The key of the variable whose handle the ref is. */
function variableOf(graph: FlatGraph, ref: string | undefined): string | undefined {
  const node = nodeAt(graph, ref);
  return node?.op === 'VarHandleOp' ? variableKey(node) : undefined;
}
