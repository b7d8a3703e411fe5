// Recognises an LSTM or GRU step in the body of a loop: its formulas are those of Keras.
import type { FlatGraph } from '../../graph/flat-graph.ts';
import type { Shape } from './list-terms.ts';
import { StepReader, product, sum } from './step-formulas.ts';

/** A weight of a step: an argument of the body, or one row of it. */
export interface CellWeight {
  readonly argument: number;
  readonly row: number | undefined;
}

/** What a step computes, by arguments of the body. */
export interface RecurrentCell {
  readonly kind: 'LSTM' | 'GRU';
  readonly hiddenSize: number;
  /** The list of inputs, and the counter by which the step reads it. */
  readonly list: number;
  readonly counter: number;
  readonly hidden: number;
  /** LSTM's. */
  readonly memory: number | undefined;
  readonly kernel: CellWeight;
  readonly recurrentKernel: CellWeight;
  readonly bias: CellWeight | undefined;
  readonly recurrentBias: CellWeight | undefined;
  /** GRU's: whether the reset gate is applied behind the product with the recurrent kernel. */
  readonly resetAfter: boolean;
  /** The text of the new hidden state, and that of any ref of the body. */
  readonly hiddenText: string;
  readonly textOf: (ref: string) => string | undefined;
}

/** The weights of a step as texts: `@7`, `@6#1`. */
interface Weights {
  readonly kernel: string;
  readonly recurrentKernel: string;
  readonly bias: string | undefined;
  readonly recurrentBias: string | undefined;
}

/** Columns of one gate. */
function gate(name: string, index: number, size: number): string {
  return `[${name} ${index * size}:${(index + 1) * size}]`;
}

/** Keras' LSTM: gates in the order input, forget, cell, output. Gives the new hidden state and memory. */
function lstmFormulas(
  { kernel, recurrentKernel, bias }: Weights,
  hidden: number,
  memory: number,
  size: number,
): { readonly hidden: string; readonly memory: string } {
  const at = (index: number): string =>
    sum([
      `(x . ${gate(kernel, index, size)})`,
      `(@${hidden} . ${gate(recurrentKernel, index, size)})`,
      ...(bias === undefined ? [] : [gate(bias, index, size)]),
    ]);
  const next = sum([
    product([`sigmoid(${at(1)})`, `@${memory}`]),
    product([`sigmoid(${at(0)})`, `tanh(${at(2)})`]),
  ]);
  return { memory: next, hidden: product([`sigmoid(${at(3)})`, `tanh(${next})`]) };
}

/** Keras' GRU: gates in the order update, reset, candidate. */
function gruFormula(
  { kernel, recurrentKernel, bias, recurrentBias }: Weights,
  hidden: number,
  size: number,
  resetAfter: boolean,
): string {
  const fromInput = (index: number): string[] => [
    `(x . ${gate(kernel, index, size)})`,
    ...(bias === undefined ? [] : [gate(bias, index, size)]),
  ];
  const fromState = (index: number): string[] => [
    `(@${hidden} . ${gate(recurrentKernel, index, size)})`,
    ...(recurrentBias === undefined ? [] : [gate(recurrentBias, index, size)]),
  ];
  const [update, reset] = [0, 1].map(
    (index) => `sigmoid(${sum([...fromInput(index), ...fromState(index)])})`,
  );
  const state = fromState(2);
  const ofState = state.length === 1 ? (state[0] ?? '') : sum(state);
  const inner = resetAfter
    ? product([reset ?? '', ofState])
    : `(${product([reset ?? '', `@${hidden}`])} . ${gate(recurrentKernel, 2, size)})`;
  const candidate = `tanh(${sum([...fromInput(2), inner])})`;
  return sum([product([update ?? '', `@${hidden}`]), product([`(1 - ${update ?? ''})`, candidate])]);
}

/**
 * The step that a loop's body computes; undefined for any other.
 *
 * @param shapes of the body's arguments; of a variable what it holds
 * @param states the arguments that the body changes, lists and counters left out
 */
export function recurrentCell(
  body: FlatGraph,
  shapes: readonly Shape[],
  states: readonly number[],
): RecurrentCell | undefined {
  const reader = new StepReader(body, shapes);
  const results = new Map(states.map((state) => [state, reader.textOf(body.returns[state] ?? '')]));
  const [list = Number.NaN, counter = Number.NaN] = [...reader.lists]
    .join(' ')
    .split(' ')
    .map(argumentNumber);
  const hidden = states.find((state) => reader.products.some(({ left }) => left === `@${state}`));
  const kernel = reader.products.find(({ left }) => left === 'x')?.weight;
  const recurrentKernel = reader.products.find(({ left }) => left === `@${hidden}`)?.weight;
  const memory = states.find((state) => state !== hidden);
  if (
    hidden === undefined ||
    kernel === undefined ||
    recurrentKernel === undefined ||
    reader.lists.size !== 1 ||
    Number.isNaN(list + counter) ||
    states.length > 2
  ) {
    return undefined;
  }
  const hiddenSize = shapes[argumentNumber(recurrentKernel)]?.[0] ?? -1;
  if (hiddenSize < 1) {
    return undefined;
  }
  for (const [bias, recurrentBias] of biasesOf([...reader.summands])) {
    const weights = { kernel, recurrentKernel, bias, recurrentBias };
    const found = memory === undefined ? gruLike(weights) : lstmLike(weights, memory);
    if (found !== undefined) {
      return {
        ...found,
        hiddenSize,
        list,
        counter,
        hidden,
        memory,
        kernel: weightOf(kernel),
        recurrentKernel: weightOf(recurrentKernel),
        bias: bias === undefined ? undefined : weightOf(bias),
        recurrentBias: recurrentBias === undefined ? undefined : weightOf(recurrentBias),
        hiddenText: results.get(hidden) ?? '',
        textOf: (ref) => reader.textOf(ref),
      };
    }
  }
  return undefined;

  function lstmLike(weights: Weights, state: number): Pick<RecurrentCell, 'kind' | 'resetAfter'> | undefined {
    const formulas = lstmFormulas(weights, hidden ?? 0, state, hiddenSize);
    const isSame = results.get(hidden ?? 0) === formulas.hidden && results.get(state) === formulas.memory;
    return isSame && weights.recurrentBias === undefined ? { kind: 'LSTM', resetAfter: false } : undefined;
  }

  function gruLike(weights: Weights): Pick<RecurrentCell, 'kind' | 'resetAfter'> | undefined {
    const isLike = (resetAfter: boolean): boolean =>
      results.get(hidden ?? 0) === gruFormula(weights, hidden ?? 0, hiddenSize, resetAfter);
    const resetAfter = isLike(true);
    return resetAfter || (weights.recurrentBias === undefined && isLike(false))
      ? { kind: 'GRU', resetAfter }
      : undefined;
  }
}

/** All ways in which summands can be the bias and the recurrent bias. */
function biasesOf(
  summands: readonly string[],
): readonly (readonly [string | undefined, string | undefined])[] {
  const [one, other, ...more] = summands;
  if (more.length > 0) {
    return [];
  }
  return other === undefined
    ? [
        [one, undefined],
        [undefined, one],
      ]
    : [
        [one, other],
        [other, one],
      ];
}

/** 7 for `@7` and for `@7#1`. */
function argumentNumber(text: string): number {
  return /^@\d/.test(text) ? Number.parseInt(text.slice(1), 10) : Number.NaN;
}

function weightOf(text: string): CellWeight {
  const row = text.split('#')[1];
  return { argument: argumentNumber(text), row: row === undefined ? undefined : Number(row) };
}
