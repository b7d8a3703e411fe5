// What is answered to heads of requests: which are calls, and what is wrong with the others.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HeaderField, RequestHead } from '../../../../../server/wire/http2/contract.ts';
import { flush } from '../../fakes.ts';
import { echo, FakeStream, framed, headOf, serverOf } from './fake-stream.ts';

function withType(contentType: string): RequestHead {
  return { ...headOf('Echo'), fields: [['content-type', contentType]] };
}

describe('the head of a request', () => {
  it('is a call’s with every content type of gRPC, with te: trailers or without it', async () => {
    const { ask } = serverOf([echo]);
    for (const contentType of [
      'application/grpc',
      'application/grpc+proto',
      'application/grpc+json',
      'application/grpc;charset=utf-8',
      'Application/GRPC',
    ]) {
      const stream = await ask(withType(contentType), 'hi');
      assert.deepEqual(stream.texts, ['hi'], contentType);
      assert.equal(stream.status, '0');
    }
  });

  it('gets 415 with any other content type, in words', () => {
    const { begin } = serverOf([echo]);
    for (const contentType of [
      'application/json',
      'application/grpc-web',
      'application/grpcx',
      'text/plain',
      '',
    ]) {
      const { stream } = begin(withType(contentType));
      assert.equal(stream.headers[0]?.get(':status'), '415', contentType);
      assert.equal(stream.headers[0].get('content-type'), 'text/plain; charset=utf-8');
      assert.match(stream.sent.toString(), /This port speaks gRPC: .*application\/grpc\.\n/);
      assert.deepEqual(stream.calls, ['headers', `data ${stream.sent[0]?.length} end`]);
    }
    const { stream, call } = begin({ ...headOf('Echo'), fields: [] });
    assert.equal(stream.headers[0]?.get(':status'), '415');
    // Where the answer waits for the client's window, the request must not wait for it too.
    call.data(Buffer.alloc(100));
    assert.equal(stream.credit, 100);
  });

  it('gets 405 with any other method', () => {
    const { begin } = serverOf([echo]);
    for (const method of ['GET', 'PUT', 'post', 'CONNECT']) {
      const { stream } = begin({ ...headOf('Echo'), method }, true);
      assert.equal(stream.headers[0]?.get(':status'), '405', method);
      assert.equal(stream.headers[0].get('allow'), 'POST');
    }
  });

  it('gets UNIMPLEMENTED for a path that nobody serves', () => {
    const { begin } = serverOf([echo]);
    for (const path of ['/test.T/Other', '/test.T/Echo/', 'test.T/Echo', '/', '*', '/test.T/__proto__', '']) {
      const { stream, call } = begin({ ...headOf('Echo'), path });
      assert.equal(stream.status, `12 The server does not implement the method ${path}`);
      assert.deepEqual(stream.calls, ['headers end']);
      assert.equal(stream.headers[0]?.get(':status'), '200');
      assert.equal(stream.headers[0].get('content-type'), 'application/grpc');
      call.data(framed('ignored'));
      call.end([]);
      call.ended({ kind: 'connection-closed' });
    }
  });

  it('gets a message of bounded length for a path of any length, in ASCII', () => {
    const { begin } = serverOf([echo]);
    const { stream } = begin({ ...headOf('Echo'), path: `/${'é'.repeat(5_000)}` });
    const message = stream.headers[0]?.get('grpc-message') ?? '';
    assert.match(message, /^The server does not implement the method \/(?:%C3%A9)+\.\.\.TRUNCATED$/);
    assert.equal(decodeURIComponent(message).length, 1024);
  });

  it('gets INTERNAL for a grpc-timeout or binary metadata that is malformed', () => {
    const { begin } = serverOf([echo]);
    for (const [field, status] of [
      [['grpc-timeout', 'abc'], '13 malformed grpc-timeout: "abc"'],
      [['grpc-timeout', '-5S'], '13 malformed grpc-timeout: "-5S"'],
      [['grpc-timeout', '999999999H'], '13 malformed grpc-timeout: "999999999H"'],
      [['x-bin', '***'], '13 malformed binary metadata in header "x-bin"'],
    ] as readonly (readonly [HeaderField, string])[]) {
      assert.equal(begin(headOf('Echo', [field])).stream.status, status);
    }
  });

  it('that was too large gets RESOURCE_EXHAUSTED', () => {
    const { handler } = serverOf([echo]);
    const stream = new FakeStream();
    handler.headersTooLarge(stream, 70_000, 16_384);
    assert.equal(
      stream.status,
      '8 Received metadata larger than max (70000 vs. 16384), which grpc.max_metadata_size sets',
    );
    assert.deepEqual(stream.calls, ['headers end']);
  });

  it('may be the same object again, or another one, for any number of calls', async () => {
    const { ask } = serverOf([echo, { ...echo, path: 'Other' }]);
    const heads = [headOf('Echo'), headOf('Other'), headOf('Missing')];
    for (const index of [0, 0, 1, 0, 2, 2, 1, 1]) {
      const head = heads[index];
      assert.ok(head !== undefined);
      const stream = await ask(head, framed('x'));
      assert.equal(stream.status?.slice(0, 2).trim(), index === 2 ? '12' : '0');
    }
  });

  it('gets UNAVAILABLE while the server drains, which ends when the calls before it have ended', async () => {
    const { begin, gate } = serverOf([echo]);
    const before = begin(headOf('Echo'));
    gate.close();
    assert.equal(
      begin(headOf('Echo')).stream.status,
      '14 The server is shutting down and takes no new calls.',
    );
    let isEmpty = false;
    void gate.empty.then(() => {
      isEmpty = true;
    });
    before.call.data(framed('late'));
    before.call.end([]);
    assert.equal(isEmpty, false);
    await flush();
    assert.deepEqual(before.stream.texts, ['late']);
    assert.equal(isEmpty, true);
  });
});
