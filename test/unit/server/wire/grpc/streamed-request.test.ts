// Calls with any number of requests: what the handler sees, and how it holds the client back.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Method } from '../../../../../server/apis/method.ts';
import { PerchError } from '../../../../../server/errors.ts';
import { flush } from '../../fakes.ts';
import { framed, headOf, serverOf } from './fake-stream.ts';

const reset = { kind: 'reset-by-peer', code: 8 } as const;

const talk: Method = {
  kind: 'bidi-stream',
  path: 'Talk',
  handle: async function* (requests) {
    yield* requests;
  },
};

const join: Method = {
  kind: 'client-stream',
  path: 'Join',
  handle: async (requests) => {
    const all: Uint8Array[] = [];
    for await (const request of requests) {
      all.push(request);
    }
    return Buffer.concat(all);
  },
};

/** Takes a request when it is told to, and says what came. */
function slow(): { method: Method; take: () => Promise<string>; leave: () => Promise<void> } {
  let iterator: AsyncIterator<Uint8Array> | undefined;
  let leave: () => void = () => undefined;
  return {
    method: {
      kind: 'bidi-stream',
      path: 'Slow',
      handle: async function* (requests) {
        iterator = requests[Symbol.asyncIterator]();
        await new Promise<void>((resolve) => {
          leave = resolve;
        });
        yield Buffer.from('left');
      },
    },
    take: async () => {
      try {
        const step = await iterator?.next();
        return step?.done === false ? Buffer.from(step.value).toString() : 'done';
      } catch (reason) {
        return PerchError.is(reason) ? `${reason.code} ${reason.message}` : String(reason);
      }
    },
    leave: async () => {
      leave();
      await flush();
    },
  };
}

describe('call that streams requests', () => {
  it('answers once when they have ended', async () => {
    const { begin } = serverOf([join]);
    const { stream, call } = begin(headOf('Join'));
    call.data(framed('a'));
    await flush();
    call.data(Buffer.concat([framed('b'), framed(''), framed('c')]));
    await flush();
    assert.deepEqual(stream.calls, []);
    call.end([]);
    await flush();
    assert.deepEqual(stream.texts, ['abc']);
    assert.equal(stream.status, '0');
    assert.equal(stream.credit, 23);
  });

  it('may have none at all', async () => {
    const { begin } = serverOf([join, talk]);
    const joined = begin(headOf('Join'), true);
    const talked = begin(headOf('Talk'), true);
    await flush();
    assert.deepEqual(joined.stream.texts, ['']);
    assert.deepEqual(talked.stream.calls, ['headers', 'headers end']);
  });

  it('answers while requests still come', async () => {
    const { begin } = serverOf([talk]);
    const { stream, call } = begin(headOf('Talk'));
    for (const text of ['one', 'two', 'three']) {
      call.data(framed(text));
      await flush();
      assert.equal(stream.texts.at(-1), text);
    }
    assert.equal(stream.status, undefined);
    call.end([]);
    await flush();
    assert.equal(stream.status, '0');
  });

  it('gives every request once and in its order, however content and handler take turns', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ maxLength: 700 }), { maxLength: 12 }),
        fc.array(fc.nat(2_000), { maxLength: 12 }),
        fc.infiniteStream(fc.boolean()),
        async (texts, cuts, pauses) => {
          const { begin, memory } = serverOf([talk]);
          const { stream, call } = begin(headOf('Talk'));
          const content = Buffer.concat(texts.map((text) => framed(text)));
          const at = [0, ...cuts.filter((cut) => cut < content.length), content.length].sort((a, b) => a - b);
          for (const [index, start] of at.entries()) {
            call.data(content.subarray(start, at[index + 1] ?? start));
            if (pauses.next().value) {
              await flush();
            }
          }
          call.end([]);
          await flush();
          assert.deepEqual(stream.texts, texts);
          assert.equal(stream.status, '0');
          assert.equal(stream.credit, content.length);
          assert.equal(memory.heldBytes, 0);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('opens the window as the handler takes requests, and all of it when the handler has left', async () => {
    const handler = slow();
    const { begin } = serverOf([handler.method]);
    const { stream, call } = begin(headOf('Slow'));
    await flush();
    call.data(Buffer.concat([framed('a'), framed('bc')]));
    call.data(framed('def'));
    await flush();
    assert.equal(stream.credit, 0);
    assert.equal(await handler.take(), 'a');
    assert.equal(stream.credit, 6);
    assert.equal(await handler.take(), 'bc');
    assert.equal(stream.credit, 13);
    await handler.leave();
    assert.equal(stream.credit, 21);
    assert.equal(stream.status, '0');
  });

  it('takes a request that is longer than the window, as its handler waits for it', async () => {
    const handler = slow();
    const { begin } = serverOf([handler.method]);
    const { stream, call } = begin(headOf('Slow'));
    await flush();
    const taken = handler.take();
    const content = framed(Buffer.alloc(300_000, 'x'));
    for (let at = 0; at < content.length; at += 65_536) {
      assert.equal(stream.credit, at, 'what came before has been given back');
      call.data(content.subarray(at, at + 65_536));
      await flush();
    }
    assert.equal((await taken).length, 300_000);
  });

  it('of which the handler reads only some drops the others', async () => {
    const first: Method = {
      kind: 'client-stream',
      path: 'First',
      handle: async (requests) => {
        for await (const request of requests) {
          return request;
        }
        return Buffer.from('none');
      },
    };
    const patient: Method = {
      kind: 'bidi-stream',
      path: 'Patient',
      handle: async function* (requests) {
        for await (const request of requests) {
          yield request;
          break;
        }
        await new Promise(() => undefined);
      },
    };
    const { begin } = serverOf([first, patient]);
    const { stream, call } = begin(headOf('First'));
    call.data(Buffer.concat([framed('a'), framed('b'), framed('c')]));
    await flush();
    assert.deepEqual(stream.texts, ['a']);
    assert.equal(stream.status, '0');
    assert.equal(stream.credit, 18);
    const other = begin(headOf('Patient'));
    other.call.data(Buffer.concat([framed('a'), framed('b')]));
    await flush();
    other.call.data(framed('more'));
    assert.equal(other.stream.credit, 21);
  });

  it('fails with INTERNAL where a request is cut off, also if the handler takes it later', async () => {
    const handler = slow();
    const { begin } = serverOf([talk, handler.method]);
    const { stream, call } = begin(headOf('Talk'));
    call.data(Buffer.concat([framed('whole'), framed('cut').subarray(0, 6)]));
    call.end([]);
    await flush();
    assert.deepEqual(stream.texts, ['whole']);
    assert.equal(stream.status, '13 The requests ended within a message');
    const late = begin(headOf('Slow'));
    await flush();
    late.call.data(Buffer.of(0));
    late.call.end([]);
    assert.equal(await handler.take(), 'REQUEST_MALFORMED The requests ended within a message');
    assert.equal(late.stream.status, '13 The requests ended within a message');
    assert.equal(await handler.take(), 'done');
  });

  it('fails for a message that breaks the rules, and the handler is told the same', async () => {
    const handler = slow();
    const { begin, lines } = serverOf([handler.method], {
      limits: { maxReceiveBytes: 10, maxSendBytes: Infinity },
    });
    for (const [bytes, status, told] of [
      [Buffer.of(7), '13 Bad GRPC frame type 0x07', /^REQUEST_MALFORMED Bad/],
      [Buffer.of(0, 0, 0, 0, 11), /^8 Received message larger than max \(11 vs\. 10\)/, /^REQUEST_TOO_LARGE/],
      [Buffer.of(1), '13 compressed flag set with identity or empty encoding', /^REQUEST_MALFORMED/],
    ] as const) {
      const { stream, call } = begin(headOf('Slow'));
      await flush();
      call.data(bytes);
      assert.match(await handler.take(), told);
      assert.match(stream.status ?? '', typeof status === 'string' ? new RegExp(`^${status}$`) : status);
      await handler.leave();
      assert.deepEqual(stream.calls, ['headers end']);
    }
    assert.deepEqual(lines, []);
  });

  it('wakes the handler when the client leaves', async () => {
    const handler = slow();
    const { begin, gate } = serverOf([handler.method, talk, join]);
    const { stream, call } = begin(headOf('Slow'));
    await flush();
    call.data(framed('never taken'));
    const ended = begin(headOf('Talk'));
    const joined = begin(headOf('Join'));
    await flush();
    for (const one of [call, ended.call, joined.call]) {
      one.ended(reset);
    }
    assert.equal(await handler.take(), 'CANCELLED The request was cancelled.');
    assert.equal(stream.credit, 16);
    await flush();
    assert.deepEqual([stream.calls, ended.stream.calls, joined.stream.calls], [[], [], []]);
    gate.close();
    await gate.empty;
  });
});
