// Reads a parsed JSON document of a file that somebody else wrote: each step says where it is and what was expected there.
import { PerchError } from '../../errors.ts';

/** A value inside a document, and the way to it. */
export class JsonView {
  readonly #value: unknown;
  readonly #where: string;

  constructor(value: unknown, where: string) {
    this.#value = value;
    this.#where = where;
  }

  /** The member with this name. Throws MODEL_FILE_INVALID where there is none. */
  get(name: string): JsonView {
    const member = this.find(name);
    if (member === undefined) {
      throw this.#fault(`has no "${name}"`);
    }
    return member;
  }

  /** The member with this name, or undefined. */
  find(name: string): JsonView | undefined {
    const value = this.#value;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw this.#fault('is no object');
    }
    // hasOwn: names like `constructor` are no members.
    return Object.hasOwn(value, name)
      ? new JsonView((value as Readonly<Record<string, unknown>>)[name], `${this.#where}.${name}`)
      : undefined;
  }

  /** The elements of an array. */
  elements(): JsonView[] {
    return this.#array().map((element, at) => new JsonView(element, `${this.#where}[${at}]`));
  }

  text(): string {
    if (typeof this.#value !== 'string') {
      throw this.#fault('is no text');
    }
    return this.#value;
  }

  /** A number, or a text of one: XGBoost writes its parameters as texts. */
  number(): number {
    return this.#toNumber(this.#value);
  }

  /** An array of numbers, or of texts of numbers. */
  numbers(): number[] {
    return this.#array().map((element) => this.#toNumber(element));
  }

  #array(): readonly unknown[] {
    if (!Array.isArray(this.#value)) {
      throw this.#fault('is no array');
    }
    return this.#value;
  }

  #toNumber(value: unknown): number {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number === 'boolean') {
      return Number(number);
    }
    if (typeof number !== 'number' || Number.isNaN(number)) {
      throw this.#fault('is no number');
    }
    return number;
  }

  #fault(what: string): PerchError {
    return new PerchError('MODEL_FILE_INVALID', `The model file is damaged: ${this.#where} ${what}.`);
  }
}
