// Counts what becomes of the requests of a measurement. Pure.
import type { BenchCounts } from './bench-lines.ts';
import { LatencyHistogram } from './latency-histogram.ts';
import type { SendOutcome } from './sender.ts';

/** More kinds of errors than codes there are, so that a server's own codes cannot take all memory. */
const mostCodes = 64;

/** Counts and latencies since the start, and latencies since the last line. */
export class Tally {
  readonly total = new LatencyHistogram();
  #span = new LatencyHistogram();
  #sent = 0;
  #ok = 0;
  #failed = 0;
  readonly #errors = new Map<string, { count: number; readonly message: string }>();
  readonly #versions = new Map<string, number>();

  get finished(): number {
    return this.#ok + this.#failed;
  }

  get ok(): number {
    return this.#ok;
  }

  get sent(): number {
    return this.#sent;
  }

  send(): void {
    this.#sent++;
  }

  /** A request ended after `latencyMs`. Latencies of failures are not counted: a refusal is quick and tells of no work. */
  finish(outcome: SendOutcome, latencyMs: number): void {
    if (outcome.kind === 'ok') {
      this.#ok++;
      this.total.add(latencyMs);
      this.#span.add(latencyMs);
      if (outcome.version !== undefined) {
        this.#versions.set(outcome.version, (this.#versions.get(outcome.version) ?? 0) + 1);
      }
    } else if (outcome.kind === 'failed') {
      this.#failed++;
      const known = this.#errors.get(outcome.code);
      if (known !== undefined) {
        known.count++;
      } else if (this.#errors.size < mostCodes) {
        this.#errors.set(outcome.code, { count: 1, message: outcome.message });
      }
    }
  }

  /** The latencies since the last call. */
  takeSpan(): LatencyHistogram {
    const span = this.#span;
    this.#span = new LatencyHistogram();
    return span;
  }

  counts(elapsedMs: number): BenchCounts {
    const errors = Array.from(this.#errors, ([code, { count, message }]) => ({ code, count, message }));
    const versions = Array.from(this.#versions, ([version, count]) => ({ version, count }));
    return {
      elapsedMs,
      sent: this.#sent,
      ok: this.#ok,
      failed: this.#failed,
      errors: errors.sort((a, b) => b.count - a.count),
      versions: versions.sort((a, b) => b.count - a.count),
    };
  }
}
