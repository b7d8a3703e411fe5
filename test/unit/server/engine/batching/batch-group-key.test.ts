// Keys of requests: the same for what may share a batch, whatever request came before.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Signature, TensorMap } from '../../../../../server/codec/tensor.ts';
import { GroupKeys } from '../../../../../server/engine/batching/batch-group-key.ts';
import { floats } from './steered-version.ts';

const signature: Signature = {
  inputs: [
    { name: 'a', dtype: 'float32', shape: [-1, -1, 2] },
    { name: 'b', dtype: 'float32', shape: [-1, -1] },
  ],
  outputs: [
    { name: 'p', dtype: 'float32', shape: [-1] },
    { name: 'q', dtype: 'float32', shape: [-1] },
  ],
};

interface Asked {
  readonly inputs: TensorMap;
  readonly outputNames: readonly string[];
}

/** Mostly requests that fit the signature, in any order of inputs. */
const requests: fc.Arbitrary<Asked> = fc
  .record({
    rows: fc.integer({ min: 1, max: 2 }),
    a: fc.integer({ min: 1, max: 2 }),
    b: fc.integer({ min: 1, max: 2 }),
    last: fc.constantFrom(2, 2, 2, 3),
    swapped: fc.boolean(),
    extra: fc.constantFrom(false, false, false, true),
    outputNames: fc.constantFrom(['p'], ['q'], ['p', 'q'], ['q', 'p'], ['r']),
  })
  .map(({ rows, a, b, last, swapped, extra, outputNames }) => {
    const entries: [string, ReturnType<typeof floats>][] = [
      ['a', floats([rows, a, last], new Array<number>(rows * a * last).fill(0))],
      ['b', floats([rows, b], new Array<number>(rows * b).fill(0))],
    ];
    return {
      inputs: new Map([
        ...(swapped ? entries.reverse() : entries),
        ...(extra ? [['c', floats([rows], new Array<number>(rows).fill(0))] as const] : []),
      ]),
      outputNames,
    };
  });

/** What a key is to tell apart; undefined for what does not fit. */
function identity({ inputs, outputNames }: Asked, anyShape: boolean): string | undefined {
  const a = inputs.get('a')?.shape ?? [];
  const b = inputs.get('b')?.shape ?? [];
  const fits = inputs.size === 2 && a[2] === 2 && !outputNames.includes('r');
  return fits ? JSON.stringify([outputNames, anyShape ? [] : [a.slice(1), b.slice(1)]]) : undefined;
}

describe('GroupKeys', () => {
  for (const anyShape of [false, true]) {
    it(`gives two requests one key if they may share a batch${anyShape ? ' that is padded' : ''}, and only then`, () => {
      fc.assert(
        fc.property(fc.array(requests, { minLength: 2, maxLength: 20 }), (all) => {
          const keys = new GroupKeys(signature, anyShape);
          const seen = all.map((asked) => ({
            key: keys.keyOf(asked.inputs, asked.outputNames),
            identity: identity(asked, anyShape),
          }));
          for (const one of seen) {
            assert.equal(one.key === undefined, one.identity === undefined);
            for (const other of seen) {
              assert.equal(one.key === other.key, one.identity === other.identity);
            }
          }
        }),
      );
    });
  }
});
