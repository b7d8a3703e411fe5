// Tensors made of one value or of repetitions: fills, tiles, broadcasts, sequences.
import { typeAttr } from '../../graph/attributes.ts';
import { elementTypeOf } from '../../proto/data-types.ts';
import { Unsupported } from '../../unsupported.ts';
import type { EmitScope, Mapping, Mappings, TensorTerm } from '../contract.ts';
import { cast, type ElementType, isFloat, isInteger, scalarOf, typedNode } from './element-types.ts';
import { elementwise } from './elementwise.ts';
import { knownInteger, partialOf, shapeFrom, tensorAt } from './facts.ts';
import { refuseWhere } from './refusals.ts';

function expanded(scope: EmitScope, value: TensorTerm, sizes: TensorTerm): TensorTerm {
  const shape = shapeFrom(sizes);
  const name = typedNode(scope, 'Expand', value.dtype, [scope.name(value)], {}, [scope.int64Name(sizes)]);
  const element = value.shape?.length === 0 ? partialOf(value)?.[0] : undefined;
  const length = shape?.length === 1 ? (shape[0] ?? -1) : -1;
  const partial =
    element !== undefined && length >= 0 && length <= 64
      ? new Array<number | null>(length).fill(element)
      : undefined;
  return scope.tensor(value.dtype, name, { shape, partial });
}

const like =
  (value: number): Mapping =>
  (_node, inputs, scope) => {
    const x = tensorAt(scope, inputs, 0);
    const element =
      x.dtype === 'string' && value === 0
        ? scope.name(scope.constant({ dtype: 'string', shape: [], data: [new Uint8Array()] }))
        : scalarOf(scope, x.dtype, value);
    return [
      elementwise(scope, [x], x.dtype, ([name = '']) =>
        typedNode(scope, 'Expand', x.dtype, [element], {}, [scope.node('Shape', [name])]),
      ),
    ];
  };

const tile: Mapping = (_node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  const multiples = tensorAt(scope, inputs, 1);
  const times = partialOf(multiples);
  const shape = x.shape?.map((size, axis) => {
    const factor = times?.[axis];
    return size >= 0 && typeof factor === 'number' ? size * factor : -1;
  });
  const name = typedNode(scope, 'Tile', x.dtype, [scope.name(x)], {}, [scope.int64Name(multiples)]);
  return [scope.tensor(x.dtype, name, { shape })];
};

/** `start + i * delta`. The count of floats is computed in their own precision, as TensorFlow does. */
const range: Mapping = (_node, inputs, scope) => {
  const terms = [0, 1, 2].map((index) => tensorAt(scope, inputs, index));
  const dtype = terms[0]?.dtype ?? 'int32';
  const [given = '', limit = '', delta = ''] = terms.map((term) => scope.name(term));
  const isForward = leadsOn(terms);
  const start = isForward ? given : refuseBackwards(scope, dtype, given, limit, delta);
  if (isInteger(dtype)) {
    const type: ElementType = dtype === 'int32' ? 'int32' : 'int64';
    if (dtype === 'uint64') {
      throw new Unsupported('ranges of uint64 elements');
    }
    const operands = [start, limit, delta].map((name) => cast(scope, name, dtype, type));
    const facts = isForward ? integerRange(terms) : { shape: [-1] };
    return [scope.tensor(dtype, cast(scope, scope.node('Range', operands), type, dtype), facts)];
  }
  if (!isFloat(dtype)) {
    throw new Unsupported(`ranges of ${dtype} elements`);
  }
  const type = dtype === 'float64' ? 'float64' : 'float32';
  const [from = '', to = '', step = ''] = [start, limit, delta].map((name) => cast(scope, name, dtype, type));
  const steps = scope.node('Abs', [scope.node('Div', [scope.node('Sub', [to, from]), step])]);
  const count = cast(scope, scope.node('Ceil', [steps]), type, 'int64');
  const name = scope.node('Add', [from, scope.node('Mul', [counting(scope, count, type), step])]);
  return [scope.tensor(dtype, cast(scope, name, type, dtype), { shape: [-1] })];
};

/** Whether it is known that the steps lead from the start to the limit. */
function leadsOn(terms: readonly TensorTerm[]): boolean {
  const [start, limit, delta] = terms.map(knownInteger);
  return (
    start !== undefined &&
    limit !== undefined &&
    delta !== undefined &&
    delta !== 0 &&
    (limit === start || delta > 0 === limit > start)
  );
}

/** The start; a request whose steps lead away from the limit, or nowhere, is refused. */
function refuseBackwards(
  scope: EmitScope,
  dtype: ElementType,
  start: string,
  limit: string,
  delta: string,
): string {
  const [from, to, step] = [start, limit, delta].map((name) => cast(scope, name, dtype, 'float64'));
  const way = scope.node('Mul', [scope.node('Sub', [to ?? '', from ?? '']), step ?? '']);
  const zero = scope.scalar('float64', 0);
  const isAway = scope.node('Less', [way, zero]);
  const isNowhere = scope.node('Equal', [step ?? '', zero]);
  return refuseWhere(
    scope,
    dtype,
    start,
    scope.node('Or', [isAway, isNowhere]),
    'Requires delta to lead from start to limit',
  );
}

/** 0, 1, 2 … below the named int64 scalar, in another type. */
function counting(scope: EmitScope, count: string, type: ElementType): string {
  const numbers = scope.node('Range', [scope.scalar('int64', 0), count, scope.scalar('int64', 1)]);
  return cast(scope, numbers, 'int64', type);
}

function integerRange(terms: readonly TensorTerm[]): {
  readonly shape: readonly number[];
  readonly partial?: readonly number[];
} {
  const [start, limit, delta] = terms.map((term) => knownInteger(term));
  if (start === undefined || limit === undefined || delta === undefined || delta === 0) {
    return { shape: [-1] };
  }
  const count = Math.max(0, Math.ceil((limit - start) / delta));
  const partial =
    count <= 64 ? Array.from({ length: count }, (_, index) => start + index * delta) : undefined;
  return { shape: [count], ...(partial !== undefined && { partial }) };
}

/** So many values from `start` to `stop`, both included. */
const linSpace: Mapping = (_node, inputs, scope) => {
  const start = tensorAt(scope, inputs, 0);
  const number = tensorAt(scope, inputs, 2);
  const type = start.dtype === 'float64' ? 'float64' : 'float32';
  const from = cast(scope, scope.name(start), start.dtype, type);
  const to = cast(scope, scope.name(tensorAt(scope, inputs, 1)), start.dtype, type);
  const count = scope.node('Reshape', [scope.int64Name(number), scope.ints([])]);
  const last = scope.node('Sub', [count, scope.scalar('int64', 1)]);
  const steps = cast(scope, scope.node('Max', [last, scope.scalar('int64', 1)]), 'int64', type);
  const step = scope.node('Div', [scope.node('Sub', [to, from]), steps]);
  const places = counting(scope, count, 'int64');
  const values = scope.node('Add', [from, scope.node('Mul', [cast(scope, places, 'int64', type), step])]);
  const isLast = scope.node('And', [
    scope.node('Equal', [places, last]),
    scope.node('Greater', [last, scope.scalar('int64', 0)]),
  ]);
  const name = scope.node('Where', [isLast, to, values]);
  return [
    scope.tensor(start.dtype, cast(scope, name, type, start.dtype), { shape: [knownInteger(number) ?? -1] }),
  ];
};

/** What nobody wrote: TensorFlow promises nothing of its contents, zeros will do. */
const empty: Mapping = (node, inputs, scope) => {
  const sizes = tensorAt(scope, inputs, 0);
  const dtype = elementTypeOf(typeAttr(node, 'dtype'));
  if (dtype === 'complex64' || dtype === 'complex128' || dtype === 'string') {
    throw new Unsupported(`zeros of ${dtype} elements`);
  }
  const zero = scalarOf(scope, dtype, 0);
  const name = typedNode(scope, 'Expand', dtype, [zero], {}, [scope.int64Name(sizes)]);
  return [scope.tensor(dtype, name, { shape: shapeFrom(sizes) })];
};

const broadcastTo: Mapping = (_node, inputs, scope) => [
  expanded(scope, tensorAt(scope, inputs, 0), tensorAt(scope, inputs, 1)),
];

const fill: Mapping = (_node, inputs, scope) => [
  expanded(scope, tensorAt(scope, inputs, 1), tensorAt(scope, inputs, 0)),
];

/** Fills, tiles, broadcasts, sequences. */
export const fillingMappings: Mappings = new Map<string, Mapping>([
  ['Fill', fill],
  ['BroadcastTo', broadcastTo],
  ['ZerosLike', like(0)],
  ['OnesLike', like(1)],
  ['Tile', tile],
  ['Range', range],
  ['LinSpace', linSpace],
  ['Empty', empty],
]);
