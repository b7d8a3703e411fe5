// The messages of a stream between threads: order, credit, and how a stream ends.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PerchError } from '../../../../../server/errors.ts';
import { MessageCredit, messageCostBytes } from '../../../../../server/net/threads/message-credit.ts';
import { MessageQueue } from '../../../../../server/net/threads/message-queue.ts';

const reason = new PerchError('CANCELLED', 'enough');

function queue(): { queue: MessageQueue; told: (number | 'unwanted')[] } {
  const told: (number | 'unwanted')[] = [];
  return {
    queue: new MessageQueue({ taken: (cost) => told.push(cost), unwanted: () => told.push('unwanted') }),
    told,
  };
}

const text = (step: IteratorResult<Uint8Array, undefined>): string =>
  step.done === true ? 'done' : Buffer.from(step.value).toString();

describe('a queue of messages', () => {
  it('gives messages in their order, and tells of each when it is taken', async () => {
    const { queue: messages, told } = queue();
    messages.add(Buffer.from('one'));
    messages.add(Buffer.from('three'));
    assert.deepEqual(told, []);
    assert.equal(text(await messages.next()), 'one');
    assert.deepEqual(told, [3 + messageCostBytes]);
    messages.end();
    assert.equal(text(await messages.next()), 'three');
    assert.equal(text(await messages.next()), 'done');
    assert.equal(text(await messages.next()), 'done');
    assert.deepEqual(told, [3 + messageCostBytes, 5 + messageCostBytes]);
  });

  it('hands a message to who waits for it', async () => {
    const { queue: messages, told } = queue();
    const waiting = [messages.next(), messages.next(), messages.next()];
    messages.add(Buffer.from('a'));
    messages.add(Buffer.from('b'));
    messages.end();
    assert.deepEqual((await Promise.all(waiting)).map(text), ['a', 'b', 'done']);
    assert.equal(told.length, 2);
  });

  it('fails behind the messages that came before', async () => {
    const { queue: messages } = queue();
    messages.add(Buffer.from('a'));
    messages.fail(reason);
    assert.equal(text(await messages.next()), 'a');
    await assert.rejects(messages.next(), reason);
    assert.equal(text(await messages.next()), 'done');
  });

  it('is stopped before the messages that wait, complete or not', async () => {
    for (const isComplete of [false, true]) {
      const { queue: messages } = queue();
      messages.add(Buffer.from('a'));
      if (isComplete) {
        messages.end();
      }
      messages.stop(reason);
      await assert.rejects(messages.next(), reason);
      assert.equal(text(await messages.next()), 'done');
    }
  });

  it('rejects who waits when it is stopped', async () => {
    const { queue: messages } = queue();
    const waiting = messages.next();
    messages.stop(reason);
    await assert.rejects(waiting, reason);
    messages.add(Buffer.from('late'));
    assert.equal(text(await messages.next()), 'done');
  });

  it('tells once that nobody wants more, and not behind the end', async () => {
    const { queue: messages, told } = queue();
    messages.add(Buffer.from('a'));
    for await (const message of messages) {
      assert.equal(message.length, 1);
      break;
    }
    await messages.return();
    messages.add(Buffer.from('late'));
    assert.equal(text(await messages.next()), 'done');
    assert.deepEqual(told, [1 + messageCostBytes, 'unwanted']);
    const ended = queue();
    ended.queue.end();
    await ended.queue.return();
    assert.deepEqual(ended.told, []);
  });
});

describe('the credit of a sender', () => {
  it('lets a sender go on until too much is on the way', async () => {
    const credit = new MessageCredit();
    assert.equal(credit.sent(1000), undefined);
    const room = credit.sent(2 ** 20);
    assert.ok(room);
    let hasRoom = false;
    void room.then(() => (hasRoom = true));
    credit.taken(1000 + messageCostBytes);
    await Promise.resolve();
    assert.equal(hasRoom, false);
    credit.taken(2 ** 20 + messageCostBytes);
    await room;
    assert.equal(credit.sent(1000), undefined);
  });

  it('counts empty messages too', () => {
    const credit = new MessageCredit();
    let sent = 0;
    while (credit.sent(0) === undefined) {
      sent++;
    }
    assert.ok(sent < 10_000);
  });

  it('holds nobody once the call is over', async () => {
    const credit = new MessageCredit();
    const room = credit.sent(2 ** 20);
    credit.release();
    await room;
    assert.equal(credit.sent(2 ** 20), undefined);
  });
});
