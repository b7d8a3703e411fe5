// Kernels of text preparation: n-grams, CSV.
import { boolAttr, bytesAttr, intAttr, intListAttr, typeAttr } from '../../graph/attributes.ts';
import { elementTypeOf } from '../../proto/data-types.ts';
import { numbersAt, refusal, stringsAt } from '../operands.ts';
import { joinBytes } from '../strings/ascii.ts';
import type { Value } from '../../../value.ts';
import type { Kernel, Kernels } from '../contract.ts';

/** How n-grams are made of one row. */
interface NGrams {
  readonly widths: readonly number[];
  readonly left: Uint8Array;
  readonly right: Uint8Array;
  /** How many pads at most; -1: one less than the width. */
  readonly padWidth: number;
  readonly separator: Uint8Array;
  readonly keepsShort: boolean;
}

function gramsOfWidth(row: readonly Uint8Array[], width: number, rule: NGrams): Uint8Array[] {
  const pads = Math.min(rule.padWidth < 0 ? width - 1 : rule.padWidth, width - 1);
  const count = Math.max(0, row.length + 2 * pads - width + 1);
  return Array.from({ length: count }, (_, i) => {
    const missingLeft = Math.max(0, pads - i);
    const missingRight = Math.max(0, i + width - pads - row.length);
    const start = Math.max(0, i - pads);
    const parts = [
      ...new Array<Uint8Array>(missingLeft).fill(rule.left),
      ...row.slice(start, start + width - missingLeft - missingRight),
      ...new Array<Uint8Array>(missingRight).fill(rule.right),
    ];
    return joinBytes(parts, rule.separator);
  });
}

function gramsOf(row: readonly Uint8Array[], rule: NGrams): Uint8Array[] {
  const grams = rule.widths.flatMap((width) => gramsOfWidth(row, width, rule));
  if (!rule.keepsShort || grams.length > 0 || row.length === 0) {
    return grams;
  }
  // A row too short for any n-gram is one itself, with all its pads.
  const pads = Math.max(rule.padWidth, 0);
  return gramsOfWidth(row, row.length + 2 * pads, { ...rule, padWidth: pads });
}

function checkSplits(splits: readonly number[], count: number): void {
  if (splits.length === 0) {
    return;
  }
  if (splits[0] !== 0) {
    throw refusal(`First split value must be 0, got ${splits[0] ?? 0}`);
  }
  splits.forEach((split, i) => {
    const before = i === 0 ? 0 : (splits[i - 1] ?? 0);
    if (split < before || split > count) {
      throw refusal(`Invalid split value ${split}, must be in [${before}, ${count}]`);
    }
  });
  const last = splits.at(-1) ?? 0;
  if (last !== count) {
    throw refusal(`Last split value must be data size. Expected ${count}, got ${last}`);
  }
}

const stringNGrams: Kernel = (operands, node, context) => {
  const { data } = stringsAt(operands, 0, node);
  const splits = numbersAt(operands, 1, node);
  checkSplits(splits, data.length);
  const rule: NGrams = {
    widths: intListAttr(node, 'ngram_widths'),
    left: bytesAttr(node, 'left_pad'),
    right: bytesAttr(node, 'right_pad'),
    padWidth: intAttr(node, 'pad_width'),
    separator: bytesAttr(node, 'separator'),
    keepsShort: boolAttr(node, 'preserve_short_sequences'),
  };
  const widest = Math.max(0, ...rule.widths);
  context.claim((data.length + 2 * widest * splits.length) * rule.widths.length);
  context.claim(data.length * widest);
  const rows = splits.slice(1).map((end, row) => gramsOf(data.slice(splits[row], end), rule));
  let sum = 0;
  const outSplits = splits.map((_, i) => (sum += i === 0 ? 0 : (rows[i - 1]?.length ?? 0)));
  const grams = rows.flat();
  const splitValue: Value =
    elementTypeOf(typeAttr(node, 'Tsplits', 9)) === 'int32'
      ? { dtype: 'int32', shape: [splits.length], data: Int32Array.from(outSplits) }
      : { dtype: 'int64', shape: [splits.length], data: BigInt64Array.from(outSplits, BigInt) };
  return [{ dtype: 'string', shape: [grams.length], data: grams }, splitValue];
};

export const textKernels: Kernels = new Map([['StringNGrams', stringNGrams]]);
