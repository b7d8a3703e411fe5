// Parsed features as the tensors that ParseExample gives: dense, sparse, ragged.
import { isVariable, strideOf } from './example-parser.ts';
import { productOf } from '../shapes.ts';
import { newColumn } from './columns.ts';
import type { Value } from '../../../value.ts';
import type { ParsedColumn } from './example-parser.ts';

/** Asks before so many elements are allocated. */
type Claim = (elements: number) => void;

/** A dense feature. @param batch undefined for a single example, whose tensor has no batch axis */
export function denseTensor(parsed: ParsedColumn, batch: number | undefined, claim: Claim): Value {
  const { spec, column, counts } = parsed;
  const outer = batch === undefined ? [] : [batch];
  if (!isVariable(spec)) {
    return column.slice(0, column.length, [...outer, ...spec.shape]);
  }
  const stride = strideOf(spec);
  const longest = counts.reduce((most, count) => Math.max(most, count), 0);
  const shape = [...outer, stride === 0 ? 0 : longest / stride, ...spec.shape.slice(1)];
  // One long example pads all the others.
  claim(productOf(shape));
  const padded = newColumn(spec.type);
  let start = 0;
  for (const count of counts) {
    padded.append(column.slice(start, start + count, [count]));
    if (spec.fallback !== undefined) {
      padded.pad(spec.fallback, longest - count);
    }
    start += count;
  }
  return padded.slice(0, padded.length, shape);
}

/** A sparse feature: indices, values, shape. */
export function sparseTensors(
  { column, counts }: ParsedColumn,
  batch: number | undefined,
): readonly [Value, Value, Value] {
  const rank = batch === undefined ? 1 : 2;
  const indices = new BigInt64Array(column.length * rank);
  let at = 0;
  counts.forEach((count, row) => {
    for (let i = 0; i < count; i++) {
      if (rank === 2) {
        indices[at++] = BigInt(row);
      }
      indices[at++] = BigInt(i);
    }
  });
  const longest = BigInt(counts.reduce((most, count) => Math.max(most, count), 0));
  const shape = batch === undefined ? [longest] : [BigInt(batch), longest];
  return [
    { dtype: 'int64', shape: [column.length, rank], data: indices },
    column.slice(0, column.length, [column.length]),
    { dtype: 'int64', shape: [rank], data: BigInt64Array.from(shape) },
  ];
}

/** A ragged feature: values, and row splits of the type asked for; of a single example they are empty. */
export function raggedTensors(
  { column, counts }: ParsedColumn,
  splitType: 'int32' | 'int64',
  batch: number | undefined,
): readonly [Value, Value] {
  let sum = 0;
  const splits = batch === undefined ? [] : [0, ...counts.map((count) => (sum += count))];
  const shape = [splits.length];
  return [
    column.slice(0, column.length, [column.length]),
    splitType === 'int32'
      ? { dtype: 'int32', shape, data: Int32Array.from(splits) }
      : { dtype: 'int64', shape, data: BigInt64Array.from(splits, BigInt) },
  ];
}
