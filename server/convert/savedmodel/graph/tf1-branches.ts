// Finds which branches of TensorFlow 1's conditionals each node lies in, and which of them each Merge puts together.
import { nodeOf, outputOf } from './flat-graph.ts';
import { isMerge, isSwitch } from './tf1-ops.ts';
import { orderAll } from './work-graph.ts';
import type { GraphNode } from './flat-graph.ts';
import type { WorkGraph } from './work-graph.ts';

/** The branches that a node lies in: predicates (resolved refs), and whether it runs where they are true. */
export type Branches = ReadonlyMap<string, boolean>;

/** A Merge of the two branches of one predicate. */
export interface BranchMerge {
  readonly node: GraphNode;
  readonly predicate: string;
  /** Index of the input that comes from the branch for true; the other one is 1 - this. */
  readonly trueInput: number;
}

/** What is known of a graph's conditionals. */
export interface BranchMap {
  /** By name of a node. */
  readonly branches: ReadonlyMap<string, Branches>;
  /** Place in an order of all nodes in which Merges come as late as can be. */
  readonly position: ReadonlyMap<string, number>;
  readonly merges: readonly BranchMerge[];
  /** Whether there are Merges of something else. */
  readonly hasOthers: boolean;
}

/** What a Switch switches by: the resolved ref behind the Identity that each conditional has for it. */
export function predicateOf(graph: WorkGraph, switchNode: GraphNode): string {
  const seen = new Set<string>();
  let ref = graph.resolve(switchNode.inputs[1] ?? '');
  for (let node = graph.nodes.get(nodeOf(ref)); node?.op === 'Identity' && !seen.has(ref);) {
    seen.add(ref);
    ref = graph.resolve(node.inputs[0] ?? '');
    node = graph.nodes.get(nodeOf(ref));
  }
  return ref;
}

const none: Branches = new Map();

/** Follows branches from the Switches down. undefined where they are nested too deep, or not as TensorFlow nests them. */
export function branchMapOf(graph: WorkGraph): BranchMap | undefined {
  const branches = new Map<string, Branches>();
  const position = new Map<string, number>();
  const merges: BranchMerge[] = [];
  let hasOthers = false;
  const ofInput = (input: string): Branches => {
    const ref = graph.resolve(input);
    const maker = graph.nodes.get(nodeOf(ref));
    const own = branches.get(nodeOf(ref)) ?? none;
    return maker !== undefined && isSwitch(maker)
      ? new Map(own).set(predicateOf(graph, maker), outputOf(ref) === 1)
      : own;
  };
  for (const node of orderAll(graph, isMerge)) {
    position.set(node.name, position.size);
    const inputs = node.inputs.map(ofInput);
    const merge = isMerge(node) ? mergeOf(node, inputs) : undefined;
    const own =
      merge === undefined
        ? union([...inputs, ...node.controls.map((control) => branches.get(control) ?? none)])
        : without(union(inputs), merge.predicate);
    if (own.size > maximumNesting) {
      return undefined;
    }
    if (merge !== undefined) {
      merges.push(merge);
    } else if (isMerge(node)) {
      hasOthers = true;
    }
    branches.set(node.name, own);
  }
  return { branches, position, merges, hasOthers };
}

/** The one predicate on which the two inputs differ. */
function mergeOf(node: GraphNode, [first, second, ...more]: readonly Branches[]): BranchMerge | undefined {
  if (first === undefined || second === undefined || more.length > 0) {
    return undefined;
  }
  const [differing, ...others] = [...first].filter(([key, side]) => second.get(key) === !side);
  return differing === undefined || others.length > 0
    ? undefined
    : { node, predicate: differing[0], trueInput: differing[1] ? 0 : 1 };
}

function union(all: readonly Branches[]): Branches {
  let joined: Branches = none;
  for (const each of all) {
    if (joined.size === 0) {
      joined = each;
    } else if (each !== joined && each.size > 0) {
      joined = new Map([...joined, ...each]);
    }
  }
  return joined;
}

function without(branches: Branches, predicate: string): Branches {
  const rest = new Map(branches);
  rest.delete(predicate);
  return rest;
}

/** Conditionals in conditionals. */
const maximumNesting = 64;
