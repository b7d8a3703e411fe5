// Turns TensorFlow 1's conditionals (Switch, Merge) into If ops with functions.
import { typeAttr } from './attributes.ts';
import { copiedRef, cutFunction, effectNames } from './generated-functions.ts';
import { nodeOf, outputOf } from './flat-graph.ts';
import { functionNamed, identity, int32Constant, typeList } from './nodes.ts';
import { branchMapOf, predicateOf } from './tf1-branches.ts';
import { isMerge, isSwitch } from './tf1-ops.ts';
import type { AddFunction } from './generated-functions.ts';
import type { BranchMap, BranchMerge } from './tf1-branches.ts';
import type { WorkGraph } from './work-graph.ts';

/**
 * Replaces the outermost Merges of a graph without loops by If ops, the Merges of one predicate by one op where they do
 * not depend on each other. `addFunction` is given branches with the conditionals inside them, and does the same to
 * those. A Merge that is not built as TensorFlow's own cond builds it stays: who needs it says so.
 */
export function raiseConditionals(graph: WorkGraph, addFunction: AddFunction): void {
  const map = [...graph.nodes.values()].some(isMerge) ? branchMapOf(graph) : undefined;
  if (map === undefined) {
    return;
  }
  const groups = new Map<string, BranchMerge[]>();
  for (const merge of map.merges) {
    if (map.branches.get(merge.node.name)?.size === 0) {
      groups.set(merge.predicate, [...(groups.get(merge.predicate) ?? []), merge]);
    }
  }
  const raised = new Set<string>();
  for (const [predicate, merges] of groups) {
    if (raiseGroup(graph, map, predicate, merges, addFunction)) {
      raised.add(predicate);
    }
  }
  if (raised.size === groups.size && !map.hasOthers) {
    removeBranches(graph, map, raised);
  }
}

/** One If for the Merges of a predicate, or several where some of them depend on others. False where one of them must stay. */
function raiseGroup(
  graph: WorkGraph,
  map: BranchMap,
  predicate: string,
  merges: readonly BranchMerge[],
  addFunction: AddFunction,
): boolean {
  const raised: RaisedIf[] = [];
  for (const together of independentMerges(graph, map, predicate, merges)) {
    const each = ifOf(graph, map, predicate, together);
    if (each === undefined) {
      return false;
    }
    raised.push(each);
  }
  const effects = raised.flatMap((each) => [...each.effects]);
  if (new Set(effects).size < effects.length) {
    return false;
  }
  for (const each of raised) {
    replace(graph, each, addFunction);
  }
  return true;
}

/** Splits Merges, in their order, so that what those of one part need comes before all of them. */
function independentMerges(
  graph: WorkGraph,
  map: BranchMap,
  predicate: string,
  merges: readonly BranchMerge[],
): readonly (readonly BranchMerge[])[] {
  const parts: BranchMerge[][] = [];
  let first = 0;
  for (const merge of merges) {
    const needs = ifOf(graph, map, predicate, [merge])?.inputs ?? [];
    const part = parts.at(-1);
    if (part !== undefined && needs.every((ref) => (map.position.get(nodeOf(ref)) ?? 0) < first)) {
      part.push(merge);
    } else {
      first = map.position.get(merge.node.name) ?? 0;
      parts.push([merge]);
    }
  }
  return parts;
}

/** An If that takes the place of Merges. */
interface RaisedIf {
  readonly predicate: string;
  readonly merges: readonly BranchMerge[];
  readonly inputs: readonly string[];
  readonly controls: readonly string[];
  readonly then: WorkGraph;
  readonly else: WorkGraph;
  /** Nodes of both branches that must run exactly once. */
  readonly effects: ReadonlySet<string>;
}

function ifOf(
  graph: WorkGraph,
  map: BranchMap,
  predicate: string,
  merges: readonly BranchMerge[],
): RaisedIf | undefined {
  const inputs: string[] = [];
  const argumentOfRef = new Map<string, number>();
  const argument = (ref: string): string => {
    let index = argumentOfRef.get(ref);
    if (index === undefined) {
      index = inputs.push(ref) - 1;
      argumentOfRef.set(ref, index);
    }
    return `@arg:${index}`;
  };
  const branch = (side: boolean): WorkGraph | undefined => {
    const inside = (name: string): boolean => map.branches.get(name)?.get(predicate) === side;
    const results = merges.map(({ node, trueInput }) => node.inputs[side ? trueInput : 1 - trueInput] ?? '');
    return cutFunction(graph, results, 0, {
      refOf: (resolved) => {
        const maker = graph.nodes.get(nodeOf(resolved));
        if (maker !== undefined && isSwitch(maker) && predicateOf(graph, maker) === predicate) {
          return outputOf(resolved) === Number(side)
            ? (copiedRef(graph, resolved) ?? argument(graph.resolve(maker.inputs[0] ?? '')))
            : undefined;
        }
        return inside(nodeOf(resolved)) ? resolved : (copiedRef(graph, resolved) ?? argument(resolved));
      },
      keepsControl: (name) => inside(name) && !isSwitch(graph.nodes.get(name)),
    });
  };
  const thenBranch = branch(true);
  const elseBranch = branch(false);
  return thenBranch === undefined || elseBranch === undefined
    ? undefined
    : {
        predicate,
        merges,
        inputs,
        controls: merges
          .flatMap(({ node }) => node.controls)
          .filter((name) => map.branches.get(name)?.size === 0),
        then: withIndices(thenBranch, merges, true, inputs.length),
        else: withIndices(elseBranch, merges, false, inputs.length),
        effects: new Set([...effectNames(thenBranch), ...effectNames(elseBranch)]),
      };
}

/** A branch that gives, behind the values, the index of the Merges' input that they come from. */
function withIndices(
  branch: WorkGraph,
  merges: readonly BranchMerge[],
  side: boolean,
  argumentCount: number,
): WorkGraph {
  const indices = merges.map(({ node, trueInput }) => {
    const constant = int32Constant(`${node.name}@index`, side ? trueInput : 1 - trueInput);
    branch.nodes.set(constant.name, constant);
    return `${constant.name}:0`;
  });
  return { ...branch, argumentCount, returns: [...branch.returns, ...indices] };
}

function replace(graph: WorkGraph, raised: RaisedIf, addFunction: AddFunction): void {
  const { merges, predicate, inputs } = raised;
  const first = merges[0]?.node.name ?? '';
  const name = `${first}@if`;
  const types = merges.map(({ node }) => typeAttr(node, 'T'));
  graph.nodes.set(name, {
    name,
    op: raised.effects.size > 0 ? 'If' : 'StatelessIf',
    inputs: [predicate, ...inputs],
    controls: [...new Set(raised.controls)],
    attributes: new Map([
      ['Tout', typeList([...types, ...types.map(() => int32)])],
      ['then_branch', functionNamed(addFunction(`${first}@then`, raised.then))],
      ['else_branch', functionNamed(addFunction(`${first}@else`, raised.else))],
    ]),
  });
  merges.forEach(({ node }, i) => {
    graph.nodes.set(node.name, identity(node.name, `${name}:${i}`, typeAttr(node, 'T')));
    graph.aliases.set(`${node.name}:1`, `${name}:${merges.length + i}`);
  });
}

/** Takes away what lies in the branches now, and the Switches before them. */
function removeBranches(graph: WorkGraph, map: BranchMap, raised: ReadonlySet<string>): void {
  for (const [name, branches] of map.branches) {
    if ([...branches.keys()].some((predicate) => raised.has(predicate))) {
      graph.nodes.delete(name);
    }
  }
  for (const node of graph.nodes.values()) {
    if (isSwitch(node) && raised.has(predicateOf(graph, node))) {
      graph.nodes.delete(node.name);
    }
  }
}

/** TensorFlow's DataType. */
const int32 = 3;
