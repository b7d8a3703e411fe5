// While as ONNX's Loop: what stays as it is stays outside, lists that are written in order are stacked up by the loop.
import { functionAttr, hasAttr, shapeListAttr } from '../../graph/attributes.ts';
import { Unsupported } from '../../unsupported.ts';
import type { GraphNode } from '../../graph/flat-graph.ts';
import type { EmitScope, InnerScope, ListTerm, Mapping, Term, TensorTerm } from '../contract.ts';
import {
  carriedTensors,
  counted,
  growingList,
  kept,
  lastItem,
  scannedList,
  type Carried,
  type Given,
} from './carried.ts';
import { knownInteger } from './facts.ts';
import { isKnown, type Shape } from './list-terms.ts';
import { countLimits, countersOf, listUse, type ListUse } from './loop-facts.ts';
import { recurrentLayer } from './recurrent.ts';
import { joinedShape } from './term-leaves.ts';
import { isCount, tripCount, type TripCount } from './trip-count.ts';
import { truth } from './truth.ts';

/** A loop that is being emitted. */
interface Loop {
  readonly node: GraphNode;
  readonly condition: string;
  readonly body: string;
  /** undefined: the condition is asked after each round. */
  readonly trips: TripCount | undefined;
  readonly variables: readonly Carried[];
}

/** While and StatelessWhile. */
export const whileLoop: Mapping = (node, inputs, scope) => {
  const condition = functionAttr(node, 'cond').name;
  const body = functionAttr(node, 'body').name;
  const [first] = scope.inline(condition, inputs);
  const start = truth(scope, first ?? { kind: 'dead' });
  if (start.known === false) {
    return inputs;
  }
  const passed = scope.passedOn(body);
  const graphs = { condition: scope.graphOf(condition), body: scope.graphOf(body) };
  const counters = countersOf(graphs.body);
  const limits = countLimits(graphs.condition, counters, passed);
  const trips = limits && tripCount(scope, limits, inputs);
  const fromZero = new Set([...counters].filter((counter) => isZero(inputs[counter])));
  const useOf = (index: number): ListUse => listUse(graphs.condition, graphs.body, index, fromZero);
  const layer =
    trips && recurrentLayer(scope, { body: graphs.body, inputs, trips, passed, counters, fromZero, useOf });
  if (layer !== undefined) {
    return layer;
  }
  const variables = inputs.map((term, index): Carried => {
    if (passed[index] === index || term.kind === 'handle') {
      return kept(term);
    }
    if (term.kind === 'list') {
      return carriedList(scope, term, useOf(index), trips);
    }
    return trips !== undefined && counters.has(index) && isCount(term)
      ? counted(term, scope, () => trips.behind(term))
      : carriedTensors(scope, term);
  });
  const loop = { node, condition, body, trips, variables };
  return emitted(scope, loop, trips === undefined ? start.name() : '');
};

function isZero(term: Term | undefined): boolean {
  return isCount(term) && knownInteger(term) === 0;
}

/** How a list that the body changes is carried. */
function carriedList(
  scope: EmitScope,
  given: ListTerm,
  { writes, resizes, isRead }: ListUse,
  trips: TripCount | undefined,
): Carried {
  const isFresh = given.stacked === undefined;
  // What is made for nothing and becomes longer with each item is as long as what it has.
  const isOpen = resizes && isFresh && given.length !== undefined && knownInteger(given.length) === 0;
  const list = isOpen ? { ...given, length: undefined } : given;
  const { length } = list;
  const appends = length === undefined && (writes === 'at end' || (writes === 'at index' && isFresh));
  const fills = length !== undefined && writes === 'at index' && isFresh && !resizes;
  const mayBeEmpty = (trips?.known ?? 0) < 1;
  if (list.inOrder === true) {
    return carriedTensors(scope, list);
  }
  if (!isRead && (appends || fills)) {
    const isWhole = length === undefined || trips?.isSameAs(length) === true;
    return scannedList(scope, list, isWhole, mayBeEmpty);
  }
  if (isKnown(list.itemShape)) {
    return carriedTensors(scope, list);
  }
  const isSingle = length !== undefined && knownInteger(length) === 1;
  if (!isRead && writes === 'first' && isFresh && isSingle) {
    return lastItem(scope, list, mayBeEmpty);
  }
  return appends || fills ? growingList(scope, list) : carriedTensors(scope, list);
}

/** What one emission of the body gave. */
interface Round {
  readonly inner: InnerScope;
  readonly iteration: string;
  readonly leaves: readonly TensorTerm[];
  readonly results: readonly Term[];
  readonly given: readonly Given[];
}

/** The body is emitted again and again until its arguments have shapes that are true in every round. */
function emitted(scope: EmitScope, loop: Loop, start: string): readonly Term[] {
  const initial = loop.variables.flatMap((variable) => variable.initial);
  let shapes = initial.map(({ shape }) => shape);
  for (;;) {
    const round = emitRound(scope, loop, shapes);
    const carried = round.given.flatMap((given) => given.carried);
    const stated = statedShapes(loop);
    const next = shapes.map((shape, index) => widened(shape, carried[index]?.shape, stated[index]));
    if (next.every((shape, index) => isSameShape(shape, shapes[index]))) {
      return finished(scope, loop, start, round, shapes);
    }
    shapes = next;
  }
}

function emitRound(scope: EmitScope, loop: Loop, shapes: readonly Shape[]): Round {
  const inner = scope.inner();
  const iteration = scope.freshName('iteration');
  const leaves: TensorTerm[] = [];
  const operands = loop.variables.map((variable) => {
    const own = variable.initial.map(({ dtype }, index) =>
      inner.tensor(dtype, scope.freshName('loop'), { shape: shapes[leaves.length + index] }),
    );
    leaves.push(...own);
    return variable.argument(inner, own, iteration);
  });
  const results = inner.also(loop.body, operands);
  const given = loop.variables.map((variable, index) => {
    const result = results[index];
    if (result === undefined) {
      throw new Unsupported('a loop whose body gives too little');
    }
    return variable.given(inner, result);
  });
  return { inner, iteration, leaves, results, given };
}

/** What the file says of the shapes of what is carried: a loop's own attribute, checked when it was made. */
function statedShapes({ node, variables }: Loop): readonly Shape[] {
  const stated = hasAttr(node, 'output_shapes') ? shapeListAttr(node, 'output_shapes') : [];
  return variables.flatMap(({ initial }, index) =>
    initial.map(() => (initial.length === 1 ? stated[index] : undefined)),
  );
}

/** The shape of what the body gets in any round: in the first `shape`, later `next`; where that is not known, the rank that the file says is believed. */
function widened(shape: Shape, next: Shape, stated: Shape): Shape {
  const isBelieved = next === undefined && shape !== undefined && stated?.length === shape.length;
  return isBelieved ? shape.map(() => -1) : joinedShape(shape, next);
}

function isSameShape(one: Shape, other: Shape): boolean {
  return one?.length === other?.length && (one?.every((size, axis) => size === other?.[axis]) ?? true);
}

function finished(
  scope: EmitScope,
  { condition, variables, trips }: Loop,
  start: string,
  { inner, iteration, leaves, results, given }: Round,
  shapes: readonly Shape[],
): readonly Term[] {
  const carried = given.flatMap((one) => one.carried);
  const scanned = given.flatMap((one) => one.scanned ?? []);
  const again = trips === undefined ? goesOn(inner, condition, results) : alwaysTrue(inner);
  const body = inner.close('body', leaves, [again, ...carried, ...scanned], {
    iteration,
    condition: scope.freshName('goes_on'),
  });
  const initial = variables.flatMap((variable) => variable.initial.map((term) => scope.name(term)));
  const names = scope.nodes(
    'Loop',
    [trips === undefined ? '' : trips.name(), start, ...initial],
    { body },
    carried.length + scanned.length,
  );
  const outputs = leaves.map(({ dtype }, index) =>
    scope.tensor(dtype, names[index] ?? '', { shape: shapes[index] }),
  );
  const rounds = trips?.known ?? -1;
  const stacks = scanned.map(({ dtype, shape }, index) =>
    scope.tensor(dtype, names[carried.length + index] ?? '', {
      shape: shape && [Math.max(rounds, -1), ...shape],
    }),
  );
  let leaf = 0;
  let stack = 0;
  return variables.map((variable, index) => {
    const own = outputs.slice(leaf, leaf + variable.initial.length);
    leaf += own.length;
    return variable.after(own, given[index]?.scanned === undefined ? undefined : stacks[stack++]);
  });
}

function alwaysTrue(scope: EmitScope): TensorTerm {
  return scope.constant({ dtype: 'bool', shape: [], data: Uint8Array.of(1) });
}

function goesOn(inner: InnerScope, condition: string, results: readonly Term[]): TensorTerm {
  const [term] = inner.also(condition, results);
  return inner.tensor('bool', truth(inner, term ?? { kind: 'dead' }).name(), { shape: [] });
}
