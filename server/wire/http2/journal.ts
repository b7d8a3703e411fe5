// What is known of a connection's past, and its present time.
import type { FrameTypeName } from './frame-type.ts';
import { StatisticsCounter } from './statistics.ts';
import { Timeline, type FrameContent } from './timeline.ts';

/** Kept by the parts of a connection as they go. */
export class Journal {
  #now: number;
  #isTimed = false;
  readonly begunAt: number;
  readonly statistics: StatisticsCounter;
  readonly timeline: Timeline;

  constructor(now: number) {
    this.#now = now;
    this.begunAt = now;
    this.statistics = new StatisticsCounter(now);
    this.timeline = new Timeline(this.statistics);
  }

  /** The time of the call that is being made, or of the last one. */
  get now(): number {
    return this.#now;
  }

  /** Whether a call that brings the time is being made; otherwise nobody knows it, and `now` is past. */
  get isTimed(): boolean {
    return this.#isTimed;
  }

  /** A call that brings the time. */
  enter(now: number): void {
    this.#now = now;
    this.#isTimed = true;
    this.timeline.settle(now);
  }

  /** It ends. What happens until the next one happens at the time that that brings, which is soon. */
  leave(): void {
    this.#isTimed = false;
  }

  /** Frames that carry answers: what pings and window updates of a client are weighed against. */
  get answerFrames(): number {
    const { framesSent } = this.statistics;
    return framesSent.HEADERS + framesSent.DATA;
  }

  /** A control frame came. */
  received(type: FrameTypeName, ack: boolean, streamId: number, content?: FrameContent): void {
    this.timeline.add(this.#now, this.#isTimed, 'received', type, ack, streamId, content);
  }

  /** A control frame goes out. */
  sent(type: FrameTypeName, ack: boolean, streamId: number, content?: FrameContent): void {
    this.statistics.framesSent[type]++;
    this.timeline.add(this.#now, this.#isTimed, 'sent', type, ack, streamId, content);
  }
}
