// Against Node's own HPACK, nghttp2's: what it encodes is decoded here, and what is encoded here it decodes.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http2 from 'node:http2';
import { Duplex } from 'node:stream';
import { describe, it } from 'node:test';
import { encodeFields } from '../../../../../server/wire/hpack/encode-fields.ts';
import { HeaderDecoder } from '../../../../../server/wire/hpack/header-decoder.ts';
import type { HeaderField } from '../../../../../server/wire/http2/contract.ts';
import { HeaderEncoder } from '../../../../support/h2-client/header-encoder.ts';
import { Random } from '../../../codec/support/random.ts';

const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const type = { data: 0, headers: 1, settings: 4, continuation: 9 };
const flag = { ack: 1, endStream: 1, endHeaders: 4, padded: 8, priority: 32 };
const headerTableSize = 1;

interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

function frame(type: number, flags: number, stream: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

function settings(...pairs: readonly (readonly [id: number, value: number])[]): Buffer {
  const payload = Buffer.alloc(6 * pairs.length);
  pairs.forEach(([id, value], index) => {
    payload.writeUInt16BE(id, 6 * index);
    payload.writeUInt32BE(value, 6 * index + 2);
  });
  return frame(type.settings, 0, 0, payload);
}

/** The end of a connection that Node's http2 does not have: gives what it writes frame by frame. */
class OtherEnd extends Duplex {
  #received = Buffer.alloc(0);
  #hasPreface: boolean;
  readonly #onFrame: (frame: Frame) => void;

  /** `hasPreface`: whether the writer is a client. */
  constructor(hasPreface: boolean, onFrame: (frame: Frame) => void) {
    super();
    this.#hasPreface = hasPreface;
    this.#onFrame = onFrame;
  }

  override _read(): void {
    // `send` pushes.
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    if (this.#hasPreface && this.#received.length >= preface.length) {
      this.#received = this.#received.subarray(preface.length);
      this.#hasPreface = false;
    }
    while (!this.#hasPreface && this.#received.length >= 9) {
      const end = 9 + this.#received.readUIntBE(0, 3);
      if (this.#received.length < end) {
        break;
      }
      const [kind = 0, flags = 0] = this.#received.subarray(3, 5);
      const stream = this.#received.readUInt32BE(5);
      const payload = this.#received.subarray(9, end);
      this.#received = this.#received.subarray(end);
      this.#onFrame({ type: kind, flags, stream, payload });
    }
    done();
  }

  send(...frames: readonly Uint8Array[]): void {
    this.push(Buffer.concat(frames));
  }
}

/** Header blocks put together from their frames. */
class Blocks {
  #parts: Buffer[] = [];

  add(frame: Frame): Buffer | undefined {
    let { payload } = frame;
    if (frame.type === type.headers) {
      payload = payload.subarray(
        (frame.flags & flag.padded) === 0 ? 0 : 1,
        payload.length - ((frame.flags & flag.padded) === 0 ? 0 : payload[0]!),
      );
      payload = payload.subarray((frame.flags & flag.priority) === 0 ? 0 : 5);
    }
    this.#parts.push(payload);
    if ((frame.flags & flag.endHeaders) === 0) {
      return undefined;
    }
    const block = Buffer.concat(this.#parts);
    this.#parts = [];
    return block;
  }
}

const visible = Array.from({ length: 94 }, (_, index) => String.fromCharCode(0x21 + index)).join('');

/** A text that HTTP allows as a value: visible characters, in between also spaces. */
function anyValue(random: Random): string {
  const length = random.below(random.chance(0.05) ? 600 : 40);
  const characters = Array.from({ length }, () => (random.chance(0.1) ? ' ' : visible[random.below(94)]!));
  return characters.join('').trim();
}

function anyRequest(random: Random): HeaderField[] {
  const fields: HeaderField[] = [
    [':method', 'POST'],
    [':scheme', 'http'],
    [':authority', random.pick(['localhost', '127.0.0.1:8500'])],
    [':path', random.pick(['/', '/a.B/C', `/a.B/${random.below(1e6)}`])],
  ];
  const count = random.below(10);
  const used = new Set<string>();
  for (let field = 0; field < count; field++) {
    const name = random.pick([
      'user-agent',
      'grpc-timeout',
      'grpc-accept-encoding',
      'x-a',
      `x-${random.below(50)}`,
    ]);
    if (!used.has(name)) {
      used.add(name);
      fields.push([
        name,
        random.pick(['1', 'identity, deflate, gzip', `${random.below(5000)}m`, anyValue(random)]),
      ]);
    }
  }
  return fields;
}

async function decodesClient(seed: number, maxDeflateDynamicTableSize: number): Promise<void> {
  const random = new Random(seed);
  const requests = Array.from({ length: 300 }, () => anyRequest(random));
  const decoder = new HeaderDecoder(4096);
  const blocks = new Blocks();
  const decoded: (readonly HeaderField[])[] = [];
  const announced: number[] = [];
  let acknowledged = 0;
  let arrived: () => void = () => undefined;
  const end = new OtherEnd(true, (frame) => {
    if (frame.type === type.settings && (frame.flags & flag.ack) !== 0) {
      const setting = announced.shift();
      if (setting !== undefined) {
        decoder.setMaxTableBytes(setting);
        acknowledged++;
      }
    } else if (frame.type === type.headers || frame.type === type.continuation) {
      const block = blocks.add(frame);
      if (block !== undefined) {
        decoded.push(decoder.decode(block, 0x7fff_ffff).fields);
      }
    }
    arrived();
  });
  const announce = (tableBytes: number): void => {
    announced.push(tableBytes);
    end.send(settings([headerTableSize, tableBytes]));
  };
  end.send(settings());
  announced.push(4096);
  const client = http2.connect('http://localhost', {
    createConnection: () => end,
    maxDeflateDynamicTableSize,
  });
  const failed = once(client, 'error').then(([error]) => {
    throw error;
  });
  failed.catch(() => undefined);
  const until = async (isDone: () => boolean): Promise<void> => {
    while (!isDone()) {
      await Promise.race([failed, new Promise<void>((resolve) => (arrived = resolve))]);
    }
  };
  for (const [index, fields] of requests.entries()) {
    if (index % 40 === 39) {
      const changes = acknowledged + announced.length + 2;
      announce(random.pick([0, 100, 1000]));
      announce(random.pick([0, 300, 4096, 10_000]));
      await until(() => acknowledged === changes);
    }
    const stream = client.request(Object.fromEntries(fields), { endStream: true });
    stream.on('error', () => undefined);
  }
  await until(() => decoded.length === requests.length);
  assert.deepEqual(decoded, requests);
  client.destroy();
}

async function clientDecodes(seed: number): Promise<void> {
  const random = new Random(seed);
  const encoder = new HeaderEncoder(4096);
  const lists = Array.from({ length: 300 }, () => [
    [':status', random.pick(['200', '404', '299'])] as const,
    ...anyRequest(random).filter(([name]) => !name.startsWith(':')),
  ]);
  const answer = (stream: number): void => {
    const fields = lists[(stream - 1) / 2]!;
    const block = random.chance(0.2)
      ? encodeFields(fields, new Set(['x-a']))
      : encoder.encode(fields, {
          huffman: random.chance(0.7),
          index: () => random.chance(0.7),
          sensitive: () => random.chance(0.1),
        });
    const cut = random.below(block.length);
    end.send(
      frame(type.headers, flag.endStream, stream, block.subarray(0, cut)),
      frame(type.continuation, flag.endHeaders, stream, block.subarray(cut)),
    );
    if (random.chance(0.1)) {
      encoder.setMaxTableBytes(random.pick([0, 100, 500, 4096]));
    }
  };
  const end = new OtherEnd(true, (frame) => {
    if (frame.type === type.headers) {
      answer(frame.stream);
    }
  });
  end.send(settings());
  const client = http2.connect('http://localhost', { createConnection: () => end });
  for (const fields of lists) {
    const stream = client.request({ ':path': '/' }, { endStream: true });
    const [, , raw] = (await once(stream, 'response')) as [unknown, unknown, string[]];
    assert.deepEqual(
      raw,
      fields.flatMap((field) => [...field]),
    );
    stream.close();
  }
  client.destroy();
}

describe('nghttp2', () => {
  for (const [seed, table] of [
    [1, 4096],
    [2, 4096],
    [3, 200],
    [4, 0],
    [5, 100_000],
  ] as const) {
    it(`is understood, with a table of ${table} bytes and settings that change (seed ${seed})`, () =>
      decodesClient(seed, table));
  }

  for (const seed of [6, 7]) {
    it(`understands what is encoded here, with tables that change (seed ${seed})`, () => clientDecodes(seed));
  }
});
