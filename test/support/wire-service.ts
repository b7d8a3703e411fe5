// A service that tests of a transport call: it answers with what it is asked for, and waits, fails and counts on demand.
import { setTimeout as sleep } from 'node:timers/promises';
import type { CallContext, Method } from '../../server/apis/method.ts';
import { whenAborted } from '../../server/deadline.ts';
import { errorTable, PerchError, type ErrorCode } from '../../server/errors.ts';

/** The service's methods, by their short names. */
export const wirePath = {
  /** Unary: the request. */
  echo: '/perch.test.Wire/Echo',
  /** Unary: a request of `ErrorRequest` as JSON fails with that error. */
  fail: '/perch.test.Wire/Fail',
  /** Unary: a JSON list of metadata keys is answered with pairs of key and values, as JSON; values are joined by `, `. */
  metadata: '/perch.test.Wire/Metadata',
  /** Unary: answers never; it ends when its caller has left or its deadline has passed. */
  wait: '/perch.test.Wire/Wait',
  /** Unary: `WireCounts` as JSON. */
  counts: '/perch.test.Wire/Counts',
  /** Server stream: a JSON list of sizes is answered with messages of these sizes, filled with `fillOf`. */
  produce: '/perch.test.Wire/Produce',
  /** Client stream: the number of messages and of their octets, as JSON `[messages, octets]`. */
  collect: '/perch.test.Wire/Collect',
  /** Streams both ways: every message comes back. */
  converse: '/perch.test.Wire/Converse',
} as const;

/** What `fail` is asked for. */
export interface ErrorRequest {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryAfterMs?: number;
}

/** How calls of `wait` and of the streams went, for tests of cancellation. */
export interface WireCounts {
  /** Calls of `wait` that are waiting. */
  readonly waiting: number;
  /** Calls of `wait` that have ended. */
  readonly left: number;
  /** Calls of streams that are open. */
  readonly streams: number;
}

/** The octet that message `index` of `produce` is filled with. */
export function fillOf(index: number): number {
  return index & 0xff;
}

/** Octets of a message that `produce` makes at most. */
const largestAnswer = 16 * 2 ** 20;

/** The methods, with counters of their own. */
export function wireMethods(): Method[] {
  const counts = { waiting: 0, left: 0, streams: 0 };
  const answer = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
  const wait = async ({ signal }: CallContext): Promise<Uint8Array> => {
    counts.waiting++;
    await whenAborted(signal);
    counts.waiting--;
    counts.left++;
    throw PerchError.from(signal.reason);
  };
  async function* counted(messages: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    counts.streams++;
    try {
      yield* messages;
    } finally {
      counts.streams--;
    }
  }
  return [
    { kind: 'unary', path: wirePath.echo, handle: (request) => Promise.resolve(request) },
    {
      kind: 'unary',
      path: wirePath.fail,
      handle: (request) => {
        const { code, message, retryAfterMs } = json(request) as ErrorRequest;
        if (!(code in errorTable)) {
          throw new PerchError('REQUEST_MALFORMED', 'There is no such error.');
        }
        const options = retryAfterMs === undefined ? {} : { retryAfterMs };
        return Promise.reject(new PerchError(code, message, options));
      },
    },
    {
      kind: 'unary',
      path: wirePath.metadata,
      handle: (request, call) => {
        const keys = json(request) as readonly string[];
        // Values of the same key may be joined on the way (grpc/grpc doc/PROTOCOL-HTTP2.md, "Custom-Metadata").
        return Promise.resolve(answer(keys.map((key) => [key, call.metadata(key).join(', ')])));
      },
    },
    { kind: 'unary', path: wirePath.wait, handle: (_, call) => wait(call) },
    { kind: 'unary', path: wirePath.counts, handle: () => Promise.resolve(answer(counts)) },
    {
      kind: 'server-stream',
      path: wirePath.produce,
      handle: (request) => counted(produce(json(request) as readonly number[])),
    },
    { kind: 'client-stream', path: wirePath.collect, handle: (requests) => collect(counted(requests)) },
    { kind: 'bidi-stream', path: wirePath.converse, handle: (requests) => counted(requests) },
  ];
}

async function* produce(sizes: readonly number[]): AsyncIterable<Uint8Array> {
  if (sizes.length > 10_000 || sizes.some((size) => size > largestAnswer)) {
    throw new PerchError('TENSORS_TOO_LARGE', 'That is too much.');
  }
  for (const [index, size] of sizes.entries()) {
    yield Buffer.alloc(size, fillOf(index));
    // As a real producer: not all in one turn.
    await (index % 8 === 7 ? sleep(0) : undefined);
  }
}

async function collect(requests: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  let messages = 0;
  let octets = 0;
  for await (const request of requests) {
    messages++;
    octets += request.length;
  }
  return Buffer.from(JSON.stringify([messages, octets]));
}

function json(request: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(request).toString());
  } catch (reason) {
    throw new PerchError('REQUEST_MALFORMED', 'The request is not JSON.', { cause: reason });
  }
}
