// Decodes a scan of a JPEG file into coefficients: all units (MCUs) of it, or all blocks of its one component.
import { decodeFirstAc, decodeFirstDc, decodeSequential, refineAc, refineDc } from './block-decoders.ts';
import { JpegError } from './jpeg-error.ts';
import type { EntropyReader } from './entropy-reader.ts';
import type { Component, Frame, Scan, Tables } from './frame.ts';
import type { Running } from './block-decoders.ts';
import type { HuffmanTable } from './huffman-table.ts';

/** Coefficients of a component: of all its blocks, or of those of one row of units after another. */
export interface CoefficientStore {
  /** 64 for each block, in natural order; rows of blocks beside each other. */
  readonly data: Int16Array;
  readonly blocksPerRow: number;
  /** How many rows of blocks it holds: row r lies at r modulo this. */
  readonly rowsHeld: number;
}

/** What a scan is decoded with. */
export interface ScanContext {
  readonly reader: EntropyReader;
  readonly tables: Tables;
  readonly frame: Frame;
  /** By component. */
  readonly stores: readonly CoefficientStore[];
  /** Called before and after each row of units. */
  readonly beforeRow?: () => void;
  readonly afterRow?: (row: number) => void;
}

type BlockDecoder = (part: number, coefficients: Int16Array, at: number) => void;

/** Decodes a scan. Throws JpegEnd where the data ends, JpegError for a scan that cannot be. */
export function decodeScan(context: ScanContext, scan: Scan): void {
  const { frame, reader, stores } = context;
  const running: Running = { predictions: new Int32Array(scan.parts.length), endOfBand: 0 };
  const decodeBlock = frame.progressive
    ? progressiveDecoder(context, scan, running)
    : sequentialDecoder(context, scan, running);
  const countUnit = unitCounter(context, running);
  reader.startScan();
  const single = scan.parts.length === 1 ? scan.parts[0]?.component : undefined;
  for (let row = 0; row < frame.unitsHigh; row++) {
    context.beforeRow?.();
    if (single === undefined) {
      for (let unit = 0; unit < frame.unitsWide; unit++) {
        countUnit();
        if (!reader.exhausted) {
          decodeUnit(scan, stores, decodeBlock, row, unit);
        }
      }
    } else {
      decodeRows(context, single, decodeBlock, countUnit, row);
    }
    context.afterRow?.(row);
  }
}

function decodeUnit(
  scan: Scan,
  stores: readonly CoefficientStore[],
  decodeBlock: BlockDecoder,
  row: number,
  unit: number,
): void {
  for (let part = 0; part < scan.parts.length; part++) {
    const component = scan.parts[part]?.component;
    const store = stores[component?.index ?? 0];
    if (component === undefined || store === undefined) {
      return;
    }
    const { horizontal, vertical } = component;
    for (let y = 0; y < vertical; y++) {
      const blockRow = (row * vertical + y) % store.rowsHeld;
      const first = blockRow * store.blocksPerRow + unit * horizontal;
      for (let x = 0; x < horizontal; x++) {
        decodeBlock(part, store.data, (first + x) * 64);
      }
    }
  }
}

/** The rows of blocks of one component that belong to a row of units: without blocks that only fill it up. */
function decodeRows(
  { reader, stores }: ScanContext,
  component: Component,
  decodeBlock: BlockDecoder,
  countUnit: () => void,
  row: number,
): void {
  const store = stores[component.index];
  if (store === undefined) {
    return;
  }
  const end = Math.min((row + 1) * component.vertical, component.blocksHigh);
  for (let blockRow = row * component.vertical; blockRow < end; blockRow++) {
    const first = (blockRow % store.rowsHeld) * store.blocksPerRow;
    for (let x = 0; x < component.blocksWide; x++) {
      countUnit();
      if (!reader.exhausted) {
        decodeBlock(0, store.data, (first + x) * 64);
      }
    }
  }
}

/** What begins each unit: a restart marker where one is due. */
function unitCounter({ reader, tables }: ScanContext, running: Running): () => void {
  const { restartInterval } = tables;
  let untilRestart = restartInterval;
  return () => {
    if (restartInterval > 0) {
      if (untilRestart === 0) {
        reader.restart();
        running.predictions.fill(0);
        running.endOfBand = 0;
        untilRestart = restartInterval;
      }
      untilRestart--;
    }
  };
}

function needTable(tables: readonly (HuffmanTable | undefined)[], index: number): HuffmanTable {
  const table = tables[index];
  if (table === undefined) {
    throw new JpegError('a Huffman table is missing');
  }
  return table;
}

function sequentialDecoder({ reader, tables }: ScanContext, scan: Scan, running: Running): BlockDecoder {
  const dc = scan.parts.map(({ dcTable }) => checkedDc(needTable(tables.dc, dcTable)));
  const ac = scan.parts.map(({ acTable }) => needTable(tables.ac, acTable));
  return (part, coefficients, at) => {
    const dcTable = dc[part];
    const acTable = ac[part];
    if (dcTable !== undefined && acTable !== undefined) {
      decodeSequential(reader, dcTable, acTable, running, part, coefficients, at);
    }
  };
}

/** A DC coefficient's size is at most 15 bits. */
function checkedDc(table: HuffmanTable): HuffmanTable {
  if (table.symbols.some((symbol) => symbol > 15)) {
    throw new JpegError('a Huffman table is not one of DC coefficients');
  }
  return table;
}

function progressiveDecoder({ reader, tables }: ScanContext, scan: Scan, running: Running): BlockDecoder {
  const { firstCoefficient: first, lastCoefficient: last, high, low } = scan;
  const isDc = first === 0;
  const bandIsWrong = isDc ? last !== 0 : first > last || last > 63 || scan.parts.length !== 1;
  if (bandIsWrong || (high !== 0 && low !== high - 1) || low > 13) {
    throw new JpegError('a progressive scan is malformed');
  }
  if (isDc && high !== 0) {
    return (_, coefficients, at) => refineDc(reader, low, coefficients, at);
  }
  if (isDc) {
    const dc = scan.parts.map(({ dcTable }) => checkedDc(needTable(tables.dc, dcTable)));
    return (part, coefficients, at) => {
      const table = dc[part];
      if (table !== undefined) {
        decodeFirstDc(reader, table, running, part, low, coefficients, at);
      }
    };
  }
  const ac = needTable(tables.ac, scan.parts[0]?.acTable ?? 0);
  const band = { first, last, low };
  return high === 0
    ? (_, coefficients, at) => decodeFirstAc(reader, ac, running, band, coefficients, at)
    : (_, coefficients, at) => refineAc(reader, ac, running, band, coefficients, at);
}
