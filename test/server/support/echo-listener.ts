// A gRPC listener with an echo service on real sockets, and clients of it; everything is closed with the test.
import type { TestContext } from 'node:test';
import * as grpc from '@grpc/grpc-js';
import type { Method } from '../../../server/apis/method.ts';
import {
  openGrpcListener,
  type GrpcListenerOptions,
  type Listener,
} from '../../../server/net/grpc-listener.ts';
import { memoryLog } from '../../unit/server/fakes.ts';

/** What the tests of the listener run on. */
export const transports = ['perch', 'grpc-js'] as const satisfies readonly GrpcListenerOptions['transport'][];

/** What a call is told while the server drains. */
export const refusalText = 'The server is shutting down and takes no new calls.';

/** Never fires. */
export const forever = new AbortController().signal;

/** Echoes; a request of `wait` is answered when `release` is called. */
function echoMethods(): { methods: Method[]; waiting: () => number; release: () => void } {
  const held: (() => void)[] = [];
  const unary: Method = {
    kind: 'unary',
    path: '/test.Echo/Say',
    handle: async (request) => {
      if (Buffer.from(request).toString() === 'wait') {
        await new Promise<void>((resolve) => held.push(resolve));
      }
      return request;
    },
  };
  const stream: Method = {
    kind: 'bidi-stream',
    path: '/test.Echo/Talk',
    handle: async function* (requests) {
      yield* requests;
    },
  };
  return {
    methods: [unary, stream],
    waiting: () => held.length,
    release: () => held.splice(0).forEach((resolve) => resolve()),
  };
}

type Echo = ReturnType<typeof echoMethods>;

/** A listener and what belongs to it. */
export interface EchoListener {
  readonly listener: Listener;
  readonly echo: Echo;
  readonly logged: string[];
  /** A client of this listener, closed with the test. */
  readonly client: (how?: {
    address?: string;
    credentials?: grpc.ChannelCredentials;
    arguments?: grpc.ChannelOptions;
  }) => grpc.Client;
}

/** Opens a listener on a free port of this machine, or as `options` say. */
export async function echoListener(
  t: TestContext,
  options: Partial<GrpcListenerOptions> = {},
): Promise<EchoListener> {
  const { log, lines } = memoryLog();
  const echo = echoMethods();
  const listener = await openGrpcListener({
    methods: echo.methods,
    bindAddress: '127.0.0.1',
    port: 0,
    log,
    ...options,
  });
  const clients: grpc.Client[] = [];
  t.after(async () => {
    clients.forEach((client) => client.close());
    await listener.close(AbortSignal.abort());
  });
  return {
    listener,
    echo,
    logged: lines,
    client: (how = {}) => {
      const made = new grpc.Client(
        how.address ?? listener.address,
        how.credentials ?? grpc.credentials.createInsecure(),
        { 'grpc.use_local_subchannel_pool': 1, ...how.arguments },
      );
      clients.push(made);
      return made;
    },
  };
}

const same = (bytes: Buffer): Buffer => bytes;

/** Calls Say; rejects with grpc-js's ServiceError. */
export function say(client: grpc.Client, text: string): Promise<string> {
  const deadline = Date.now() + 60_000;
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      '/test.Echo/Say',
      same,
      same,
      Buffer.from(text),
      new grpc.Metadata(),
      { deadline },
      (error, answer) => (error === null ? resolve(String(answer)) : reject(error)),
    );
  });
}

/** Opens the stream Talk. */
export function talk(client: grpc.Client): grpc.ClientDuplexStream<Buffer, Buffer> {
  return client.makeBidiStreamRequest('/test.Echo/Talk', same, same);
}
