// What variables hold while a signature is emitted: constants, or the state that requests change.
import { Unsupported } from '../unsupported.ts';
import { isDtype } from './host-part.ts';
import type { Dtype } from '../../../codec/tensor.ts';
import type { Value } from '../../value.ts';
import type { Handle, ModelState } from '../evaluate/contract.ts';
import type { TensorTerm } from './contract.ts';
import type { Journal } from './journal.ts';
import type { Scope } from './scope.ts';

/** A variable that requests change, as one signature reads or writes it. */
export interface StateVariable {
  readonly variable: string;
  /** Its last value, where the signature writes it. */
  readonly written: TensorTerm | undefined;
}

/** The variables of one emission. */
export class Variables {
  /** A variable turned out to be written after it may have been read as a constant: it counts as written now. */
  mustRestart = false;
  readonly #state: ModelState;
  readonly #written: Set<string>;
  readonly #journal: Journal;
  readonly #inputOf: (variable: string, value: Value & { readonly dtype: Dtype }) => TensorTerm;
  /** What they hold now, those that requests change. */
  readonly #current = new Map<string, TensorTerm>();
  readonly #changed = new Set<string>();

  /**
   * @param written variables that requests change, of this signature or another, as far as it is known; it grows
   * @param inputOf the ONNX graph's input that gives what a variable holds when a request comes
   */
  constructor(
    state: ModelState,
    written: Set<string>,
    journal: Journal,
    inputOf: (variable: string, value: Value & { readonly dtype: Dtype }) => TensorTerm,
  ) {
    this.#state = state;
    this.#written = written;
    this.#journal = journal;
    this.#inputOf = inputOf;
  }

  /** Each variable that the signature reads or writes, of those that requests change. */
  list(): readonly StateVariable[] {
    return Array.from(this.#current, ([variable, term]) => ({
      variable,
      written: this.#changed.has(variable) ? term : undefined,
    }));
  }

  /** What a variable holds before the first request. */
  initialValue(variable: string): Value | undefined {
    return this.#state.variables.get(variable);
  }

  /** What it holds now. Throws Unsupported for one without a value, or of a type that no input has. */
  read({ key }: Handle, scope: Scope): TensorTerm {
    const current = this.#current.get(key);
    if (current !== undefined) {
      return current;
    }
    const value = this.#state.variables.get(key);
    if (value === undefined) {
      throw new Unsupported('a variable without a value');
    }
    if (!this.#written.has(key)) {
      return scope.constant(value);
    }
    if (!hasDtype(value)) {
      throw new Unsupported(`a variable of ${value.dtype} that requests change`);
    }
    const term = this.#inputOf(key, value);
    this.#current.set(key, term);
    return term;
  }

  /** Throws Unsupported in the body of a loop or a branch. */
  write({ key }: Handle, term: TensorTerm, scope: Scope): void {
    if (scope.parent !== undefined) {
      throw new Unsupported('a variable that a loop or a branch changes');
    }
    if (!this.#written.has(key)) {
      this.#written.add(key);
      this.mustRestart = true;
    }
    const before = this.#current.get(key);
    const isFirst = !this.#changed.has(key);
    this.#current.set(key, term);
    this.#changed.add(key);
    this.#journal.record(() => {
      if (isFirst) {
        this.#changed.delete(key);
      }
      if (before === undefined) {
        this.#current.delete(key);
      } else {
        this.#current.set(key, before);
      }
    });
  }
}

function hasDtype(value: Value): value is Value & { readonly dtype: Dtype } {
  return isDtype(value.dtype);
}
