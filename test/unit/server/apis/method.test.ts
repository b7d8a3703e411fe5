// Methods on the generic codec: what they refuse, and how their streams end.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { messageCodec, serviceMethods } from '../../../../protos/messages.ts';
import { serverStream, unary, type CallContext } from '../../../../server/apis/method.ts';

const methods = serviceMethods('grpc.health.v1.Health');
const request = messageCodec('grpc.health.v1.HealthCheckRequest');
const response = messageCodec('grpc.health.v1.HealthCheckResponse');
const call: CallContext = {
  metadata: () => [],
  signal: new AbortController().signal,
  deadlineMs: Infinity,
  peer: 'test',
};

describe('unary', () => {
  it('decodes no request of more than 4 MiB, where nothing else is said', async () => {
    const large = request.encode({ service: 'x'.repeat(4 * 2 ** 20) });
    const handle = (): { status: 'SERVING' } => ({ status: 'SERVING' });
    const usual = unary(methods.Check, handle);
    const generous = unary(methods.Check, handle, Infinity);
    assert.ok(usual.kind === 'unary' && generous.kind === 'unary');
    await assert.rejects(usual.handle(large, call), { code: 'REQUEST_TOO_LARGE' });
    assert.equal(response.decode(await generous.handle(large, call)).status, 'SERVING');
  });
});

describe('serverStream', () => {
  it('passes on the end, errors, and that nobody wants more', async () => {
    let isLeft = false;
    const method = serverStream(methods.Watch, async function* ({ service }) {
      try {
        await Promise.resolve();
        yield { status: 'SERVING' };
        if (service === 'fails') {
          throw new RangeError('it fails');
        }
      } finally {
        isLeft = true;
      }
    });
    assert.ok(method.kind === 'server-stream');
    const watch = (service: string): AsyncIterator<Uint8Array> =>
      method.handle(request.encode({ service }), call)[Symbol.asyncIterator]();
    const ends = watch('');
    assert.equal((await ends.next()).done, false);
    assert.equal((await ends.next()).done, true);
    const fails = watch('fails');
    await fails.next();
    await assert.rejects(fails.next(), RangeError);
    isLeft = false;
    const left = watch('');
    await left.next();
    await left.return?.();
    assert.equal(isLeft, true);
    assert.throws(() => method.handle(Buffer.of(0xff), call), { code: 'REQUEST_MALFORMED' });
  });
});
