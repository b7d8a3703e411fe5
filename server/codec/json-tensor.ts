// Gathers the numbers, strings and lists of a JSON value into one tensor, in a single pass.
import { PerchError } from '../errors.ts';
import { Base64Decoding } from './base64.ts';
import { typeStringOf } from './dtype.ts';
import { halfMax, numberToHalf } from './half.ts';
import { excerpt, jsonTypeOf } from './json-excerpt.ts';
import type { JsonScanner } from './json-scanner.ts';
import { byte } from './json-string.ts';
import type { PartTally } from './part-tally.ts';
import { elementSize } from './tensor.ts';
import type { Dtype, NumericDtype, Tensor } from './tensor.ts';

/** The largest finite float32. */
export const float32Max = (2 - 2 ** -23) * 2 ** 127;

/** From here on a tensor does not grow by doubling. */
const largeTensorBytes = 2 ** 18;

/** The ranges of the integer types that fit into a double exactly. */
const smallIntegerRanges = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32768, 32767],
  uint16: [0, 65535],
  int32: [-2147483648, 2147483647],
  uint32: [0, 4294967295],
} as const;
type SmallInteger = keyof typeof smallIntegerRanges;

const largeIntegerRanges = {
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
} as const;
type LargeInteger = keyof typeof largeIntegerRanges;

/**
 * The tensor of one input while its JSON is being read.
 *
 * One `readItem` is a whole tensor; in row form there is one per instance, all of the same shape, and they are batched.
 * Nested lists must be rectangular. Errors are PerchError JSON_VALUE_WRONG in TensorFlow Serving's words. Beyond what it
 * accepts: float16 and uint16; integers written as `2.0` or `2e0`; float inputs given as integers of any size.
 */
export class JsonTensorBuilder {
  readonly dtype: Dtype;
  /** Items read so far. */
  items = 0;
  private readonly width: number;
  private bytes: Uint8Array = new Uint8Array();
  private view = new DataView(this.bytes.buffer);
  private readonly strings: Uint8Array[] = [];
  private readonly tally: PartTally;
  private count = 0;
  private itemStart = 0;
  private firstShape: readonly number[] = [];
  /** Sizes of the lists on the way to the first element of this item; -1 until that list has ended. */
  private readonly sizes: number[] = [];
  /** The rank of this item, -1 until its first element or empty list. */
  private rank = -1;
  /** Elements so far of each list that is open, the outermost first; what is behind `level` is of no use any more. */
  private readonly counts: number[] = [];
  /** Lists of this item that are open; -1 between items. */
  private level = -1;
  /** The base64 that is next, while it is decoded. */
  private decoding: Base64Decoding | undefined;

  /** `tally`: of the strings of the request. */
  constructor(dtype: Dtype, tally: PartTally) {
    this.dtype = dtype;
    this.tally = tally;
    this.width = dtype === 'string' ? 0 : elementSize[dtype];
  }

  /**
   * Reads one value, or what a turn has left of it, and checks its shape against that of the first; whether that was all of
   * it. Where not, the scanner's turn has ended, and this is to be called again in the next one.
   */
  readItem(scanner: JsonScanner): boolean {
    if (this.level < 0) {
      this.sizes.length = 0;
      this.rank = -1;
      this.itemStart = this.count;
      this.level = 0;
    }
    if (!this.readValues(scanner)) {
      return false;
    }
    this.level = -1;
    if (this.items++ === 0) {
      this.firstShape = [...this.sizes];
    } else {
      this.checkShape();
    }
    return true;
  }

  /** The tensor of the only item. */
  single(): Tensor {
    return this.tensor(this.firstShape);
  }

  /** All items as one tensor, their number its first dimension. */
  batch(): Tensor {
    return this.tensor([this.items, ...this.firstShape]);
  }

  private tensor(shape: readonly number[]): Tensor {
    return this.dtype === 'string'
      ? { dtype: this.dtype, shape, values: this.strings }
      : { dtype: this.dtype, shape, bytes: this.bytes.subarray(0, this.count * this.width) };
  }

  private checkShape(): void {
    const { firstShape, sizes } = this;
    const size = this.count - this.itemStart;
    const expected = this.itemStart / (this.items - 1);
    if (size !== expected) {
      throw wrong(`Expecting tensor size: ${expected} but got: ${size}`);
    }
    let isEqual = sizes.length === firstShape.length;
    for (let level = 0; isEqual && level < sizes.length; level++) {
      isEqual = sizes[level] === firstShape[level];
    }
    if (!isEqual) {
      throw wrong(`Expecting shape [${firstShape.join()}] but got: [${sizes.join()}]`);
    }
  }

  private readValues(scanner: JsonScanner): boolean {
    do {
      if (scanner.position >= scanner.turnEnd) {
        return false;
      }
      if (scanner.peek() === byte.OPEN_LIST) {
        if (!this.isListEmpty(scanner)) {
          continue;
        }
      } else if (!this.readElement(scanner)) {
        return false;
      }
      this.leaveLists(scanner);
    } while (this.level > 0);
    return true;
  }

  /** Enters the list that is next; true where it was empty, and is left again. */
  private isListEmpty(scanner: JsonScanner): boolean {
    const { level } = this;
    if (this.rank >= 0 && level >= this.rank) {
      throw wrong(`Encountered list at unexpected level: ${level} expected < ${this.rank}`);
    }
    if (level === this.sizes.length) {
      this.sizes.push(-1);
    }
    scanner.open();
    if (!scanner.closeIfEmpty(byte.CLOSE_LIST)) {
      this.counts[level] = 0;
      this.level++;
      return false;
    }
    if (this.rank < 0) {
      this.rank = level + 1;
    }
    this.checkSize(level, 0);
    return true;
  }

  /** After a value: counts it, and leaves the lists that end with it. */
  private leaveLists(scanner: JsonScanner): void {
    while (this.level > 0) {
      const level = this.level - 1;
      const size = (this.counts[level] ?? 0) + 1;
      this.counts[level] = size;
      if (scanner.nextElement()) {
        return;
      }
      this.level = level;
      this.checkSize(level, size);
    }
  }

  private checkSize(level: number, size: number): void {
    const expected = this.sizes[level] ?? -1;
    if (expected < 0) {
      this.sizes[level] = size;
    } else if (size !== expected) {
      throw wrong(
        `Encountered list at unexpected size: ${size} at level: ${level} expected size: ${expected}`,
      );
    }
  }

  /** False where it is a long string, of which a piece was read. */
  private readElement(scanner: JsonScanner): boolean {
    const { level } = this;
    if (this.rank < 0) {
      this.rank = level;
    } else if (this.rank !== level) {
      const value = excerpt(scanner);
      throw wrong(
        `JSON Value: ${value} found at incorrect level: ${level + 1} in the JSON DOM. Expected at level: ${this.rank}`,
      );
    }
    if (this.dtype === 'string') {
      const text = this.readString(scanner);
      if (text === undefined) {
        return false;
      }
      this.tally.add();
      this.strings.push(text);
    } else {
      this.readNumber(scanner, this.dtype);
    }
    this.count++;
    return true;
  }

  private readString(scanner: JsonScanner): Uint8Array | undefined {
    const next = scanner.peek();
    if (next === byte.QUOTE) {
      return scanner.isStringReady() ? scanner.string() : undefined;
    }
    if (next !== byte.OPEN_OBJECT) {
      throw this.typeError(scanner, scanner.position);
    }
    if (!scanner.isBase64Ready()) {
      return undefined;
    }
    const start = scanner.position;
    const encoded = scanner.base64Object();
    if (encoded === undefined) {
      throw wrong(`JSON Value: ${excerpt(scanner)} not formatted correctly for base64 data`);
    }
    const decoding = (this.decoding ??= new Base64Decoding(encoded));
    if (!decoding.goOn(scanner.turnBytes)) {
      scanner.position = start;
      return undefined;
    }
    this.decoding = undefined;
    const { decoded } = decoding;
    if (decoded === undefined) {
      throw wrong('Unable to base64 decode');
    }
    return decoded;
  }

  private readNumber(scanner: JsonScanner, dtype: NumericDtype): void {
    const next = scanner.peek();
    const start = scanner.position;
    if (isWord(next) || (dtype === 'bool') !== (next === byte.LOWER_T || next === byte.LOWER_F)) {
      throw this.typeError(scanner, start);
    }
    const offset = this.count * this.width;
    if (offset === this.bytes.length) {
      this.grow(scanner);
    }
    const { view } = this;
    switch (dtype) {
      case 'float32': {
        const value = scanner.numberForFloat32();
        if (Math.abs(value) > float32Max && Math.abs(value) < Infinity) {
          throw this.lossy(scanner, start);
        }
        view.setFloat32(offset, value, true);
        return;
      }
      case 'float64':
        view.setFloat64(offset, scanner.number(), true);
        return;
      case 'float16': {
        const value = scanner.number();
        if (Math.abs(value) > halfMax && Math.abs(value) < Infinity) {
          throw this.lossy(scanner, start);
        }
        view.setUint16(offset, numberToHalf(value), true);
        return;
      }
      case 'bool':
        view.setUint8(offset, scanner.boolean() ? 1 : 0);
        return;
      case 'int64':
      case 'uint64':
        this.storeLargeInteger(scanner, dtype, start, offset);
        return;
      default:
        this.storeSmallInteger(scanner, dtype, start, offset);
    }
  }

  private storeSmallInteger(scanner: JsonScanner, dtype: SmallInteger, start: number, offset: number): void {
    const value = scanner.number();
    const [lowest, highest] = smallIntegerRanges[dtype];
    if (!Number.isInteger(value) || value < lowest || value > highest) {
      throw this.typeError(scanner, start);
    }
    switch (this.width) {
      case 1:
        this.view.setUint8(offset, value);
        return;
      case 2:
        this.view.setUint16(offset, value, true);
        return;
      default:
        this.view.setUint32(offset, value, true);
    }
  }

  private storeLargeInteger(scanner: JsonScanner, dtype: LargeInteger, start: number, offset: number): void {
    const value = scanner.number();
    if (Number.isSafeInteger(value)) {
      if (value < 0 && dtype === 'uint64') {
        throw this.typeError(scanner, start);
      }
      this.view.setUint32(offset, value, true);
      this.view.setUint32(offset + 4, Math.floor(value / 2 ** 32), true);
      return;
    }
    const [lowest, highest] = largeIntegerRanges[dtype];
    // Looked at before, lest a number of a million digits becomes a BigInt.
    const isNear = scanner.isInteger && Math.abs(value) <= 2 ** 64;
    const exact = isNear ? scanner.exactInteger() : undefined;
    if (exact === undefined || exact < lowest || exact > highest) {
      throw this.typeError(scanner, start);
    }
    this.view.setBigUint64(offset, BigInt.asUintN(64, exact), true);
  }

  private grow({ bytes, position }: JsonScanner): void {
    // An element takes two bytes of the document at least. Large tensors get room for all that can come: the system gives
    // memory only for what is written, and to copy megabytes would hold up others.
    const possible = (this.count + Math.ceil((bytes.length - position) / 2)) * this.width;
    const doubled = Math.max(this.bytes.length * 2, 64 * this.width);
    const grown = new Uint8Array(doubled < largeTensorBytes ? doubled : Math.max(possible, doubled));
    grown.set(this.bytes);
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }

  private typeError(scanner: JsonScanner, start: number): PerchError {
    scanner.position = start;
    const type = jsonTypeOf(scanner.peek());
    return wrong(
      `JSON Value: ${excerpt(scanner)} Type: ${type} is not of expected type: ${typeStringOf(this.dtype)}`,
    );
  }

  private lossy(scanner: JsonScanner, start: number): PerchError {
    scanner.position = start;
    return wrong(
      `Cannot convert JSON value: ${excerpt(scanner)} to ${typeStringOf(this.dtype)} without loss of precision.`,
    );
  }
}

function isWord(next: number): boolean {
  return next === byte.QUOTE || next === byte.OPEN_OBJECT || next === byte.LOWER_N;
}

function wrong(message: string): PerchError {
  return new PerchError('JSON_VALUE_WRONG', message);
}
