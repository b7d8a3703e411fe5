// Calls through a link, both of its ends in one thread: what a handler sees, and what becomes of what it does.
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { callerLeft } from '../../../../../server/apis/call-status.ts';
import type { CallContext, Method } from '../../../../../server/apis/method.ts';
import { PerchError } from '../../../../../server/errors.ts';
import { CallForwarder } from '../../../../../server/net/threads/call-forwarder.ts';
import { CallLink, makeLink } from '../../../../../server/net/threads/call-link.ts';
import { CallService } from '../../../../../server/net/threads/call-service.ts';
import { GrpcCallContext } from '../../../../../server/wire/grpc/call-context.ts';
import { until } from '../../../../support/until.ts';
import { memoryLog } from '../../fakes.ts';

type Handle<Kind extends Method['kind']> = Extract<Method, { kind: Kind }>['handle'];

const deadlineMs = Date.now() + 60_000;

function newContext(): GrpcCallContext {
  return new GrpcCallContext({
    peer: '127.0.0.1:1',
    fields: [
      ['x-key', 'value'],
      ['grpc-timeout', '60S'],
    ],
    remainingMs: () => deadlineMs - 1000,
    epochNow: () => 1000,
  });
}

interface Through<Kind extends Method['kind']> {
  readonly handle: Handle<Kind>;
  readonly context: GrpcCallContext;
  readonly service: CallService;
  readonly logged: string[];
}

/** `handle` as a network thread has it. */
function through<Kind extends Method['kind']>(
  t: TestContext,
  kind: Kind,
  handle: Handle<Kind>,
  admit?: Method['admit'],
): Through<Kind> {
  const [thread, main] = makeLink().map((end) => new CallLink(end));
  assert.ok(thread && main);
  // A link keeps no process up.
  const up = setInterval(() => undefined, 1000);
  t.after(() => {
    clearInterval(up);
    thread.close();
    main.close();
  });
  const { log, lines } = memoryLog();
  const method = { kind, path: '/test.Service/Method', handle, admit } as unknown as Method;
  const service = new CallService(new Map([[method.path, method]]), main, log);
  const [forwarded] = new CallForwarder(thread).methods([method]);
  return { handle: forwarded?.handle as Handle<Kind>, context: newContext(), service, logged: lines };
}

const bytes = (text: string): Buffer => Buffer.from(text);
const text = (message: Uint8Array): string => Buffer.from(message).toString();

async function* requestsOf(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const one of texts) {
    yield Promise.resolve(bytes(one));
  }
}

/** Never ends, until it is stopped. */
async function* endless(stopped: () => void): AsyncGenerator<Uint8Array> {
  try {
    for (let i = 0; ; i++) {
      yield Promise.resolve(bytes(`${i}`));
    }
  } finally {
    stopped();
  }
}

async function collect(messages: AsyncIterable<Uint8Array>): Promise<string[]> {
  const texts: string[] = [];
  for await (const message of messages) {
    texts.push(text(message));
  }
  return texts;
}

describe('a unary call through a link', () => {
  it('is answered, large or small', async (t) => {
    const { handle, context } = through(t, 'unary', (request) => Promise.resolve(request));
    assert.equal(text(await handle(bytes('hello'), context)), 'hello');
    const large = Buffer.alloc(3_000_000, 'large');
    assert.ok(large.equals(await handle(Buffer.from(large), context)));
    assert.equal((await handle(bytes(''), context)).length, 0);
  });

  it('shows the handler who calls, with what, and until when', async (t) => {
    let seen: CallContext | undefined;
    const { handle, context } = through(t, 'unary', (request, call) => {
      seen = call;
      return Promise.resolve(request);
    });
    await handle(bytes(''), context);
    assert.ok(seen);
    assert.deepEqual(seen.metadata('x-key'), ['value']);
    assert.equal(seen.peer, '127.0.0.1:1');
    assert.ok(Math.abs(seen.deadlineMs - deadlineMs) < 5);
    assert.equal(seen.signal.aborted, false);
  });

  it('fails as the handler fails, at once or later', async (t) => {
    const failure = new PerchError('RATE_LIMITED', 'too many', { retryAfterMs: 7 });
    for (const fail of [
      () => {
        throw failure;
      },
      () => Promise.reject(failure),
    ]) {
      const { handle, context } = through(t, 'unary', fail);
      await assert.rejects(handle(bytes(''), context), {
        ...{ code: 'RATE_LIMITED', message: 'too many', retryAfterMs: 7 },
      });
    }
  });

  it('brings the cause of a mistake, for the log of the thread', async (t) => {
    const { handle, context } = through(t, 'unary', () => Promise.reject(new TypeError('a mistake')));
    await assert.rejects(handle(bytes(''), context), (reason: PerchError) => {
      assert.equal(reason.code, 'INTERNAL');
      assert.match(String(reason.cause), /a mistake/);
      return true;
    });
  });

  it('brings the metadata that the handler adds', async (t) => {
    const { handle, context } = through(t, 'unary', (request, call) => {
      assert.ok(call instanceof GrpcCallContext);
      call.addHeader('x-first', 'a');
      call.addHeader('x-bytes-bin', Buffer.of(0, 255));
      call.addTrailer('x-last', 'b');
      return Promise.resolve(request);
    });
    await handle(bytes(''), context);
    assert.deepEqual(context.headers, [
      ['x-first', 'a'],
      ['x-bytes-bin', 'AP8'],
    ]);
    assert.deepEqual(context.trailers, [['x-last', 'b']]);
  });

  it('tells the handler why nobody waits any more', async (t) => {
    const left = new PerchError('DEADLINE_EXCEEDED', 'too late');
    let reason: unknown;
    const { handle, context } = through(t, 'unary', async (_request, { signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      reason = signal.reason;
      throw PerchError.from(signal.reason);
    });
    const answered = assert.rejects(handle(bytes(''), context), { code: 'DEADLINE_EXCEEDED' });
    context.abort(left);
    await answered;
    assert.ok(PerchError.is(reason, 'DEADLINE_EXCEEDED'));
    assert.equal(reason.message, 'too late');
  });

  it('is cancelled when the thread is gone', async (t) => {
    let reason: unknown;
    const { handle, context, service } = through(t, 'unary', (_request, { signal }) => {
      return new Promise((resolve) =>
        signal.addEventListener('abort', () => {
          reason = signal.reason;
          resolve(bytes(''));
        }),
      );
    });
    const answer = handle(bytes(''), context);
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    service.lost();
    await answer;
    assert.ok(PerchError.is(reason, 'CANCELLED'));
  });

  it('goes beside others, in any order', async (t) => {
    const held: (() => void)[] = [];
    const { handle, context } = through(t, 'unary', async (request) => {
      await new Promise<void>((resolve) => held.push(resolve));
      return request;
    });
    for (let round = 0; round < 3; round++) {
      const calls = Array.from({ length: 50 }, (_, i) => handle(bytes(`${round} ${i}`), context));
      await until('all to be there', () => held.length === 50);
      held
        .splice(0)
        .toReversed()
        .forEach((resolve) => resolve());
      const answers = await Promise.all(calls);
      assert.deepEqual(
        answers.map(text),
        Array.from({ length: 50 }, (_, i) => `${round} ${i}`),
      );
    }
  });
});

describe('who may call', () => {
  for (const kind of ['unary', 'client-stream', 'server-stream', 'bidi-stream'] as const) {
    it(`is asked before the handler of ${kind} methods`, async (t) => {
      const refusal = new PerchError('ROLE_MISSING', 'not you');
      const seen: string[] = [];
      const { handle, context } = through(
        t,
        kind,
        () => {
          throw new Error('nobody may');
        },
        (head) => {
          seen.push(head.peer, ...head.metadata('x-key'));
          throw refusal;
        },
      );
      const request = kind === 'unary' || kind === 'server-stream' ? bytes('') : requestsOf('a');
      const call = handle as (
        request: unknown,
        call: CallContext,
      ) => Promise<Uint8Array> | AsyncIterable<Uint8Array>;
      const answer = call(request, context);
      const failed = answer instanceof Promise ? answer : collect(answer);
      await assert.rejects(failed, { code: 'ROLE_MISSING', message: 'not you' });
      assert.deepEqual(seen, ['127.0.0.1:1', 'value']);
    });
  }
});

describe('a streaming call through a link', () => {
  it('carries requests and answers, and both ends', async (t) => {
    const { handle, context } = through(t, 'bidi-stream', async function* (requests) {
      for await (const request of requests) {
        yield bytes(`<${text(request)}>`);
      }
      yield bytes('the end');
    });
    const answers = handle(requestsOf('a', '', 'c'), context);
    assert.deepEqual(await collect(answers), ['<a>', '<>', '<c>', 'the end']);
  });

  it('gives one answer to many requests', async (t) => {
    const { handle, context } = through(t, 'client-stream', async (requests) =>
      bytes((await collect(requests)).join('+')),
    );
    assert.equal(text(await handle(requestsOf('1', '2', '3'), context)), '1+2+3');
  });

  it('fails behind the answers that were given', async (t) => {
    const { handle, context } = through(t, 'server-stream', async function* (request) {
      yield Promise.resolve(request);
      throw new PerchError('MODEL_UNKNOWN', 'which?');
    });
    const answers = handle(bytes('first'), context)[Symbol.asyncIterator]();
    assert.equal(text((await answers.next()).value as Uint8Array), 'first');
    await assert.rejects(answers.next(), { code: 'MODEL_UNKNOWN' });
  });

  it('fails the requests of the handler as they failed in the thread', async (t) => {
    const { handle, context } = through(t, 'client-stream', async (requests) => {
      await collect(requests);
      return bytes('');
    });
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield Promise.resolve(bytes('a'));
      throw new PerchError('REQUEST_TOO_LARGE', 'too large');
    }
    await assert.rejects(handle(failing(), context), { code: 'REQUEST_TOO_LARGE', message: 'too large' });
  });

  it('lets the handler be no further ahead than the credit', async (t) => {
    let produced = 0;
    let isStopped = false;
    const { handle, context } = through(t, 'server-stream', async function* () {
      try {
        for (; produced < 1000; produced++) {
          yield Promise.resolve(Buffer.alloc(10_000));
        }
      } finally {
        isStopped = true;
      }
    });
    const answers = handle(bytes(''), context)[Symbol.asyncIterator]();
    await until('the credit to be used up', () => produced >= 6);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.ok(produced < 10, `${produced} without a taker`);
    for (let taken = 0; taken < 500; taken++) {
      await answers.next();
    }
    assert.ok(produced >= 499 && produced < 520, `${produced} for 500`);
    await answers.return?.();
    await until('the handler to stop', () => isStopped);
    assert.ok(produced < 520);
  });

  it('takes no more requests than the handler does', async (t) => {
    let sent = 0;
    let isStopped = false;
    async function* requests(): AsyncGenerator<Uint8Array> {
      try {
        for (; ; sent++) {
          yield Promise.resolve(Buffer.alloc(10_000));
        }
      } finally {
        isStopped = true;
      }
    }
    let goOn: () => void = () => undefined;
    const { handle, context } = through(t, 'client-stream', async (given) => {
      await new Promise<void>((resolve) => (goOn = resolve));
      for await (const request of given) {
        return request.subarray(0, 3);
      }
      return bytes('none');
    });
    const answer = handle(requests(), context);
    await until('the credit to be used up', () => sent >= 6);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.ok(sent < 10, `${sent} without a taker`);
    goOn();
    assert.equal((await answer).length, 3);
    await until('the requests to stop', () => isStopped);
  });

  it('stops handler and requests when the caller leaves', async (t) => {
    const stopped: string[] = [];
    let signal: AbortSignal | undefined;
    const { handle, context } = through(t, 'bidi-stream', async function* (requests, call) {
      ({ signal } = call);
      try {
        yield* requests;
      } catch (reason) {
        stopped.push(PerchError.from(reason).code);
        throw reason;
      } finally {
        stopped.push('handler');
      }
    });
    const answers = handle(
      endless(() => stopped.push('requests')),
      context,
    )[Symbol.asyncIterator]();
    await answers.next();
    context.abort(callerLeft);
    await answers.return?.();
    await until('both to stop', () => stopped.includes('handler') && stopped.includes('requests'));
    assert.equal(signal?.aborted, true);
  });

  it('logs what a handler fails with that nobody waits for', async (t) => {
    const { handle, context, logged } = through(t, 'server-stream', async function* () {
      try {
        for (;;) {
          yield Promise.resolve(Buffer.alloc(1000));
        }
      } finally {
        await Promise.reject(new Error('cannot clean up'));
      }
    });
    const answers = handle(bytes(''), context)[Symbol.asyncIterator]();
    await answers.next();
    await answers.return?.();
    await until('the log', () => logged.some((line) => line.includes('cannot clean up')));
  });
});
