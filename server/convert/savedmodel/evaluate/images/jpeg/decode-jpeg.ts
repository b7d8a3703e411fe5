// Decodes a JPEG file to the pixels that TensorFlow (libjpeg-turbo) makes of it.
import { colourConverter, colourSpaceOf } from './colours.ts';
import { EntropyReader } from './entropy-reader.ts';
import { newTables, readToScan } from './frame.ts';
import { JpegEnd, JpegError } from './jpeg-error.ts';
import { planeShape, planeTransform, transformRows } from './plane.ts';
import { decodeScan } from './scan-decoder.ts';
import { upsampler } from './upsampling.ts';
import type { ColourConverter } from './colours.ts';
import type { Frame, Scan, Tables } from './frame.ts';
import type { Plane, PlaneTransform } from './plane.ts';
import type { CoefficientStore, ScanContext } from './scan-decoder.ts';
import type { Window } from './upsampling.ts';
import type { Pixels } from '../pixels.ts';

/** What an image is decoded to. */
export interface JpegOptions {
  /** 0: as many as the file has, at most 3. */
  readonly channels: number;
  /** The image is made smaller by 1, 2, 4 or 8. */
  readonly ratio: number;
  readonly fancyUpscaling: boolean;
  /** Whether the fast integer transform is used (TensorFlow's default) or the accurate one. */
  readonly isFast: boolean;
  /** How much of the rows suffices where the file ends early. */
  readonly acceptableFraction: number;
  readonly crop?: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  };
}

/** Size and channels of a JPEG image, as ExtractJpegShape wants them. */
export interface JpegShape {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** Blocks that all scans of a file may visit together: enough for 100 scans of an image of 80 million pixels. */
const maximumBlockVisits = 2 ** 27;

interface Opened {
  readonly reader: EntropyReader;
  readonly tables: Tables;
  readonly frame: Frame;
  readonly scan: Scan;
}

function open(bytes: Uint8Array): Opened {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) {
    throw new JpegError('it does not begin as a JPEG file');
  }
  const reader = new EntropyReader(bytes);
  reader.position = 2;
  const tables = newTables();
  const scan = readToScan(reader, tables);
  if (scan === undefined || tables.frame === undefined) {
    throw new JpegError('there is no image in it');
  }
  return { reader, tables, frame: tables.frame, scan };
}

/** Reads the header only. Throws JpegError. */
export function jpegShape(bytes: Uint8Array): JpegShape {
  const { frame, tables } = open(bytes);
  const isGray = colourSpaceOf(frame, tables) === 'gray';
  return {
    width: frame.width,
    height: frame.height,
    channels: isGray ? 1 : frame.components.length === 4 ? 4 : 3,
  };
}

/**
 * Decodes. Throws JpegError for what TensorFlow refuses, and for the little that is beyond us: arithmetic coding, and
 * progressive files that end before the last scan.
 *
 * @param claim asks whether so many elements may be allocated
 */
export function decodeJpeg(
  bytes: Uint8Array,
  options: JpegOptions,
  claim: (elements: number) => void,
): Pixels {
  const { reader, tables, frame, scan } = open(bytes);
  const wanted = options.channels === 0 ? Math.min(frame.components.length, 3) : options.channels;
  if (wanted !== 1 && wanted !== 3) {
    throw new JpegError('there are two components');
  }
  const space = colourSpaceOf(frame, tables);
  const { convert, needed } = colourConverter(space, wanted, tables.adobe !== undefined);
  const smallest = 8 / options.ratio;
  const width = Math.ceil((frame.width * smallest) / 8);
  const height = Math.ceil((frame.height * smallest) / 8);
  if (width * height * frame.components.length >= 2 ** 29) {
    throw new JpegError('the image is too large');
  }
  const crop = options.crop ?? { x: 0, y: 0, width, height };
  if (
    Math.min(crop.width, crop.height) <= 0 ||
    Math.min(crop.x, crop.y) < 0 ||
    crop.x + crop.width > width ||
    crop.y + crop.height > height
  ) {
    throw new JpegError('the crop window is not inside the image');
  }
  const shapes = frame.components.slice(0, needed).map((component) => planeShape(component, frame, smallest));
  const samples = shapes.map(({ component, size, stride }) => component.blocksHigh * size * stride);
  claim(samples.reduce((sum, count) => sum + count, crop.width * crop.height * wanted));
  const planes = shapes.map((shape, i): Plane => ({
    ...shape,
    samples: new Uint8ClampedArray(samples[i] ?? 0),
  }));
  const rows = decodePlanes(reader, tables, frame, scan, planes, options, claim);
  const made = rows === undefined ? height : rowsMade(rows, planes, smallest, options);
  return assemble(planes, { crop, width, smallest, made, wanted }, frame, convert, options);
}

/** How many rows libjpeg hands out of so many rows of units, before it wants more data. */
function rowsMade(rows: number, planes: readonly Plane[], smallest: number, options: JpegOptions): number {
  const perGroup = Math.max(...planes.map(({ component }) => component.vertical));
  const looksAround =
    options.fancyUpscaling &&
    smallest > 1 &&
    planes.some((plane) => plane.downEach === 2 && isFiltered(plane));
  const groups = rows * smallest - (looksAround ? 1 : 0);
  return Math.max(0, groups * perGroup);
}

function isFiltered({ acrossEach, width }: Plane): boolean {
  return acrossEach === 1 || (acrossEach === 2 && width > 2);
}

/** Fills the planes. How many rows of units there are where the file ends early; undefined where there are all. */
function decodePlanes(
  reader: EntropyReader,
  tables: Tables,
  frame: Frame,
  scan: Scan,
  planes: readonly Plane[],
  options: JpegOptions,
  claim: (elements: number) => void,
): number | undefined {
  const isSingle = !frame.progressive && scan.parts.length === frame.components.length;
  const stores = frame.components.map(({ horizontal, vertical }): CoefficientStore => {
    const blocksPerRow = frame.unitsWide * horizontal;
    const rowsHeld = isSingle ? vertical : frame.unitsHigh * vertical;
    claim(blocksPerRow * rowsHeld * 64);
    return { data: new Int16Array(blocksPerRow * rowsHeld * 64), blocksPerRow, rowsHeld };
  });
  const context: ScanContext = { reader, tables, frame, stores };
  if (isSingle) {
    return decodeSingleScan(context, scan, planes, options.isFast);
  }
  decodeScans(context, scan, planes, options);
  return undefined;
}

function decodeSingleScan(
  context: ScanContext,
  scan: Scan,
  planes: readonly Plane[],
  isFast: boolean,
): number | undefined {
  const transforms = planes.map((plane) => transformOf(plane, context.tables, isFast));
  let rows = 0;
  try {
    decodeScan(
      {
        ...context,
        beforeRow: () => context.stores.forEach(({ data }) => data.fill(0)),
        afterRow: (row) => {
          transformUnitRows(context, planes, transforms, row, row + 1);
          rows++;
        },
      },
      scan,
    );
  } catch (error) {
    if (error instanceof JpegEnd) {
      return rows;
    }
    throw error;
  }
  if (readToScan(context.reader, context.tables) !== undefined) {
    throw new JpegError('there is a scan too many');
  }
  return undefined;
}

function transformOf(plane: Plane, tables: Tables, isFast: boolean): PlaneTransform {
  const quantisation = tables.quantisation[plane.component.quantisation];
  if (quantisation === undefined) {
    throw new JpegError('a quantisation table is missing');
  }
  return planeTransform(plane.size, isFast, quantisation);
}

function transformUnitRows(
  { stores }: ScanContext,
  planes: readonly Plane[],
  transforms: readonly (PlaneTransform | undefined)[],
  start: number,
  end: number,
): void {
  planes.forEach((plane, i) => {
    const { vertical } = plane.component;
    const store = stores[i];
    const transform = transforms[i];
    if (store !== undefined && transform !== undefined) {
      transformRows(plane, transform, store, start * vertical, end * vertical);
    } else {
      plane.samples.fill(128);
    }
  });
}

function decodeScans(
  context: ScanContext,
  firstScan: Scan,
  planes: readonly Plane[],
  options: JpegOptions,
): void {
  const { frame, reader, tables } = context;
  const transforms: (PlaneTransform | undefined)[] = planes.map(() => undefined);
  const known = new KnownBits(frame.components.length);
  let visits = 0;
  for (let scan: Scan | undefined = firstScan; scan !== undefined; scan = readToScan(reader, tables)) {
    for (const { component } of scan.parts) {
      const plane = planes[component.index];
      if (plane !== undefined) {
        transforms[component.index] ??= transformOf(plane, tables, options.isFast);
      }
      visits += component.blocksWide * component.blocksHigh;
    }
    if (visits > maximumBlockVisits) {
      throw new JpegError('there are too many scans');
    }
    known.add(scan);
    decodeScan(context, scan);
  }
  if (frame.progressive && known.areSmoothed()) {
    throw new JpegError('its progressive scans are incomplete');
  }
  transformUnitRows(context, planes, transforms, 0, frame.unitsHigh);
}

/** Which bits of the first coefficients the scans of a progressive file have given: libjpeg guesses missing ones. */
class KnownBits {
  /** By component, of the coefficients 0 to 9: the lowest bit that is known, -1 for none. */
  readonly #lowest: readonly Int8Array[];

  constructor(components: number) {
    this.#lowest = Array.from({ length: components }, () => new Int8Array(10).fill(-1));
  }

  add({ firstCoefficient, lastCoefficient, low, parts }: Scan): void {
    for (const { component } of parts) {
      this.#lowest[component.index]?.fill(low, firstCoefficient, lastCoefficient + 1);
    }
  }

  areSmoothed(): boolean {
    return (
      this.#lowest.every((lowest) => (lowest[0] ?? -1) >= 0) &&
      this.#lowest.some((lowest) => lowest.subarray(1).some((bit) => bit !== 0))
    );
  }
}

interface Output {
  readonly crop: NonNullable<JpegOptions['crop']>;
  /** Of the whole image. */
  readonly width: number;
  readonly smallest: number;
  /** Rows that there are; the rest is black. */
  readonly made: number;
  readonly wanted: number;
}

function assemble(
  planes: readonly Plane[],
  { crop, made, smallest, wanted, width }: Output,
  frame: Frame,
  convert: ColourConverter,
  options: JpegOptions,
): Pixels {
  const rowsRead = Math.min(crop.height, Math.max(0, made - crop.y));
  if (Math.fround(rowsRead / crop.height) < Math.min(1, options.acceptableFraction)) {
    throw new JpegEnd();
  }
  const align = frame.components.length === 1 ? smallest : smallest * frame.maximumHorizontal;
  const start = crop.width === width ? 0 : crop.x - (crop.x % align);
  const window: Window = { start, width: crop.x + crop.width - start };
  const widths = planes.map((plane) => Math.ceil(window.width / plane.acrossEach));
  // libjpeg chooses filters by the widths of the whole image, unless one becomes a single sample.
  const choosesAnew = planes.some((plane, i) => (widths[i] ?? 0) < 2 && plane.width >= 2);
  const isFancy = options.fancyUpscaling && smallest > 1;
  const upsamplers = planes.map((plane, i) =>
    upsampler(plane, window, isFancy, (choosesAnew ? (widths[i] ?? 0) : plane.width) <= 2),
  );
  const rows = planes.map(() => new Uint8Array(window.width + 8));
  const data = new Uint8Array(crop.height * crop.width * wanted);
  for (let y = 0; y < rowsRead; y++) {
    upsamplers.forEach((upsample, i) => {
      const row = rows[i];
      if (row !== undefined) {
        upsample(crop.y + y, row);
      }
    });
    convert(rows, crop.x - start, crop.width, data, y * crop.width * wanted);
  }
  return { width: crop.width, height: crop.height, channels: wanted, data };
}
