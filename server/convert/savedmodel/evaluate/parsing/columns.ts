// The values of one feature over all examples, as they are read.
import { ExampleCursor, ExampleError } from './example-wire.ts';
import type { Value } from '../../../value.ts';
import type { RawFeature } from './example-wire.ts';

/** Element types of features. */
export type FeatureType = 'float32' | 'int64' | 'string';

const listTags: Readonly<Record<FeatureType, number>> = { string: 10, float32: 18, int64: 26 };

/** What a feature's list holds; undefined for a feature without one. Throws ExampleError for another tag. */
export function featureTypeOf(bytes: Uint8Array, feature: RawFeature): FeatureType | undefined {
  if (feature.start === feature.end) {
    return undefined;
  }
  switch (bytes[feature.start]) {
    case listTags.string:
      return 'string';
    case listTags.float32:
      return 'float32';
    case listTags.int64:
      return 'int64';
    default:
      throw new ExampleError();
  }
}

/** Collects values of one type. */
export interface Column {
  readonly length: number;
  /** Appends the values of a feature whose list has this column's type. Throws ExampleError. */
  read(bytes: Uint8Array, feature: RawFeature): void;
  /** Appends a tensor's elements. */
  append(value: Value): void;
  /** Appends the one element of a tensor so many times. */
  pad(value: Value, count: number): void;
  /** Elements `from` to `to` as a tensor. */
  slice(from: number, to: number, shape: readonly number[]): Value;
}

/** An empty column of a type. */
export function newColumn(type: FeatureType): Column {
  switch (type) {
    case 'float32':
      return new FloatColumn();
    case 'int64':
      return new IntegerColumn();
    case 'string':
      return new StringColumn();
  }
}

/** Where the values of a list lie: behind its tag and length. */
function openList(
  bytes: Uint8Array,
  feature: RawFeature,
  type: FeatureType,
): readonly [ExampleCursor, number] {
  const cursor = new ExampleCursor(bytes, feature.start);
  if (!cursor.takes(listTags[type], feature.end)) {
    throw new ExampleError();
  }
  return [cursor, cursor.end(feature.end)];
}

const packedTag = 10;

class FloatColumn implements Column {
  length = 0;
  private data = new Float32Array(64);

  read(bytes: Uint8Array, feature: RawFeature): void {
    const [cursor, limit] = openList(bytes, feature, 'float32');
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    if (cursor.takes(packedTag, limit)) {
      const end = cursor.end(limit);
      if ((end - cursor.position) % 4 !== 0) {
        throw new ExampleError();
      }
      this.reserve((end - cursor.position) / 4);
      for (; cursor.position < end; cursor.position += 4) {
        this.data[this.length++] = view.getFloat32(cursor.position, true);
      }
      return;
    }
    while (cursor.position < limit) {
      if (!cursor.takes(13, limit) || cursor.position + 4 > limit) {
        throw new ExampleError();
      }
      this.reserve(1);
      this.data[this.length++] = view.getFloat32(cursor.position, true);
      cursor.position += 4;
    }
  }

  append(value: Value): void {
    if (value.dtype === 'float32') {
      this.reserve(value.data.length);
      this.data.set(value.data, this.length);
      this.length += value.data.length;
    }
  }

  pad(value: Value, count: number): void {
    if (value.dtype === 'float32') {
      this.reserve(count);
      this.data.fill(value.data[0] ?? 0, this.length, this.length + count);
      this.length += count;
    }
  }

  slice(from: number, to: number, shape: readonly number[]): Value {
    return { dtype: 'float32', shape, data: this.data.slice(from, to) };
  }

  private reserve(count: number): void {
    if (this.length + count > this.data.length) {
      const larger = new Float32Array(Math.max(this.length + count, this.data.length * 2));
      larger.set(this.data.subarray(0, this.length));
      this.data = larger;
    }
  }
}

class IntegerColumn implements Column {
  length = 0;
  private data = new BigInt64Array(64);
  /** The same memory as halves: no bigint is made for a value. */
  private halves = new Int32Array(this.data.buffer);

  read(bytes: Uint8Array, feature: RawFeature): void {
    const [cursor, limit] = openList(bytes, feature, 'int64');
    if (cursor.takes(packedTag, limit)) {
      const end = cursor.end(limit);
      while (cursor.position < end) {
        this.readOne(cursor, end);
      }
      return;
    }
    while (cursor.position < limit) {
      if (!cursor.takes(8, limit)) {
        throw new ExampleError();
      }
      this.readOne(cursor, limit);
    }
  }

  append(value: Value): void {
    if (value.dtype === 'int64') {
      this.reserve(value.data.length);
      this.data.set(value.data, this.length);
      this.length += value.data.length;
    }
  }

  pad(value: Value, count: number): void {
    if (value.dtype === 'int64') {
      this.reserve(count);
      this.data.fill(value.data[0] ?? 0n, this.length, this.length + count);
      this.length += count;
    }
  }

  slice(from: number, to: number, shape: readonly number[]): Value {
    return { dtype: 'int64', shape, data: this.data.slice(from, to) };
  }

  private readOne(cursor: ExampleCursor, limit: number): void {
    cursor.varint(limit);
    this.reserve(1);
    const at = this.length++ * 2;
    this.halves[at] = cursor.low;
    this.halves[at + 1] = cursor.high;
  }

  private reserve(count: number): void {
    if (this.length + count > this.data.length) {
      const larger = new BigInt64Array(Math.max(this.length + count, this.data.length * 2));
      larger.set(this.data.subarray(0, this.length));
      this.data = larger;
      this.halves = new Int32Array(larger.buffer);
    }
  }
}

class StringColumn implements Column {
  private readonly data: Uint8Array[] = [];

  get length(): number {
    return this.data.length;
  }

  read(bytes: Uint8Array, feature: RawFeature): void {
    const [cursor, limit] = openList(bytes, feature, 'string');
    while (cursor.position < limit) {
      if (!cursor.takes(packedTag, limit)) {
        throw new ExampleError();
      }
      const end = cursor.wholeEnd(limit);
      this.data.push(bytes.subarray(cursor.position, end));
      cursor.position = end;
    }
  }

  append(value: Value): void {
    if (value.dtype === 'string') {
      for (const bytes of value.data) {
        this.data.push(bytes);
      }
    }
  }

  pad(value: Value, count: number): void {
    const element = value.dtype === 'string' ? value.data[0] : undefined;
    for (let i = 0; i < count; i++) {
      this.data.push(element ?? new Uint8Array());
    }
  }

  slice(from: number, to: number, shape: readonly number[]): Value {
    return { dtype: 'string', shape, data: this.data.slice(from, to) };
  }
}
