// Which control dependencies matter: those through which a node changes a variable, or a branch of TensorFlow 1 is taken.
import { argumentOf, nodeOf } from '../graph/flat-graph.ts';
import { changesState } from '../evaluate/op-effects.ts';
import type { FlatGraph, FunctionLibrary, GraphNode } from '../graph/flat-graph.ts';

/** Order that edges of data do not give. */
export interface ControlPlan {
  /** Nodes that change variables, to be emitted even where no output needs them; what they depend on comes before. */
  readonly effects: readonly string[];
  /** The nodes that must be emitted before this one, beside those that give its inputs. */
  controlsOf(node: GraphNode): readonly string[];
}

/** Ops that `changesState` names because of what they may call or say; alone they change nothing. */
const harmless: ReadonlySet<string> = new Set([
  'Assert',
  'Abort',
  'Case',
  'If',
  'StatefulPartitionedCall',
  'While',
]);
const switches: ReadonlySet<string> = new Set(['Switch', 'RefSwitch']);
const stateReads: ReadonlySet<string> = new Set([
  'ReadVariableOp',
  'ResourceGather',
  'ResourceGatherNd',
  'Variable',
  'VariableV2',
]);

/** Whether a node changes a variable or a table, itself or in a function that it calls. */
export function hasEffect(node: GraphNode, functions: FunctionLibrary, depth = 0): boolean {
  if (changesState(node.op) && !harmless.has(node.op)) {
    return true;
  }
  return functionsOf(node).some((name) => functionHasEffect(name, functions, depth));
}

const effectful = new WeakMap<FlatGraph, boolean>();
const maximumDepth = 64;

function functionHasEffect(name: string, functions: FunctionLibrary, depth: number): boolean {
  const graph = functions.flatten(name);
  let known = effectful.get(graph);
  if (known === undefined) {
    known =
      depth > maximumDepth ||
      Array.from(graph.nodes.values()).some((node) => hasEffect(node, functions, depth + 1));
    effectful.set(graph, known);
  }
  return known;
}

/** The functions that a node's attributes name. */
export function functionsOf(node: GraphNode): readonly string[] {
  return Array.from(node.attributes.values()).flatMap((attribute) => {
    if (attribute.kind === 'function') {
      return [attribute.value.name];
    }
    return attribute.kind === 'list' ? attribute.value.functions.map(({ name }) => name) : [];
  });
}

const noControls: readonly string[] = [];

/**
 * Looks at all that the roots depend on.
 *
 * @param isKnown whether a resolved ref needs no node (an input of the signature)
 */
export function controlPlan(
  graph: FlatGraph,
  functions: FunctionLibrary,
  roots: readonly string[],
  isKnown: (ref: string) => boolean,
): ControlPlan {
  const order = dependencyOrder(graph, roots, isKnown);
  const effects = order.filter((node) => hasEffect(node, functions)).map(({ name }) => name);
  if (effects.length === 0 && !order.some(({ op }) => switches.has(op))) {
    return { effects, controlsOf: () => noControls };
  }
  const relevant = relevantNodes(graph, order, new Set(effects));
  return {
    effects,
    controlsOf: (node) => node.controls.filter((name) => relevant.has(name)),
  };
}

/** The nodes that read or change variables or choose a branch, and all that depend on one. */
function relevantNodes(
  graph: FlatGraph,
  order: readonly GraphNode[],
  effects: ReadonlySet<string>,
): ReadonlySet<string> {
  const relevant = new Set<string>();
  for (const node of order) {
    const itself = effects.has(node.name) || switches.has(node.op) || stateReads.has(node.op);
    if (
      itself ||
      node.controls.some((name) => relevant.has(name)) ||
      node.inputs.some((input) => relevant.has(nodeOf(graph.resolve(input))))
    ) {
      relevant.add(node.name);
    }
  }
  return relevant;
}

/** All nodes on which the roots depend by data or control, each after those it depends on (but within cycles). */
function dependencyOrder(
  graph: FlatGraph,
  roots: readonly string[],
  isKnown: (ref: string) => boolean,
): readonly GraphNode[] {
  const order: GraphNode[] = [];
  const seen = new Set<string>();
  const stack: { readonly node: GraphNode; readonly needs: readonly string[]; next: number }[] = [];
  const enter = (name: string): void => {
    const node = graph.nodes.get(name);
    if (node !== undefined && !seen.has(name)) {
      seen.add(name);
      stack.push({ node, needs: dependenciesOf(graph, node, isKnown), next: 0 });
    }
  };
  for (const root of roots) {
    enter(root);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const next = top.needs[top.next++];
      if (next === undefined) {
        order.push(top.node);
        stack.pop();
      } else {
        enter(next);
      }
    }
  }
  return order;
}

function dependenciesOf(
  graph: FlatGraph,
  node: GraphNode,
  isKnown: (ref: string) => boolean,
): readonly string[] {
  const needs = [...node.controls];
  for (const input of node.inputs) {
    const ref = graph.resolve(input);
    if (!isKnown(ref) && argumentOf(ref) === undefined) {
      needs.push(nodeOf(ref));
      // A call's own node stands for what its function does; its outputs are other names for inner ones.
      const called = nodeOf(input);
      if (called !== nodeOf(ref)) {
        needs.push(called);
      }
    }
  }
  return needs;
}
