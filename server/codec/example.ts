// Reads tensorflow.Example (tensorflow/core/example): named lists of numbers or byte strings.
import type { PartTally } from './part-tally.ts';
import { fieldTag, wireType, type WireReader } from './wire-reader.ts';

/** The values of one feature. A list that is there and empty has its kind; `none` stands for a feature without a list. */
export type Feature =
  | { readonly kind: 'bytes'; readonly values: readonly Uint8Array[] }
  | { readonly kind: 'float'; readonly values: Float32Array }
  | { readonly kind: 'int64'; readonly values: BigInt64Array }
  | { readonly kind: 'none' };

/** Features by name. */
export type Features = ReadonlyMap<string, Feature>;

/** What Classify, Regress and MultiInference take (tensorflow_serving/apis/input.proto). */
export interface ExampleBatch {
  /** In the order of the request. */
  readonly examples: readonly Features[];
  /** Features that every example has which does not name them itself; empty where there is no context. */
  readonly context: Features;
  /** The bytes of the examples and of the context (which may come in several parts) as they came; absent for JSON. */
  readonly raw?: { readonly examples: readonly Uint8Array[]; readonly context: readonly Uint8Array[] };
}

/** Shared by all that are empty: an empty example takes two bytes in a request. */
export const noFeatures: Features = new Map();

/** The feature that the example at `index` has: its own, or that of the context. */
export function featureOf(batch: ExampleBatch, index: number, name: string): Feature | undefined {
  return batch.examples[index]?.get(name) ?? batch.context.get(name);
}

/**
 * Reads one Example whose tag was just read. Of two features of one name the later counts. It is merged onto `features`,
 * which an earlier occurrence of the same field gave.
 * @throws PerchError REQUEST_MALFORMED, REQUEST_TOO_LARGE by the tally of the request
 */
export function readExample(
  reader: WireReader,
  tally: PartTally,
  features = new Map<string, Feature>(),
): Features {
  const outer = reader.enter();
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === fieldTag(1, wireType.LENGTH_DELIMITED)) {
      readFeatures(reader, features, tally);
    } else {
      reader.skip(tag);
    }
  }
  reader.leave(outer);
  return features.size === 0 ? noFeatures : features;
}

function readFeatures(reader: WireReader, features: Map<string, Feature>, tally: PartTally): void {
  const outer = reader.enter();
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === fieldTag(1, wireType.LENGTH_DELIMITED)) {
      readEntry(reader, features, tally);
    } else {
      reader.skip(tag);
    }
  }
  reader.leave(outer);
}

/** One entry of map<string, Feature>: a missing key is the empty one, a missing value a feature without a list. */
function readEntry(reader: WireReader, features: Map<string, Feature>, tally: PartTally): void {
  tally.add();
  let key = '';
  const list = new ListReader(reader, tally);
  const outer = reader.enter();
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === fieldTag(1, wireType.LENGTH_DELIMITED)) {
      key = reader.string();
    } else if (tag === fieldTag(2, wireType.LENGTH_DELIMITED)) {
      list.readFeature();
    } else {
      reader.skip(tag);
    }
  }
  reader.leave(outer);
  features.set(key, list.finish());
}

/** The field numbers of Feature's oneof. */
const listKinds: ReadonlyMap<number, 'bytes' | 'float' | 'int64'> = new Map([
  [fieldTag(1, wireType.LENGTH_DELIMITED), 'bytes'],
  [fieldTag(2, wireType.LENGTH_DELIMITED), 'float'],
  [fieldTag(3, wireType.LENGTH_DELIMITED), 'int64'],
]);

/** Gathers the values of one feature: lists of one kind are joined, one of another kind replaces them. */
class ListReader {
  readonly #reader: WireReader;
  readonly #tally: PartTally;
  #kind: Feature['kind'] = 'none';
  #strings: Uint8Array[] = [];
  #numbers = new Uint8Array();
  #view = new DataView(this.#numbers.buffer);
  /** Bytes of `#numbers` that are in use. */
  #size = 0;

  constructor(reader: WireReader, tally: PartTally) {
    this.#reader = reader;
    this.#tally = tally;
  }

  /** Reads one Feature whose tag was just read. */
  readFeature(): void {
    const reader = this.#reader;
    const outer = reader.enter();
    while (!reader.done) {
      const tag = reader.tag();
      const kind = listKinds.get(tag);
      if (kind === undefined) {
        reader.skip(tag);
      } else {
        if (kind !== this.#kind) {
          this.#kind = kind;
          this.#strings = [];
          this.#size = 0;
        }
        this.#readList(kind);
      }
    }
    reader.leave(outer);
  }

  finish(): Feature {
    const { buffer } = this.#numbers.slice(0, this.#size);
    switch (this.#kind) {
      case 'bytes':
        return { kind: 'bytes', values: this.#strings };
      case 'float':
        return { kind: 'float', values: new Float32Array(buffer) };
      case 'int64':
        return { kind: 'int64', values: new BigInt64Array(buffer) };
      case 'none':
        return { kind: 'none' };
    }
  }

  /** BytesList, FloatList and Int64List all have the one field `value`. */
  #readList(kind: 'bytes' | 'float' | 'int64'): void {
    const reader = this.#reader;
    const outer = reader.enter();
    while (!reader.done) {
      const tag = reader.tag();
      const isPacked = tag === fieldTag(1, wireType.LENGTH_DELIMITED);
      if (kind === 'bytes' && isPacked) {
        this.#tally.add();
        this.#strings.push(reader.view());
      } else if (kind === 'float' && isPacked) {
        this.#readFloats(reader.length());
      } else if (kind === 'float' && tag === fieldTag(1, wireType.FIXED32)) {
        this.#readFloats(4);
      } else if (kind === 'int64' && isPacked) {
        this.#readPackedInt64s();
      } else if (kind === 'int64' && tag === fieldTag(1, wireType.VARINT)) {
        this.#readInt64();
      } else {
        reader.skip(tag);
      }
    }
    reader.leave(outer);
  }

  #readFloats(length: number): void {
    const reader = this.#reader;
    if (length % 4 !== 0) {
      throw reader.malformed('a packed field ends inside a float');
    }
    const start = reader.position;
    reader.advance(length);
    this.#reserve(length);
    this.#numbers.set(reader.bytes.subarray(start, reader.position), this.#size);
    this.#size += length;
  }

  #readPackedInt64s(): void {
    const reader = this.#reader;
    const outer = reader.enter();
    while (!reader.done) {
      this.#readInt64();
    }
    reader.leave(outer);
  }

  #readInt64(): void {
    this.#reader.varint64();
    this.#reserve(8);
    const { low, high } = this.#reader;
    this.#view.setUint32(this.#size, low, true);
    this.#view.setUint32(this.#size + 4, high, true);
    this.#size += 8;
  }

  #reserve(size: number): void {
    const needed = this.#size + size;
    if (needed > this.#numbers.length) {
      const grown = new Uint8Array(Math.max(2 * this.#numbers.length, needed));
      grown.set(this.#numbers.subarray(0, this.#size));
      this.#numbers = grown;
      this.#view = new DataView(grown.buffer);
    }
  }
}
