// What is counted of REST requests and connections that were refused before a model was asked.
import type { MetricFamily } from './exposition.ts';

/** Counts them, by reason: the code of an error, or what the REST listener calls it. */
export class RestRefusals {
  readonly #counts = new Map<string, number>();

  /** One more. Reasons are this program's own words, and few. */
  count(reason: string): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
  }

  families(): MetricFamily[] {
    return [
      {
        name: 'perch_rest_refusals_total',
        help: 'REST requests and connections that were refused before a model was asked, by reason.',
        type: 'counter',
        samples: [...this.#counts].map(([reason, count]) => [[['reason', reason]], count]),
      },
    ];
  }
}
