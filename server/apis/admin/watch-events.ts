// The event stream of the admin API: what was done before, a mark, and each thing that is done from now on.
import type { MessageInput } from '../../../protos/messages.ts';
import type { EventLog, TrafficEvent } from '../../traffic/event-log.ts';
import { Waker } from '../waker.ts';

type EventMessage = MessageInput<'perch.admin.v1.WatchEventsResponse'>;

/** New events that wait for a slow reader. */
const longestQueue = 1000;

/** The last `backlog` events, their end, and what follows until `signal` fires. A slow reader loses the oldest of these. */
export async function* watchEvents(
  events: EventLog,
  backlog: number,
  signal: AbortSignal,
): AsyncGenerator<EventMessage, void, undefined> {
  const waker = new Waker();
  const waiting: TrafficEvent[] = [];
  let dropped = 0;
  const past = events.last(backlog);
  const end = events.follow((event) => {
    waiting.push(event);
    if (waiting.length > longestQueue) {
      waiting.shift();
      dropped++;
    }
    waker.wake();
  });
  signal.addEventListener('abort', waker.close);
  try {
    for (const event of past) {
      yield { event: toEvent(event) };
    }
    yield { backlogEnd: true };
    for (;;) {
      for (let event = waiting.shift(); event !== undefined; event = waiting.shift()) {
        const message = { event: toEvent(event), dropped };
        dropped = 0;
        yield message;
      }
      if (signal.aborted || (await waker.wait()) === 'closed') {
        return;
      }
    }
  } finally {
    end();
    signal.removeEventListener('abort', waker.close);
  }
}

function toEvent(event: TrafficEvent): MessageInput<'perch.admin.v1.Event'> {
  return { ...event, id: event.id.toString(), atMs: Math.round(event.atMs) };
}
