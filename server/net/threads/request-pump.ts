// The requests of a streaming call on their way to the main thread.
import { toFailure } from './call-failure.ts';
import type { CallLink } from './call-link.ts';
import { recordKind } from './call-records.ts';
import { MessageCredit } from './message-credit.ts';

/** Sends requests as far as the handler takes them. */
export class RequestPump {
  readonly #link: CallLink;
  readonly #call: number;
  readonly #credit = new MessageCredit();
  readonly #requests: AsyncIterator<Uint8Array>;
  #isStopped = false;

  constructor(link: CallLink, call: number, requests: AsyncIterable<Uint8Array>) {
    this.#link = link;
    this.#call = call;
    this.#requests = requests[Symbol.asyncIterator]();
  }

  /** Sends them all; the call's first record was sent. Never rejects. */
  async run(): Promise<void> {
    try {
      for (;;) {
        const step = await this.#requests.next();
        if (this.#isStopped) {
          return;
        }
        if (step.done === true) {
          this.#isStopped = true;
          this.#link.add(recordKind.requestsEnd, this.#call);
          return;
        }
        const { length } = step.value;
        this.#link.add(recordKind.message, this.#call, step.value, 0, 0, true);
        await this.#credit.sent(length);
      }
    } catch (reason) {
      if (!this.#isStopped) {
        this.#isStopped = true;
        this.#link.addJson(recordKind.requestsFailed, this.#call, toFailure(reason));
      }
    }
  }

  /** A record of the main thread that may be about requests. */
  record(kind: number, number: number): void {
    if (kind === recordKind.taken) {
      this.#credit.taken(number);
    } else if (kind === recordKind.unwanted) {
      this.stop();
    }
  }

  /** Nobody wants further ones. */
  stop(): void {
    if (!this.#isStopped) {
      this.#isStopped = true;
      this.#credit.release();
      // What still comes of them is thrown away from now on.
      void this.#requests.return?.();
    }
  }
}
