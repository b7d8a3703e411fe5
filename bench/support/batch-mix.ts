// The sizes of the batches that a server formed, and a bare session that is run with the very same sizes.
import type { InferenceSession } from 'onnxruntime-node';
import { Tensor } from 'onnxruntime-node';
import type { Call } from './rounds.ts';

/** How often which number of rows was run together. */
export type BatchMix = ReadonlyMap<number, number>;

/** The mix of a list of sizes. */
export function mixOf(sizes: readonly number[]): BatchMix {
  const mix = new Map<number, number>();
  for (const size of sizes) {
    mix.set(size, (mix.get(size) ?? 0) + 1);
  }
  return mix;
}

/** Rows of a batch on average; NaN without batches. */
export function meanRows(mix: BatchMix): number {
  let batches = 0;
  let rows = 0;
  for (const [size, count] of mix) {
    batches += count;
    rows += size * count;
  }
  return rows / batches;
}

/** The mix in words: the sizes that most rows were in, with their share of the rows. */
export function mixText(mix: BatchMix): string {
  const total = [...mix].reduce((sum, [size, count]) => sum + size * count, 0);
  const shares = [...mix]
    .map(([size, count]) => ({ size, share: (size * count) / total }))
    .sort((a, b) => b.share - a.share)
    .slice(0, 6);
  const parts = shares.map(({ size, share }) => `${size}: ${(share * 100).toFixed(0)} %`);
  return `mean ${meanRows(mix).toFixed(1)}; most rows in batches of ${parts.join(', ')}`;
}

/**
 * A list in which the sizes are as frequent as in `mix`, at most some hundred entries, each size spread evenly: whatever
 * part of it is played, the mix is about that.
 */
export function sequenceOf(mix: BatchMix): number[] {
  const batches = [...mix.values()].reduce((sum, count) => sum + count, 0);
  const scale = Math.min(1, 500 / batches);
  const placed = [...mix].flatMap(([size, count]) => {
    const times = Math.max(1, Math.round(count * scale));
    return Array.from({ length: times }, (_, i) => ({ size, at: (i + 0.5) / times }));
  });
  return placed.sort((a, b) => a.at - b.at).map(({ size }) => size);
}

/** Runs the session with these sizes one after the other, again and again; `row` is the input `x` of each row. */
export function bareMix(session: InferenceSession, row: Float32Array, sizes: readonly number[]): Call {
  const feeds = new Map<number, Record<string, Tensor>>();
  for (const size of new Set(sizes)) {
    const values = new Float32Array(size * row.length);
    for (let i = 0; i < size; i++) {
      values.set(row, i * row.length);
    }
    feeds.set(size, { x: new Tensor('float32', values, [size, row.length]) });
  }
  let next = 0;
  return async () => {
    const size = sizes[next++ % sizes.length] ?? 1;
    await session.run(feeds.get(size) ?? {});
    return size;
  };
}
