// What the shadow of one model has shown lately: sums over a sliding window, and the requests where it differed most.
import type { Dtype, Tensor, TensorMap } from '../codec/tensor.ts';
import type { ErrorCode } from '../errors.ts';
import type { AnswerComparison, OutputComparison } from './shadow-comparison.ts';
import { ShadowTally, type ShadowWindow } from './shadow-tally.ts';

/** A request that both have answered. */
export interface ShadowCase {
  readonly stableVersion: bigint;
  readonly shadowVersion: bigint;
  readonly inputs: TensorMap;
  readonly stableOutputs: TensorMap;
  readonly shadowOutputs: TensorMap;
  readonly comparison: AnswerComparison;
}

/** A case that is kept. Without `tensors` it holds nothing that was sent or answered, only how much of it and the differences. */
export interface KeptCase {
  /** Counts up; of each summary on its own. */
  readonly id: number;
  /** By the summary's clock, milliseconds. */
  readonly at: number;
  readonly stableVersion: bigint;
  readonly shadowVersion: bigint;
  readonly inputs: readonly {
    readonly name: string;
    readonly dtype: Dtype;
    readonly shape: readonly number[];
  }[];
  readonly comparison: AnswerComparison;
  /** Everything, in copies of its own; present where it was opted for and is not larger than `maxCaseBytes`. */
  readonly tensors?: Readonly<Record<'inputs' | 'stableOutputs' | 'shadowOutputs', TensorMap>>;
}

/** What a summary may be told. */
export interface ShadowSummaryOptions {
  /** The longest window, and for how long a case is kept: seconds. */
  readonly windowSeconds?: number;
  readonly worstCases?: number;
  /** Whether kept cases have their tensors: whoever turns it on lets request data stay in memory and be shown. */
  readonly keepInputs?: boolean;
  /** Of the tensors of one case. */
  readonly maxCaseBytes?: number;
  /** Milliseconds since 1970. Where it goes back, time stands still. */
  readonly clock?: () => number;
}

const spanMs = 10_000;

/** Sums up comparisons. Its memory is bounded by the window and the model's outputs: some 100 bytes for each and 10 s. */
export class ShadowSummary {
  readonly #options: Required<ShadowSummaryOptions>;
  /** Oldest first; `at` counts spans. */
  readonly #spans: { readonly at: number; readonly tally: ShadowTally }[] = [];
  /** Worst first. */
  #worst: KeptCase[] = [];
  #lastId = 0;
  #now = 0;

  constructor(options: ShadowSummaryOptions = {}) {
    this.#options = {
      windowSeconds: 900,
      worstCases: 10,
      keepInputs: false,
      maxCaseBytes: 2 ** 20,
      clock: Date.now,
      ...options,
    };
  }

  /** Notes an answer of the shadow. */
  add(one: ShadowCase): void {
    this.#current().add(one.comparison);
    if (one.comparison.outputs.every((output) => output.kind === 'compared' && output.different === 0)) {
      return;
    }
    const { worstCases } = this.#options;
    const last = this.#worst.at(-1);
    if (this.#worst.length < worstCases || (last !== undefined && byBadness(one, last) <= 0)) {
      // Before those that are as bad: newer ones say more.
      const place = this.#worst.findIndex((kept) => byBadness(one, kept) <= 0);
      this.#worst.splice(place === -1 ? this.#worst.length : place, 0, this.#keep(one));
      this.#worst.splice(worstCases);
    }
  }

  /** Notes that the shadow had no answer. */
  addFailure(code: ErrorCode): void {
    this.#current().addFailure(code);
  }

  /** The last `seconds`, at most those of the window; up to ten more, since it begins with a full ten seconds. */
  window(seconds: number): ShadowWindow {
    this.#advance();
    const first = Math.floor((this.#now - seconds * 1000) / spanMs);
    const all = new ShadowTally();
    for (const { at, tally } of this.#spans) {
      if (at >= first) {
        all.merge(tally);
      }
    }
    return all.window();
  }

  /** The cases of the longest window that differ most: by agreement, then by the relative difference, the newer first. */
  worst(): readonly KeptCase[] {
    this.#advance();
    return [...this.#worst];
  }

  #current(): ShadowTally {
    this.#advance();
    const at = Math.floor(this.#now / spanMs);
    const last = this.#spans.at(-1);
    if (last?.at === at) {
      return last.tally;
    }
    const tally = new ShadowTally();
    this.#spans.push({ at, tally });
    return tally;
  }

  /** Takes the time, and drops what is too old. */
  #advance(): void {
    const { clock, windowSeconds } = this.#options;
    this.#now = Math.max(this.#now, clock());
    const begin = this.#now - windowSeconds * 1000;
    while ((this.#spans[0]?.at ?? Infinity) < Math.floor(begin / spanMs)) {
      this.#spans.shift();
    }
    if (this.#worst.some(({ at }) => at < begin)) {
      this.#worst = this.#worst.filter(({ at }) => at >= begin);
    }
  }

  #keep({
    stableVersion,
    shadowVersion,
    inputs,
    stableOutputs,
    shadowOutputs,
    comparison,
  }: ShadowCase): KeptCase {
    const { keepInputs, maxCaseBytes } = this.#options;
    const isKeptWhole =
      keepInputs && bytesOf(inputs) + bytesOf(stableOutputs) + bytesOf(shadowOutputs) <= maxCaseBytes;
    return {
      id: ++this.#lastId,
      at: this.#now,
      stableVersion,
      shadowVersion,
      inputs: Array.from(inputs, ([name, { dtype, shape }]) => ({ name, dtype, shape })),
      comparison,
      ...(isKeptWhole && {
        tensors: {
          inputs: copyOf(inputs),
          stableOutputs: copyOf(stableOutputs),
          shadowOutputs: copyOf(shadowOutputs),
        },
      }),
    };
  }
}

/** Negative where `a` is worse. */
function byBadness(a: Pick<KeptCase, 'comparison'>, b: Pick<KeptCase, 'comparison'>): number {
  const order = a.comparison.agreement - b.comparison.agreement;
  const [left, right] = [largestDifference(a.comparison), largestDifference(b.comparison)];
  return order !== 0 || left === right ? order : right - left;
}

function largestDifference({ outputs }: AnswerComparison): number {
  return Math.max(0, ...outputs.map(relativeDifference));
}

function relativeDifference(output: OutputComparison): number {
  return output.kind === 'compared' ? (output.floats?.maxRelative ?? 0) : Infinity;
}

function bytesOf(tensors: TensorMap): number {
  let bytes = 0;
  for (const tensor of tensors.values()) {
    bytes +=
      tensor.dtype === 'string'
        ? tensor.values.reduce((sum, value) => sum + value.length, 0)
        : tensor.bytes.length;
  }
  return bytes;
}

/** Views would keep the whole messages that they lie in. */
function copyOf(tensors: TensorMap): TensorMap {
  const copy = (tensor: Tensor): Tensor =>
    tensor.dtype === 'string'
      ? { ...tensor, values: tensor.values.map((value) => new Uint8Array(value)) }
      : { ...tensor, bytes: new Uint8Array(tensor.bytes) };
  return new Map(Array.from(tensors, ([name, tensor]) => [name, copy(tensor)]));
}
