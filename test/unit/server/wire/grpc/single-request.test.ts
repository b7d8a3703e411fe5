// Unary calls and calls that stream answers: one request, its framing, the answers and the ends.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CallContext, Method } from '../../../../../server/apis/method.ts';
import { PerchError } from '../../../../../server/errors.ts';
import { flush } from '../../fakes.ts';
import { asGrpc, echo, framed, headOf, serverOf, silent } from './fake-stream.ts';

const reset = { kind: 'reset-by-peer', code: 8 } as const;

function unary(handle: (request: Uint8Array, call: CallContext) => Promise<Uint8Array>): Method {
  return { kind: 'unary', path: 'Echo', handle };
}

function failing(reason: unknown): Method {
  return unary(async () => {
    await Promise.resolve();
    throw reason;
  });
}

describe('unary call', () => {
  it('is answered with headers, one DATA frame and trailers', async () => {
    const stream = await serverOf([echo]).ask(headOf('Echo'), 'hello');
    assert.deepEqual(stream.calls, ['headers', 'data 10', 'headers end']);
    assert.deepEqual(
      [...(stream.headers[0] ?? [])],
      [
        [':status', '200'],
        ['content-type', 'application/grpc'],
      ],
    );
    assert.deepEqual([...(stream.headers[1] ?? [])], [['grpc-status', '0']]);
    assert.deepEqual(stream.texts, ['hello']);
    assert.equal(stream.credit, 10);
  });

  it('sends a large answer as it is, behind its prefix', async () => {
    const large = Buffer.alloc(5_000, 'x');
    const stream = await serverOf([unary(() => Promise.resolve(large))]).ask(headOf('Echo'), '');
    assert.deepEqual(stream.calls, ['headers', 'data 5005', 'headers end']);
    assert.ok(stream.messages[0]?.bytes.equals(large));
  });

  it('gives the handler the same bytes of what came in one piece and of what did not', async () => {
    const seen: Uint8Array[] = [];
    const { begin, ask } = serverOf([
      unary((request) => {
        seen.push(request);
        return Promise.resolve(request);
      }),
    ]);
    await ask(headOf('Echo'), framed('in one piece'));
    assert.equal(Buffer.from(seen[0] ?? []).toString(), 'in one piece');
    const { stream, call } = begin(headOf('Echo'));
    for (const byte of framed('byte by byte')) {
      call.data(Buffer.of(byte));
    }
    call.end([]);
    await flush();
    assert.deepEqual(stream.texts, ['byte by byte']);
    assert.equal(stream.credit, 17);
  });

  it('begins when the request is complete, not before', async () => {
    const { method, contexts } = silent();
    const { begin } = serverOf([method]);
    const { call } = begin(headOf('Silent'));
    call.data(framed('x'));
    await flush();
    assert.equal(contexts.length, 0);
    call.end([]);
    assert.equal(contexts.length, 1);
  });

  it('fails with UNIMPLEMENTED for no request and for a second one', async () => {
    const { begin, ask } = serverOf([echo]);
    const none = '12 Received no request message for unary method /test.T/Echo';
    assert.equal(begin(headOf('Echo'), true).stream.status, none);
    assert.equal((await ask(headOf('Echo'), Buffer.alloc(0))).status, none);
    const second = '12 Received a second request message for unary method /test.T/Echo';
    for (const pieces of [
      [Buffer.concat([framed('1'), framed('2')])],
      [framed('1'), framed('2')],
      [framed('1'), Buffer.of(0)],
      [Buffer.concat([framed('1'), Buffer.of(0)])],
    ]) {
      const { stream, call } = begin(headOf('Echo'));
      pieces.forEach((piece) => call.data(piece));
      assert.equal(stream.status, second);
      call.end([]);
      await flush();
      assert.deepEqual(stream.calls, ['headers end']);
    }
  });

  it('is refused by its head where the method says so, and nothing of its request is kept', async () => {
    const seen: unknown[] = [];
    const { begin, memory } = serverOf([
      {
        ...echo,
        admit: (head) => {
          seen.push(head.metadata('authorization'), head.peer);
          throw new PerchError('UNAUTHENTICATED', 'no token');
        },
      },
    ]);
    const { stream, call } = begin(headOf('Echo', [['authorization', 'Bearer x']]));
    assert.deepEqual(stream.calls, ['headers end']);
    assert.equal(stream.status, '16 no token');
    call.data(framed('request'));
    call.end([]);
    await flush();
    assert.equal(memory.heldBytes, 0);
    assert.deepEqual(stream.calls, ['headers end']);
    assert.deepEqual(seen, [['Bearer x'], 'ipv4:127.0.0.1:50000']);
  });

  it('fails with INTERNAL for a request that ends within its message', async () => {
    const { ask } = serverOf([echo]);
    for (const length of [1, 4, 5, 9]) {
      const stream = await ask(headOf('Echo'), framed('hello').subarray(0, length));
      assert.equal(stream.status, '13 The requests ended within a message', `${length}`);
    }
  });

  it('fails with RESOURCE_EXHAUSTED for messages that are too long, either way', async () => {
    const { ask, begin } = serverOf(
      [unary((request) => Promise.resolve(Buffer.concat([request, request])))],
      {
        limits: { maxReceiveBytes: 10, maxSendBytes: 16 },
      },
    );
    assert.equal((await ask(headOf('Echo'), '12345678')).status, '0');
    assert.equal(
      (await ask(headOf('Echo'), '123456789')).status,
      '8 Sent message larger than max (18 vs. 16), which grpc.max_send_message_length sets',
    );
    const { stream, call } = begin(headOf('Echo'));
    call.data(framed('12345678901'));
    assert.equal(
      stream.status,
      '8 Received message larger than max (11 vs. 10), which grpc.max_receive_message_length sets',
    );
  });

  it('fails as the handler says, with when to try again', async () => {
    const error = new PerchError('BATCH_QUEUE_FULL', '100 % full: ä', { retryAfterMs: 12.3 });
    const { ask, lines } = serverOf([failing(error)]);
    const stream = await ask(headOf('Echo'), '');
    assert.equal(stream.status, '8 100 %25 full: %C3%A4');
    assert.equal(stream.headers[0]?.get('grpc-retry-pushback-ms'), '13');
    assert.deepEqual(stream.calls, ['headers end']);
    assert.deepEqual(lines, []);
  });

  it('fails with INTERNAL for anything else that is thrown, and only the log says why', async () => {
    for (const reason of [new Error('secret'), 'secret', undefined]) {
      for (const method of [
        failing(reason),
        unary(() => {
          throw reason as Error;
        }),
      ]) {
        const { ask, lines } = serverOf([method]);
        const stream = await ask(headOf('Echo'), '');
        assert.equal(stream.status, '13 Internal error; the log of the daemon has the details.');
        assert.equal(lines.length, 1);
        assert.match(lines[0] ?? '', /a call failed.*"path":"\/test\.T\/Echo"/);
      }
    }
  });

  it('whose client leaves tells the handler, and logs no more than an INTERNAL that comes after', async () => {
    const contexts: CallContext[] = [];
    let fail: (reason: unknown) => void = () => undefined;
    const { begin, gate, lines } = serverOf([
      unary((_request, call) => {
        contexts.push(call);
        return new Promise((_resolve, reject) => {
          fail = reject;
        });
      }),
    ]);
    for (const end of [reset, { kind: 'connection-closed' } as const]) {
      const { stream, call } = begin(headOf('Echo'));
      call.data(framed(''));
      call.end([]);
      const context = contexts.at(-1);
      const { signal } = context ?? assert.fail();
      assert.equal(signal.aborted, false);
      call.ended(end);
      assert.ok(PerchError.is(signal.reason, 'CANCELLED'));
      fail(new PerchError('CANCELLED', 'I saw it.'));
      await flush();
      assert.deepEqual(stream.calls, []);
      assert.deepEqual(lines, []);
    }
    const { call } = begin(headOf('Echo'));
    call.data(framed(''));
    call.end([]);
    call.ended(reset);
    fail(new TypeError('a mistake'));
    await flush();
    assert.equal(lines.length, 1);
    gate.close();
    await gate.empty;
  });

  it('has a signal that fires at once where it is asked for too late, and never after the answer', async () => {
    const { method, contexts } = silent();
    const { begin, ask } = serverOf([method, echo]);
    const { call } = begin(headOf('Silent'));
    call.data(framed(''));
    call.end([]);
    call.ended(reset);
    assert.equal(contexts[0]?.signal.aborted, true);
    const answered: CallContext[] = [];
    const second = serverOf([
      unary((request, context) => {
        answered.push(context);
        return Promise.resolve(request);
      }),
    ]);
    const { call: done } = second.begin(headOf('Echo'));
    done.data(framed(''));
    done.end([]);
    await flush();
    done.ended({ kind: 'connection-closed' });
    assert.equal(answered[0]?.signal.aborted, false);
    assert.equal((await ask(headOf('Echo'), 'still')).status, '0');
  });

  it('counts its request until it is over, however it ends', async () => {
    const { method } = silent();
    const { begin, ask, memory } = serverOf([method, echo]);
    await ask(headOf('Echo'), 'answered');
    assert.equal(memory.heldBytes, 0);
    const endless = begin(headOf('Silent')).call;
    endless.data(framed('in one piece'));
    assert.equal(memory.heldBytes, 12);
    endless.data(framed('a second one'));
    assert.equal(memory.heldBytes, 0);
    const endlessParts = begin(headOf('Silent')).call;
    endlessParts.data(framed('1234567').subarray(0, 9));
    endlessParts.data(framed('1234567').subarray(9));
    assert.equal(memory.heldBytes, 7);
    endlessParts.ended(reset);
    assert.equal(memory.heldBytes, 0);
    const whole = begin(headOf('Silent')).call;
    whole.data(framed('12345'));
    whole.end([]);
    const partial = begin(headOf('Silent')).call;
    partial.data(framed('1234567').subarray(0, 9));
    assert.equal(memory.heldBytes, 5 + 4);
    whole.ended(reset);
    assert.equal(memory.heldBytes, 4);
    partial.data(framed('1234567').subarray(9));
    partial.end([]);
    assert.equal(memory.heldBytes, 7);
    partial.ended(reset);
    const cut = begin(headOf('Silent')).call;
    cut.data(framed('1234567').subarray(0, 9));
    cut.end([]);
    assert.equal(memory.heldBytes, 0);
  });

  it('tells the handler where it comes from, and takes metadata both ways', async () => {
    const { ask } = serverOf([
      unary((request, call) => {
        assert.equal(call.peer, 'ipv4:127.0.0.1:50000');
        assert.equal(call.deadlineMs, Infinity);
        assert.deepEqual(call.metadata('k'), ['1', '2']);
        assert.deepEqual(call.metadata('te'), []);
        const own = asGrpc(call);
        assert.deepEqual(own.binaryMetadata('b-bin'), [Buffer.of(1, 2)]);
        own.addHeader('first', 'a');
        own.addHeader('first', 'b');
        own.addTrailer('last-bin', Buffer.of(0xff));
        return Promise.resolve(request);
      }),
    ]);
    const head = headOf('Echo', [
      ['k', '1'],
      ['b-bin', 'AQI'],
      ['k', '2'],
    ]);
    const stream = await ask(head, 'x');
    assert.equal(stream.headers[0]?.get('first'), 'b');
    assert.equal(stream.headers[0].get(':status'), '200');
    assert.deepEqual(
      [...(stream.headers[1] ?? [])],
      [
        ['grpc-status', '0'],
        ['last-bin', '/w'],
      ],
    );
  });

  it('that fails sends its metadata all the same', async () => {
    const { ask } = serverOf([
      unary((_request, call) => {
        asGrpc(call).addHeader('first', 'a');
        asGrpc(call).addTrailer('last', 'z');
        return Promise.reject(new PerchError('CANCELLED', 'no'));
      }),
    ]);
    const stream = await ask(headOf('Echo'), 'x');
    assert.deepEqual(stream.calls, ['headers', 'headers end']);
    assert.equal(stream.headers[0]?.get('first'), 'a');
    assert.equal(stream.headers[1]?.get('last'), 'z');
    assert.equal(stream.status, '1 no');
  });
});

describe('deadline', () => {
  const timed = (timeout: string) => headOf('Silent', [['grpc-timeout', timeout]]);

  it('ends the call with DEADLINE_EXCEEDED and tells the handler', async () => {
    const { method, contexts } = silent();
    const { begin, clock, gate } = serverOf([method]);
    const { stream, call } = begin(timed('100m'));
    call.data(framed(''));
    call.end([]);
    const [context] = contexts;
    assert.equal(context?.deadlineMs, 1_700_000_000_100);
    clock.advance(99);
    assert.equal(stream.status, undefined);
    assert.equal(context.signal.aborted, false);
    assert.equal(context.deadlineMs, 1_700_000_000_100);
    clock.advance(10);
    assert.equal(stream.status, '4 The deadline passed before the call was answered.');
    assert.ok(PerchError.is(context.signal.reason, 'DEADLINE_EXCEEDED'));
    assert.equal(clock.timers, 0);
    gate.close();
    await gate.empty;
  });

  it('ends a call whose request has not come in time, and one whose deadline has passed already', () => {
    const { method, contexts } = silent();
    const { begin, clock } = serverOf([method]);
    const late = begin(timed('10m'));
    clock.advance(20);
    assert.equal(late.stream.status?.slice(0, 2), '4 ');
    for (const timeout of ['0n', '0S', '00000000H']) {
      assert.equal(begin(timed(timeout)).stream.status?.slice(0, 2), '4 ', timeout);
      assert.equal(begin(timed(timeout), true).stream.calls.length, 1);
    }
    assert.equal(contexts.length, 0);
  });

  it('is why a client leaves that leaves just before it', () => {
    for (const [waitMs, code] of [
      [70, 'CANCELLED'],
      [85, 'DEADLINE_EXCEEDED'],
    ] as const) {
      const { method, contexts } = silent();
      const { begin, clock } = serverOf([method]);
      const { call } = begin(timed('100m'));
      call.data(framed(''));
      call.end([]);
      clock.advance(waitMs);
      call.ended(reset);
      assert.ok(PerchError.is(contexts[0]?.signal.reason, code));
    }
  });

  it('is taken back when the call has ended', async () => {
    const { ask, begin, clock } = serverOf([echo]);
    const stream = await ask({ ...timed('1S'), path: '/test.T/Echo' }, 'x');
    const left = begin({ ...timed('1S'), path: '/test.T/Echo' });
    left.call.ended(reset);
    clock.advance(5_000);
    assert.deepEqual(stream.calls, ['headers', 'data 6', 'headers end']);
    assert.deepEqual(left.stream.calls, []);
  });
});

describe('call that streams answers', () => {
  const counting = (count: number, sink: string[] = [], pause = () => Promise.resolve()): Method => ({
    kind: 'server-stream',
    path: 'Count',
    handle: async function* (request) {
      try {
        for (let index = 0; index < count; index++) {
          await pause();
          sink.push(`made ${index}`);
          yield Buffer.from(`${Buffer.from(request).toString()}${index}`);
        }
      } finally {
        sink.push('returned');
      }
    },
  });

  it('sends them in their order, then the status', async () => {
    const stream = await serverOf([counting(3)]).ask(headOf('Count'), 'n');
    assert.deepEqual(stream.texts, ['n0', 'n1', 'n2']);
    assert.equal(stream.status, '0');
    assert.equal(stream.calls.length, 5);
  });

  it('has headers and trailers also without any answer', async () => {
    const stream = await serverOf([counting(0)]).ask(headOf('Count'), '');
    assert.deepEqual(stream.calls, ['headers', 'headers end']);
    assert.equal(stream.status, '0');
  });

  it('goes no faster than the client reads', async () => {
    const sink: string[] = [];
    const { begin } = serverOf([counting(5, sink)]);
    const { stream, call } = begin(headOf('Count'));
    stream.isFull = true;
    call.data(framed(''));
    call.end([]);
    for (let taken = 1; taken <= 5; taken++) {
      await flush();
      assert.equal(sink.length, taken);
      assert.equal(stream.texts.length, taken);
      call.drained();
    }
    await flush();
    assert.equal(stream.status, '0');
  });

  it('stops and cleans up when the client leaves, also while it waits for room', async () => {
    for (const isFull of [true, false]) {
      const sink: string[] = [];
      const { begin, gate } = serverOf([counting(1_000, sink, flush)]);
      const { stream, call } = begin(headOf('Count'));
      stream.isFull = isFull;
      call.data(framed(''));
      call.end([]);
      await flush();
      call.ended(reset);
      await flush();
      await flush();
      assert.equal(sink.at(-1), 'returned');
      assert.equal(sink.filter((line) => line === 'returned').length, 1);
      assert.equal(stream.status, undefined);
      gate.close();
      await gate.empty;
    }
  });

  it('calls return of an iterator at once, though its next is pending', async () => {
    let returned = 0;
    const waiting: AsyncIterator<Uint8Array> = {
      next: () => new Promise(() => undefined),
      return: () => {
        returned++;
        return Promise.resolve({ done: true, value: undefined });
      },
    };
    const { begin } = serverOf([
      { kind: 'server-stream', path: 'Wait', handle: () => ({ [Symbol.asyncIterator]: () => waiting }) },
    ]);
    const { call } = begin(headOf('Wait'));
    call.data(framed(''));
    call.end([]);
    await flush();
    call.ended(reset);
    assert.equal(returned, 1);
  });

  it('that fails has the status behind the answers that went before', async () => {
    const { ask, lines } = serverOf([
      {
        kind: 'server-stream',
        path: 'Half',
        handle: async function* () {
          yield await Promise.resolve(Buffer.from('one'));
          throw new PerchError('ENGINE_CRASHED', 'gone');
        },
      },
      {
        kind: 'server-stream',
        path: 'Thrown',
        handle: () => {
          throw new Error('before the first');
        },
      },
    ]);
    const stream = await ask(headOf('Half'), '');
    assert.deepEqual(stream.calls, ['headers', 'data 8', 'headers end']);
    assert.equal(stream.status, '14 gone');
    assert.equal(stream.headers[1]?.has(':status'), false);
    assert.equal((await ask(headOf('Thrown'), '')).status?.slice(0, 3), '13 ');
    assert.equal(lines.length, 1);
  });

  it('whose answer is too large fails, and the handler cleans up', async () => {
    const sink: string[] = [];
    const { ask } = serverOf([counting(5, sink)], {
      limits: { maxReceiveBytes: Infinity, maxSendBytes: 3 },
    });
    assert.equal((await ask(headOf('Count'), 'long')).status?.slice(0, 2), '8 ');
    assert.deepEqual(sink, ['made 0', 'returned']);
  });

  it('whose answer is nothing that can be sent fails, and the handler cleans up', async () => {
    let isCleanedUp = false;
    const { ask, lines } = serverOf([
      {
        kind: 'server-stream',
        path: 'Bad',
        handle: async function* () {
          try {
            yield await Promise.resolve(undefined as never);
          } finally {
            isCleanedUp = true;
          }
        },
      },
    ]);
    assert.match((await ask(headOf('Bad'), '')).status ?? '', /^13 /);
    assert.ok(isCleanedUp);
    assert.equal(lines.length, 1);
  });

  it('that nobody reads is reset at its deadline', async () => {
    const { begin, clock } = serverOf([counting(5)]);
    const { stream, call } = begin(headOf('Count', [['grpc-timeout', '1S']]));
    stream.isFull = true;
    call.data(framed(''));
    call.end([]);
    await flush();
    clock.advance(1_010);
    assert.deepEqual(stream.calls, ['headers', 'data 6', 'reset CANCEL']);
  });

  it('logs an INTERNAL of its cleaning up, though the client has left', async () => {
    const { begin, lines } = serverOf([
      {
        kind: 'server-stream',
        path: 'Bad',
        handle: async function* () {
          try {
            yield await Promise.resolve(Buffer.from('one'));
          } finally {
            await Promise.reject(new Error('in finally'));
          }
        },
      },
    ]);
    const { stream, call } = begin(headOf('Bad'));
    stream.isFull = true;
    call.data(framed(''));
    call.end([]);
    await flush();
    call.ended(reset);
    await flush();
    assert.equal(lines.length, 1);
  });
});
