// Who may not make a call is told so when its head has come, before anything of the request: on both transports.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type IncomingHttpHeaders } from 'node:http2';
import { describe, it, type TestContext } from 'node:test';
import type { Method } from '../../server/apis/method.ts';
import { Audit } from '../../server/auth/audit.ts';
import { Gatekeeper } from '../../server/auth/gatekeeper.ts';
import { guardMethods } from '../../server/auth/guard-method.ts';
import { digestOf, TokenSet } from '../../server/auth/token-set.ts';
import { createLogger } from '../../server/log.ts';
import { openGrpcListener } from '../../server/net/grpc-listener.ts';

const token = 'a-token-of-the-daemon-that-nobody-guesses';
const log = createLogger({ format: 'text', minimum: 'error', write: () => undefined }, 'test');

const calls: Method[] = [
  { kind: 'unary', path: '/perch.admin.v1.Admin/ListModels', handle: (request) => Promise.resolve(request) },
  {
    kind: 'bidi-stream',
    path: '/perch.admin.v1.Admin/WatchState',
    handle: async function* (requests) {
      yield* requests;
    },
  },
];

/** Calls each method, with a request or with nothing but its head; gives the status that comes. */
async function statuses(
  t: TestContext,
  transport: 'perch' | 'grpc-js',
  request: Uint8Array | undefined,
  headers: Readonly<Record<string, string>>,
): Promise<unknown[]> {
  const audit = new Audit(log);
  const tokens = new TokenSet([{ name: 'daemon', role: 'admin', digest: digestOf(token) }]);
  const guards = { gatekeeper: new Gatekeeper({ tokens, audit }), audit };
  const listener = await openGrpcListener({
    methods: guardMethods(calls, { requirePredictToken: false, openReload: false }, guards),
    bindAddress: '127.0.0.1',
    port: 0,
    transport,
    log,
  });
  t.after(() => listener.close(AbortSignal.abort()));
  const client = connect(`http://${listener.address}`);
  client.on('error', () => undefined);
  t.after(() => client.destroy());
  const answers: unknown[] = [];
  for (const { path } of calls) {
    const stream = client.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    });
    if (request !== undefined) {
      stream.end(request);
    }
    const told: IncomingHttpHeaders = {};
    stream.on('response', (head) => void Object.assign(told, head));
    stream.on('trailers', (trailers) => void Object.assign(told, trailers));
    stream.resume();
    await once(stream, 'end');
    answers.push(told['grpc-status']);
    stream.close();
  }
  return answers;
}

for (const transport of ['perch', 'grpc-js'] as const) {
  describe(`a call of ${transport}`, () => {
    it('is refused without a token before its request has come', async (t) => {
      assert.deepEqual(await statuses(t, transport, undefined, {}), ['16', '16']);
    });

    it('is refused with an unknown one likewise', async (t) => {
      const headers = { authorization: 'Bearer guessed' };
      assert.deepEqual(await statuses(t, transport, undefined, headers), ['16', '16']);
    });

    it('is answered with a right one', async (t) => {
      const headers = { authorization: `Bearer ${token}` };
      assert.deepEqual(await statuses(t, transport, Buffer.alloc(5), headers), ['0', '0']);
    });
  });
}
