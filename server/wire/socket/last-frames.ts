// What each side of a connection said last, for the line that tells why it closed.
import type { LogFields } from '../../log.ts';
import type { TimelineRecord } from '../http2/timeline.ts';

/** The last control frame of each direction, with how long before `now` it was; a direction without one is left out. */
export function lastFrames(timeline: readonly TimelineRecord[], now: number): LogFields {
  const fields: Record<string, string> = {};
  for (const [direction, field] of [
    ['received', 'lastReceived'],
    ['sent', 'lastSent'],
  ] as const) {
    const record = timeline.findLast((one) => one.direction === direction);
    if (record !== undefined) {
      fields[field] = frameText(record, now);
    }
  }
  return fields;
}

function frameText({ type, ack, count, streamId, detail, lastAt }: TimelineRecord, now: number): string {
  const parts = [
    type,
    ack ? 'ACK' : '',
    count > 1 ? `x${count}` : '',
    streamId === 0 ? '' : `on stream ${streamId}`,
    detail === '' ? '' : `(${detail})`,
    `${Math.round((now - lastAt) / 100) / 10} s before`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}
