// How often a client may show a wrong token: a guesser must not go on, and must not fill log and CPU.

/** Wrong tokens in a row before a client has to wait. */
const burst = 10;
/** After so long one more is allowed, milliseconds: ten a minute. */
const refillMs = 6_000;
/** Clients that are remembered; beyond, those that failed longest ago are forgotten. */
const clientsKept = 4096;

interface Bucket {
  /** At most `burst`. */
  left: number;
  /** When `left` was right. */
  since: number;
}

/** Counts wrong tokens by client. Times are milliseconds of one clock. */
export class FailedAttempts {
  /** In the order of the last failure. */
  readonly #buckets = new Map<string, Bucket>();

  /** How long `client` has to wait until its next attempt counts, milliseconds; 0: not at all. */
  waitMs(client: string, now: number): number {
    const bucket = this.#buckets.get(client);
    if (bucket === undefined) {
      return 0;
    }
    refill(bucket, now);
    return bucket.left >= 1 ? 0 : Math.ceil((1 - bucket.left) * refillMs);
  }

  /** `client` showed a wrong token. */
  failed(client: string, now: number): void {
    const bucket = this.#buckets.get(client) ?? { left: burst, since: now };
    refill(bucket, now);
    bucket.left = Math.max(0, bucket.left - 1);
    this.#buckets.delete(client);
    this.#buckets.set(client, bucket);
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > clientsKept && oldest !== undefined) {
      this.#buckets.delete(oldest);
    }
  }
}

function refill(bucket: Bucket, now: number): void {
  bucket.left = Math.min(burst, bucket.left + (now - bucket.since) / refillMs);
  bucket.since = now;
}
