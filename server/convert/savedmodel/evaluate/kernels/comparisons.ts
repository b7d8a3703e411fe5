// Kernels that give truth values: comparisons, and logic.
import { Unsupported } from '../../unsupported.ts';
import { boolAttr } from '../../graph/attributes.ts';
import { compareBinary, applyBinary } from '../elementwise.ts';
import { realAt, tensorAt } from '../operands.ts';
import { commonShape } from '../shapes.ts';
import type { Kernel, Kernels } from '../contract.ts';

function comparison(test: (order: number) => boolean): Kernel {
  return (operands, node, context) => [
    compareBinary(tensorAt(operands, 0, node), tensorAt(operands, 1, node), test, context),
  ];
}

/** Equal and NotEqual may be told to give one truth value where the shapes do not fit. */
function equality(test: (order: number) => boolean, unfit: number): Kernel {
  return (operands, node, context) => {
    const [a, b] = [tensorAt(operands, 0, node), tensorAt(operands, 1, node)];
    if (!boolAttr(node, 'incompatible_shape_error', true) && commonShape(a.shape, b.shape) === undefined) {
      return [{ dtype: 'bool', shape: [], data: Uint8Array.of(unfit) }];
    }
    return [compareBinary(a, b, test, context)];
  };
}

function logic(combine: (a: number, b: number) => number): Kernel {
  return (operands, node, context) => {
    const [a, b] = [realAt(operands, 0, node), realAt(operands, 1, node)];
    if (a.dtype !== 'bool' || b.dtype !== 'bool') {
      throw new Unsupported(`${node.op} of ${a.dtype}`);
    }
    const result = applyBinary(
      { integer: combine },
      { ...a, dtype: 'uint8' },
      { ...b, dtype: 'uint8' },
      context,
    );
    return [{ ...result, dtype: 'bool' } as typeof a];
  };
}

const not: Kernel = (operands, node) => {
  const value = realAt(operands, 0, node);
  const data = new Uint8Array(value.data.length);
  for (let i = 0; i < data.length; i++) {
    data[i] = value.data[i] === 0 ? 1 : 0;
  }
  return [{ dtype: 'bool', shape: value.shape, data }];
};

/** Less, Equal, LogicalAnd and their like. */
export const comparisonKernels: Kernels = new Map<string, Kernel>([
  ['Equal', equality((order) => order === 0, 0)],
  ['NotEqual', equality((order) => order !== 0, 1)],
  ['Less', comparison((order) => order < 0)],
  ['LessEqual', comparison((order) => order <= 0)],
  ['Greater', comparison((order) => order > 0)],
  ['GreaterEqual', comparison((order) => order >= 0)],
  ['LogicalAnd', logic((a, b) => a & b)],
  ['LogicalOr', logic((a, b) => a | b)],
  ['LogicalNot', not],
]);
