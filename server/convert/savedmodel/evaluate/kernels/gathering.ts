// Kernels that read at places which a tensor of indices names.
import { newRealArray, sizeOf } from '../../../value.ts';
import { intAttr } from '../../graph/attributes.ts';
import { Unsupported } from '../../unsupported.ts';
import { takeRows } from '../moves.ts';
import { axisOf, handleAt, numberAt, numbersAt, refusal, tensorAt } from '../operands.ts';
import { placementOf, placeText } from '../placement.ts';
import { productOf } from '../shapes.ts';
import { variableValue } from './variables.ts';
import type { Value } from '../../../value.ts';
import type { Kernel, KernelContext, Kernels } from '../contract.ts';

/** Slices of `value` along an axis; the first `batch` axes of value and indices go together. */
function gathered(
  value: Value,
  indices: Value,
  numbers: readonly number[],
  givenAxis: number,
  givenBatch: number,
  context: KernelContext,
): Value {
  const axis = axisOf(givenAxis, value.shape.length);
  const batch = givenBatch < 0 ? givenBatch + indices.shape.length : givenBatch;
  if (batch < 0 || batch > axis || batch > indices.shape.length) {
    throw refusal(`batch_dims (${givenBatch}) must be less than or equal to axis (${axis}).`);
  }
  const unlike = value.shape.slice(0, batch).findIndex((length, at) => length !== indices.shape[at]);
  if (unlike >= 0) {
    throw refusal(
      `params.shape[${unlike}]: ${value.shape[unlike] ?? 0} should be equal to indices.shape[${unlike}]: ${indices.shape[unlike] ?? 0}`,
    );
  }
  const size = value.shape[axis] ?? 0;
  const wrong = numbers.findIndex((index) => !(index >= 0 && index < size));
  if (wrong >= 0) {
    throw refusal(
      `indices[${placeText(wrong, indices.shape)}] = ${numbers[wrong] ?? 0} is not in [0, ${size})`,
    );
  }
  const batches = productOf(value.shape.slice(0, batch));
  const outer = productOf(value.shape.slice(batch, axis));
  const inner = productOf(value.shape.slice(axis + 1));
  const per = productOf(indices.shape.slice(batch));
  const shape = [
    ...value.shape.slice(0, axis),
    ...indices.shape.slice(batch),
    ...value.shape.slice(axis + 1),
  ];
  context.claim(sizeOf(shape));
  const rows = new Int32Array(batches * outer * per);
  let row = 0;
  for (let b = 0; b < batches; b++) {
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < per; i++) {
        rows[row++] = (b * outer + o) * size + (numbers[b * per + i] ?? 0);
      }
    }
  }
  return takeRows(value, rows, inner, shape);
}

const gather: Kernel = (operands, node, context) => {
  const axis = node.op === 'GatherV2' ? numberAt(operands, 2, node) : 0;
  return [
    gathered(
      tensorAt(operands, 0, node),
      tensorAt(operands, 1, node),
      numbersAt(operands, 1, node),
      axis,
      intAttr(node, 'batch_dims', 0),
      context,
    ),
  ];
};

const resourceGather: Kernel = (operands, node, context) => {
  const value = variableValue(handleAt(operands, 0, node, 'variable'), context);
  const batch = intAttr(node, 'batch_dims', 0);
  return [gathered(value, tensorAt(operands, 1, node), numbersAt(operands, 1, node), batch, batch, context)];
};

const gatherNd: Kernel = (operands, node, context) => {
  const value =
    node.op === 'ResourceGatherNd'
      ? variableValue(handleAt(operands, 0, node, 'variable'), context)
      : tensorAt(operands, 0, node);
  const { rows, size, outer, inner } = placementOf(
    tensorAt(operands, 1, node),
    numbersAt(operands, 1, node),
    value.shape,
    'param shape',
    `, node name: ${node.name}`,
  );
  context.claim(rows.length * size);
  return [takeRows(value, rows, size, [...outer, ...inner])];
};

const invertPermutation: Kernel = (operands, node) => {
  const value = tensorAt(operands, 0, node);
  const numbers = numbersAt(operands, 0, node);
  const inverse = newRealArray('float64', numbers.length).fill(-1);
  for (const [i, place] of numbers.entries()) {
    if (!(place >= 0 && place < numbers.length)) {
      throw refusal(`${place} is not between 0 and ${numbers.length}`);
    }
    if (inverse[place] !== -1) {
      throw refusal(`${place} is duplicated in the input.`);
    }
    inverse[place] = i;
  }
  const { shape } = value;
  if (value.dtype === 'int64') {
    return [{ dtype: 'int64', shape, data: BigInt64Array.from(Array.from(inverse, BigInt)) }];
  }
  if (value.dtype !== 'int32') {
    throw new Unsupported(`InvertPermutation of ${value.dtype}`);
  }
  return [{ dtype: 'int32', shape, data: Int32Array.from(inverse) }];
};

/** Gather, GatherNd, InvertPermutation and their like. */
export const gatheringKernels: Kernels = new Map<string, Kernel>([
  ['Gather', gather],
  ['GatherV2', gather],
  ['ResourceGather', resourceGather],
  ['GatherNd', gatherNd],
  ['ResourceGatherNd', gatherNd],
  ['InvertPermutation', invertPermutation],
]);
