// Takes away the branches of TensorFlow 1's conditionals that are never taken: their predicate is a constant.
import { nodeOf, outputOf } from './flat-graph.ts';
import { identity, int32Constant, noOp } from './nodes.ts';
import { typeAttr } from './attributes.ts';
import { isMerge, isSwitch } from './tf1-ops.ts';
import { orderAll } from './work-graph.ts';
import type { GraphNode } from './flat-graph.ts';
import type { WorkGraph } from './work-graph.ts';

/** The truth value of a resolved ref where it is the same at every request; undefined where it is not, or nobody knows. */
export type KnownPredicate = (graph: WorkGraph, ref: string) => boolean | undefined;

/** Removes what a known predicate makes dead, of a graph without loops; Merges of which one input is left become that. */
export function pruneDeadBranches(graph: WorkGraph, known: KnownPredicate): void {
  const taken = new Map<string, boolean>();
  for (const node of graph.nodes.values()) {
    const value = isSwitch(node) ? known(graph, graph.resolve(node.inputs[1] ?? '')) : undefined;
    if (value !== undefined) {
      taken.set(node.name, value);
    }
  }
  if (taken.size > 0) {
    prune(graph, taken);
  }
}

function prune(graph: WorkGraph, taken: ReadonlyMap<string, boolean>): void {
  const dead = new Set<string>();
  const isDead = (input: string): boolean => {
    const ref = graph.resolve(input);
    const value = taken.get(nodeOf(ref));
    return dead.has(nodeOf(ref)) || (value !== undefined && outputOf(ref) !== Number(value));
  };
  for (const node of orderAll(graph)) {
    const live = node.inputs.flatMap((input, i) => (isDead(input) ? [] : [i]));
    if (node.controls.some((control) => dead.has(control))) {
      dead.add(node.name);
    } else if (isMerge(node)) {
      const [index, ...others] = live;
      if (index === undefined) {
        dead.add(node.name);
      } else if (others.length === 0) {
        replaceMerge(graph, node, index);
      }
    } else if (live.length < node.inputs.length) {
      dead.add(node.name);
    }
  }
  for (const [name, value] of taken) {
    const node = graph.nodes.get(name);
    if (node !== undefined && !dead.has(name)) {
      graph.aliases.set(`${name}:${Number(value)}`, graph.resolve(node.inputs[0] ?? ''));
      graph.nodes.set(name, noOp(name, node.controls));
    }
  }
  for (const name of dead) {
    graph.nodes.delete(name);
  }
}

function replaceMerge(graph: WorkGraph, merge: GraphNode, index: number): void {
  const { name } = merge;
  const indexName = `${name}@index`;
  const taken = identity(name, merge.inputs[index] ?? '', typeAttr(merge, 'T'));
  graph.nodes.set(name, { ...taken, controls: merge.controls });
  graph.nodes.set(indexName, int32Constant(indexName, index));
  graph.aliases.set(`${name}:1`, `${indexName}:0`);
}
