// What one run of the evaluator may cost at most: elements, nodes, calls. Hostile graphs end with a named error.
import { PerchError } from '../../../errors.ts';
import type { ErrorCode } from '../../../errors.ts';

/** Upper bounds for one run. */
export interface RunLimits {
  /** Elements of all tensors that nodes make together. */
  readonly elements: number;
  /** Nodes executed, those of loops each time. */
  readonly steps: number;
  /** Calls of functions: two for each round of a While. */
  readonly calls: number;
}

/** Enough for what models do beside their network: 2^28 elements, 10 million nodes, a million calls. */
export const defaultRunLimits: RunLimits = { elements: 2 ** 28, steps: 10_000_000, calls: 1_000_000 };

/** Counts down from the limits. */
export class Budget {
  #elements: number;
  #steps: number;
  #calls: number;
  readonly #limits: RunLimits;
  readonly #code: ErrorCode;

  /** @param code what crossing a limit is: SAVED_MODEL_INVALID at conversion, INFERENCE_FAILED at a request. */
  constructor(code: ErrorCode, limits: RunLimits = defaultRunLimits) {
    this.#code = code;
    this.#limits = limits;
    this.#elements = limits.elements;
    this.#steps = limits.steps;
    this.#calls = limits.calls;
  }

  /** Throws where so many more elements are too many. Counts nothing. */
  claim(elements: number): void {
    if (!(elements <= this.#elements)) {
      throw new PerchError(
        this.#code,
        `The graph makes tensors of more than ${this.#limits.elements} elements together.`,
      );
    }
  }

  /** Counts elements that were made. */
  spend(elements: number): void {
    this.claim(elements);
    this.#elements -= elements;
  }

  /** Counts a node. */
  step(): void {
    if (--this.#steps < 0) {
      throw new PerchError(this.#code, `The graph executes more than ${this.#limits.steps} nodes.`);
    }
  }

  /** Counts a call of a function. */
  call(): void {
    if (--this.#calls < 0) {
      throw new PerchError(
        this.#code,
        `The graph calls functions more than ${this.#limits.calls} times: a loop does not end.`,
      );
    }
  }
}
