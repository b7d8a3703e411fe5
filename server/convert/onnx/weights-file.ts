// The weights that the graphs of one model share, in one file beside them.
import { closeSync, openSync } from 'node:fs';
import { sameValue } from '../same-value.ts';
import { rawLength, rawPieces } from './raw-data.ts';
import { writeAll } from './write-all.ts';
import type { ExternalPlace } from './encode-onnx.ts';
import type { RawValue } from './raw-data.ts';

/** Its name in the program's directory. */
export const weightsFileName = 'weights.bin';

/** Smaller initializers lie in the models themselves. */
const externalBytes = 1024;
/** ONNX Runtime maps the file into memory: what computes on it wants whole cache lines. */
const alignment = 64;

/** Each value is written once, when it is first placed. Close it. */
export class WeightsFile {
  readonly #file: string;
  #descriptor: number | undefined;
  #length = 0;
  readonly #places = new Map<RawValue, ExternalPlace>();
  /** Values by type and length, for those that are equal without being the same. */
  readonly #alike = new Map<string, RawValue[]>();

  /** @param file its path; it is made with the first value */
  constructor(file: string) {
    this.#file = file;
  }

  /** Bytes of weights. */
  get length(): number {
    return this.#length;
  }

  /** Where the value lies; undefined where it is too small to lie here. Throws errors of the file system. */
  place(value: RawValue): ExternalPlace | undefined {
    const length = rawLength(value);
    if (length < externalBytes) {
      return undefined;
    }
    let place = this.#places.get(value);
    if (place === undefined) {
      place = this.#placeOfEqual(value) ?? this.#write(value, length);
      this.#places.set(value, place);
    }
    return place;
  }

  close(): void {
    if (this.#descriptor !== undefined) {
      closeSync(this.#descriptor);
      this.#descriptor = undefined;
    }
  }

  #placeOfEqual(value: RawValue): ExternalPlace | undefined {
    const key = `${value.dtype} ${value.data.length} ${String(value.data[0])} ${String(value.data.at(-1))}`;
    const alike = this.#alike.get(key) ?? [];
    const equal = alike.find((other) => sameValue({ ...other, shape: value.shape }, value));
    if (equal !== undefined) {
      return this.#places.get(equal);
    }
    alike.push(value);
    this.#alike.set(key, alike);
    return undefined;
  }

  #write(value: RawValue, length: number): ExternalPlace {
    this.#descriptor ??= openSync(this.#file, 'w');
    const offset = Math.ceil(this.#length / alignment) * alignment;
    writeAll(this.#descriptor, new Uint8Array(offset - this.#length));
    for (const piece of rawPieces(value)) {
      writeAll(this.#descriptor, piece);
    }
    this.#length = offset + length;
    return { file: weightsFileName, offset, length };
  }
}
