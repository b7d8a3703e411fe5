// The stream of events: what was before, the mark behind it, what is new, and what a slow reader loses.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { watchEvents } from '../../../../server/apis/admin/watch-events.ts';
import { EventLog } from '../../../../server/traffic/event-log.ts';
import { memoryLog } from '../fakes.ts';

/** A log, and a way to write a number of events to it. */
function logWith(count: number): { readonly events: EventLog; readonly record: (more: number) => void } {
  const events = new EventLog(memoryLog().log, () => 1);
  const record = (more: number): void => {
    for (let i = 0; i < more; i++) {
      events.record({ model: 'm', kind: 'set_label', actor: '', reason: '', before: '', after: '' });
    }
  };
  record(count);
  return { events, record };
}

type Messages = ReturnType<typeof watchEvents>;

/** The next messages, short: `3`, `end`, `1005 (-4)`. */
async function read(messages: Messages, count: number): Promise<string[]> {
  const texts: string[] = [];
  while (texts.length < count) {
    const { value } = await messages.next();
    assert.ok(value);
    const { event, backlogEnd, dropped } = value;
    texts.push(
      (backlogEnd === true ? 'end' : String(event?.id)) +
        (Number(dropped) > 0 ? ` (-${String(dropped)})` : ''),
    );
  }
  return texts;
}

describe('watchEvents', () => {
  it('sends the last events of before, then says so, then what is new', async () => {
    const { events, record } = logWith(5);
    const messages = watchEvents(events, 2, new AbortController().signal);
    assert.deepEqual(await read(messages, 3), ['4', '5', 'end']);
    record(1);
    assert.deepEqual(await read(messages, 1), ['6']);
    await messages.return(undefined);
  });

  it('marks the end of an empty backlog, too', async () => {
    for (const { events, record } of [logWith(0), logWith(3)]) {
      const messages = watchEvents(events, 0, new AbortController().signal);
      assert.deepEqual(await read(messages, 1), ['end']);
      record(1);
      assert.equal((await read(messages, 1)).length, 1);
      await messages.return(undefined);
    }
  });

  it('misses nothing that happens while the backlog is read', async () => {
    const { events, record } = logWith(2);
    const messages = watchEvents(events, 10, new AbortController().signal);
    assert.deepEqual(await read(messages, 1), ['1']);
    record(1);
    assert.deepEqual(await read(messages, 3), ['2', 'end', '3']);
    await messages.return(undefined);
  });

  it('drops the oldest new ones for a slow reader, and says how many', async () => {
    const { events, record } = logWith(3);
    const messages = watchEvents(events, 3, new AbortController().signal);
    assert.deepEqual(await read(messages, 1), ['1']);
    record(1004);
    assert.deepEqual(await read(messages, 5), ['2', '3', 'end', '8 (-4)', '9']);
    record(1001);
    assert.deepEqual(await read(messages, 2), ['1009 (-999)', '1010']);
    await messages.return(undefined);
  });

  it('ends with its signal, and follows the log no more', async () => {
    const { events, record } = logWith(0);
    const controller = new AbortController();
    const messages = watchEvents(events, 0, controller.signal);
    await read(messages, 1);
    const next = messages.next();
    controller.abort();
    assert.equal((await next).done, true);
    record(1);
  });
});
