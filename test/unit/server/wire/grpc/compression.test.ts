// Compressed requests and answers, and what small messages may become.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'node:test';
import { deflateRawSync, deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib';
import type { Method } from '../../../../../server/apis/method.ts';
import { MessageCompressor } from '../../../../../server/wire/grpc/message-encoding.ts';
import { echo, framed, headOf, serverOf, type FakeStream } from './fake-stream.ts';

async function answered(stream: FakeStream): Promise<FakeStream> {
  while (stream.status === undefined) {
    await sleep(1);
  }
  return stream;
}

function encoded(encoding: string, name = 'Echo') {
  return headOf(name, [['grpc-encoding', encoding]]);
}

const talk: Method = {
  kind: 'bidi-stream',
  path: 'Talk',
  handle: async function* (requests) {
    yield* requests;
  },
};

describe('compressed request', () => {
  it('is inflated by gzip and deflate, or taken as it is where its flag is not set', async () => {
    const { ask } = serverOf([echo]);
    const text = 'to be compressed '.repeat(20);
    for (const [head, message] of [
      [encoded('gzip'), framed(gzipSync(text), 1)],
      [encoded('deflate'), framed(deflateSync(text), 1)],
      [encoded('gzip'), framed(text)],
      [encoded('unheard-of'), framed(text)],
      [encoded('identity'), framed(text)],
    ] as const) {
      const stream = await answered(await ask(head, message));
      assert.deepEqual(stream.texts, [text]);
      assert.equal(stream.status, '0');
    }
  });

  it('keeps the order of a stream, flag or not', async () => {
    const { begin } = serverOf([talk]);
    const { stream, call } = begin(encoded('gzip', 'Talk'));
    const texts = Array.from({ length: 20 }, (_, index) => `message ${index}`);
    texts.forEach((text, index) => call.data(index % 3 === 0 ? framed(text) : framed(gzipSync(text), 1)));
    call.end([]);
    await answered(stream);
    assert.deepEqual(stream.texts, texts);
    assert.equal(stream.status, '0');
  });

  it('fails where the flag has no encoding, or one that nobody knows here', async () => {
    const { ask } = serverOf([echo]);
    for (const head of [headOf('Echo'), encoded('identity'), encoded('')]) {
      const stream = await ask(head, framed(gzipSync('x'), 1));
      assert.equal(stream.status, '13 compressed flag set with identity or empty encoding');
    }
    const stream = await ask(encoded('br'), framed('x', 1));
    assert.equal(
      stream.status,
      '12 Received message compressed with unsupported encoding "br"; identity, deflate, gzip are supported',
    );
    assert.equal(stream.headers[0]?.get('grpc-accept-encoding'), 'identity,deflate,gzip');
  });

  it('fails with INTERNAL where it cannot be inflated', async () => {
    const { ask, begin } = serverOf([echo, talk]);
    const whole = gzipSync('some text');
    for (const broken of [Buffer.from('garbage'), whole.subarray(0, -9), Buffer.alloc(0), deflateSync('x')]) {
      const stream = await answered(await ask(encoded('gzip'), framed(broken, 1)));
      assert.equal(stream.status, '13 Unexpected error decompressing data for algorithm gzip');
    }
    const raw = await answered(await ask(encoded('deflate'), framed(deflateRawSync('x'), 1)));
    assert.equal(raw.status, '13 Unexpected error decompressing data for algorithm deflate');
    const { stream, call } = begin(encoded('gzip', 'Talk'));
    call.data(framed('garbage', 1));
    assert.equal(
      (await answered(stream)).status,
      '13 Unexpected error decompressing data for algorithm gzip',
    );
  });

  it('fails with RESOURCE_EXHAUSTED where it becomes larger than messages may be', async () => {
    const { ask } = serverOf([echo], { limits: { maxReceiveBytes: 1_000, maxSendBytes: Infinity } });
    const fits = await answered(await ask(encoded('gzip'), framed(gzipSync(Buffer.alloc(1_000)), 1)));
    assert.equal(fits.status, '0');
    const stream = await answered(await ask(encoded('gzip'), framed(gzipSync(Buffer.alloc(1_001)), 1)));
    assert.equal(
      stream.status,
      '8 Received message that decompresses to a size larger than 1000, which grpc.max_receive_message_length allows',
    );
  });

  it('is not inflated where its call was over when its turn came', async () => {
    const compressor = new MessageCompressor(Infinity);
    const bytes = gzipSync(Buffer.alloc(2 ** 20));
    let isOver = false;
    const [first, second, third, fourth] = ['first', 'second', 'third', 'fourth'].map((name) =>
      compressor.inflate('gzip', bytes, () => name === 'third' && isOver),
    );
    isOver = true;
    assert.deepEqual(await third, { status: 'CANCELLED', message: 'The call is over.' });
    for (const inflated of [await first, await second, await fourth]) {
      assert.ok(inflated instanceof Uint8Array);
      assert.equal(inflated.length, 2 ** 20);
    }
  });

  it('may become 64 MiB whatever its ratio, and no more than a hundred times its size above that', async () => {
    const compressor = new MessageCompressor(Infinity);
    const zeros = await compressor.inflate('gzip', gzipSync(Buffer.alloc(64 * 2 ** 20)));
    assert.ok(zeros instanceof Uint8Array && zeros.length === 64 * 2 ** 20);
    const bomb = gzipSync(Buffer.alloc(65 * 2 ** 20));
    assert.deepEqual(await compressor.inflate('gzip', bomb), {
      status: 'RESOURCE_EXHAUSTED',
      message: `Received message of ${bomb.length} bytes that decompresses to a size larger than ${64 * 2 ** 20}`,
    });
  });

  it('is not handed on where the client has left meanwhile', async () => {
    let calls = 0;
    const { begin } = serverOf([
      {
        kind: 'unary',
        path: 'Echo',
        handle: (request) => {
          calls++;
          return Promise.resolve(request);
        },
      },
    ]);
    const { stream, call } = begin(encoded('gzip'));
    call.data(framed(gzipSync('x'), 1));
    call.end([]);
    call.ended({ kind: 'connection-closed' });
    await answered(await serverOf([echo]).ask(encoded('gzip'), framed(gzipSync('x'), 1)));
    await sleep(5);
    assert.equal(calls, 0);
    assert.deepEqual(stream.calls, []);
  });

  it('waits its turn where many come at once, and all are answered', async () => {
    const { begin } = serverOf([echo]);
    const streams = Array.from({ length: 20 }, (_, index) => {
      const { stream, call } = begin(encoded('gzip'));
      call.data(framed(index % 5 === 0 ? 'garbage' : gzipSync(`text ${index}`), 1));
      call.end([]);
      return stream;
    });
    for (const [index, stream] of streams.entries()) {
      await answered(stream);
      assert.deepEqual(stream.texts, index % 5 === 0 ? [] : [`text ${index}`]);
    }
  });
});

describe('compressed answer', () => {
  const accepting = (encodings: string, name = 'Echo') => headOf(name, [['grpc-accept-encoding', encodings]]);
  const long = 'compressible '.repeat(200);

  it('is sent where the server is set to it and the client takes it', async () => {
    for (const [answerEncoding, open] of [
      ['gzip', gunzipSync],
      ['deflate', inflateSync],
    ] as const) {
      const { ask } = serverOf([echo], { answerEncoding });
      const stream = await answered(await ask(accepting('identity, deflate,gzip'), long));
      assert.equal(stream.headers[0]?.get('grpc-encoding'), answerEncoding);
      const [message] = stream.messages;
      assert.equal(message?.isCompressed, true);
      assert.equal(open(message.bytes).toString(), long);
      assert.equal(stream.status, '0');
    }
  });

  it('is not sent otherwise, nor where it would be larger', async () => {
    const { ask } = serverOf([echo], { answerEncoding: 'gzip' });
    for (const [head, text] of [
      [headOf('Echo'), long],
      [accepting('identity,deflate'), long],
      [accepting('gzipx'), long],
      [accepting('gzip'), 'short'],
    ] as const) {
      const stream = await answered(await ask(head, text));
      assert.deepEqual(stream.messages, [{ bytes: Buffer.from(text), isCompressed: false }]);
    }
    const noise = Buffer.from(Array.from({ length: 1_100 }, (_, index) => (index * index * 7919) >> 5));
    const dense = gzipSync(
      Buffer.concat(Array.from({ length: 40 }, (_, index) => noise.map((byte) => byte ^ index))),
    );
    const stream = await answered(await ask(accepting('gzip'), framed(dense)));
    assert.equal(stream.messages[0]?.isCompressed, false);
    const plain = await answered(await serverOf([echo]).ask(accepting('gzip'), long));
    assert.equal(plain.headers[0]?.has('grpc-encoding'), false);
  });

  it('keeps the order of a stream', async () => {
    const { begin } = serverOf([talk], { answerEncoding: 'gzip' });
    const { stream, call } = begin(accepting('gzip', 'Talk'));
    const texts = Array.from({ length: 10 }, (_, index) => `${index}`.repeat(index % 2 === 0 ? 1 : 3_000));
    texts.forEach((text) => call.data(framed(text)));
    call.end([]);
    await answered(stream);
    assert.deepEqual(
      stream.messages.map(({ bytes, isCompressed }) => (isCompressed ? gunzipSync(bytes) : bytes).toString()),
      texts,
    );
  });
});
