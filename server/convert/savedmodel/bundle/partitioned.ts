// Puts a part of a variable together from the slices that a checkpoint has of it (core/util/tensor_slice_set.h).
import { PerchError } from '../../../errors.ts';
import { sizeOf } from '../../value.ts';
import type { Value, ValueType } from '../../value.ts';
import { storedBytes, valueOfBytes } from '../proto/element-bytes.ts';
import { copyPart, intersection, shapeOfBox, volumeOf, type Box } from './tensor-slice.ts';

/** Slices of one variable. There are as many as there were machines in training. */
const mostSlices = 4096;

/** A slice, where it is in the whole. */
export interface Part {
  readonly box: Box;
  /** Throws where it is not there, or is of another type or shape. */
  readonly check: (type: ValueType) => void;
  readonly read: () => Value;
}

/**
 * The values of `asked`. The parts that it needs are checked before there is room for the result.
 *
 * @param what the variable, for error texts.
 * Throws SAVED_MODEL_INVALID where parts overlap or leave something out.
 */
export function assemble(type: ValueType, asked: Box, parts: readonly Part[], what: string): Value {
  if (parts.length > mostSlices) {
    throw new PerchError('SAVED_MODEL_INVALID', `${what} is in more than ${mostSlices} slices.`);
  }
  for (const [index, first] of parts.entries()) {
    if (parts.slice(index + 1).some((second) => intersection(first.box, second.box) !== undefined)) {
      throw new PerchError('SAVED_MODEL_INVALID', `${what} is in slices that overlap.`);
    }
  }
  const pieces = parts.flatMap((part) => {
    const common = intersection(asked, part.box);
    return common === undefined ? [] : [{ part, common }];
  });
  const there = pieces.reduce((sum, { common }) => sum + volumeOf(common), 0);
  if (there !== volumeOf(asked)) {
    throw new PerchError('SAVED_MODEL_INVALID', `${what} is not complete: slices of it are missing.`);
  }
  for (const { part } of pieces) {
    part.check(type);
  }
  const target = room(type, shapeOfBox(asked));
  const width = type === 'complex64' || type === 'complex128' ? 2 : 1;
  for (const { part, common } of pieces) {
    const { data } = part.read();
    copyPart(common, { data, box: part.box }, { data: target.data, box: asked }, width);
  }
  return target;
}

/** A value whose elements are to be filled in. */
function room(type: ValueType, shape: readonly number[]): Value {
  return type === 'string'
    ? { dtype: type, shape, data: Array.from({ length: sizeOf(shape) }, () => new Uint8Array()) }
    : valueOfBytes(type, shape, new Uint8Array(storedBytes(type, shape)));
}
