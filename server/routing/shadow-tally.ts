// Sums over the comparisons of a while, such that two add up to one.
import type { ErrorCode } from '../errors.ts';
import type { AnswerComparison, OutputComparison } from './shadow-comparison.ts';

/** What the shadow did to one output. */
export interface OutputDifferences {
  /** Answers in which both had it. */
  readonly answers: number;
  /** Answers in which one had not, or its type or shape was another. */
  readonly unlike: number;
  readonly elements: number;
  /** Of the elements. */
  readonly different: number;
  /** Largest of all, 0 for what is no float. */
  readonly maxAbsolute: number;
  readonly maxRelative: number;
  /** Mean and smallest over the answers with floats; absent without any. */
  readonly cosine?: { readonly mean: number; readonly min: number };
  /** Vectors with a top class, and those with the same one; absent without any. */
  readonly top1?: { readonly vectors: number; readonly agreeing: number };
}

/** What the shadow did in a window. */
export interface ShadowWindow {
  /** Requests that both have answered. */
  readonly compared: number;
  /** Requests that the shadow did not answer. */
  readonly failuresByCode: ReadonlyMap<ErrorCode, number>;
  /** Mean agreement of the answers, 0 to 1, failures not counted; absent where nothing was compared. */
  readonly agreement?: number;
  /** Answers that agree wholly. */
  readonly agreeing: number;
  readonly outputs: ReadonlyMap<string, OutputDifferences>;
}

/** Counts comparisons and failures. */
export class ShadowTally {
  readonly #failures = new Map<ErrorCode, number>();
  readonly #outputs = new Map<string, OutputSums>();
  #compared = 0;
  #agreement = 0;
  #agreeing = 0;

  add({ outputs, agreement }: AnswerComparison): void {
    this.#compared++;
    this.#agreement += agreement;
    this.#agreeing += agreement === 1 ? 1 : 0;
    for (const output of outputs) {
      this.#mergeOutput(output.output, sumsOf(output));
    }
  }

  addFailure(code: ErrorCode, count = 1): void {
    this.#failures.set(code, (this.#failures.get(code) ?? 0) + count);
  }

  merge(other: ShadowTally): void {
    this.#compared += other.#compared;
    this.#agreement += other.#agreement;
    this.#agreeing += other.#agreeing;
    for (const [code, count] of other.#failures) {
      this.addFailure(code, count);
    }
    for (const [name, sums] of other.#outputs) {
      this.#mergeOutput(name, sums);
    }
  }

  window(): ShadowWindow {
    return {
      compared: this.#compared,
      failuresByCode: new Map(this.#failures),
      ...(this.#compared > 0 && { agreement: this.#agreement / this.#compared }),
      agreeing: this.#agreeing,
      outputs: new Map(Array.from(this.#outputs, ([name, sums]) => [name, differencesOf(sums)])),
    };
  }

  #mergeOutput(name: string, more: OutputSums): void {
    const sums = this.#outputs.get(name);
    this.#outputs.set(name, sums === undefined ? more : add(sums, more));
  }
}

/** OutputDifferences as sums. */
interface OutputSums {
  readonly answers: number;
  readonly unlike: number;
  readonly elements: number;
  readonly different: number;
  readonly maxAbsolute: number;
  readonly maxRelative: number;
  readonly cosines: number;
  readonly cosineSum: number;
  readonly minCosine: number;
  readonly vectors: number;
  readonly agreeing: number;
}

const noSums: OutputSums = {
  answers: 0,
  unlike: 0,
  elements: 0,
  different: 0,
  maxAbsolute: 0,
  maxRelative: 0,
  cosines: 0,
  cosineSum: 0,
  minCosine: 1,
  vectors: 0,
  agreeing: 0,
};

function sumsOf(output: OutputComparison): OutputSums {
  if (output.kind !== 'compared') {
    return { ...noSums, unlike: 1 };
  }
  const { elements, different, floats } = output;
  const sums = { ...noSums, answers: 1, elements, different };
  return floats === undefined
    ? sums
    : {
        ...sums,
        maxAbsolute: floats.maxAbsolute,
        maxRelative: floats.maxRelative,
        cosines: 1,
        cosineSum: floats.cosine,
        minCosine: floats.cosine,
        vectors: floats.top1?.vectors ?? 0,
        agreeing: floats.top1?.agreeing ?? 0,
      };
}

function add(a: OutputSums, b: OutputSums): OutputSums {
  return {
    answers: a.answers + b.answers,
    unlike: a.unlike + b.unlike,
    elements: a.elements + b.elements,
    different: a.different + b.different,
    maxAbsolute: Math.max(a.maxAbsolute, b.maxAbsolute),
    maxRelative: Math.max(a.maxRelative, b.maxRelative),
    cosines: a.cosines + b.cosines,
    cosineSum: a.cosineSum + b.cosineSum,
    minCosine: Math.min(a.minCosine, b.minCosine),
    vectors: a.vectors + b.vectors,
    agreeing: a.agreeing + b.agreeing,
  };
}

function differencesOf({
  cosines,
  cosineSum,
  minCosine,
  vectors,
  agreeing,
  ...sums
}: OutputSums): OutputDifferences {
  return {
    ...sums,
    ...(cosines > 0 && { cosine: { mean: cosineSum / cosines, min: minCosine } }),
    ...(vectors > 0 && { top1: { vectors, agreeing } }),
  };
}
