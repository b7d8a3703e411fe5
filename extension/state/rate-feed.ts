// The live request rates of the versions, from the daemon's statistics, while somebody sees them. No vscode in here.
import { Signal, type Disposable, type Listen } from '../signal.ts';
import { Follower } from './follower.ts';
import type { RequestRate } from './traffic-from-wire.ts';

/** How much a version answers, and how fast. */
export type RequestFigures = Pick<RequestRate, 'rate' | 'p99Us'>;

/** The part of the admin client that the feed needs. */
export interface RateSource {
  /** The rates of all models again and again. Ends or rejects when the call does; aborting `signal` ends it. */
  watchRates(signal: AbortSignal): AsyncIterable<readonly RequestRate[]>;
}

/** Asks only while there is a source and it is seen. */
export class RateFeed implements Disposable {
  readonly #changed = new Signal<void>();
  readonly #follower: Follower<RateSource, readonly RequestRate[]>;
  #rates: ReadonlyMap<string, RequestFigures> = new Map();

  /** `retryMs`: how long after a lost stream it is opened again. */
  constructor(retryMs?: number) {
    this.#follower = new Follower({
      open: (source, signal) => source.watchRates(signal),
      onMessage: (rates) => this.#show(rates),
      onEnd: () => this.#show([]),
      ...(retryMs === undefined ? {} : { retryMs }),
    });
  }

  /** Fires when rates have come, or were forgotten. */
  get onDidChange(): Listen<void> {
    return this.#changed.event;
  }

  /** The figures of a version; undefined where they are not known. */
  of(model: string, version: string): RequestFigures | undefined {
    return this.#rates.get(keyOf(model, version));
  }

  /** The daemon to listen to, or undefined while there is none. */
  setSource(source: RateSource | undefined): void {
    this.#follower.setSource(source);
  }

  /** The view was shown or hidden. */
  setVisible(visible: boolean): void {
    this.#follower.setWanted(visible);
  }

  dispose(): void {
    this.#follower.dispose();
    this.#changed.dispose();
  }

  #show(rates: readonly RequestRate[]): void {
    if (rates.length > 0 || this.#rates.size > 0) {
      this.#rates = new Map(rates.map((figures) => [keyOf(figures.model, figures.version), figures]));
      this.#changed.fire();
    }
  }
}

/** Versions are digits, so that the first space ends one. */
function keyOf(model: string, version: string): string {
  return `${version} ${model}`;
}
