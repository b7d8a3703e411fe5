// Leaves out the nodes that no output needs: what mappings emitted and then did not use.
import type { OnnxAttribute, OnnxGraph, OnnxNode } from '../../onnx/onnx-model.ts';

/** The nodes that the named values need, in their order. Nodes must come before what reads them. */
export function prunedNodes(nodes: readonly OnnxNode[], outputs: readonly string[]): readonly OnnxNode[] {
  const used = new Set(outputs);
  const kept: OnnxNode[] = [];
  for (let index = nodes.length - 1; index >= 0; index--) {
    const node = nodes[index];
    if (node?.outputs.some((name) => used.has(name)) === true) {
      addReads(node, used);
      kept.push(node);
    }
  }
  return kept.reverse();
}

/** All names that the nodes read, those of the graphs inside of them too. */
export function namesRead(nodes: readonly OnnxNode[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const node of nodes) {
    addReads(node, names);
  }
  return names;
}

function addReads(node: OnnxNode, names: Set<string>): void {
  for (const input of node.inputs) {
    names.add(input);
  }
  for (const graph of graphsOf(node)) {
    for (const inner of graph.nodes) {
      addReads(inner, names);
    }
  }
}

/** The graphs that a node carries: bodies of loops, branches. */
export function graphsOf(node: OnnxNode): readonly OnnxGraph[] {
  return Object.values(node.attributes).flatMap((attribute) =>
    hasGraph(attribute) ? [attribute.graph] : [],
  );
}

function hasGraph(attribute: OnnxAttribute): attribute is { readonly graph: OnnxGraph } {
  return typeof attribute === 'object' && 'graph' in attribute;
}
