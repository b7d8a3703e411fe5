// What a loop carries from round to round: each of its variables, and what becomes of it.
import { Unsupported } from '../../unsupported.ts';
import type { EmitScope, InnerScope, ListTerm, Term, TensorTerm } from '../contract.ts';
import { cast } from './element-types.ts';
import { asItem, isKnown, mergedShape, stackedList, wholeTensor, zeros } from './list-terms.ts';
import { takenApart } from './term-leaves.ts';

/** What a round gives of a variable. */
export interface Given {
  readonly carried: readonly TensorTerm[];
  /** What the loop stacks up. */
  readonly scanned?: TensorTerm;
}

/** A variable of a loop. */
export interface Carried {
  /** The tensors that it starts with, and that every round gets and gives. */
  readonly initial: readonly TensorTerm[];
  /** What the body's argument is; `leaves` are as many as `initial`. */
  argument(inner: InnerScope, leaves: readonly TensorTerm[], iteration: string): Term;
  /** What the round gives. Throws Unsupported where it is of another kind. */
  given(inner: InnerScope, result: Term): Given;
  /** What it is behind the loop. */
  after(leaves: readonly TensorTerm[], scanned: TensorTerm | undefined): Term;
}

/** What stays as it is: the body reads it from the graph around it. */
export function kept(term: Term): Carried {
  return {
    initial: [],
    argument: () => term,
    given: (_inner, result) => {
      if (term.kind === 'handle' && !(result.kind === 'handle' && result.handle.key === term.handle.key)) {
        throw new Unsupported('a loop that changes a handle');
      }
      return { carried: [] };
    },
    after: () => term,
  };
}

/** A counter of a loop whose number of rounds is known: nothing is carried. `last` gives it behind the loop. */
export function counted(start: TensorTerm, scope: EmitScope, last: () => TensorTerm): Carried {
  return {
    initial: [],
    argument: (inner, _leaves, iteration) => {
      const own = cast(inner, iteration, 'int64', start.dtype);
      const isZero = start.partial?.[0] === 0;
      const name = isZero ? own : inner.node('Add', [own, scope.name(start)]);
      return inner.tensor(start.dtype, name, { shape: [] });
    },
    given: () => ({ carried: [] }),
    after: () => last(),
  };
}

/** A tensor, two for a complex one, one for all items of a list. */
export function carriedTensors(scope: EmitScope, term: Term): Carried {
  const { leaves: initial, rebuild } = takenApart(scope, term);
  return {
    initial,
    argument: (_inner, leaves) => rebuild(leaves),
    given: (inner, result) => {
      if (result.kind !== term.kind) {
        throw new Unsupported('a loop that changes the kind of a variable');
      }
      const { leaves } = takenApart(inner, result);
      if (leaves.some(({ dtype: type }, index) => type !== initial[index]?.dtype)) {
        throw new Unsupported('a loop that changes the type of a variable');
      }
      return { carried: leaves };
    },
    after: (leaves) => rebuild(leaves),
  };
}

/**
 * A list that is written in order and not read: the loop stacks it up.
 *
 * @param isWhole whether there is a round for each of the items, or they come behind those that it has
 * @param mayBeEmpty whether there may be no round at all
 */
export function scannedList(
  scope: EmitScope,
  list: ListTerm,
  isWhole: boolean,
  mayBeEmpty: boolean,
): Carried {
  return {
    initial: [],
    argument: () => ({ ...list, stacked: undefined, inOrder: true, written: undefined }),
    given: (_inner, result) => ({ carried: [], scanned: writtenItem(result) }),
    after: (_leaves, stack) => {
      const scanned = given(stack);
      const itemShape = mergedShape(list.itemShape, scanned.shape?.slice(1));
      const items = mayBeEmpty ? withItemShape(scope, scanned, itemShape) : scanned;
      if (list.stacked !== undefined) {
        return appended(scope, list, items);
      }
      return isWhole ? stackedList(items, itemShape) : { ...list, stacked: items, itemShape };
    },
  };
}

function appended(scope: EmitScope, list: ListTerm, items: TensorTerm): ListTerm {
  const before = wholeTensor(scope, list, items.shape?.slice(1));
  const name = scope.node('Concat', [scope.name(before), scope.name(items)], { axis: 0 });
  return stackedList(
    scope.tensor(items.dtype, name, { shape: items.shape && [-1, ...items.shape.slice(1)] }),
    list.itemShape,
  );
}

/**
 * What a loop of no rounds stacks up has sizes that ONNX Runtime guesses: it is given its own. Where that is not known the
 * request fails, as it does in TensorFlow (`Tried to stack an empty list with non-fully-defined element_shape`).
 */
function withItemShape(
  scope: EmitScope,
  items: TensorTerm,
  itemShape: readonly number[] | undefined,
): TensorTerm {
  const name = scope.name(items);
  const count = scope.node('Shape', [name], { start: 0, end: 1 });
  const sizes = isKnown(itemShape)
    ? scope.ints(itemShape)
    : scope.node('Shape', [scope.node('Gather', [name, scope.scalar('int64', 0)], { axis: 0 })]);
  const shape = scope.node('Concat', [count, sizes], { axis: 0 });
  return scope.tensor(items.dtype, scope.node('Reshape', [name, shape], { allowzero: 1 }), {
    shape: itemShape && [items.shape?.[0] ?? -1, ...itemShape],
  });
}

/** A list made for one item, of a shape that is not known, to which each round gives another one: the last one stays. */
export function lastItem(scope: EmitScope, list: ListTerm, mayBeEmpty: boolean): Carried {
  return {
    initial: [noItems(scope, list)],
    argument: () => ({ ...list, stacked: undefined, inOrder: true, written: undefined }),
    given: (inner, result) => ({ carried: [asItem(inner, writtenItem(result))] }),
    after: ([leaf]) => {
      const items = given(leaf);
      return stackedList(mayBeEmpty ? withItemShape(scope, items, list.itemShape) : items, list.itemShape);
    },
  };
}

/** A list of items of an unknown shape that is written in order, and read: it grows from round to round. */
export function growingList(scope: EmitScope, list: ListTerm): Carried {
  return {
    initial: [list.stacked ?? noItems(scope, list)],
    argument: (_inner, [leaf]) => ({ ...list, stacked: given(leaf), inOrder: true }),
    given: (_inner, result) => {
      if (result.kind !== 'list' || result.stacked === undefined) {
        throw new Unsupported('a list that a round does not write');
      }
      return { carried: [result.stacked] };
    },
    after: ([leaf]) => ({ ...list, stacked: given(leaf) }),
  };
}

/** What a list starts with that has nothing, as if it had items: whoever reads one gets an error. ONNX's Concat takes a vector of nothing beside all else. */
function noItems(scope: EmitScope, { dtype, itemShape }: ListTerm): TensorTerm {
  const name = scope.name(zeros(scope, dtype, [0]));
  return scope.tensor(dtype, name, { shape: itemShape && [-1, ...itemShape] });
}

function writtenItem(result: Term): TensorTerm {
  const written = result.kind === 'list' ? result.written : undefined;
  if (written === undefined) {
    throw new Unsupported('a list that a round does not write');
  }
  return written;
}

function given(leaf: TensorTerm | undefined): TensorTerm {
  if (leaf === undefined) {
    throw new Unsupported('a list that a loop does not carry');
  }
  return leaf;
}
