// Calls in rounds: how often something can be done in a while, how long each time takes, and the medians of it all.
import { median, percentile } from './conditions.ts';

/** Does something once; resolves with the number of requests that were answered by it. */
export type Call = () => Promise<number>;

/** What one round gave. */
export interface Measured {
  /** Requests per second. */
  readonly perSecond: number;
  /** How long each call took, microseconds. */
  readonly micros: readonly number[];
  /** Requests of the round. */
  readonly requests: number;
}

/** Makes a call that answers one request of what does the work. */
export function oneRequest(work: () => Promise<unknown>): Call {
  return async () => {
    await work();
    return 1;
  };
}

/** Does `call` as often as it goes in `roundMs`, with `concurrency` of them under way. */
export async function measure(call: Call, concurrency: number, roundMs: number): Promise<Measured> {
  const micros: number[] = [];
  let requests = 0;
  const begun = performance.now();
  const client = async (): Promise<void> => {
    while (performance.now() < begun + roundMs) {
      const at = performance.now();
      const answered = await call();
      micros.push((performance.now() - at) * 1000);
      requests += answered;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, client));
  return { perSecond: (requests / (performance.now() - begun)) * 1000, micros, requests };
}

/** The rounds of several programs, by their names, in the order in which they first came. */
export class Rounds {
  readonly #rounds = new Map<string, Measured[]>();

  note(name: string, measured: Measured): void {
    const rounds = this.#rounds.get(name) ?? [];
    this.#rounds.set(name, rounds);
    rounds.push(measured);
  }

  get names(): string[] {
    return [...this.#rounds.keys()];
  }

  /** Requests per second: the median of the rounds; NaN for a name that never came. */
  perSecond(name: string): number {
    return median(this.#of(name).map(({ perSecond }) => perSecond));
  }

  /** What a share of all calls took at most, microseconds. */
  micros(name: string, share: number): number {
    return percentile(
      this.#of(name).flatMap(({ micros }) => micros),
      share,
    );
  }

  /** Median over the rounds of the requests per second of `name` to those of `base` in the same round. */
  ratio(name: string, base: string): number {
    const others = this.#of(base);
    return median(this.#of(name).map(({ perSecond }, i) => perSecond / (others[i]?.perSecond ?? NaN)));
  }

  /** The rows of a table: requests/s, p50 and p99 of one call in µs. */
  table(): string[][] {
    return this.names.map((name) => [
      name,
      this.perSecond(name).toFixed(0),
      this.micros(name, 0.5).toFixed(0),
      this.micros(name, 0.99).toFixed(0),
    ]);
  }

  #of(name: string): readonly Measured[] {
    return this.#rounds.get(name) ?? [];
  }
}
