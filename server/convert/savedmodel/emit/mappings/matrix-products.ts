// Products of matrices, of batches of them, and sums of products by index.
import { boolAttr, stringAttr, typeAttr } from '../../graph/attributes.ts';
import { elementTypeOf } from '../../proto/data-types.ts';
import { Unsupported } from '../../unsupported.ts';
import type { EmitScope, Mapping, Mappings, TensorTerm } from '../contract.ts';
import { cast, isFloat, typedNode, workingType } from './element-types.ts';
import { broadcastSizes, tensorAt, tensors } from './facts.ts';
import { equationOf, sumOfProducts } from './sums-of-products.ts';

/** The product of two matrices, each as it is or transposed. */
const matMul: Mapping = (node, inputs, scope) => {
  const a = tensorAt(scope, inputs, 0);
  const b = tensorAt(scope, inputs, 1);
  const transposeA = boolAttr(node, 'transpose_a', false);
  const transposeB = boolAttr(node, 'transpose_b', false);
  const shape = [a.shape?.[transposeA ? 1 : 0] ?? -1, b.shape?.[transposeB ? 0 : 1] ?? -1];
  const names = [scope.name(a), scope.name(b)];
  if (transposeA || transposeB) {
    if (isFloat(a.dtype)) {
      const attributes = { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 };
      return [scope.tensor(a.dtype, typedNode(scope, 'Gemm', a.dtype, names, attributes), { shape })];
    }
    const operands = [transposed(scope, a, transposeA, 2), transposed(scope, b, transposeB, 2)];
    return [scope.tensor(a.dtype, typedNode(scope, 'MatMul', a.dtype, operands), { shape })];
  }
  return [scope.tensor(a.dtype, typedNode(scope, 'MatMul', a.dtype, names), { shape })];
};

/** The name of a tensor with its last two axes exchanged. */
function transposed(scope: EmitScope, term: TensorTerm, isWanted: boolean, rank?: number): string {
  if (!isWanted) {
    return scope.name(term);
  }
  const axes = Array.from({ length: rank ?? scope.rank(term) }, (_, index) => index);
  const perm = [...axes.slice(0, -2), ...axes.slice(-2).reverse()];
  return scope.node('Transpose', [scope.name(term)], { perm });
}

const batchMatMul: Mapping = (node, inputs, scope) => {
  const a = tensorAt(scope, inputs, 0);
  const b = tensorAt(scope, inputs, 1);
  const transposeA = boolAttr(node, 'adj_x', false);
  const transposeB = boolAttr(node, 'adj_y', false);
  const out = node.attributes.has('Tout') ? elementTypeOf(typeAttr(node, 'Tout')) : a.dtype;
  if (out === 'complex64' || out === 'complex128') {
    throw new Unsupported('complex products of real matrices');
  }
  const shape =
    a.shape === undefined || b.shape === undefined
      ? undefined
      : [
          ...broadcastSizes(a.shape.slice(0, -2), b.shape.slice(0, -2)),
          a.shape.at(transposeA ? -1 : -2) ?? -1,
          b.shape.at(transposeB ? -2 : -1) ?? -1,
        ];
  const type = workingType('MatMul', out);
  const operands = [
    cast(scope, transposed(scope, a, transposeA), a.dtype, type),
    cast(scope, transposed(scope, b, transposeB), b.dtype, type),
  ];
  return [scope.tensor(out, cast(scope, scope.node('MatMul', operands), type, out), { shape })];
};

const einsum: Mapping = (node, inputs, scope) => {
  const operands = tensors(scope, inputs);
  const [first] = operands;
  if (first === undefined) {
    throw new Unsupported('no operands');
  }
  const equation = stringAttr(node, 'equation').replaceAll(' ', '');
  const shape = einsumShape(equation, operands);
  const [a, b] = operands;
  const ranks = operands.map((term) => term.shape?.length);
  const plain = a !== undefined && b !== undefined ? equationOf(equation, ranks) : undefined;
  if (plain !== undefined && a !== undefined && b !== undefined) {
    return [scope.tensor(first.dtype, sumOfProducts(scope, first.dtype, plain, [a, b]), { shape })];
  }
  const names = operands.map((term) => scope.name(term));
  return [scope.tensor(first.dtype, typedNode(scope, 'Einsum', first.dtype, names, { equation }), { shape })];
};

/** What the equation says of the result's shape; undefined with an ellipsis, and where a rank is not known. */
function einsumShape(equation: string, operands: readonly TensorTerm[]): number[] | undefined {
  const [left = '', right] = equation.split('->');
  if (right === undefined || equation.includes('.')) {
    return undefined;
  }
  const sizes = new Map<string, number>();
  for (const [index, labels] of left.split(',').entries()) {
    const shape = operands[index]?.shape;
    Array.from(labels).forEach((label, axis) => {
      const size = shape?.[axis] ?? -1;
      if (size >= 0) {
        sizes.set(label, size);
      }
    });
  }
  return Array.from(right, (label) => sizes.get(label) ?? -1);
}

const cross: Mapping = (_node, inputs, scope) => {
  const a = tensorAt(scope, inputs, 0);
  const b = tensorAt(scope, inputs, 1);
  const turned = (term: TensorTerm, order: readonly number[]): string =>
    scope.node('Gather', [scope.name(term), scope.ints(order)], { axis: -1 });
  const product = (left: readonly number[], right: readonly number[]): string =>
    typedNode(scope, 'Mul', a.dtype, [turned(a, left), turned(b, right)]);
  const difference = [product([1, 2, 0], [2, 0, 1]), product([2, 0, 1], [1, 2, 0])];
  return [scope.tensor(a.dtype, typedNode(scope, 'Sub', a.dtype, difference), { shape: a.shape })];
};

/** Products of matrices. */
export const matrixProductMappings: Mappings = new Map<string, Mapping>([
  ['MatMul', matMul],
  ['BatchMatMul', batchMatMul],
  ['BatchMatMulV2', batchMatMul],
  ['BatchMatMulV3', batchMatMul],
  ['Einsum', einsum],
  ['Cross', cross],
]);
