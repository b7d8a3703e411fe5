// A JPEG file's segments: what the image is, and with which tables its scans are coded (ITU-T T.81, annex B).
import { huffmanTable } from './huffman-table.ts';
import { JpegError } from './jpeg-error.ts';
import type { EntropyReader } from './entropy-reader.ts';
import type { HuffmanTable } from './huffman-table.ts';

/** One colour of the image. */
export interface Component {
  readonly id: number;
  readonly index: number;
  /** Samples for each `maximumHorizontal` and `maximumVertical` pixels: 1 to 4. */
  readonly horizontal: number;
  readonly vertical: number;
  readonly quantisation: number;
  /** Blocks of 8x8 that hold samples of the image. */
  readonly blocksWide: number;
  readonly blocksHigh: number;
}

/** The image as its frame header says it. */
export interface Frame {
  readonly progressive: boolean;
  readonly width: number;
  readonly height: number;
  readonly components: readonly Component[];
  readonly maximumHorizontal: number;
  readonly maximumVertical: number;
  /** Units (MCUs) of an interleaved scan. */
  readonly unitsWide: number;
  readonly unitsHigh: number;
}

/** How a scan is coded. */
export interface Scan {
  readonly parts: readonly {
    readonly component: Component;
    readonly dcTable: number;
    readonly acTable: number;
  }[];
  readonly firstCoefficient: number;
  readonly lastCoefficient: number;
  /** Bit positions of successive approximation, before and after. */
  readonly high: number;
  readonly low: number;
}

/** What segments have said so far. */
export interface Tables {
  frame: Frame | undefined;
  hasJfif: boolean;
  /** The transform that Adobe's segment says; undefined without one. */
  adobe: number | undefined;
  /** Units between restart markers; 0 for none. */
  restartInterval: number;
  /** In zigzag order. */
  readonly quantisation: (Uint16Array | undefined)[];
  readonly dc: (HuffmanTable | undefined)[];
  readonly ac: (HuffmanTable | undefined)[];
}

/** Nothing said yet. */
export function newTables(): Tables {
  return {
    frame: undefined,
    hasJfif: false,
    adobe: undefined,
    restartInterval: 0,
    quantisation: [],
    dc: [],
    ac: [],
  };
}

/** libjpeg's JPEG_MAX_DIMENSION. */
const maximumDimension = 65_500;

/**
 * Reads segments up to the next scan, which begins behind it. undefined at the end of the image.
 * Throws JpegError for what libjpeg refuses.
 */
export function readToScan(reader: EntropyReader, tables: Tables): Scan | undefined {
  for (;;) {
    if (reader.marker === 0) {
      reader.nextMarker();
    }
    const { marker } = reader;
    reader.marker = 0;
    if (marker === 0xd9) {
      return undefined;
    }
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
      continue;
    }
    const segment = readSegment(reader);
    if (marker === 0xda) {
      return scanOf(segment, tables);
    }
    readTables(marker, segment, tables);
  }
}

function readSegment(reader: EntropyReader): Uint8Array {
  const { bytes, position } = reader;
  const length = ((bytes[position] ?? 0) << 8) | (bytes[position + 1] ?? 0);
  if (length < 2 || position + length > bytes.length) {
    throw new JpegError('a segment does not fit');
  }
  reader.position = position + length;
  return bytes.subarray(position + 2, position + length);
}

function readTables(marker: number, segment: Uint8Array, tables: Tables): void {
  switch (marker) {
    case 0xc0:
    case 0xc1:
    case 0xc2:
      if (tables.frame !== undefined) {
        throw new JpegError('there are two frames');
      }
      tables.frame = frameOf(segment, marker === 0xc2);
      return;
    case 0xc4:
      readHuffmanTables(segment, tables);
      return;
    case 0xdb:
      readQuantisation(segment, tables);
      return;
    case 0xdd:
      tables.restartInterval = wordAt(segment, 0);
      if (segment.length !== 2) {
        throw new JpegError('a restart interval is malformed');
      }
      return;
    case 0xe0:
      tables.hasJfif ||= segment.length >= 14 && textAt(segment, 5) === 'JFIF\0';
      return;
    case 0xee:
      if (segment.length >= 12 && textAt(segment, 5) === 'Adobe') {
        tables.adobe = segment[11];
      }
      return;
    default:
      if (!(marker >= 0xe0 && marker <= 0xef) && marker !== 0xfe && marker !== 0xdc && marker !== 0xcc) {
        throw new JpegError(`the marker ${marker.toString(16)} is not supported`);
      }
  }
}

function textAt(segment: Uint8Array, length: number): string {
  return String.fromCharCode(...segment.subarray(0, length));
}

function wordAt(segment: Uint8Array, at: number): number {
  return ((segment[at] ?? 0) << 8) | (segment[at + 1] ?? 0);
}

function frameOf(segment: Uint8Array, progressive: boolean): Frame {
  const height = wordAt(segment, 1);
  const width = wordAt(segment, 3);
  const count = segment[5] ?? 0;
  if (segment[0] !== 8 || width === 0 || height === 0 || count === 0 || count > 10) {
    throw new JpegError('the frame is not supported');
  }
  if (segment.length !== 6 + 3 * count || width > maximumDimension || height > maximumDimension) {
    throw new JpegError('the frame is malformed');
  }
  const parts = Array.from({ length: count }, (_, i) => segment.subarray(6 + 3 * i, 9 + 3 * i));
  const horizontals = parts.map((part) => (part[1] ?? 0) >> 4);
  const verticals = parts.map((part) => (part[1] ?? 0) & 15);
  if ([...horizontals, ...verticals].some((factor) => factor < 1 || factor > 4)) {
    throw new JpegError('a sampling factor is wrong');
  }
  const maximumHorizontal = Math.max(...horizontals);
  const maximumVertical = Math.max(...verticals);
  const components = parts.map((part, index): Component => {
    const horizontal = horizontals[index] ?? 1;
    const vertical = verticals[index] ?? 1;
    return {
      id: part[0] ?? 0,
      index,
      horizontal,
      vertical,
      quantisation: part[2] ?? 0,
      blocksWide: Math.ceil((width * horizontal) / (maximumHorizontal * 8)),
      blocksHigh: Math.ceil((height * vertical) / (maximumVertical * 8)),
    };
  });
  return {
    progressive,
    width,
    height,
    components,
    maximumHorizontal,
    maximumVertical,
    unitsWide: Math.ceil(width / (maximumHorizontal * 8)),
    unitsHigh: Math.ceil(height / (maximumVertical * 8)),
  };
}

function readHuffmanTables(segment: Uint8Array, tables: Tables): void {
  let at = 0;
  while (segment.length - at > 16) {
    const which = segment[at] ?? 0;
    const counts = segment.subarray(at + 1, at + 17);
    const count = counts.reduce((sum, each) => sum + each, 0);
    at += 17 + count;
    if ((which & 0xef) > 3 || count > 256 || at > segment.length) {
      throw new JpegError('a Huffman table is malformed');
    }
    const table = huffmanTable(counts, segment.subarray(at - count, at));
    if (which >= 16) {
      tables.ac[which - 16] = table;
    } else {
      tables.dc[which] = table;
    }
  }
  if (at !== segment.length) {
    throw new JpegError('Huffman tables are malformed');
  }
}

function readQuantisation(segment: Uint8Array, tables: Tables): void {
  let at = 0;
  while (at < segment.length) {
    const which = segment[at] ?? 0;
    const wide = which >> 4 !== 0;
    at++;
    if ((which & 15) > 3 || at + (wide ? 128 : 64) > segment.length) {
      throw new JpegError('a quantisation table is malformed');
    }
    const table = new Uint16Array(64);
    for (let i = 0; i < 64; i++) {
      table[i] = wide ? wordAt(segment, at + 2 * i) : (segment[at + i] ?? 0);
    }
    tables.quantisation[which & 15] = table;
    at += wide ? 128 : 64;
  }
}

function scanOf(segment: Uint8Array, tables: Tables): Scan {
  const count = segment[0] ?? 0;
  if (tables.frame === undefined || count < 1 || count > 4 || segment.length !== 4 + 2 * count) {
    throw new JpegError('a scan is malformed');
  }
  const { components } = tables.frame;
  const parts = Array.from({ length: count }, (_, i) => {
    const id = segment[1 + 2 * i];
    const component = components.find((each) => each.id === id);
    const which = segment[2 + 2 * i] ?? 0;
    if (component === undefined) {
      throw new JpegError('a scan names a component that is not there');
    }
    return { component, dcTable: which >> 4, acTable: which & 15 };
  });
  const blocks = parts.reduce((sum, { component }) => sum + component.horizontal * component.vertical, 0);
  if (new Set(parts.map(({ component }) => component)).size !== count || (count > 1 && blocks > 10)) {
    throw new JpegError('a scan is malformed');
  }
  const [firstCoefficient = 0, lastCoefficient = 0, bits = 0] = segment.subarray(1 + 2 * count);
  return { parts, firstCoefficient, lastCoefficient, high: bits >> 4, low: bits & 15 };
}
