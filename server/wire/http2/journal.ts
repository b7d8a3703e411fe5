// What is known of a connection's past, and its present time.
import type { FrameTypeName } from './frame-type.ts';
import { StatisticsCounter } from './statistics.ts';
import { Timeline, type FrameContent } from './timeline.ts';

/** Kept by the parts of a connection as they go. */
export class Journal {
  /** The `now` of the call that is being made, or of the last one. */
  now: number;
  readonly begunAt: number;
  readonly statistics: StatisticsCounter;
  readonly timeline: Timeline;

  constructor(now: number) {
    this.now = now;
    this.begunAt = now;
    this.statistics = new StatisticsCounter(now);
    this.timeline = new Timeline(this.statistics);
  }

  /** Frames that carry answers: what pings and window updates of a client are weighed against. */
  get answerFrames(): number {
    const { framesSent } = this.statistics;
    return framesSent.HEADERS + framesSent.DATA;
  }

  /** A control frame came. */
  received(type: FrameTypeName, ack: boolean, streamId: number, content?: FrameContent): void {
    this.timeline.add(this.now, 'received', type, ack, streamId, content);
  }

  /** A control frame goes out. */
  sent(type: FrameTypeName, ack: boolean, streamId: number, content?: FrameContent): void {
    this.statistics.framesSent[type]++;
    this.timeline.add(this.now, 'sent', type, ack, streamId, content);
  }
}
