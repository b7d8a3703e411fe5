// Running sums and products.
import { boolAttr } from '../../graph/attributes.ts';
import { Unsupported } from '../../unsupported.ts';
import type { Mapping, Mappings } from '../contract.ts';
import { scalarOf, typedNode } from './element-types.ts';
import { farEnd, knownNumber, normalAxis, tensorAt } from './facts.ts';

const cumulativeSum: Mapping = (node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  const axis = scope.node('Reshape', [scope.int64Name(tensorAt(scope, inputs, 1)), scope.ints([])]);
  const attributes = {
    exclusive: boolAttr(node, 'exclusive', false) ? 1 : 0,
    reverse: boolAttr(node, 'reverse', false) ? 1 : 0,
  };
  const name = typedNode(scope, 'CumSum', x.dtype, [scope.name(x)], attributes, [axis]);
  return [scope.tensor(x.dtype, name, { shape: x.shape })];
};

/** Longer axes would need more steps than are worth it; their length must be known. */
const longestProduct = 2 ** 20;

/** Products of 2, 4, 8 … neighbours, until each has all before it: ONNX has no running product. */
const cumulativeProduct: Mapping = (node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  const axis = normalAxis(knownNumber(scope, tensorAt(scope, inputs, 1), 'axis'), scope.rank(x));
  const length = x.shape?.[axis] ?? -1;
  if (length < 0 || length > longestProduct) {
    throw new Unsupported('a running product along an axis of unknown length');
  }
  const isReverse = boolAttr(node, 'reverse', false);
  const isExclusive = boolAttr(node, 'exclusive', false);
  const one = scalarOf(scope, x.dtype, 1);
  const along = scope.ints([axis]);
  const part = (name: string, start: number | bigint, end: number | bigint): string =>
    typedNode(scope, 'Slice', x.dtype, [name], {}, [scope.ints([start]), scope.ints([end]), along]);
  /** Moved by `step` places, ones coming in. */
  const moved = (name: string, step: number): string => {
    const edge = isReverse ? part(name, -step, farEnd) : part(name, 0, step);
    const ones = typedNode(scope, 'Expand', x.dtype, [one], {}, [scope.node('Shape', [edge])]);
    const rest = isReverse ? part(name, step, farEnd) : part(name, 0, -step);
    return scope.node('Concat', isReverse ? [rest, ones] : [ones, rest], { axis });
  };
  let name = scope.name(x);
  if (isExclusive && length > 0) {
    name = moved(name, 1);
  }
  for (let step = 1; step < length; step *= 2) {
    name = typedNode(scope, 'Mul', x.dtype, [name, moved(name, step)]);
  }
  return [scope.tensor(x.dtype, name, { shape: x.shape })];
};

/** Running sums and products. */
export const scanMappings: Mappings = new Map<string, Mapping>([
  ['Cumsum', cumulativeSum],
  ['Cumprod', cumulativeProduct],
]);
