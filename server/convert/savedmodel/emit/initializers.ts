// The constants of one ONNX graph: each value has one name, however often it is used.
import { isOnnxText } from '../../onnx/onnx-text.ts';
import { valueOf } from '../../value.ts';
import { Unsupported } from '../unsupported.ts';
import type { BigType, RealType, Value } from '../../value.ts';
import type { OnnxInitializer } from '../../onnx/onnx-model.ts';

/** Names by identity of the value; small ones that mappings make on the way also by their contents. */
export class Initializers {
  readonly #names = new Map<Value, string>();
  readonly #byContents = new Map<string, string>();
  readonly #freshName: (prefix: string) => string;

  constructor(freshName: (prefix: string) => string) {
    this.#freshName = freshName;
  }

  /** The initializer's name. Throws Unsupported for strings that ONNX Runtime would change. */
  name(value: Value): string {
    let name = this.#names.get(value);
    if (name === undefined) {
      if (value.dtype === 'string' && !value.data.every(isOnnxText)) {
        throw new Unsupported('strings that are not UTF-8, or have zero bytes');
      }
      name = this.#freshName('c');
      this.#names.set(value, name);
    }
    return name;
  }

  /** The name of an int64 vector. Throws Unsupported for what is no integer: sizes that do not divide. */
  ints(numbers: readonly (number | bigint)[]): string {
    if (!numbers.every((number) => typeof number === 'bigint' || Number.isInteger(number))) {
      throw new Unsupported(`sizes [${numbers.join(',')}] that are not whole`);
    }
    return this.#shared(`ints ${numbers.join(',')}`, () => ({
      dtype: 'int64',
      shape: [numbers.length],
      data: BigInt64Array.from(numbers, BigInt),
    }));
  }

  /** The name of a scalar. */
  scalar(dtype: RealType | BigType, value: number): string {
    const text = Object.is(value, -0) ? '-0' : String(value);
    return this.#shared(`${dtype} ${text}`, () => valueOf(dtype, [], [value]));
  }

  /** All that were named, in that order. */
  list(): readonly OnnxInitializer[] {
    return Array.from(this.#names, ([value, name]) => ({ name, value }));
  }

  #shared(key: string, make: () => Value): string {
    let name = this.#byContents.get(key);
    if (name === undefined) {
      name = this.name(make());
      this.#byContents.set(key, name);
    }
    return name;
  }
}
