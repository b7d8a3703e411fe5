// A graph while passes still change it: loops and conditionals of TensorFlow 1 become functions here.
import { PerchError } from '../../../errors.ts';
import { argumentOf, nodeOf } from './flat-graph.ts';
import type { FlatGraph, GraphNode } from './flat-graph.ts';
import type { InlinedGraph } from './inline.ts';

/** A graph that passes change in place. */
export interface WorkGraph {
  readonly nodes: Map<string, GraphNode>;
  readonly aliases: Map<string, string>;
  readonly argumentCount: number;
  readonly returns: readonly string[];
  resolve(ref: string): string;
}

/** Aliases of aliases are shortened. Throws SAVED_MODEL_INVALID for calls that give each other their own results. */
export function workGraph({ nodes, aliases, argumentCount, returns }: InlinedGraph): WorkGraph {
  const shortened = new Map<string, string>();
  for (const start of aliases.keys()) {
    const path: string[] = [];
    let ref = start;
    for (;;) {
      const next = shortened.get(ref) ?? aliases.get(ref);
      if (next === undefined) {
        break;
      }
      if (path.length > aliases.size) {
        throw new PerchError('SAVED_MODEL_INVALID', `The graph has a cycle through ${start}.`);
      }
      path.push(ref);
      ref = next;
    }
    for (const alias of path) {
      shortened.set(alias, ref);
    }
  }
  return {
    nodes,
    aliases: shortened,
    argumentCount,
    returns,
    resolve: (ref) => resolveAlias(shortened, ref),
  };
}

/** Follows aliases to their end. */
export function resolveAlias(aliases: ReadonlyMap<string, string>, ref: string): string {
  let resolved = ref;
  for (let next = aliases.get(ref); next !== undefined; next = aliases.get(next)) {
    resolved = next;
  }
  return resolved;
}

/** The names of the nodes that must run before one: those that make what it reads, and those it waits for. */
export function dependenciesOf(graph: FlatGraph | WorkGraph, node: GraphNode): string[] {
  const names: string[] = [];
  for (const input of node.inputs) {
    const ref = graph.resolve(input);
    if (argumentOf(ref) === undefined) {
      names.push(nodeOf(ref));
    }
  }
  names.push(...node.controls);
  return names;
}

/**
 * All nodes, each behind those that it needs; what `last` says comes as late as can be. Throws SAVED_MODEL_INVALID for
 * nodes that are not there and for cycles.
 */
export function orderAll(
  graph: WorkGraph,
  last: (node: GraphNode) => boolean = () => false,
): readonly GraphNode[] {
  const consumers = new Map<string, GraphNode[]>();
  const missing = new Map<GraphNode, number>();
  const ready: GraphNode[] = [];
  const late: GraphNode[] = [];
  const enqueue = (node: GraphNode): void => void (last(node) ? late : ready).push(node);
  for (const node of graph.nodes.values()) {
    const dependencies = new Set(dependenciesOf(graph, node));
    for (const dependency of dependencies) {
      if (!graph.nodes.has(dependency)) {
        throw new PerchError(
          'SAVED_MODEL_INVALID',
          `Node ${node.name} needs a node ${dependency} that is not there.`,
        );
      }
      const list = consumers.get(dependency);
      if (list === undefined) {
        consumers.set(dependency, [node]);
      } else {
        list.push(node);
      }
    }
    missing.set(node, dependencies.size);
    if (dependencies.size === 0) {
      enqueue(node);
    }
  }
  const order: GraphNode[] = [];
  for (let node = ready.pop() ?? late.pop(); node !== undefined; node = ready.pop() ?? late.pop()) {
    order.push(node);
    for (const consumer of consumers.get(node.name) ?? []) {
      const left = (missing.get(consumer) ?? 0) - 1;
      missing.set(consumer, left);
      if (left === 0) {
        enqueue(consumer);
      }
    }
  }
  if (order.length < graph.nodes.size) {
    const stuck = [...missing].find(([, left]) => left > 0)?.[0].name ?? '';
    throw new PerchError('SAVED_MODEL_INVALID', `The graph has a cycle near node ${stuck}.`);
  }
  return order;
}
