// Choices by condition: elements of one tensor or another, places of what holds, one-hot vectors, distinct elements.
import { intAttr, typeAttr } from '../../graph/attributes.ts';
import { elementTypeOf } from '../../proto/data-types.ts';
import { Unsupported } from '../../unsupported.ts';
import type { EmitScope, Mapping, Mappings, TensorTerm } from '../contract.ts';
import { cast, choose, type ElementType, scalarOf, workingType } from './element-types.ts';
import { elementwise } from './elementwise.ts';
import { knownInteger, normalAxis, partialOf, tensorAt, tensors } from './facts.ts';
import { refuseWhere } from './refusals.ts';

function selected(scope: EmitScope, condition: TensorTerm, yes: TensorTerm, no: TensorTerm): TensorTerm {
  const chosen =
    condition.constant === undefined || condition.shape?.length !== 0
      ? undefined
      : scope.known(condition, 'condition')[0];
  const partial = chosen === undefined ? undefined : partialOf(chosen === 0 ? no : yes);
  const isVector = yes.shape !== undefined && yes.shape.length === no.shape?.length;
  return elementwise(
    scope,
    [condition, yes, no],
    yes.dtype,
    ([test = '', a = '', b = '']) => choose(scope, yes.dtype, test, a, b),
    isVector ? partial : undefined,
  );
}

const selectV2: Mapping = (_node, inputs, scope) => [
  selected(scope, tensorAt(scope, inputs, 0), tensorAt(scope, inputs, 1), tensorAt(scope, inputs, 2)),
];

/** A condition that is a vector chooses whole rows. */
const select: Mapping = (_node, inputs, scope) => {
  const condition = tensorAt(scope, inputs, 0);
  const [yes, no] = [tensorAt(scope, inputs, 1), tensorAt(scope, inputs, 2)];
  const rank = yes.shape?.length ?? scope.rank(no);
  if (scope.rank(condition) !== 1 || rank <= 1) {
    return [selected(scope, condition, yes, no)];
  }
  const axes = Array.from({ length: rank - 1 }, (_, axis) => axis + 1);
  const column = scope.node('Unsqueeze', [scope.name(condition), scope.ints(axes)]);
  const name = choose(scope, yes.dtype, column, scope.name(yes), scope.name(no));
  return [scope.tensor(yes.dtype, name, { shape: yes.shape ?? no.shape })];
};

/** The places of elements that are not zero, one in each row. */
const where: Mapping = (_node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  if (x.shape?.length === 0) {
    throw new Unsupported('places in a scalar');
  }
  const holds = cast(scope, scope.name(x), x.dtype, 'bool');
  const name = scope.node('Transpose', [scope.node('NonZero', [holds])], { perm: [1, 0] });
  return [scope.tensor('int64', name, { shape: [-1, x.shape?.length ?? -1] })];
};

const oneHot: Mapping = (node, inputs, scope) => {
  const [indices, depth, on, off] = tensors(scope, inputs);
  if (indices === undefined || depth === undefined || on === undefined || off === undefined) {
    throw new Unsupported('too few operands');
  }
  const axis = intAttr(node, 'axis', -1);
  const count = scope.node('Reshape', [scope.int64Name(depth), scope.ints([])]);
  let classes = scope.node('Range', [scope.scalar('int64', 0), count, scope.scalar('int64', 1)]);
  let shape: number[] | undefined;
  if (indices.shape !== undefined) {
    const at = normalAxis(axis, indices.shape.length + 1);
    shape = [...indices.shape];
    shape.splice(at, 0, knownInteger(depth) ?? -1);
    const behind = indices.shape.length - at;
    if (behind > 0) {
      classes = scope.node('Reshape', [classes, scope.ints([-1, ...new Array<number>(behind).fill(1)])]);
    }
  } else if (axis !== -1) {
    throw new Unsupported('one-hot vectors along an axis of unknown rank');
  }
  const places = scope.node('Unsqueeze', [scope.int64Name(indices), scope.ints([axis])]);
  const isHot = scope.node('Equal', [places, classes]);
  const [high, low] = [on, off].map((term) =>
    term.constant === undefined || on.dtype === 'string' ? undefined : scope.known(term, 'value')[0],
  );
  const name =
    high === 1 && low === 0
      ? cast(scope, isHot, 'bool', on.dtype)
      : choose(scope, on.dtype, isHot, scope.name(on), scope.name(off));
  return [scope.tensor(on.dtype, name, { shape })];
};

/** Distinct elements in the order in which they come first, where each element's is, and how often it comes. */
const unique =
  (countsToo: boolean): Mapping =>
  (node, inputs, scope) => {
    const x = tensorAt(scope, inputs, 0);
    if (inputs.length > 1) {
      const axes = scope.known(tensorAt(scope, inputs, 1), 'axis');
      if (axes.length > 0 && scope.rank(x) !== 1) {
        throw new Unsupported('distinct slices');
      }
    }
    const vector = asVector(scope, x, 'unique expects a 1D vector.');
    const type: ElementType = workingType('Unique', x.dtype);
    const index = elementTypeOf(typeAttr(node, 'out_idx', 3)) === 'int64' ? 'int64' : 'int32';
    const [values = '', , places = '', counts = ''] = scope.nodes(
      'Unique',
      [cast(scope, vector, x.dtype, type)],
      { sorted: 0 },
      4,
    );
    return [
      scope.tensor(x.dtype, cast(scope, values, type, x.dtype), { shape: [-1] }),
      scope.tensor(index, cast(scope, places, 'int64', index), { shape: x.shape }),
      ...(countsToo ? [scope.tensor(index, cast(scope, counts, 'int64', index), { shape: [-1] })] : []),
    ];
  };

/** The name of a tensor of rank 1; another is refused with these words, at the request where its rank is not known before. */
function asVector(scope: EmitScope, x: TensorTerm, words: string): string {
  const name = scope.name(x);
  if (x.shape?.length === 1) {
    return name;
  }
  if (x.shape !== undefined) {
    throw new Unsupported(words);
  }
  const rank = scope.node('Size', [scope.node('Shape', [name])]);
  const isOther = scope.node('Not', [scope.node('Equal', [rank, scope.scalar('int64', 1)])]);
  const size = refuseWhere(scope, 'int64', scope.node('Size', [name]), isOther, words);
  return scope.node('Reshape', [name, scope.node('Reshape', [size, scope.ints([1])])], { allowzero: 1 });
}

/** The elements of x that are not in y, and where they were. */
const listDiff: Mapping = (node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  const y = tensorAt(scope, inputs, 1);
  const index = elementTypeOf(typeAttr(node, 'out_idx', 3)) === 'int64' ? 'int64' : 'int32';
  const column = scope.node('Unsqueeze', [scope.name(x), scope.ints([1])]);
  const isSame = scope.node('Equal', [column, scope.name(y)]);
  const matches = scope.node('ReduceSum', [cast(scope, isSame, 'bool', 'int64'), scope.ints([1])], {
    keepdims: 0,
  });
  const isLeft = scope.node('Equal', [matches, scope.scalar('int64', 0)]);
  const places = scope.node('Reshape', [scope.node('NonZero', [isLeft]), scope.ints([-1])]);
  return [
    scope.tensor(x.dtype, scope.node('Gather', [scope.name(x), places]), { shape: [-1] }),
    scope.tensor(index, cast(scope, places, 'int64', index), { shape: [-1] }),
  ];
};

/** Rows by the number of the part that they belong to. */
const dynamicPartition: Mapping = (node, inputs, scope) => {
  const data = tensorAt(scope, inputs, 0);
  const partitions = tensorAt(scope, inputs, 1);
  const count = intAttr(node, 'num_partitions');
  if (count > 4096) {
    throw new Unsupported(`${count} partitions`);
  }
  const rank = scope.rank(partitions);
  const numbers = scope.node('Reshape', [scope.name(partitions), scope.ints([-1])]);
  const sizes = scope.node('Shape', [scope.name(data)], { start: rank });
  const total = scope.node('Shape', [numbers]);
  const rows = scope.node('Reshape', [scope.name(data), scope.node('Concat', [total, sizes], { axis: 0 })], {
    allowzero: 1,
  });
  return Array.from({ length: count }, (_, part) => {
    const belongs = scope.node('Equal', [numbers, scalarOf(scope, partitions.dtype, part)]);
    const places = scope.node('Reshape', [scope.node('NonZero', [belongs]), scope.ints([-1])]);
    return scope.tensor(data.dtype, scope.node('Gather', [rows, places]), {
      shape: data.shape === undefined ? undefined : [-1, ...data.shape.slice(rank)],
    });
  });
};

/** Rows put where their indices say; of several the last. */
const dynamicStitch: Mapping = (_node, inputs, scope) => {
  const parts = tensors(scope, inputs);
  const count = parts.length / 2;
  const [first] = parts.slice(count);
  if (first === undefined) {
    throw new Unsupported('nothing to stitch');
  }
  const flat = parts
    .slice(0, count)
    .map((indices) => scope.node('Reshape', [scope.int64Name(indices), scope.ints([-1])]));
  const rank = scope.rank(parts[0] ?? first);
  const tail = scope.node('Shape', [scope.name(first)], { start: rank });
  const rows = parts.slice(count).map((data, part) => {
    const shape = scope.node('Concat', [scope.node('Shape', [flat[part] ?? '']), tail], { axis: 0 });
    return scope.node('Reshape', [scope.name(data), shape], { allowzero: 1 });
  });
  const index = scope.node('Concat', flat, { axis: 0 });
  const values = scope.node('Concat', rows, { axis: 0 });
  const last = scope.node(
    'ReduceMax',
    [scope.node('Concat', [scope.ints([-1]), index], { axis: 0 }), scope.ints([0])],
    { keepdims: 0 },
  );
  const total = scope.node('Add', [last, scope.scalar('int64', 1)]);
  const numbers = (name: string): string =>
    scope.node('Range', [scope.scalar('int64', 0), name, scope.scalar('int64', 1)]);
  const blank = scope.node('Expand', [
    scope.scalar('int64', 0),
    scope.node('Reshape', [total, scope.ints([1])]),
  ]);
  const order = numbers(scope.node('Size', [index]));
  const from = scope.node('ScatterElements', [blank, index, order], { axis: 0 });
  return [
    scope.tensor(first.dtype, scope.node('Gather', [values, from]), {
      shape: first.shape === undefined ? undefined : [-1, ...first.shape.slice(rank)],
    }),
  ];
};

/** Choices by condition. */
export const selectingMappings: Mappings = new Map<string, Mapping>([
  ['SelectV2', selectV2],
  ['Select', select],
  ['Where', where],
  ['OneHot', oneHot],
  ['Unique', unique(false)],
  ['UniqueV2', unique(false)],
  ['UniqueWithCounts', unique(true)],
  ['UniqueWithCountsV2', unique(true)],
  ['ListDiff', listDiff],
  ['DynamicPartition', dynamicPartition],
  ['DynamicStitch', dynamicStitch],
  ['ParallelDynamicStitch', dynamicStitch],
]);
