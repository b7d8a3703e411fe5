// What the graphs of a loop's condition and body say before they are emitted: what counts, how often it runs, how lists are used.
import { boolAttr } from '../../graph/attributes.ts';
import { argumentOf, nodeOf } from '../../graph/flat-graph.ts';
import { scalarOf } from '../../graph/scalar-constant.ts';
import type { FlatGraph, GraphNode } from '../../graph/flat-graph.ts';

/** One end of a comparison that says whether a loop goes on: an argument of it, or a number. */
export type Bound =
  { readonly kind: 'argument'; readonly index: number } | { readonly kind: 'number'; readonly value: number };

/** A loop goes on while argument `counter` is less than the bound. */
export interface CountLimit {
  readonly counter: number;
  readonly bound: Bound;
}

/** How a body uses a list that it changes. */
export interface ListUse {
  /** Each round writes exactly one item: at the index of the round, at the end, or always the first. */
  readonly writes: 'at index' | 'at end' | 'first' | undefined;
  /** Whether writing behind its end makes the list longer. */
  readonly resizes: boolean;
  /** What is written. */
  readonly written: string | undefined;
  /** Whether anything else uses it, in the body or in the condition. */
  readonly isRead: boolean;
}

/** The arguments that go up by one with each round. */
export function countersOf(body: FlatGraph): ReadonlySet<number> {
  const counters = new Set<number>();
  body.returns.forEach((ref, index) => {
    const sum = nodeAt(body, ref);
    if (sum?.op === 'AddV2' || sum?.op === 'Add') {
      const [left = '', right = ''] = sum.inputs.map((input) => sourceOf(body, input));
      const own = `@arg:${index}`;
      if ((left === own && isOne(body, right)) || (right === own && isOne(body, left))) {
        counters.add(index);
      }
    }
  });
  return counters;
}

/**
 * What the condition says, where it is nothing but that counters are less than something that stays as it is.
 *
 * @param passed for each result of the body the index of the argument that it passes on
 */
export function countLimits(
  condition: FlatGraph,
  counters: ReadonlySet<number>,
  passed: readonly number[],
): readonly CountLimit[] | undefined {
  const limits: CountLimit[] = [];
  const pending = condition.returns.slice(0, 1);
  for (let ref = pending.pop(); ref !== undefined; ref = pending.pop()) {
    const node = nodeAt(condition, ref);
    if (node?.op === 'LogicalAnd' && limits.length + pending.length < mostLimits) {
      pending.push(...node.inputs);
      continue;
    }
    const [left = '', right = ''] = node?.op === 'Less' ? node.inputs : [];
    const counter = argumentOf(sourceOf(condition, left));
    const bound = boundOf(condition, right);
    const stays = bound?.kind === 'number' || (bound !== undefined && passed[bound.index] === bound.index);
    if (counter === undefined || !counters.has(counter) || bound === undefined || !stays) {
      return undefined;
    }
    limits.push({ counter, bound });
  }
  return limits.length === 0 ? undefined : limits;
}

/** More comparisons than any loop has. */
const mostLimits = 16;

/** How the list that argument `index` is is used. `fromZero`: the counters that are 0 in the first round. */
export function listUse(
  condition: FlatGraph,
  body: FlatGraph,
  index: number,
  fromZero: ReadonlySet<number>,
): ListUse {
  const list = `@arg:${index}`;
  const last = sourceOf(body, body.returns[index] ?? '');
  const write = body.nodes.get(nodeOf(last));
  const [target = '', at = ''] = write?.inputs.map((input) => sourceOf(body, input)) ?? [];
  const isOwn = target === list && write !== undefined && last === `${write.name}:0`;
  const writes = isOwn ? writeOf(body, write, at, fromZero) : undefined;
  const uses = [...usesOf(body, list), ...usesOf(body, last)];
  const isRead =
    uses.length !== 2 || uses[0] !== write || uses[1] !== undefined || usesOf(condition, list).length > 0;
  const written = writes === undefined ? undefined : write?.inputs.at(-1);
  const resizes = write !== undefined && boolAttr(write, 'resize_if_index_out_of_bounds', false);
  return { writes, resizes, written, isRead };
}

function writeOf(
  body: FlatGraph,
  write: GraphNode,
  at: string,
  fromZero: ReadonlySet<number>,
): ListUse['writes'] {
  if (write.op === 'TensorListPushBack') {
    return 'at end';
  }
  const counter = argumentOf(at);
  if (write.op !== 'TensorListSetItem') {
    return undefined;
  }
  if (counter !== undefined) {
    return fromZero.has(counter) ? 'at index' : undefined;
  }
  return scalarOf(nodeAt(body, at)) === 0 ? 'first' : undefined;
}

/** The nodes that need the ref, those that only pass it on left out; undefined for a result of the graph. */
function usesOf(graph: FlatGraph, ref: string): readonly (GraphNode | undefined)[] {
  const uses: (GraphNode | undefined)[] = [];
  for (const node of neededNodes(graph)) {
    if (!passOn.has(node.op) && node.inputs.some((input) => sourceOf(graph, input) === ref)) {
      uses.push(node);
    }
  }
  return [...uses, ...graph.returns.filter((result) => sourceOf(graph, result) === ref).map(() => undefined)];
}

const neededCache = new WeakMap<FlatGraph, readonly GraphNode[]>();

function neededNodes(graph: FlatGraph): readonly GraphNode[] {
  const known = neededCache.get(graph);
  if (known !== undefined) {
    return known;
  }
  const needed = new Set<GraphNode>();
  const pending = [...graph.returns];
  for (let ref = pending.pop(); ref !== undefined; ref = pending.pop()) {
    const node = graph.nodes.get(nodeOf(graph.resolve(ref)));
    if (node !== undefined && !needed.has(node)) {
      needed.add(node);
      pending.push(...node.inputs);
    }
  }
  neededCache.set(graph, [...needed]);
  return [...needed];
}

const passOn: ReadonlySet<string> = new Set(['Identity', 'StopGradient']);

/** What a ref names, seen through nodes that pass on their only input. */
function sourceOf(graph: FlatGraph, ref: string): string {
  let current = graph.resolve(ref);
  for (let steps = graph.nodes.size; steps > 0; steps--) {
    const node = graph.nodes.get(nodeOf(current));
    const [input] = node?.inputs ?? [];
    if (node === undefined || !passOn.has(node.op) || input === undefined) {
      break;
    }
    current = graph.resolve(input);
  }
  return current;
}

function nodeAt(graph: FlatGraph, ref: string): GraphNode | undefined {
  return graph.nodes.get(nodeOf(sourceOf(graph, ref)));
}

function isOne(graph: FlatGraph, ref: string): boolean {
  return scalarOf(nodeAt(graph, ref)) === 1;
}

function boundOf(graph: FlatGraph, ref: string): Bound | undefined {
  const index = argumentOf(sourceOf(graph, ref));
  if (index !== undefined) {
    return { kind: 'argument', index };
  }
  const value = scalarOf(nodeAt(graph, ref));
  return value === undefined ? undefined : { kind: 'number', value };
}
