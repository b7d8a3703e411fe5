// In the main thread: answers the calls of one network thread.
import { callerLeft } from '../../apis/call-status.ts';
import type { Method } from '../../apis/method.ts';
import { PerchError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import { readFailure, toFailure } from './call-failure.ts';
import type { CallHead } from './call-heads.ts';
import type { CallLink } from './call-link.ts';
import { recordKind, type RecordReader } from './call-records.ts';
import { ServedCall, type ServedHead, type ServedParts } from './served-call.ts';

/** One per network thread. */
export class CallService implements RecordReader {
  readonly #methods: ReadonlyMap<string, Method>;
  readonly #parts: ServedParts;
  readonly #heads: ServedHead[] = [];
  readonly #calls: (ServedCall | undefined)[] = [];

  /** `methods` by their paths. Reads what comes over `link`. */
  constructor(methods: ReadonlyMap<string, Method>, link: CallLink, log: Logger) {
    this.#methods = methods;
    this.#parts = { link, log, over: (call) => (this.#calls[call] = undefined) };
    link.start(this);
  }

  /** The network thread is gone, and its callers with it. */
  lost(): void {
    this.#calls.forEach((call) => call?.cancel(callerLeft));
  }

  /** Of RecordReader. */
  record(kind: number, id: number, word: number, number: number, payload: Buffer): void {
    if (kind === recordKind.call) {
      this.#begin(id, word, number, payload);
      return;
    }
    if (kind === recordKind.head) {
      this.#learn(word, payload);
      return;
    }
    const call = this.#calls[id];
    switch (kind) {
      case recordKind.message:
        call?.request(payload);
        break;
      case recordKind.requestsEnd:
        call?.requestsEnded(undefined);
        break;
      case recordKind.requestsFailed:
        call?.requestsEnded(readFailure(payload));
        break;
      case recordKind.taken:
        call?.taken(number);
        break;
      case recordKind.cancel:
        call?.cancel(readFailure(payload));
        break;
    }
  }

  #learn(slot: number, payload: Buffer): void {
    const { path, peer, fields } = JSON.parse(payload.toString()) as CallHead;
    const method = this.#methods.get(path);
    if (method !== undefined) {
      this.#heads[slot] = { method, peer, fields };
    }
  }

  #begin(id: number, slot: number, deadlineMs: number, request: Buffer): void {
    const head = this.#heads[slot];
    if (head === undefined) {
      const failure = toFailure(new PerchError('INTERNAL', 'A network thread knows another method.'));
      this.#parts.link.addJson(recordKind.failed, id, failure);
      return;
    }
    const call = new ServedCall(this.#parts, id, head, deadlineMs);
    this.#calls[id] = call;
    call.start(request);
  }
}
