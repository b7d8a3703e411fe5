// Decodes the coefficients of one 8x8 block from a scan: sequential, or one of the four kinds of progressive scans.
import type { EntropyReader } from './entropy-reader.ts';
import type { HuffmanTable } from './huffman-table.ts';

/** Where the coefficients of the zigzag order lie in a block; runs that leave the block end at its last one. */
export const naturalOrder = Uint8Array.from([
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7,
  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46,
  53, 60, 61, 54, 47, 55, 62, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63,
]);

/** What goes on from block to block. */
export interface Running {
  /** The last DC coefficient of each part of the scan. */
  readonly predictions: Int32Array;
  /** Blocks that are still without further coefficients. */
  endOfBand: number;
}

/** All coefficients of a block (T.81, F.2.2). The block must be zeros. */
export function decodeSequential(
  reader: EntropyReader,
  dc: HuffmanTable,
  ac: HuffmanTable,
  running: Running,
  part: number,
  coefficients: Int16Array,
  at: number,
): void {
  coefficients[at] = nextPrediction(reader, dc, running, part);
  for (let k = 1; k < 64; k++) {
    const symbol = reader.symbol(ac);
    const size = symbol & 15;
    if (size !== 0) {
      k += symbol >> 4;
      coefficients[at + (naturalOrder[k] ?? 63)] = reader.signed(size);
    } else if (symbol === 0xf0) {
      k += 15;
    } else {
      return;
    }
  }
}

function nextPrediction(reader: EntropyReader, dc: HuffmanTable, running: Running, part: number): number {
  const size = reader.symbol(dc);
  const value = ((running.predictions[part] ?? 0) + (size === 0 ? 0 : reader.signed(size))) | 0;
  running.predictions[part] = value;
  return value;
}

/** The DC coefficient in a first scan (T.81, G.1.2.1). */
export function decodeFirstDc(
  reader: EntropyReader,
  dc: HuffmanTable,
  running: Running,
  part: number,
  low: number,
  coefficients: Int16Array,
  at: number,
): void {
  coefficients[at] = nextPrediction(reader, dc, running, part) << low;
}

/** One more bit of the DC coefficient. */
export function refineDc(reader: EntropyReader, low: number, coefficients: Int16Array, at: number): void {
  if (reader.bits(1) !== 0) {
    coefficients[at] = (coefficients[at] ?? 0) | (1 << low);
  }
}

/** A band of coefficients: zigzag positions, and the bit position. */
export interface Band {
  readonly first: number;
  readonly last: number;
  readonly low: number;
}

/** AC coefficients in a first scan (T.81, G.1.2.2). */
export function decodeFirstAc(
  reader: EntropyReader,
  ac: HuffmanTable,
  running: Running,
  band: Band,
  coefficients: Int16Array,
  at: number,
): void {
  if (running.endOfBand > 0) {
    running.endOfBand--;
    return;
  }
  for (let k = band.first; k <= band.last; k++) {
    const symbol = reader.symbol(ac);
    const run = symbol >> 4;
    const size = symbol & 15;
    if (size !== 0) {
      k += run;
      coefficients[at + (naturalOrder[k] ?? 63)] = reader.signed(size) << band.low;
    } else if (run === 15) {
      k += 15;
    } else {
      running.endOfBand = endOfBandRun(reader, run) - 1;
      return;
    }
  }
}

function endOfBandRun(reader: EntropyReader, size: number): number {
  return (1 << size) + (size === 0 ? 0 : reader.bits(size));
}

/** One more bit of the AC coefficients (T.81, G.1.2.3). */
export function refineAc(
  reader: EntropyReader,
  ac: HuffmanTable,
  running: Running,
  band: Band,
  coefficients: Int16Array,
  at: number,
): void {
  let k = band.first;
  while (k <= band.last && running.endOfBand === 0) {
    const symbol = reader.symbol(ac);
    const run = symbol >> 4;
    if ((symbol & 15) === 0 && run !== 15) {
      running.endOfBand = endOfBandRun(reader, run);
      break;
    }
    const isNew = (symbol & 15) !== 0;
    const value = isNew ? (reader.bits(1) !== 0 ? 1 : -1) << band.low : 0;
    k = refineRun(reader, band, coefficients, at, k, run);
    if (isNew) {
      coefficients[at + (naturalOrder[k] ?? 63)] = value;
    }
    k++;
  }
  if (running.endOfBand > 0) {
    refineRun(reader, band, coefficients, at, k, 64);
    running.endOfBand--;
  }
}

/** Refines coefficients up to the zero after `run` zeros; its position, or behind the band. */
function refineRun(
  reader: EntropyReader,
  band: Band,
  coefficients: Int16Array,
  at: number,
  start: number,
  run: number,
): number {
  const bit = 1 << band.low;
  let zeros = run;
  let k = start;
  for (; k <= band.last; k++) {
    const place = at + (naturalOrder[k] ?? 63);
    const value = coefficients[place] ?? 0;
    if (value === 0) {
      if (--zeros < 0) {
        break;
      }
    } else if (reader.bits(1) !== 0 && (value & bit) === 0) {
      coefficients[place] = value >= 0 ? value + bit : value - bit;
    }
  }
  return k;
}
