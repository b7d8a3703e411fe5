// The host's program as the evaluator wants it: a graph, functions, state.
import { PerchError } from '../../errors.ts';
import type { ModelState } from '../savedmodel/evaluate/contract.ts';
import type { HostFunction, HostProgram } from '../savedmodel/evaluate/host-program.ts';
import type { FlatGraph, FunctionLibrary, GraphNode } from '../savedmodel/graph/flat-graph.ts';

/** What a host program needs to run; made once. */
export interface HostGraph {
  readonly graph: FlatGraph;
  readonly functions: FunctionLibrary;
  readonly state: ModelState;
}

/** Inputs of its nodes are resolved already. */
export function hostGraph(host: HostProgram): HostGraph {
  const graphs = new Map<string, FlatGraph>();
  return {
    graph: graphOf(host.nodes, []),
    functions: {
      flatten: (name) => {
        let graph = graphs.get(name);
        if (graph === undefined) {
          graph = functionGraph(name, host.functions.get(name));
          graphs.set(name, graph);
        }
        return graph;
      },
    },
    state: { variables: new Map(host.variables), tables: new Map(host.tables) },
  };
}

function functionGraph(name: string, called: HostFunction | undefined): FlatGraph {
  if (called === undefined) {
    throw new PerchError('SAVED_MODEL_INVALID', `There is no function ${name}.`);
  }
  return graphOf(called.nodes, called.returns);
}

function graphOf(nodes: readonly GraphNode[], returns: readonly string[]): FlatGraph {
  return {
    nodes: new Map(nodes.map((node) => [node.name, node])),
    resolve: (ref) => ref,
    argumentCount: 0,
    returns,
  };
}
