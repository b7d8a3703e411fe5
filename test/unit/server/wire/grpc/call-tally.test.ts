// How the calls of a connection ended, as the connection's handler tells it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PerchError } from '../../../../../server/errors.ts';
import type { Method } from '../../../../../server/apis/method.ts';
import { echo, headOf, serverOf, silent } from './fake-stream.ts';

const failing: Method = {
  kind: 'unary',
  path: 'Fail',
  handle: () => Promise.reject(new PerchError('MODEL_UNKNOWN', 'There is no such model.')),
};

describe('the tally of calls', () => {
  it('counts answers, failures, deadlines and callers that left, each once', async () => {
    const { method } = silent();
    const server = serverOf([echo, failing, method]);
    assert.deepEqual([...server.handler.calls], []);
    await server.ask(headOf('Echo'), 'a');
    await server.ask(headOf('Echo'), 'b');
    await server.ask(headOf('Fail'), 'c');
    await server.ask(headOf('Nothing'), 'd');

    const left = server.begin(headOf('Silent'));
    left.call.ended({ kind: 'reset-by-peer', code: 8 });
    left.call.ended({ kind: 'connection-closed' });

    const late = server.begin(headOf('Silent', [['grpc-timeout', '5m']]));
    server.clock.advance(6);
    late.call.ended({ kind: 'connection-closed' });

    assert.deepEqual(Object.fromEntries(server.handler.calls), {
      OK: 2,
      NOT_FOUND: 1,
      UNIMPLEMENTED: 1,
      CANCELLED: 1,
      DEADLINE_EXCEEDED: 1,
    });
  });
});
