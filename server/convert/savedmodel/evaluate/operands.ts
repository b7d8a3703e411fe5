// How kernels read their operands, and how they refuse them.
import { PerchError } from '../../../errors.ts';
import { isBig, isReal, numbersOf } from '../../value.ts';
import { Unsupported } from '../unsupported.ts';
import type { RealValue, StringValue, Value } from '../../value.ts';
import type { GraphNode } from '../graph/flat-graph.ts';
import type { Handle, ListHandle, Operand } from './contract.ts';

/** What TensorFlow would answer to the request, in its words. */
export function refusal(message: string): PerchError {
  return new PerchError('INFERENCE_FAILED', message);
}

/** An operand that must be a tensor. Throws SAVED_MODEL_INVALID where it is missing or something else. */
export function tensorAt(operands: readonly Operand[], index: number, node: GraphNode): Value {
  const operand = operands[index];
  if (operand === undefined || 'kind' in operand) {
    throw new PerchError(
      'SAVED_MODEL_INVALID',
      `Operand ${index} of node ${node.name} (${node.op}) must be a tensor.`,
    );
  }
  return operand;
}

/** All operands from an index on, as tensors. */
export function tensorsFrom(operands: readonly Operand[], start: number, node: GraphNode): Value[] {
  return operands.slice(start).map((_, i) => tensorAt(operands, start + i, node));
}

/** A tensor of numbers that are neither 64-bit integers nor complex. Throws Unsupported for others. */
export function realAt(operands: readonly Operand[], index: number, node: GraphNode): RealValue {
  const value = tensorAt(operands, index, node);
  if (!isReal(value)) {
    throw new Unsupported(`${node.op} of ${value.dtype}`);
  }
  return value;
}

/** A tensor of strings. */
export function stringsAt(operands: readonly Operand[], index: number, node: GraphNode): StringValue {
  const value = tensorAt(operands, index, node);
  if (value.dtype !== 'string') {
    throw new PerchError(
      'SAVED_MODEL_INVALID',
      `Operand ${index} of node ${node.name} (${node.op}) must be of strings, not ${value.dtype}.`,
    );
  }
  return value;
}

/** The elements of a tensor of numbers: shapes, axes, indices. int64 beyond 2^53 rounds. */
export function numbersAt(operands: readonly Operand[], index: number, node: GraphNode): number[] {
  return numbersOf(tensorAt(operands, index, node));
}

/** The one element of a tensor of numbers. Throws SAVED_MODEL_INVALID where there is none or more than one. */
export function numberAt(operands: readonly Operand[], index: number, node: GraphNode): number {
  const value = tensorAt(operands, index, node);
  const element = isReal(value) || isBig(value) ? value.data[0] : undefined;
  if (element === undefined || value.data.length !== 1) {
    throw new PerchError(
      'SAVED_MODEL_INVALID',
      `Operand ${index} of node ${node.name} (${node.op}) must be one number.`,
    );
  }
  return Number(element);
}

/** A variable's or a table's handle. */
export function handleAt(
  operands: readonly Operand[],
  index: number,
  node: GraphNode,
  of: Handle['of'],
): Handle {
  const operand = operands[index];
  if (operand === undefined || !('kind' in operand) || operand.kind !== 'handle' || operand.of !== of) {
    throw new PerchError(
      'SAVED_MODEL_INVALID',
      `Operand ${index} of node ${node.name} (${node.op}) must be a ${of}.`,
    );
  }
  return operand;
}

/** A list of tensors. */
export function listAt(operands: readonly Operand[], index: number, node: GraphNode): ListHandle {
  const operand = operands[index];
  if (operand === undefined || !('kind' in operand) || operand.kind !== 'list') {
    throw new PerchError(
      'SAVED_MODEL_INVALID',
      `Operand ${index} of node ${node.name} (${node.op}) must be a list of tensors.`,
    );
  }
  return operand;
}

/**
 * An axis counted from the front. Throws INFERENCE_FAILED where there is none such.
 *
 * @param rank how many axes there are to choose from
 */
export function axisOf(axis: number, rank: number): number {
  const fromFront = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || fromFront < 0 || fromFront >= rank) {
    throw refusal(`Expected dimension in the range [${-rank}, ${rank}), but got ${axis}`);
  }
  return fromFront;
}
