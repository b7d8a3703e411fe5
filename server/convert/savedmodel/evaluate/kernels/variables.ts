// Kernels of variables: their handles, reading, assigning, and what a checkpoint brings.
import { PerchError } from '../../../../errors.ts';
import { intAttr, stringAttr } from '../../graph/attributes.ts';
import { Unsupported } from '../../unsupported.ts';
import { applyBinary } from '../elementwise.ts';
import { handleAt, numberAt, stringsAt, tensorAt } from '../operands.ts';
import { sameShape, shapeText } from '../shapes.ts';
import { integerTypeOf } from './shaping.ts';
import { valueOf } from '../../../value.ts';
import type { Value } from '../../../value.ts';
import type { GraphNode } from '../../graph/flat-graph.ts';
import type { Handle, Kernel, KernelContext, Kernels } from '../contract.ts';
import type { BinaryOp } from '../elementwise.ts';

/** Where a variable's node keeps it: containers are told apart. */
export function variableKey(node: GraphNode): string {
  const container = stringAttr(node, 'container', '');
  const name = stringAttr(node, 'shared_name', '');
  const key = name === '' ? node.name : name;
  return container === '' ? key : `${container}/${key}`;
}

const resource: Kernel = (_operands, node) => [{ kind: 'handle', of: 'variable', key: variableKey(node) }];

const reference: Kernel = (_operands, node) => [
  { kind: 'handle', of: 'variable', key: variableKey(node), reference: true },
];

/** What a variable holds. Throws SAVED_MODEL_INVALID where nothing gave it a value yet. */
export function variableValue(handle: Handle, context: KernelContext): Value {
  const value = context.state.variables.get(handle.key);
  if (value === undefined) {
    throw new PerchError('SAVED_MODEL_INVALID', `Variable ${handle.key} is read before it has a value.`);
  }
  return value;
}

const read: Kernel = (operands, node, context) => [
  variableValue(handleAt(operands, 0, node, 'variable'), context),
];

/** Assigns; a reference is given on. */
const assign: Kernel = (operands, node, context) => {
  const handle = handleAt(operands, 0, node, 'variable');
  context.state.variables.set(handle.key, tensorAt(operands, 1, node));
  return [handle];
};

function assignBy(op: BinaryOp): Kernel {
  return (operands, node, context) => {
    const handle = handleAt(operands, 0, node, 'variable');
    const value = variableValue(handle, context);
    const change = tensorAt(operands, 1, node);
    if (!sameShape(value.shape, change.shape)) {
      throw new PerchError(
        'INFERENCE_FAILED',
        `Cannot update variable with shape ${shapeText(value.shape)} using a Tensor with shape ${shapeText(change.shape)}, shapes must be equal.`,
      );
    }
    context.state.variables.set(handle.key, applyBinary(op, value, change, context));
    return [handle];
  };
}

const isInitialized: Kernel = (operands, node, context) => {
  const known = context.state.variables.has(handleAt(operands, 0, node, 'variable').key);
  return [{ dtype: 'bool', shape: [], data: Uint8Array.of(known ? 1 : 0) }];
};

const variableShape: Kernel = (operands, node, context) => {
  const { shape } = variableValue(handleAt(operands, 0, node, 'variable'), context);
  return [valueOf(integerTypeOf(node, 'out_type'), [shape.length], shape)];
};

function textAt(value: { readonly data: readonly Uint8Array[] }, index: number): string {
  return Buffer.from(value.data[index] ?? new Uint8Array()).toString('utf8');
}

function restored(context: KernelContext, prefix: string, name: string, slice: string): Value {
  if (context.restore === undefined) {
    throw new Unsupported('a checkpoint is read outside of the restore op');
  }
  return context.restore(prefix, name, slice);
}

/** The tensors of a checkpoint by name; the object graph is not asked for by anybody who computes. */
const restoreV2: Kernel = (operands, node, context) => {
  const prefix = textAt(stringsAt(operands, 0, node), 0);
  const names = stringsAt(operands, 1, node);
  const slices = stringsAt(operands, 2, node);
  return names.data.map((_, i) => restored(context, prefix, textAt(names, i), textAt(slices, i)));
};

const restore: Kernel = (operands, node, context) => {
  const slice = node.op === 'RestoreSlice' ? textAt(stringsAt(operands, 2, node), 0) : '';
  const prefix = textAt(stringsAt(operands, 0, node), 0);
  return [restored(context, prefix, textAt(stringsAt(operands, 1, node), 0), slice)];
};

/** `prefix-00001-of-00004`. */
const shardedFilename: Kernel = (operands, node) => {
  const parts = [1, 2].map((index) => String(numberAt(operands, index, node)).padStart(5, '0'));
  const name = `${textAt(stringsAt(operands, 0, node), 0)}-${parts.join('-of-')}`;
  return [{ dtype: 'string', shape: [], data: [Buffer.from(name)] }];
};

/** The number before it is counted up; an error at the limit. */
const countUpTo: Kernel = (operands, node, context) => {
  const handle = handleAt(operands, 0, node, 'variable');
  const value = variableValue(handle, context);
  const limit = intAttr(node, 'limit');
  if (Number(value.data[0] ?? limit) >= limit) {
    throw new PerchError('INFERENCE_FAILED', `Reached limit of ${limit}`);
  }
  const one = valueOf(value.dtype === 'int64' ? 'int64' : 'int32', [], [1]);
  context.state.variables.set(handle.key, applyBinary(sum, value, one, context));
  return [value];
};

const sum: BinaryOp = { float: (a, b) => a + b, integer: (a, b) => a + b, big: (a, b) => a + b };
const difference: BinaryOp = { float: (a, b) => a - b, integer: (a, b) => a - b, big: (a, b) => a - b };

/** VarHandleOp, VariableV2, ReadVariableOp, the assignments, RestoreV2. */
export const variableKernels: Kernels = new Map<string, Kernel>([
  ['VarHandleOp', resource],
  ['Variable', reference],
  ['VariableV2', reference],
  ['ReadVariableOp', read],
  ['Assign', assign],
  ['AssignVariableOp', assign],
  ['AssignAdd', assignBy(sum)],
  ['AssignAddVariableOp', assignBy(sum)],
  ['AssignSub', assignBy(difference)],
  ['AssignSubVariableOp', assignBy(difference)],
  ['CountUpTo', countUpTo],
  ['ResourceCountUpTo', countUpTo],
  ['IsVariableInitialized', isInitialized],
  ['VarIsInitializedOp', isInitialized],
  ['VariableShape', variableShape],
  ['DisableCopyOnRead', () => []],
  ['Restore', restore],
  ['RestoreSlice', restore],
  ['RestoreV2', restoreV2],
  ['ShardedFilename', shardedFilename],
]);
