// What the answers of a version look like: a sketch of each output, small, cheap, and such that two add up to one.
import type { NumericTensor, TensorMap } from '../codec/tensor.ts';
import { readNumbers, topPlace } from '../routing/tensor-numbers.ts';

/** Outputs of a model that are sketched: the first that can be. */
const maxOutputs = 4;
/** Elements of an item, which is what an output holds of one row of a batch; an output with larger ones is left out. */
const maxItem = 1024;
/** Of one answer: items at most, and elements where that leaves one item. */
const maxItems = 4;
const fewElements = 256;
/**
 * Elements of one output that are looked at in any case, and then in the mean of all answers: large outputs of frequent
 * requests are sampled, since each element costs some 3 ns of the network thread.
 */
const freeElements = 65_536;
const elementsPerAnswer = 128;

/** Larger numbers, whose squares do not fit a double, count as infinite. */
const limit = 1e150;
const largestSquares = limit * limit;

const scratch = new Float64Array(maxItem);

/**
 * What is known of one numeric output. Classes are the place of the largest number along the last dimension, where there
 * are two dimensions or more and the last is larger than 1; or the number itself, where it is a whole one of 0 to 1,023,
 * one to a row. NaN, infinities and numbers from 1e150 on are in neither mean nor deviation; a vector of nothing but NaN has no top class.
 */
export interface OutputSketch {
  /** How often each class was the top one; empty where the output has no classes. */
  readonly classes: Uint32Array;
  /** Sum of `classes`. */
  readonly classified: number;
  /** Finite numbers looked at. */
  readonly values: number;
  readonly mean: number;
  /** Sum of the squares of the distances from the mean. */
  readonly m2: number;
  /** NaN, infinities and what is as good as infinite. */
  readonly nonFinite: number;
}

class GrowingSketch implements OutputSketch {
  classes = new Uint32Array(0);
  classified = 0;
  values = 0;
  mean = 0;
  m2 = 0;
  nonFinite = 0;
  #credit = freeElements;

  /** How many items of so many elements may be looked at in this answer. */
  takeItems(rows: number, elements: number): number {
    this.#credit += elementsPerAnswer;
    const few = Math.max(1, Math.floor(fewElements / elements));
    const items = Math.min(rows, maxItems, few, Math.floor(this.#credit / elements));
    this.#credit -= items * elements;
    return items;
  }

  /** Looks at the first `count` numbers of `scratch`, vectors of `width`; `topOf` says where a class comes from. */
  add(count: number, width: number, topOf: 'place' | 'value' | 'nothing'): void {
    this.#addMoments(count);
    if (topOf === 'value') {
      for (let i = 0; i < count; i++) {
        this.#countClass(scratch[i] ?? 0);
      }
    } else if (topOf === 'place') {
      for (let begin = 0; begin < count; begin += width) {
        this.#countClass(topPlace(scratch, begin, width));
      }
    }
  }

  merge(other: OutputSketch): void {
    this.#makeRoom(other.classes.length);
    for (let i = 0; i < other.classes.length; i++) {
      this.classes[i] = (this.classes[i] ?? 0) + (other.classes[i] ?? 0);
    }
    this.classified += other.classified;
    this.nonFinite += other.nonFinite;
    this.#mergeMoments(other.values, other.mean, other.m2);
  }

  #addMoments(count: number): void {
    // Distances from a number near the mean keep their digits.
    const near = scratch[0] ?? 0;
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < count; i++) {
      const distance = (scratch[i] ?? 0) - near;
      sum += distance;
      squares += distance * distance;
    }
    if (Math.abs(near) < limit && squares < largestSquares) {
      this.#mergeMoments(count, near + sum / count, Math.max(0, squares - (sum * sum) / count));
      return;
    }
    for (let i = 0; i < count; i++) {
      const value = scratch[i] ?? 0;
      if (Math.abs(value) < limit) {
        this.#mergeMoments(1, value, 0);
      } else {
        this.nonFinite++;
      }
    }
  }

  /** Chan, Golub and LeVeque's rule for the moments of two parts. */
  #mergeMoments(values: number, mean: number, m2: number): void {
    if (values === 0) {
      return;
    }
    const all = this.values + values;
    const distance = mean - this.mean;
    this.mean += (distance * values) / all;
    this.m2 += m2 + (distance * distance * this.values * values) / all;
    this.values = all;
  }

  #countClass(index: number): void {
    if (index < 0 || index >= maxItem) {
      return;
    }
    this.#makeRoom(index + 1);
    this.classes[index] = (this.classes[index] ?? 0) + 1;
    this.classified++;
  }

  #makeRoom(classes: number): void {
    if (classes > this.classes.length) {
      const grown = new Uint32Array(Math.min(maxItem, Math.max(8, 2 ** Math.ceil(Math.log2(classes)))));
      grown.set(this.classes);
      this.classes = grown;
    }
  }
}

/** Sketches of the outputs of many answers: at most 4 outputs, at most 4.3 kB each. */
export class OutputSketches {
  readonly #byName = new Map<string, GrowingSketch>();

  /** By the output's name, in the order in which they first came. */
  get byName(): ReadonlyMap<string, OutputSketch> {
    return this.#byName;
  }

  /**
   * Looks at the first items of each output of an answer: four at most, and 256 elements unless one item has more. Where
   * outputs are large and many were seen since the last reset, not at those of every answer.
   */
  add(outputs: TensorMap): void {
    for (const [name, tensor] of outputs) {
      if (tensor.dtype !== 'string') {
        this.#addOutput(name, tensor);
      }
    }
  }

  merge(other: OutputSketches): void {
    for (const [name, sketch] of other.#byName) {
      this.#sketch(name)?.merge(sketch);
    }
  }

  reset(): void {
    this.#byName.clear();
  }

  #addOutput(name: string, tensor: NumericTensor): void {
    const { shape, dtype } = tensor;
    const rank = shape.length;
    let item = 1;
    for (let i = 1; i < rank; i++) {
      item *= shape[i] ?? 0;
    }
    if (item === 0 || item > maxItem) {
      return;
    }
    const sketch = this.#sketch(name);
    const count = item * (sketch?.takeItems(shape[0] ?? 1, item) ?? 0);
    if (sketch === undefined || count === 0) {
      return;
    }
    readNumbers(tensor, 0, count, scratch);
    const width = rank > 1 ? (shape[rank - 1] ?? 1) : 1;
    const isWhole = !dtype.startsWith('float');
    sketch.add(count, width, width > 1 ? 'place' : isWhole && item === 1 ? 'value' : 'nothing');
  }

  #sketch(name: string): GrowingSketch | undefined {
    const known = this.#byName.get(name);
    if (known !== undefined || this.#byName.size === maxOutputs) {
      return known;
    }
    const sketch = new GrowingSketch();
    this.#byName.set(name, sketch);
    return sketch;
  }
}
