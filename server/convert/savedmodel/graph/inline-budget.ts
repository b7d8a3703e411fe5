// How much inlining may make of a file: functions that call functions twice each grow without end.
import { PerchError } from '../../../errors.ts';

/** Upper bounds for all flat graphs of one model together. */
export interface InlineLimits {
  readonly nodes: number;
  /** Characters of all names and of what nodes read. */
  readonly characters: number;
  /** Calls inside of calls. */
  readonly depth: number;
}

/** Ten times what the largest models have: those have some ten thousand nodes with names of 100 characters. */
export const defaultInlineLimits: InlineLimits = { nodes: 2_000_000, characters: 2 ** 26, depth: 200 };

/** Counts what flattening makes; throws SAVED_MODEL_INVALID where it is too much. */
export class InlineBudget {
  #nodes = 0;
  #characters = 0;
  readonly #limits: InlineLimits;

  constructor(limits: InlineLimits) {
    this.#limits = limits;
  }

  addNode(name: string, inputs: readonly string[], controls: readonly string[]): void {
    const { nodes, characters } = this.#limits;
    this.#nodes++;
    this.#characters += name.length;
    for (const ref of inputs) {
      this.#characters += ref.length;
    }
    for (const control of controls) {
      this.#characters += control.length;
    }
    if (this.#nodes > nodes) {
      throw new PerchError(
        'SAVED_MODEL_INVALID',
        `The graph has more than ${nodes} nodes once its functions are inlined.`,
      );
    }
    if (this.#characters > characters) {
      throw new PerchError(
        'SAVED_MODEL_INVALID',
        `The names in the graph take more than ${characters} characters once its functions are inlined.`,
      );
    }
  }

  checkDepth(depth: number): void {
    if (depth > this.#limits.depth) {
      throw new PerchError(
        'SAVED_MODEL_INVALID',
        `Functions of the graph call each other more than ${this.#limits.depth} deep.`,
      );
    }
  }
}
