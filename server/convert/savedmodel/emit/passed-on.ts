// Which results of a function are its arguments, untouched.
import { argumentOf, nodeOf, outputOf } from '../graph/flat-graph.ts';
import type { FlatGraph } from '../graph/flat-graph.ts';

/** For each result of the function the index of the argument that it passes on, or -1. */
export function passedOnArguments(graph: FlatGraph): readonly number[] {
  return graph.returns.map((ref) => {
    for (let current = graph.resolve(ref), steps = graph.nodes.size; steps >= 0; steps--) {
      const argument = argumentOf(current);
      const node = graph.nodes.get(nodeOf(current));
      const input = node?.inputs[outputOf(current)];
      if (argument !== undefined) {
        return argument;
      }
      if (input === undefined || (node?.op !== 'Identity' && node?.op !== 'IdentityN')) {
        return -1;
      }
      current = graph.resolve(input);
    }
    return -1;
  });
}
