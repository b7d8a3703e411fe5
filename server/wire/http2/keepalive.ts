// Whether the peer is still there: a PING after silence, and the end when nothing answers (gRPC's A8, A9).
import type { CloseCause } from '../close-cause.ts';
import type { ConnectionTimers } from './connection-timers.ts';

type State =
  /** Nothing is asked: there was something to hear, of late. */
  { readonly kind: 'hearing' } | { readonly kind: 'asked'; readonly at: number };

/** What is to be done now. */
export type KeepaliveStep =
  | { readonly kind: 'wait' }
  | { readonly kind: 'ping' }
  | { readonly kind: 'give up'; readonly cause: CloseCause };

/** Anything that comes is a sign of life, an acknowledgement as well as data: on a busy line they wait behind each other. */
export class Keepalive {
  readonly #timers: ConnectionTimers;
  readonly #loopDelay: ((since: number) => number) | undefined;
  #state: State = hearing;

  constructor(timers: ConnectionTimers, loopDelay: ((since: number) => number) | undefined) {
    this.#timers = timers;
    this.#loopDelay = loopDelay;
  }

  /** When there is something to do, if nothing comes. */
  dueAt(lastReceivedAt: number): number {
    const { keepaliveMs, keepaliveTimeoutMs } = this.#timers;
    return this.#state.kind === 'asked' && lastReceivedAt < this.#state.at
      ? this.#state.at + keepaliveTimeoutMs
      : lastReceivedAt + keepaliveMs;
  }

  /** For so long the question could not get through: that is no silence of the peer's. */
  heldUp(ms: number): void {
    if (this.#state.kind === 'asked') {
      this.#state = { kind: 'asked', at: this.#state.at + ms };
    }
  }

  /** `lastReceivedAt`: when the last byte came. */
  step(now: number, lastReceivedAt: number): KeepaliveStep {
    if (now < this.dueAt(lastReceivedAt)) {
      return { kind: 'wait' };
    }
    // At the same moment: it came after the PING, which had been sent because nothing came for a while.
    if (this.#state.kind === 'asked' && lastReceivedAt < this.#state.at) {
      const loopDelayMs = this.#loopDelay?.(this.#state.at) ?? 0;
      const { keepaliveTimeoutMs } = this.#timers;
      return {
        kind: 'give up',
        cause: { kind: 'keepalive-timeout', timeoutMs: keepaliveTimeoutMs, loopDelayMs },
      };
    }
    this.#state = { kind: 'asked', at: now };
    return { kind: 'ping' };
  }
}

const hearing: State = { kind: 'hearing' };
