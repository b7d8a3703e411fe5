// Loops whose step is that of an LSTM or GRU become ONNX's operators, which compute all rounds at once.
import { Unsupported } from '../../unsupported.ts';
import type { FlatGraph } from '../../graph/flat-graph.ts';
import type { EmitScope, ListTerm, Term, TensorTerm } from '../contract.ts';
import { knownInteger } from './facts.ts';
import { asItem, stackedList } from './list-terms.ts';
import type { ListUse } from './loop-facts.ts';
import { recurrentCell, type CellWeight, type RecurrentCell } from './recurrent-cells.ts';
import { refuseWhere } from './refusals.ts';
import type { TripCount } from './trip-count.ts';

/** A loop that may be a recurrent layer. */
export interface RecurrentLoop {
  readonly body: FlatGraph;
  readonly inputs: readonly Term[];
  readonly trips: TripCount;
  /** For each result of the body the index of the argument that it passes on. */
  readonly passed: readonly number[];
  readonly counters: ReadonlySet<number>;
  readonly fromZero: ReadonlySet<number>;
  readonly useOf: (list: number) => ListUse;
}

/** What the loop gives; undefined where it is no such layer, or one that ONNX Runtime has no kernel for. */
export function recurrentLayer(scope: EmitScope, loop: RecurrentLoop): readonly Term[] | undefined {
  const { inputs, passed, counters } = loop;
  const changed = inputs.map((_, index) => index).filter((index) => passed[index] !== index);
  const lists = changed.filter((index) => inputs[index]?.kind === 'list');
  const states = changed.filter((index) => !lists.includes(index) && !counters.has(index));
  const values = inputs.map((term) => valueOf(scope, term));
  const cell = recurrentCell(
    loop.body,
    values.map((value) => value?.shape),
    states,
  );
  const read = cell && inputs[cell.list];
  if (
    cell === undefined ||
    read?.kind !== 'list' ||
    read.stacked?.dtype !== 'float32' ||
    read.length !== undefined ||
    read.inOrder === true ||
    passed[cell.list] !== cell.list ||
    !loop.fromZero.has(cell.counter) ||
    [...states, ...weightsOf(cell)].some((index) => values[index]?.dtype !== 'float32') ||
    !lists.every((list) => givesHidden(loop, cell, list))
  ) {
    return undefined;
  }
  if (states.some((index) => isSpread(values[index], read.stacked))) {
    return undefined;
  }
  const items = steps(scope, read.stacked, loop.trips);
  return items && emitted(scope, loop, cell, items, values);
}

/** Whether one first state is there for many rows: TensorFlow spreads it, ONNX does not. */
function isSpread(state: TensorTerm | undefined, items: TensorTerm | undefined): boolean {
  return state?.shape?.[0] === 1 && items?.shape?.[1] !== 1;
}

function weightsOf({ kernel, recurrentKernel, bias, recurrentBias }: RecurrentCell): readonly number[] {
  return [kernel, recurrentKernel, bias, recurrentBias].flatMap((weight) => weight?.argument ?? []);
}

function valueOf(scope: EmitScope, term: Term): TensorTerm | undefined {
  if (term.kind === 'tensor') {
    return term;
  }
  return term.kind === 'handle' && term.handle.of === 'variable'
    ? scope.readVariable(term.handle)
    : undefined;
}

/** Whether the list is given the new hidden state in each round: all of them, or the last one. */
function givesHidden({ body, inputs, useOf }: RecurrentLoop, cell: RecurrentCell, index: number): boolean {
  const list = inputs[index];
  const { writes, written, isRead } = useOf(index);
  if (list?.kind !== 'list' || list.stacked !== undefined || list.inOrder === true || isRead) {
    return false;
  }
  const isLast = writes === 'first' && list.length !== undefined && knownInteger(list.length) === 1;
  return (
    (isLast || (writes === 'at index' && list.length !== undefined)) &&
    written !== undefined &&
    cell.textOf(written) === cell.hiddenText &&
    body.returns.length === inputs.length
  );
}

/** As many steps as the loop has rounds; undefined where there are certainly too few. */
function steps(scope: EmitScope, items: TensorTerm, trips: TripCount): TensorTerm | undefined {
  const has = items.shape?.[0] ?? -1;
  const { known } = trips;
  if (known !== undefined && (known < 1 || (has >= 0 && has < known))) {
    return undefined;
  }
  if (known !== undefined && has === known) {
    return items;
  }
  const rounds = scope.node('Reshape', [trips.name(), scope.ints([1])]);
  const size = scope.node('Shape', [scope.name(items)], { start: 0, end: 1 });
  const isWrong = scope.node('Or', [
    scope.node('Less', [rounds, scope.ints([1])]),
    scope.node('Greater', [rounds, size]),
  ]);
  const end = refuseWhere(scope, 'int64', rounds, isWrong, refusal);
  const name = scope.node('Slice', [scope.name(items), scope.ints([0]), end, scope.ints([0])]);
  return scope.tensor(items.dtype, name, { shape: items.shape && [known ?? -1, ...items.shape.slice(1)] });
}

/** TensorFlow's words where there are no steps. */
const refusal = 'Tried to stack an empty list with non-fully-defined element_shape.';

/** ONNX's order of gates as places in that of Keras. */
const gateOrders = { LSTM: [0, 3, 1, 2], GRU: [0, 1, 2] } as const;

function emitted(
  scope: EmitScope,
  { inputs, passed, counters, trips, useOf }: RecurrentLoop,
  cell: RecurrentCell,
  items: TensorTerm,
  values: readonly (TensorTerm | undefined)[],
): readonly Term[] {
  const { hiddenSize, hidden, memory } = cell;
  const state = (index: number): string => scope.name(asItem(scope, given(values[index])));
  const operands = [
    scope.name(items),
    weightName(scope, cell, values, cell.kernel),
    weightName(scope, cell, values, cell.recurrentKernel),
    biasName(scope, cell, values),
    '',
    state(hidden),
    ...(memory === undefined ? [] : [state(memory)]),
  ];
  const names = (items.shape?.[1] ?? -1) > 0 ? layer(scope, cell, operands) : guarded(scope, cell, operands);
  const [all = '', lastHidden = '', lastMemory = ''] = names;
  const [count = -1, batch = -1] = items.shape ?? [];
  const shape = [batch, hiddenSize];
  const first = (name: string): TensorTerm =>
    scope.tensor('float32', scope.node('Squeeze', [name, scope.ints([0])]), { shape });
  const written = (list: ListTerm, index: number): ListTerm => {
    if (useOf(index).writes === 'first') {
      return stackedList(scope.tensor('float32', lastHidden, { shape: [1, ...shape] }), list.itemShape);
    }
    const name = scope.node('Squeeze', [all, scope.ints([1])]);
    const stacked = scope.tensor('float32', name, { shape: [count, ...shape] });
    const isWhole = list.length !== undefined && trips.isSameAs(list.length);
    return isWhole ? stackedList(stacked, list.itemShape) : { ...list, stacked };
  };
  return inputs.map((term, index) => {
    if (passed[index] === index) {
      return term;
    }
    if (term.kind === 'list') {
      return written(term, index);
    }
    if (counters.has(index)) {
      return trips.behind(given(values[index]));
    }
    return first(index === hidden ? lastHidden : lastMemory);
  });
}

function layer(
  scope: EmitScope,
  { kind, hiddenSize, resetAfter }: RecurrentCell,
  operands: readonly string[],
): readonly string[] {
  const attributes = {
    hidden_size: hiddenSize,
    ...(kind === 'GRU' && { linear_before_reset: resetAfter ? 1 : 0 }),
  };
  return scope.nodes(kind, operands, attributes, kind === 'LSTM' ? 3 : 2);
}

/** ONNX Runtime's kernels end the whole process where there are no rows: then they are not run. */
function guarded(scope: EmitScope, cell: RecurrentCell, operands: readonly string[]): readonly string[] {
  const [items = ''] = operands;
  const sizes = scope.node('Shape', [items]);
  const rows = scope.node('Gather', [sizes, scope.scalar('int64', 1)]);
  const some = scope.inner();
  const computed = layer(some, cell, operands).map((name) => some.tensor('float32', name));
  const none = scope.inner();
  const part = (start: number): string =>
    none.node('Slice', [sizes, none.ints([start]), none.ints([start + 1])]);
  const [one, units] = [none.ints([1]), none.ints([cell.hiddenSize])];
  const empty = (shape: readonly string[]): TensorTerm => {
    const whole = none.node('Concat', shape, { axis: 0 });
    return none.tensor('float32', none.node('Expand', [none.scalar('float32', 0), whole]));
  };
  const last = computed.slice(1).map(() => empty([one, part(1), units]));
  const branches = {
    then_branch: some.close('rows', [], computed),
    else_branch: none.close('no_rows', [], [empty([part(0), one, part(1), units]), ...last]),
  };
  const isSome = scope.node('Greater', [rows, scope.scalar('int64', 0)]);
  return scope.nodes('If', [isSome], branches, computed.length);
}

function given(value: TensorTerm | undefined): TensorTerm {
  if (value === undefined) {
    throw new Unsupported('a weight that is not a tensor');
  }
  return value;
}

/** Keras' [rows, gates * units] as ONNX's [1, gates * units, rows]. ONNX Runtime computes it once where it is constant. */
function weightName(
  scope: EmitScope,
  { kind, hiddenSize }: RecurrentCell,
  values: readonly (TensorTerm | undefined)[],
  { argument }: CellWeight,
): string {
  const gates = inOrder(scope, kind, hiddenSize, scope.name(given(values[argument])), 1);
  const turned = scope.node('Transpose', [gates], { perm: [1, 0] });
  return scope.node('Unsqueeze', [turned, scope.ints([0])]);
}

/** ONNX has two biases, one beside the other: [1, 2 * gates * units]. */
function biasName(
  scope: EmitScope,
  cell: RecurrentCell,
  values: readonly (TensorTerm | undefined)[],
): string {
  const { kind, hiddenSize, bias, recurrentBias } = cell;
  if (bias === undefined && recurrentBias === undefined) {
    return '';
  }
  const one = (weight: CellWeight | undefined): string => {
    if (weight === undefined) {
      const zeros = new Float32Array(gateOrders[kind].length * hiddenSize);
      return scope.name(scope.constant({ dtype: 'float32', shape: [zeros.length], data: zeros }));
    }
    const name = scope.name(given(values[weight.argument]));
    const row =
      weight.row === undefined
        ? name
        : scope.node('Gather', [name, scope.scalar('int64', weight.row)], { axis: 0 });
    return inOrder(scope, kind, hiddenSize, row, 0);
  };
  const both = scope.node('Concat', [one(bias), one(recurrentBias)], { axis: 0 });
  return scope.node('Unsqueeze', [both, scope.ints([0])]);
}

function inOrder(
  scope: EmitScope,
  kind: RecurrentCell['kind'],
  size: number,
  name: string,
  axis: number,
): string {
  const order = gateOrders[kind];
  if (order.every((gate, index) => gate === index)) {
    return name;
  }
  const sizes = scope.ints(order.map(() => size));
  const gates = scope.nodes('Split', [name, sizes], { axis }, order.length);
  return scope.node(
    'Concat',
    order.map((gate) => gates[gate] ?? ''),
    { axis },
  );
}
