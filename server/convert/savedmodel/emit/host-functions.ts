// The functions that the host's nodes call, pruned and as plain data.
import { changesState } from '../evaluate/op-effects.ts';
import { argumentOf, nodeOf } from '../graph/flat-graph.ts';
import { functionsOf } from './controls.ts';
import type { HostFunction } from '../evaluate/host-program.ts';
import type { FlatGraph, FunctionLibrary, GraphNode } from '../graph/flat-graph.ts';

/** The nodes of a function's graph that its results need, and those that are executed anyway; inputs are resolved. */
export function hostFunctionNodes(graph: FlatGraph): ReadonlyMap<string, GraphNode> {
  const kept = new Map<string, GraphNode>();
  const pending = graph.returns.map((ref) => graph.resolve(ref));
  const names = [...graph.nodes.values()].filter(({ op }) => changesState(op)).map(({ name }) => name);
  for (;;) {
    const ref = pending.pop();
    const name = ref === undefined ? names.pop() : argumentOf(ref) === undefined ? nodeOf(ref) : undefined;
    if (ref === undefined && name === undefined) {
      return kept;
    }
    const node = name === undefined ? undefined : graph.nodes.get(name);
    if (node !== undefined && !kept.has(node.name)) {
      const inputs = node.inputs.map((input) => graph.resolve(input));
      kept.set(node.name, { ...node, inputs });
      pending.push(...inputs);
      names.push(...node.controls);
    }
  }
}

/** All functions that the nodes call, directly or through others. */
export function hostFunctionTable(
  functions: FunctionLibrary,
  nodes: Iterable<GraphNode>,
): ReadonlyMap<string, HostFunction> {
  const table = new Map<string, HostFunction>();
  const pending = [...nodes].flatMap(functionsOf);
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (!table.has(name)) {
      const graph = functions.flatten(name);
      const kept = [...hostFunctionNodes(graph).values()];
      table.set(name, { nodes: kept, returns: graph.returns.map((ref) => graph.resolve(ref)) });
      pending.push(...kept.flatMap(functionsOf));
    }
  }
  return table;
}
