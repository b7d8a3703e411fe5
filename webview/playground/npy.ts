// Reads NumPy's .npy files (numpy.lib.format, versions 1 to 3): little-endian, C order, the types that are served.
import type { Numbers } from './tensor-value.ts';

/** What a file holds. */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly numbers: Numbers;
  readonly isBool: boolean;
}

/** Why a file is not taken. `{0}` of its words is `detail`. */
export class NpyError extends Error {
  readonly problem: 'not-npy' | 'cut-off' | 'type' | 'order';
  readonly detail: string;

  constructor(problem: NpyError['problem'], detail = '') {
    super(`${problem} ${detail}`);
    this.name = 'NpyError';
    this.problem = problem;
    this.detail = detail;
  }
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** By NumPy's type string without its byte order. */
const readers = new Map<string, (bytes: ArrayBuffer) => Numbers>([
  ['f4', (bytes) => new Float32Array(bytes)],
  ['f8', (bytes) => new Float64Array(bytes)],
  ['f2', (bytes) => Float32Array.from(new Uint16Array(bytes), halfToNumber)],
  ['i1', (bytes) => new Int8Array(bytes)],
  ['u1', (bytes) => new Uint8Array(bytes)],
  ['b1', (bytes) => new Uint8Array(bytes)],
  ['i2', (bytes) => new Int16Array(bytes)],
  ['u2', (bytes) => new Uint16Array(bytes)],
  ['i4', (bytes) => new Int32Array(bytes)],
  ['u4', (bytes) => new Uint32Array(bytes)],
  ['i8', (bytes) => new BigInt64Array(bytes)],
  ['u8', (bytes) => new BigUint64Array(bytes)],
]);

/** Reads a file. Throws NpyError. */
export function readNpy(file: Uint8Array): NpyArray {
  if (file.length < 10 || magic.some((byte, index) => file[index] !== byte)) {
    throw new NpyError('not-npy');
  }
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const isFirstVersion = file[6] === 1;
  if (!isFirstVersion && file.length < 12) {
    throw new NpyError('cut-off');
  }
  const start = isFirstVersion ? 10 : 12;
  const end = start + (isFirstVersion ? view.getUint16(8, true) : view.getUint32(8, true));
  const header = new TextDecoder('latin1').decode(file.subarray(start, end));
  const description = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const dimensions = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  if (description === undefined || dimensions === undefined) {
    throw new NpyError('type', header.trim().slice(0, 80));
  }
  const shape = dimensions
    .split(',')
    .map((size) => size.trim())
    .filter((size) => size !== '')
    .map(Number);
  const type = description.slice(1);
  const read = /^[<|]/.test(description) ? readers.get(type) : undefined;
  if (read === undefined) {
    throw new NpyError('type', description);
  }
  if (/'fortran_order':\s*True/.test(header) && shape.length > 1) {
    throw new NpyError('order');
  }
  const count = shape.reduce((product, size) => product * size, 1);
  const length = count * Number(type.slice(1));
  if (!Number.isSafeInteger(length) || file.length - end < length) {
    throw new NpyError('cut-off');
  }
  // A copy, since typed arrays need alignment.
  const bytes = new Uint8Array(length);
  bytes.set(file.subarray(end, end + length));
  return { shape, numbers: read(bytes.buffer), isBool: type === 'b1' };
}

/** IEEE 754 binary16. */
function halfToNumber(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) {
    return sign * fraction * 2 ** -24;
  }
  return exponent === 31
    ? fraction === 0
      ? sign * Infinity
      : NaN
    : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
