// Walks over flat graphs: what given outputs need, in order, and what they change on the way.
import { PerchError } from '../../../errors.ts';
import { changesState } from '../evaluate/op-effects.ts';
import { argumentOf, nodeOf } from './flat-graph.ts';
import { dependenciesOf } from './work-graph.ts';
import type { FlatGraph, FunctionLibrary, GraphNode } from './flat-graph.ts';

/**
 * The nodes that given refs or nodes need, by data and control edges, each behind those that it needs itself.
 * A ref of an inlined call counts for the whole call: what it does beside giving outputs is done before.
 * Throws SAVED_MODEL_INVALID for what is not there, and for cycles.
 */
export function neededBy(graph: FlatGraph, roots: readonly string[]): readonly GraphNode[] {
  const order: GraphNode[] = [];
  const done = new Set<string>();
  const open = new Set<string>();
  const stack: { readonly node: GraphNode; readonly needs: string[] }[] = [];
  const enter = (name: string): void => {
    const node = graph.nodes.get(name);
    if (node === undefined) {
      throw new PerchError('SAVED_MODEL_INVALID', `There is no node ${name} in the graph.`);
    }
    if (open.has(name)) {
      throw new PerchError('SAVED_MODEL_INVALID', `The graph has a cycle through node ${name}.`);
    }
    open.add(name);
    // Taken from the end: what a node waits for, and whole calls, come before what it reads.
    stack.push({ node, needs: [...callsRead(graph, node.inputs), ...dependenciesOf(graph, node)] });
  };
  const starts = roots.flatMap((root) => nodesOfRoot(graph, root));
  for (const root of starts) {
    if (!done.has(root)) {
      enter(root);
    }
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const need = top.needs.pop();
      if (need === undefined) {
        open.delete(top.node.name);
        done.add(top.node.name);
        order.push(top.node);
        stack.pop();
      } else if (!done.has(need)) {
        enter(need);
      }
    }
  }
  return order;
}

/** The node of a name, or the nodes behind a ref: the one that makes it, and the call that it came out of. */
function nodesOfRoot(graph: FlatGraph, root: string): string[] {
  if (graph.nodes.has(root)) {
    return [root];
  }
  const ref = graph.resolve(root);
  return argumentOf(ref) === undefined ? [nodeOf(ref), ...callsRead(graph, [root])] : [];
}

/** Inlined calls whose outputs these refs are: nodes that only wait. */
function callsRead(graph: FlatGraph, refs: readonly string[]): string[] {
  return refs.filter((ref) => graph.resolve(ref) !== ref && graph.nodes.has(nodeOf(ref))).map(nodeOf);
}

/** Ops that refuse, and change nothing. */
const checks: ReadonlySet<string> = new Set(['Abort', 'Assert']);

/**
 * The nodes that write to variables or tables when the roots (refs or names of nodes) are computed, in an order in which
 * they may run. Ops that call functions count where those, or functions that those call, write.
 */
export function effectsOf(
  graph: FlatGraph,
  roots: readonly string[],
  library: FunctionLibrary,
): readonly GraphNode[] {
  return neededBy(graph, roots).filter((node) => hasEffect(node, library));
}

/** Whether a node writes to variables or tables, itself or by the functions that it calls. */
export function hasEffect(node: GraphNode, library: FunctionLibrary): boolean {
  const seen = new Set<string>();
  const waiting: GraphNode[] = [node];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (!changesState(next.op) || checks.has(next.op)) {
      continue;
    }
    const called = functionsOf(next);
    if (called.length === 0) {
      return true;
    }
    for (const name of called) {
      if (!seen.has(name)) {
        seen.add(name);
        waiting.push(...library.flatten(name).nodes.values());
      }
    }
  }
  return false;
}

/** The names of the functions that a node names in its attributes. */
export function functionsOf(node: GraphNode): readonly string[] {
  const names: string[] = [];
  for (const attribute of node.attributes.values()) {
    if (attribute.kind === 'function') {
      names.push(attribute.value.name);
    } else if (attribute.kind === 'list') {
      names.push(...attribute.value.functions.map(({ name }) => name));
    }
  }
  return names;
}
