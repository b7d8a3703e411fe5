// Guards against peers that make this side work, or store, without asking for anything.
import type { Flood } from '../close-cause.ts';
import { ConnectionError } from './connection-error.ts';
import type { Journal } from './journal.ts';

/** How much of a kind of frame is fair. */
interface Allowance {
  /** So many at once. */
  readonly burst: number;
  /** So many more per second. */
  readonly perSecond: number;
  /** So many more per frame of an answer: what serves requests is no flood. */
  readonly perAnswerFrame: number;
}

/**
 * Numbers that no client of gRPC comes near, and that bound what a hostile one costs to a few per cent of a core.
 * - rapid-reset: requests that are reset before they were answered and within a moment, and streams that the client makes
 *   this side reset by mistakes (CVE-2023-44487, CVE-2019-9514, CVE-2025-8671).
 *   DATA beyond the window of a stream that is reset already counts as one.
 * - reset: RST_STREAM for streams that are closed already, and header blocks for those that this side has reset.
 * - settings: each has to be acknowledged (CVE-2019-9515).
 * - ping: likewise (CVE-2019-9512). Clients measure bandwidth by pings, at most one per answer frame or so.
 * - empty-data: DATA without content or end (CVE-2019-9518).
 * - window-update: two for each DATA frame that was sent are usual.
 * - priority: it means nothing any more (RFC 9113 §5.3.2; CVE-2019-9513).
 * - refused-streams: a client that goes on beyond SETTINGS_MAX_CONCURRENT_STREAMS.
 * CONTINUATION (CVE-2024-27983) is bounded by the size of a header block and the number of its frames.
 */
const allowances = {
  'rapid-reset': { burst: 1000, perSecond: 100, perAnswerFrame: 0.5 },
  reset: { burst: 1000, perSecond: 100, perAnswerFrame: 1 },
  settings: { burst: 100, perSecond: 10, perAnswerFrame: 0 },
  ping: { burst: 1000, perSecond: 100, perAnswerFrame: 2 },
  'empty-data': { burst: 100, perSecond: 10, perAnswerFrame: 1 },
  'window-update': { burst: 2000, perSecond: 200, perAnswerFrame: 4 },
  priority: { burst: 500, perSecond: 50, perAnswerFrame: 1 },
  'refused-streams': { burst: 5000, perSecond: 500, perAnswerFrame: 0.5 },
} as const satisfies Partial<Record<Flood, Allowance>>;

/** The kinds that are counted here. */
export type CountedFlood = keyof typeof allowances;

interface Bucket {
  tokens: number;
  filledAt: number;
  answerFrames: number;
  /** Since it was full last. */
  count: number;
  since: number;
}

/** One per connection; a bucket exists once its kind has come. */
export class FloodGuard {
  readonly #journal: Journal;
  #buckets: Map<CountedFlood, Bucket> | undefined;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** One more of the kind. Throws ConnectionError when that is too many. */
  count(flood: CountedFlood): void {
    const { burst, perSecond, perAnswerFrame } = allowances[flood];
    const { now, answerFrames } = this.#journal;
    const buckets = (this.#buckets ??= new Map<CountedFlood, Bucket>());
    let bucket = buckets.get(flood);
    if (bucket === undefined) {
      bucket = { tokens: burst, filledAt: now, answerFrames, count: 0, since: now };
      buckets.set(flood, bucket);
    }
    const earned =
      ((now - bucket.filledAt) / 1000) * perSecond + (answerFrames - bucket.answerFrames) * perAnswerFrame;
    bucket.tokens = Math.min(burst, bucket.tokens + earned);
    bucket.filledAt = now;
    bucket.answerFrames = answerFrames;
    if (bucket.tokens === burst) {
      bucket.count = 0;
      bucket.since = now;
    }
    bucket.tokens--;
    bucket.count++;
    if (bucket.tokens < 0) {
      throw new ConnectionError({ kind: 'flood', flood, count: bucket.count, windowMs: now - bucket.since });
    }
  }
}
