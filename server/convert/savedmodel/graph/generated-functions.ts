// Functions that no file has: the conditions, bodies and branches that TensorFlow 1's control flow is turned into.
import { changesState } from '../evaluate/op-effects.ts';
import { argumentOf, nodeOf } from './flat-graph.ts';
import { boolAttr } from './attributes.ts';
import { isEnter, isSwitch } from './tf1-ops.ts';
import { resolveAlias } from './work-graph.ts';
import type { GraphNode } from './flat-graph.ts';
import type { WorkGraph } from './work-graph.ts';

/** Takes a function and gives the name under which the library has it; `name` is what it should be called. */
export type AddFunction = (name: string, body: WorkGraph) => string;

/** How nodes of a graph are copied into a function. */
export interface Cut {
  /** What a ref becomes: an argument, or itself for a node that is copied too; undefined where the cut is not possible. */
  refOf(resolved: string): string | undefined;
  /** Whether a node that another waits for is copied too. */
  keepsControl(name: string): boolean;
}

/** A function's body of the nodes of `graph` that `results` (resolved refs) need within a cut; undefined where that is not possible. */
export function cutFunction(
  graph: WorkGraph,
  results: readonly string[],
  argumentCount: number,
  cut: Cut,
): WorkGraph | undefined {
  const nodes = new Map<string, GraphNode>();
  const waiting: string[] = [];
  const take = (resolved: string): string | undefined => {
    const ref = cut.refOf(resolved);
    if (ref !== undefined && argumentOf(ref) === undefined) {
      waiting.push(nodeOf(ref));
    }
    return ref;
  };
  const takeAll = (refs: readonly string[]): readonly string[] | undefined => {
    const taken = refs.map((ref) => take(graph.resolve(ref)));
    return taken.every((ref) => ref !== undefined) ? taken : undefined;
  };
  const returns = takeAll(results);
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const node = graph.nodes.get(name);
    if (node === undefined) {
      return undefined;
    }
    if (!nodes.has(name)) {
      const inputs = takeAll(node.inputs);
      if (inputs === undefined) {
        return undefined;
      }
      const controls = node.controls.filter((control) => cut.keepsControl(control));
      waiting.push(...controls);
      nodes.set(name, { ...node, inputs, controls });
    }
  }
  return returns === undefined ? undefined : functionGraph(nodes, argumentCount, returns);
}

function functionGraph(
  nodes: Map<string, GraphNode>,
  argumentCount: number,
  returns: readonly string[],
): WorkGraph {
  const aliases = new Map<string, string>();
  return { nodes, aliases, argumentCount, returns, resolve: (ref) => resolveAlias(aliases, ref) };
}

/** Ops without inputs that give the same wherever they are: constants, and handles of variables and tables. */
const copyable: ReadonlySet<string> = new Set([
  'Const',
  'HashTable',
  'HashTableV2',
  'MutableHashTable',
  'MutableHashTableV2',
  'VarHandleOp',
  'Variable',
  'VariableV2',
]);

/** The ref of a constant or a handle that `ref` is, passed on by Switches and constant Enters: functions get nodes of their own for those. */
export function copiedRef(graph: WorkGraph, ref: string): string | undefined {
  const seen = new Set<string>();
  let resolved = graph.resolve(ref);
  for (;;) {
    const node = graph.nodes.get(nodeOf(resolved));
    if (node === undefined || seen.has(resolved)) {
      return undefined;
    }
    if (copyable.has(node.op)) {
      return resolved;
    }
    const passesOn = isSwitch(node) || (isEnter(node) && boolAttr(node, 'is_constant', false));
    if (!passesOn) {
      return undefined;
    }
    seen.add(resolved);
    resolved = graph.resolve(node.inputs[0] ?? '');
  }
}

/** The nodes that must run even where nobody reads what they give. */
export function effectNames(graph: WorkGraph): readonly string[] {
  return [...graph.nodes.values()].filter(({ op }) => changesState(op)).map(({ name }) => name);
}
