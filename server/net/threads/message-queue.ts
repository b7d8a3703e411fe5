// The messages of a stream that have come from the other thread, until they are taken one by one.
import type { PerchError } from '../../errors.ts';
import { messageCostBytes } from './message-credit.ts';

/** Whom a queue tells. */
export interface QueueSource {
  /** Messages that cost so much (message-credit.ts) are taken. */
  taken(cost: number): void;
  /** Whoever takes them wants no more. Once at most, and not after the end. */
  unwanted(): void;
}

type Step = IteratorResult<Uint8Array, undefined>;

interface Waiting {
  readonly resolve: (step: Step) => void;
  readonly reject: (reason: PerchError) => void;
}

type State =
  /** `complete`: what waits is all; `over`: nothing more is handed out. */
  { readonly kind: 'open' | 'complete' | 'over' } | { readonly kind: 'failed'; readonly reason: PerchError };

const done: Step = { done: true, value: undefined };

/** Can be gone through once. */
export class MessageQueue implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #source: QueueSource;
  readonly #messages: Uint8Array[] = [];
  readonly #waiting: Waiting[] = [];
  #state: State = { kind: 'open' };

  constructor(source: QueueSource) {
    this.#source = source;
  }

  /** A message has come. */
  add(message: Uint8Array): void {
    if (this.#state.kind !== 'open') {
      return;
    }
    const first = this.#waiting.shift();
    if (first === undefined) {
      this.#messages.push(message);
    } else {
      first.resolve(this.#take(message));
    }
  }

  /** There are no more. */
  end(): void {
    if (this.#state.kind === 'open') {
      this.#state = { kind: 'complete' };
      this.#waiting.splice(0).forEach(({ resolve }) => resolve(done));
    }
  }

  /** There are no more, because of `reason`, which comes behind those that wait. */
  fail(reason: PerchError): void {
    if (this.#state.kind === 'open') {
      this.#fail(reason);
    }
  }

  /** The call is over: `reason` comes instead of those that wait. */
  stop(reason: PerchError): void {
    this.#messages.length = 0;
    if (this.#state.kind !== 'over') {
      this.#fail(reason);
    }
  }

  /** Of AsyncIterator. */
  next(): Promise<Step> {
    const message = this.#messages.shift();
    if (message !== undefined) {
      return Promise.resolve(this.#take(message));
    }
    const state = this.#state;
    if (state.kind === 'open') {
      return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
    }
    this.#state = { kind: 'over' };
    return state.kind === 'failed' ? Promise.reject(state.reason) : Promise.resolve(done);
  }

  /** Of AsyncIterator. */
  return(): Promise<Step> {
    const isWanted = this.#state.kind === 'open';
    this.#messages.length = 0;
    this.#state = { kind: 'over' };
    this.#waiting.splice(0).forEach(({ resolve }) => resolve(done));
    if (isWanted) {
      this.#source.unwanted();
    }
    return Promise.resolve(done);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #take(message: Uint8Array): Step {
    this.#source.taken(message.length + messageCostBytes);
    return { done: false, value: message };
  }

  #fail(reason: PerchError): void {
    this.#state = { kind: 'failed', reason };
    const waiting = this.#waiting.splice(0);
    if (waiting.length > 0) {
      this.#state = { kind: 'over' };
      waiting.forEach(({ reject }) => reject(reason));
    }
  }
}
