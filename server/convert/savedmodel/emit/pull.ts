// The order in which a graph's nodes are emitted: each behind what it needs.
import { PerchError } from '../../../errors.ts';
import { needsOf } from './node-facts.ts';
import type { GraphNode } from '../graph/flat-graph.ts';
import type { Failure, Frame, Outcome } from './frame.ts';

/**
 * Finds the outcomes of a node and of all that it needs, without recursion: graphs are as deep as they like.
 * Throws SAVED_MODEL_INVALID where a node is missing, and what `outcomeOf` throws.
 */
export function pull(frame: Frame, root: string, outcomeOf: (node: GraphNode) => Outcome): void {
  const stack: { readonly node: GraphNode; readonly needs: readonly string[]; next: number }[] = [];
  const open = new Set<string>();
  const enter = (name: string): void => {
    const node = frame.graph.nodes.get(name);
    if (node === undefined) {
      throw new PerchError('SAVED_MODEL_INVALID', `There is no node ${name} in the graph.`);
    }
    open.add(name);
    stack.push({ node, needs: needsOf(frame, node), next: 0 });
  };
  const leave = (node: GraphNode, outcome: Outcome): void => {
    frame.outcomes.set(node.name, outcome);
    open.delete(node.name);
    stack.pop();
  };
  if (!frame.outcomes.has(root)) {
    enter(root);
  }
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const next = top.needs[top.next++];
    if (next === undefined) {
      leave(top.node, outcomeOf(top.node));
    } else if (open.has(next)) {
      // What reads itself has no outcome yet: that of this node is broken, and with it the round.
      frame.failures.push(failureOf(top.node, 'it is part of a cycle'));
      leave(top.node, { kind: 'broken' });
    } else if (!frame.outcomes.has(next)) {
      enter(next);
    }
  }
}

/** A node that cannot be emitted, and why. */
export function failureOf({ op, name }: GraphNode, reason: string): Failure {
  return { op, node: name, reason };
}
