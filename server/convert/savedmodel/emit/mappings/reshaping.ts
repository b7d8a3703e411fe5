// Other shapes for the same elements, and other orders of the axes.
import { intListAttr } from '../../graph/attributes.ts';
import type { EmitScope, Mapping, Mappings, TensorTerm } from '../contract.ts';
import { Unsupported } from '../../unsupported.ts';
import { typedNode } from './element-types.ts';
import { knownNumber, normalAxis, partialOf, shapeFrom, tensorAt } from './facts.ts';

const nchwPlace = [0, 2, 3, 1];

const reshape: Mapping = (_node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  const sizes = tensorAt(scope, inputs, 1);
  const shape = shapeFrom(sizes);
  const partial = partialOf(sizes);
  const unknown = shape?.filter((size) => size < 0).length ?? 2;
  const total = x.shape?.every((size) => size >= 0) === true ? x.shape.reduce((a, b) => a * b, 1) : undefined;
  const rest = shape?.reduce((product, size) => (size < 0 ? product : product * size), 1) ?? 0;
  if (shape !== undefined && unknown === 1 && total !== undefined && rest > 0) {
    shape[shape.indexOf(-1)] = total / rest;
  }
  // One size that is only known at run time is what is left: no need to compute it.
  const isSimple = partial !== undefined && unknown <= 1 && !(unknown === 1 && shape?.includes(0) === true);
  const target = isSimple && shape !== undefined ? scope.ints(shape) : scope.int64Name(sizes);
  const name = scope.node('Reshape', [scope.name(x), target], { allowzero: 1 });
  return [
    scope.tensor(x.dtype, name, {
      shape,
      partial: shape !== undefined && shape.length <= 1 ? partialOf(x) : undefined,
    }),
  ];
};

const expandDims: Mapping = (_node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  const axis = knownNumber(scope, tensorAt(scope, inputs, 1), 'axis');
  const shape = x.shape === undefined ? undefined : [...x.shape];
  shape?.splice(normalAxis(axis, shape.length + 1), 0, 1);
  return [
    scope.tensor(x.dtype, typedNode(scope, 'Unsqueeze', x.dtype, [scope.name(x)], {}, [scope.ints([axis])]), {
      shape,
      partial: shape?.length === 1 ? partialOf(x) : undefined,
    }),
  ];
};

const squeeze: Mapping = (node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  const named = intListAttr(node, 'squeeze_dims', []);
  const axes = named.length > 0 ? named : intListAttr(node, 'axis', []);
  const { shape } = x;
  if (axes.length === 0) {
    // Which sizes are 1 is only known where all are known.
    const known = shape?.every((size) => size >= 0) === true ? shape.filter((size) => size !== 1) : undefined;
    return [
      scope.tensor(x.dtype, scope.node('Squeeze', [scope.name(x)]), {
        shape: known,
        partial: known && partialOf(x),
      }),
    ];
  }
  if (shape === undefined) {
    return [scope.tensor(x.dtype, scope.node('Squeeze', [scope.name(x), scope.ints(axes)]))];
  }
  const places = axes.map((axis) => normalAxis(axis, shape.length));
  const rest = shape.filter((_, axis) => !places.includes(axis));
  if (scope.isNchw(x) && places.includes(1) && places.includes(2)) {
    const inNchw = scope.ints(places.map((axis) => nchwPlace[axis] ?? axis));
    return [scope.tensor(x.dtype, scope.node('Squeeze', [scope.nchwName(x), inNchw]), { shape: rest })];
  }
  return [
    scope.tensor(x.dtype, scope.node('Squeeze', [scope.name(x), scope.ints(places)]), {
      shape: rest,
      partial: partialOf(x),
    }),
  ];
};

/** An order of axes that leads from or to ONNX's layout of images costs nothing. */
const transpose: Mapping = (_node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  const order = scope.known(tensorAt(scope, inputs, 1), 'order of the axes');
  const perm = order.map((axis) => normalAxis(axis, order.length));
  if (new Set(perm).size !== perm.length || (x.shape !== undefined && x.shape.length !== perm.length)) {
    throw new Unsupported(`order of the axes [${order.join(',')}]`);
  }
  const shape = x.shape === undefined ? undefined : perm.map((axis) => x.shape?.[axis] ?? -1);
  return [transposed(scope, x, perm, shape)];
};

/** Of real numbers it is a transposition. */
const conjugateTranspose: Mapping = (node, inputs, scope) => {
  const [x, order] = inputs;
  if (x?.kind !== 'complex' || order === undefined) {
    return transpose(node, inputs, scope);
  }
  const [real] = transpose(node, [x.real, order], scope);
  const [turned] = transpose(node, [x.imaginary, order], scope);
  if (real === undefined || turned === undefined) {
    throw new Unsupported('no operand');
  }
  const imaginary = scope.tensor(x.imaginary.dtype, scope.node('Neg', [scope.name(turned)]), {
    shape: scope.asTensor(turned).shape,
  });
  return [{ ...x, shape: imaginary.shape, real: scope.asTensor(real), imaginary }];
};

function transposed(
  scope: EmitScope,
  x: TensorTerm,
  perm: readonly number[],
  shape: readonly number[] | undefined,
): TensorTerm {
  if (scope.isNchw(x)) {
    const fromNchw = perm.map((axis) => nchwPlace[axis] ?? axis);
    const name = scope.nchwName(x);
    const isSame = fromNchw.every((axis, index) => axis === index);
    return scope.tensor(x.dtype, isSame ? name : scope.node('Transpose', [name], { perm: fromNchw }), {
      shape,
    });
  }
  if (perm.join() === nchwPlace.join() && x.constant === undefined) {
    return scope.nchwTensor(x.dtype, scope.name(x), { shape });
  }
  return scope.tensor(x.dtype, scope.node('Transpose', [scope.name(x)], { perm }), { shape });
}

/** Where each place went: `y[x[i]] = i`. */
const invertPermutation: Mapping = (_node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  const name = scope.int64Name(x);
  const count = scope.node('Size', [name]);
  const places = scope.node('Range', [scope.scalar('int64', 0), count, scope.scalar('int64', 1)]);
  const result = scope.node('ScatterElements', [places, name, places], { axis: 0 });
  return [
    scope.tensor(x.dtype, x.dtype === 'int64' ? result : scope.node('Cast', [result], { to: 6 }), {
      shape: x.shape,
    }),
  ];
};

/** Other shapes and orders. */
export const reshapingMappings: Mappings = new Map<string, Mapping>([
  ['Reshape', reshape],
  ['ExpandDims', expandDims],
  ['Squeeze', squeeze],
  ['Transpose', transpose],
  ['ConjugateTranspose', conjugateTranspose],
  ['InvertPermutation', invertPermutation],
]);
