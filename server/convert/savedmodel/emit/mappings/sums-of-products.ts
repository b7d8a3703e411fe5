// Einsum of two tensors as one product of matrices, with the axes put in order around it.
import type { EmitScope, TensorTerm } from '../contract.ts';
import { type ElementType, typedNode } from './element-types.ts';
import { shapeName } from './facts.ts';

interface Operand {
  readonly name: string;
  readonly labels: readonly string[];
  /** Its sizes, as an int64 vector in the order of `labels`. */
  readonly sizes: string;
}

interface Groups {
  readonly batch: readonly string[];
  readonly left: readonly string[];
  readonly summed: readonly string[];
  readonly right: readonly string[];
}

/** The labels of each operand and of the result, one per axis. An ellipsis becomes labels of its own. */
export interface Equation {
  readonly operands: readonly (readonly string[])[];
  readonly result: readonly string[];
}

/** Takes an equation apart; undefined where a rank that it depends on is not known, or where it has no result or repeats a label. */
export function equationOf(text: string, ranks: readonly (number | undefined)[]): Equation | undefined {
  const [left = '', right] = text.split('->');
  const texts = left.split(',');
  const hidden = texts.map((own, index) => {
    const rank = ranks[index];
    return own.includes('...') ? rank !== undefined && rank - (own.length - '...'.length) : 0;
  });
  if (right === undefined || hidden.includes(false)) {
    return undefined;
  }
  const most = Math.max(...hidden.map(Number));
  const labelsOf = (own: string, count: number): string[] => {
    const [before = '', after] = own.split('...');
    const dots = Array.from({ length: count }, (_, index) => `.${most - count + index}`);
    return after === undefined ? Array.from(before) : [...Array.from(before), ...dots, ...Array.from(after)];
  };
  const operands = texts.map((own, index) => labelsOf(own, Number(hidden[index])));
  const result = labelsOf(right, most);
  const isPlain = [...operands, result].every((labels) => new Set(labels).size === labels.length);
  return isPlain ? { operands, result } : undefined;
}

/**
 * The sum of the products of two tensors. ONNX Runtime's own Einsum ends its process where an axis that both have is
 * empty; its MatMul does not.
 */
export function sumOfProducts(
  scope: EmitScope,
  dtype: ElementType,
  { operands, result }: Equation,
  terms: readonly [TensorTerm, TensorTerm],
): string {
  const [leftLabels = [], rightLabels = []] = operands;
  const kept = (own: readonly string[], other: readonly string[]): string[] =>
    own.filter((label) => other.includes(label) || result.includes(label));
  const a = summedUp(scope, dtype, terms[0], leftLabels, kept(leftLabels, rightLabels));
  const b = summedUp(scope, dtype, terms[1], rightLabels, kept(rightLabels, leftLabels));
  const groups: Groups = {
    batch: result.filter((label) => a.labels.includes(label) && b.labels.includes(label)),
    left: a.labels.filter((label) => !b.labels.includes(label)),
    summed: a.labels.filter((label) => b.labels.includes(label) && !result.includes(label)),
    right: b.labels.filter((label) => !a.labels.includes(label)),
  };
  const product = typedNode(scope, 'MatMul', dtype, [
    asMatrices(scope, a, groups.batch, groups.left, groups.summed),
    asMatrices(scope, b, groups.batch, groups.summed, groups.right),
  ]);
  return takenApart(scope, product, groups, a, b, result);
}

/** Adds up along the axes that neither the other operand nor the result has. */
function summedUp(
  scope: EmitScope,
  dtype: ElementType,
  term: TensorTerm,
  labels: readonly string[],
  kept: readonly string[],
): Operand {
  const name = scope.name(term);
  const sizes = shapeName(scope, term);
  if (kept.length === labels.length) {
    return { name, labels, sizes };
  }
  const axes = labels.flatMap((label, index) => (kept.includes(label) ? [] : [index]));
  const sum = typedNode(scope, 'ReduceSum', dtype, [name], { keepdims: 0 }, [scope.ints(axes)]);
  return { name: sum, labels: kept, sizes: sizesOf(scope, { name, labels, sizes }, kept) };
}

function sizesOf(scope: EmitScope, { labels, sizes }: Operand, wanted: readonly string[]): string {
  return scope.node('Gather', [sizes, scope.ints(wanted.map((label) => labels.indexOf(label)))]);
}

/** The operand as matrices: each group of axes behind `batch` becomes one. */
function asMatrices(
  scope: EmitScope,
  operand: Operand,
  batch: readonly string[],
  rows: readonly string[],
  columns: readonly string[],
): string {
  const turned = transposed(scope, operand.name, operand.labels, [...batch, ...rows, ...columns]);
  if (rows.length === 1 && columns.length === 1) {
    return turned;
  }
  const sizes = [rows, columns].map((group) =>
    group.length === 0
      ? scope.ints([1])
      : scope.node('ReduceProd', [sizesOf(scope, operand, group), scope.ints([0])], { keepdims: 1 }),
  );
  const target = scope.node('Concat', [sizesOf(scope, operand, batch), ...sizes], { axis: 0 });
  return scope.node('Reshape', [turned, target], { allowzero: 1 });
}

/** The product with the axes of the result, in its order. */
function takenApart(
  scope: EmitScope,
  product: string,
  { batch, left, right }: Groups,
  a: Operand,
  b: Operand,
  result: readonly string[],
): string {
  const labels = [...batch, ...left, ...right];
  if (left.length === 1 && right.length === 1) {
    return transposed(scope, product, labels, result);
  }
  const batchSizes = scope.node('Slice', [
    scope.node('Shape', [product]),
    scope.ints([0]),
    scope.ints([batch.length]),
  ]);
  const target = scope.node('Concat', [batchSizes, sizesOf(scope, a, left), sizesOf(scope, b, right)], {
    axis: 0,
  });
  return transposed(scope, scope.node('Reshape', [product, target], { allowzero: 1 }), labels, result);
}

function transposed(
  scope: EmitScope,
  name: string,
  labels: readonly string[],
  wanted: readonly string[],
): string {
  const perm = wanted.map((label) => labels.indexOf(label));
  return perm.every((from, to) => from === to) ? name : scope.node('Transpose', [name], { perm });
}
