// How a connection is ended without losing a request: GOAWAY in two steps (RFC 9113 §6.8).
import type { CloseCause } from '../close-cause.ts';
import type { ConnectionCore } from './connection-core.ts';
import { maxWindowBytes } from './frame-type.ts';

/** Why it is ended. */
export type DepartureReason =
  | { readonly kind: 'drained' }
  | { readonly kind: 'max-idle'; readonly idleMs: number }
  | { readonly kind: 'max-age' };

type State =
  | { readonly kind: 'staying' }
  /** The client has been told, but not yet which stream is the last: PING shows that it knows. */
  | {
      readonly kind: 'announced';
      readonly reason: DepartureReason;
      readonly debugData: string;
      readonly ackBy: number;
    }
  /** Streams that the client begins from here on are ignored. */
  | { readonly kind: 'final'; readonly reason: DepartureReason };

/** GOAWAY with this says that one more will follow: the highest stream there can be. */
const anyStream = maxWindowBytes;

/** A client that does not answer in this time has had its chance. */
const ackMs = 5000;

/** The PING's content. */
const opaque = Buffer.from('perch-go', 'latin1');

/** One per connection. */
export class Departure {
  readonly #core: ConnectionCore;
  #state: State = { kind: 'staying' };

  constructor(core: ConnectionCore) {
    this.#core = core;
  }

  get isUnderWay(): boolean {
    return this.#state.kind !== 'staying';
  }

  /** When the second step is due at the latest. */
  get dueAt(): number {
    return this.#state.kind === 'announced' ? this.#state.ackBy : Infinity;
  }

  /** The first step, unless it is under way already. */
  begin(now: number, reason: DepartureReason, debugData: string): void {
    if (this.#state.kind !== 'staying') {
      return;
    }
    if (!this.#core.hasBegun) {
      // The client has not spoken HTTP/2 yet, and would not understand.
      this.#state = { kind: 'final', reason };
      return;
    }
    this.#state = { kind: 'announced', reason, debugData, ackBy: now + ackMs };
    this.#core.frames.goaway(anyStream, 'NO_ERROR', debugData);
    this.#core.frames.ping(opaque, 0, false);
  }

  /** PING was acknowledged: is it this one? */
  acknowledged(bytes: Uint8Array, from: number): void {
    if (opaque.every((byte, index) => bytes[from + index] === byte)) {
      this.finish();
    }
  }

  /** The second step, if it is due. */
  timer(now: number): void {
    if (now >= this.dueAt) {
      this.finish();
    }
  }

  /** Why the connection can close now, if it can. */
  closeCause(now: number): CloseCause | undefined {
    if (this.#state.kind !== 'final' || this.#core.streams.size > 0) {
      return undefined;
    }
    return this.causeAt(now, 0);
  }

  /** Why the connection closes, if it does now, with so many streams cut off; undefined: it was to stay. */
  causeAt(now: number, cutStreams: number): CloseCause | undefined {
    if (this.#state.kind === 'staying') {
      return undefined;
    }
    const { reason } = this.#state;
    return reason.kind === 'max-age'
      ? { kind: 'max-age', ageMs: now - this.#core.journal.begunAt, cutStreams }
      : reason;
  }

  finish(): void {
    if (this.#state.kind !== 'announced') {
      return;
    }
    const { reason, debugData } = this.#state;
    this.#state = { kind: 'final', reason };
    const { streams, frames } = this.#core;
    streams.ignoreNew();
    frames.goaway(streams.lastId, 'NO_ERROR', debugData);
    this.#core.hasSaidGoodbye = true;
  }
}
