// The host's part of a converted signature as a graph that the evaluator runs.
import { PerchError } from '../../../errors.ts';
import type { FlatGraph, FunctionLibrary, GraphNode } from '../graph/flat-graph.ts';
import type { HostProgram } from './host-program.ts';

/** The program's nodes and functions; made once, it serves every request. */
export interface HostGraph {
  readonly graph: FlatGraph;
  readonly functions: FunctionLibrary;
}

/** Throws SAVED_MODEL_INVALID when a function is asked for that the program does not have. */
export function hostGraph(program: HostProgram): HostGraph {
  const bodies = new Map(
    Array.from(program.functions, ([name, body]) => [name, graphOf(body.nodes, body.returns)] as const),
  );
  return {
    graph: graphOf(program.nodes, []),
    functions: {
      flatten(name) {
        const body = bodies.get(name);
        if (body === undefined) {
          throw new PerchError('SAVED_MODEL_INVALID', `There is no function ${name} in the program.`);
        }
        return body;
      },
    },
  };
}

/** Refs in a program are resolved already. */
function graphOf(nodes: readonly GraphNode[], returns: readonly string[]): FlatGraph {
  return {
    nodes: new Map(nodes.map((node) => [node.name, node])),
    resolve: (ref) => ref,
    argumentCount: 0,
    returns,
  };
}
