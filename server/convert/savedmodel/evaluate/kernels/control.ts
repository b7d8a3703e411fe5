// Kernels of constants, of what passes on its operands, of checks, and of the calls of functions.
import { isReal } from '../../../value.ts';
import { PerchError } from '../../../../errors.ts';
import { functionAttr, functionListAttr, intAttr, stringAttr, tensorAttr } from '../../graph/attributes.ts';
import { numberAt, refusal, tensorAt, tensorsFrom } from '../operands.ts';
import { productOf } from '../shapes.ts';
import { decodeTensor } from '../../proto/tensor-proto.ts';
import type { Value } from '../../../value.ts';
import type { GraphNode } from '../../graph/flat-graph.ts';
import type { Kernel, Kernels, Operand } from '../contract.ts';

const constants = new WeakMap<GraphNode, Value>();

/** Decoded once per node: loops come by again and again. */
const constant: Kernel = (_operands, node, context) => {
  let value = constants.get(node);
  if (value === undefined) {
    value = decodeTensor(tensorAttr(node, 'value'), context.claim);
    constants.set(node, value);
  }
  return [value];
};

const first: Kernel = (operands, node) => {
  const operand = operands[0];
  if (operand === undefined) {
    throw new PerchError('SAVED_MODEL_INVALID', `Node ${node.name} has no operand.`);
  }
  return [operand];
};

const all: Kernel = (operands) => operands;
const nothing: Kernel = () => [];

function isTrue(value: Value): boolean {
  if (productOf(value.shape) !== 1 || value.shape.length > 0) {
    return productOf(value.shape) > 0;
  }
  const element = value.data[0];
  if (element instanceof Uint8Array) {
    return element.length > 0;
  }
  return element !== 0 && element !== 0n;
}

/** Elements as TensorFlow writes them into the text of an assertion: `[1.5 2 3...]`, scalars in brackets too. */
function summary(value: Value, count: number): string {
  const shown = Array.from({ length: Math.min(count, productOf(value.shape)) }, (_, i) => {
    const element = value.data[i];
    if (element instanceof Uint8Array) {
      return Buffer.from(element).toString('utf8');
    }
    if (typeof element === 'number' && (value.dtype === 'float32' || value.dtype === 'float64')) {
      return String(Number(element.toPrecision(value.dtype === 'float32' ? 6 : 17)));
    }
    return String(element);
  });
  return `[${shown.join(' ')}${productOf(value.shape) > count ? '...' : ''}]`;
}

const assert: Kernel = (operands, node) => {
  if (!isTrue(tensorAt(operands, 0, node))) {
    const parts = tensorsFrom(operands, 1, node).map((value) =>
      summary(value, intAttr(node, 'summarize', 3)),
    );
    throw refusal(`assertion failed: ${parts.join(' ')}`);
  }
  return [];
};

const checkNumerics: Kernel = (operands, node) => {
  const value = tensorAt(operands, 0, node);
  if (isReal(value)) {
    const hasNan = value.data.some((x) => Number.isNaN(x));
    const hasInfinite = value.data.some((x) => Math.abs(x) === Infinity);
    if (hasNan || hasInfinite) {
      const what = [...(hasInfinite ? ['Inf'] : []), ...(hasNan ? ['NaN'] : [])].join(' and ');
      throw refusal(`${stringAttr(node, 'message')} : Tensor had ${what} values`);
    }
  }
  return [value];
};

const call: Kernel = (operands, node, context) => context.call(functionAttr(node, 'f').name, operands);

const branch: Kernel = (operands, node, context) => {
  const taken = isTrue(tensorAt(operands, 0, node)) ? 'then_branch' : 'else_branch';
  return context.call(functionAttr(node, taken).name, operands.slice(1));
};

/** The last branch is taken where there is none of that number. */
const choose: Kernel = (operands, node, context) => {
  const branches = functionListAttr(node, 'branches');
  const index = numberAt(operands, 0, node);
  const taken = branches[index] ?? branches.at(-1);
  if (taken === undefined) {
    throw new PerchError('SAVED_MODEL_INVALID', `Node ${node.name} has no branches.`);
  }
  return context.call(taken.name, operands.slice(1));
};

/** Ends by the condition, or by the budget for calls. */
const loop: Kernel = (operands, node, context) => {
  const condition = functionAttr(node, 'cond').name;
  const body = functionAttr(node, 'body').name;
  let state: readonly Operand[] = operands;
  while (isTrue(tensorAt(context.call(condition, state), 0, node))) {
    state = context.call(body, state);
  }
  return state;
};

/** Const, Identity, NoOp, Assert, If, While and their like. */
export const controlKernels: Kernels = new Map<string, Kernel>([
  ['Const', constant],
  ...[
    'Identity',
    'RefIdentity',
    'StopGradient',
    'PreventGradient',
    'Snapshot',
    'PlaceholderWithDefault',
    'Print',
  ].map((op) => [op, first] as [string, Kernel]),
  ...['Enter', 'Exit', 'RefEnter', 'RefExit', 'LoopCond'].map((op) => [op, first] as [string, Kernel]),
  ['IdentityN', all],
  ['NoOp', nothing],
  ['ControlTrigger', nothing],
  ['PrintV2', nothing],
  ['Assert', assert],
  ['CheckNumerics', checkNumerics],
  ['CheckNumericsV2', checkNumerics],
  ['PartitionedCall', call],
  ['StatefulPartitionedCall', call],
  ['If', branch],
  ['StatelessIf', branch],
  ['Case', choose],
  ['StatelessCase', choose],
  ['While', loop],
  ['StatelessWhile', loop],
]);
