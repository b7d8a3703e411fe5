// How far an answer may be from TensorFlow's.
import assert from 'node:assert/strict';
import { valueOfTensor } from '../../../server/convert/run/tensor-values.ts';
import { valueOfGolden, type GoldenTensor } from './golden-tensors.ts';
import type { Tensor } from '../../../server/codec/tensor.ts';
import type { Value } from '../../../server/convert/value.ts';

/** Wider bounds with a reason: after a recurrent loop, or where the graph itself rounds to 16 bits on the way. */
export type ToleranceName = 'recurrent' | 'half' | 'bfloat16';

const byType: Readonly<Partial<Record<Value['dtype'], number>>> = {
  float32: 1e-5,
  float64: 1e-9,
  float16: 1e-3,
};
const byName: Readonly<Record<ToleranceName, number>> = { recurrent: 2e-4, half: 1e-3, bfloat16: 1e-2 };

/** A result of 16 bits may be rounded to the neighbour of the right one, here and in TensorFlow: one unit in the last place of its 11 bits. */
const halfUnit = 2 ** -10;

/**
 * A sum of products that cancel has the rounding error of its largest terms, however small it is itself: no bound
 * relative to the element holds for it, and TensorFlow's own two ways to compute it (with and without vectors) differ
 * so. A tenth of the bound, of the largest magnitude in the tensor, stands for the size of those terms.
 */
const floorShare = 0.1;

/** Throws an AssertionError with the first difference, in short. */
export function assertLikeTensorFlow(
  name: string,
  actual: Tensor | undefined,
  expected: GoldenTensor,
  tolerance?: ToleranceName,
): void {
  assert.ok(actual, `${name}: no such output`);
  const typeOf = ({ dtype, shape }: { dtype: string; shape: readonly number[] }): string =>
    `${dtype} [${shape.join(',')}]`;
  assert.ok(
    typeOf(actual) === typeOf(expected),
    `${name}: TensorFlow has ${typeOf(expected)}, here it is ${typeOf(actual)}`,
  );
  const wanted = valueOfGolden(expected);
  const got = valueOfTensor(actual);
  assert.equal(got.data.length, wanted.data.length, `${name}: number of elements`);
  const fits = comparison(wanted, tolerance);
  for (let index = 0; index < wanted.data.length; index++) {
    if (!fits(got.data[index], wanted.data[index])) {
      assert.fail(
        `${name}[${index}] of [${expected.shape.join(',')}]: TensorFlow has ${textOf(wanted.data[index])}, here it is ${textOf(got.data[index])}`,
      );
    }
  }
}

type Element = Value['data'][number] | undefined;

function comparison(
  { dtype, data }: Value,
  tolerance?: ToleranceName,
): (got: Element, wanted: Element) => boolean {
  if (dtype === 'string') {
    return (got, wanted) => Buffer.compare(got as Uint8Array, wanted as Uint8Array) === 0;
  }
  const typical = byType[dtype];
  if (typical === undefined) {
    return (got, wanted) => got === wanted;
  }
  const own = dtype === 'float16' ? typical + halfUnit : typical;
  const bound = tolerance === undefined ? own : Math.max(own, byName[tolerance]);
  let largest = 0;
  for (const element of data) {
    const magnitude = Math.abs(Number(element));
    largest = Number.isFinite(magnitude) && magnitude > largest ? magnitude : largest;
  }
  const floor = floorShare * bound * largest;
  return (got, wanted) => {
    const [here, there] = [Number(got), Number(wanted)];
    if (!Number.isFinite(there)) {
      return Object.is(here, there);
    }
    return Math.abs(here - there) <= Math.max(bound * Math.abs(there), floor);
  };
}

function textOf(element: Element): string {
  return element instanceof Uint8Array
    ? JSON.stringify(Buffer.from(element.subarray(0, 60)).toString('latin1'))
    : String(element);
}
