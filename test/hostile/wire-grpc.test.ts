// Calls that break gRPC's rules, or ask for more than is good: each is refused by its name, and the next one is served.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { HeaderField } from '../../server/wire/http2/contract.ts';
import type { H2Connection } from '../support/h2-client/connection.ts';
import { GrpcCall, type CallOutcome } from '../support/h2-client/grpc-call.ts';
import { messageBytes, prefixed } from '../support/h2-client/grpc-message.ts';
import { startWireProcess, type WireProcess } from '../support/wire-process.ts';
import { wirePath } from '../support/wire-service.ts';
import { assertHoldings, skip } from './support/holdings.ts';

/** gRPC status codes that refusals have here. */
const resourceExhausted = 8;
const unimplemented = 12;
const internal = 13;

/** A call, and what it must come to. */
interface HostileCall {
  readonly name: string;
  readonly path?: string;
  readonly fields?: readonly HeaderField[];
  /** The header list as a whole, in place of a good one. */
  readonly head?: readonly HeaderField[];
  readonly content?: () => Buffer;
  /** A gRPC status, an HTTP status as text, or the code of RST_STREAM. */
  readonly ends: number | string;
}

const good = (): Buffer => messageBytes(Buffer.from('good'));
const head: readonly HeaderField[] = [
  [':method', 'POST'],
  [':scheme', 'http'],
  [':path', wirePath.echo],
  [':authority', 'localhost'],
  ['te', 'trailers'],
  ['content-type', 'application/grpc'],
];
const without = (name: string): HeaderField[] => head.filter((field) => field[0] !== name);
/** RFC 9113 §8.1.1: a malformed request is a stream error. */
const malformed = 'PROTOCOL_ERROR';

const malformedHeads: HostileCall[] = [
  { name: 'no :method', head: without(':method'), ends: malformed },
  { name: 'no :path', head: without(':path'), ends: malformed },
  { name: 'no :scheme', head: without(':scheme'), ends: malformed },
  { name: 'an empty :path', fields: [[':path', '']], ends: malformed },
  { name: 'two :path', head: [...head.slice(0, 4), [':path', '/'], ...head.slice(4)], ends: malformed },
  { name: 'a pseudo-header behind a field', head: [...head.slice(1), [':method', 'POST']], ends: malformed },
  { name: 'a pseudo-header that nobody knows', head: [[':nobody', 'x'], ...head], ends: malformed },
  { name: ':status', head: [[':status', '200'], ...head], ends: malformed },
  { name: 'a name in upper case', fields: [['X-Upper', 'x']], ends: malformed },
  { name: 'a name with a space', fields: [['x y', 'x']], ends: malformed },
  { name: 'an empty name', fields: [['', 'x']], ends: malformed },
  { name: 'a line break in a value', fields: [['x-a', 'x\r\nx-b: y']], ends: malformed },
  { name: 'NUL in a value', fields: [['x-a', 'x\0y']], ends: malformed },
  { name: 'connection', fields: [['connection', 'close']], ends: malformed },
  { name: 'transfer-encoding', fields: [['transfer-encoding', 'chunked']], ends: malformed },
  { name: 'te: gzip', fields: [['te', 'gzip']], ends: malformed },
  { name: 'content-length above what comes', fields: [['content-length', '1000']], ends: malformed },
  { name: 'content-length below what comes', fields: [['content-length', '3']], ends: malformed },
  { name: 'content-length that is no number', fields: [['content-length', '0x9']], ends: malformed },
];

const notGrpc: HostileCall[] = [
  { name: 'GET', fields: [[':method', 'GET']], ends: '405' },
  { name: 'a method of its own', fields: [[':method', 'BREW']], ends: '405' },
  { name: 'a type that is not gRPC', fields: [['content-type', 'text/plain']], ends: '415' },
  { name: 'no type', head: without('content-type'), ends: '415' },
  { name: 'gRPC-Web', fields: [['content-type', 'application/grpc-web+proto']], ends: '415' },
];

const wrongHeads: HostileCall[] = [
  { name: 'path *', fields: [[':path', '*']], ends: malformed },
  { name: 'a path without a slash', fields: [[':path', 'perch.test.Wire/Echo']], ends: malformed },
  { name: '/__proto__/constructor', fields: [[':path', '/__proto__/constructor']], ends: unimplemented },
  { name: 'a path of 10 kB', fields: [[':path', `/${'x'.repeat(10_000)}`]], ends: unimplemented },
  ...['abc', '-5S', '999999999H', '5', 'S', '5s', '1 S', '١S'].map((timeout): HostileCall => ({
    name: `grpc-timeout ${timeout}`,
    fields: [['grpc-timeout', Buffer.from(timeout).toString('latin1')]],
    ends: internal,
  })),
  { name: 'grpc-timeout 99999999H', fields: [['grpc-timeout', '99999999H']], ends: 0 },
  { name: 'grpc-timeout 0n', path: wirePath.wait, fields: [['grpc-timeout', '0n']], ends: 4 },
  { name: '-bin metadata that is not base64', fields: [['x-bin', '!!!']], ends: internal },
  { name: 'a Latin-1 value', fields: [['x-latin', 'caf\xe9']], ends: 0 },
  {
    name: 'headers of 60 kB',
    fields: Array.from({ length: 60 }, (_, i): HeaderField => [`x-${i}`, 'y'.repeat(1_000)]),
    ends: resourceExhausted,
  },
];

const gzipped = (bytes: Uint8Array): Buffer => prefixed(gzipSync(bytes), 1);
const gzip: readonly HeaderField[] = [['grpc-encoding', 'gzip']];
const wrongMessages: HostileCall[] = [
  { name: 'no message', content: () => Buffer.alloc(0), ends: unimplemented },
  { name: 'two messages', content: () => Buffer.concat([good(), good()]), ends: unimplemented },
  { name: 'three octets of a prefix', content: () => Buffer.alloc(3), ends: internal },
  { name: 'less than announced', content: () => prefixed(Buffer.alloc(10), 0, 100), ends: internal },
  {
    name: 'four GiB announced',
    content: () => prefixed(Buffer.alloc(10), 0, 2 ** 32 - 1),
    ends: resourceExhausted,
  },
  {
    name: 'two GiB announced, and nothing more',
    content: () => prefixed(Buffer.alloc(10), 0, 2 ** 31 - 1),
    ends: internal,
  },
  { name: 'more than announced', content: () => prefixed(Buffer.alloc(10), 0, 7), ends: unimplemented },
  { name: 'flag 2', content: () => prefixed(Buffer.alloc(10), 2), ends: internal },
  { name: 'flag 255', content: () => prefixed(Buffer.alloc(10), 255), ends: internal },
  { name: 'compressed without an encoding', content: () => gzipped(Buffer.alloc(10)), ends: internal },
  {
    name: 'compressed by identity',
    fields: [['grpc-encoding', 'identity']],
    content: () => gzipped(Buffer.alloc(10)),
    ends: internal,
  },
  {
    name: 'an encoding that nobody knows',
    fields: [['grpc-encoding', 'snappy']],
    content: () => gzipped(Buffer.alloc(10)),
    ends: unimplemented,
  },
  {
    name: 'gzip that is none',
    fields: gzip,
    content: () => prefixed(Buffer.alloc(100, 7), 1),
    ends: internal,
  },
  {
    name: 'gzip that is cut',
    fields: gzip,
    content: () => prefixed(gzipSync(Buffer.alloc(1_000)).subarray(0, 15), 1),
    ends: internal,
  },
  { name: 'gzip of no octets', fields: gzip, content: () => prefixed(Buffer.alloc(0), 1), ends: internal },
  {
    name: 'deflate in place of gzip',
    fields: gzip,
    content: () => messageBytes(Buffer.alloc(1_000), 'deflate'),
    ends: internal,
  },
  {
    name: 'a gzip bomb of 128 MiB',
    fields: gzip,
    content: () => gzipped(Buffer.alloc(2 ** 27)),
    ends: resourceExhausted,
  },
];

function makeCall(connection: H2Connection, call: HostileCall): Promise<CallOutcome> {
  const { path = wirePath.echo, head: whole, fields: metadata, content = good } = call;
  const made = new GrpcCall(connection, path, { head: whole, metadata });
  void made.write(content(), { endStream: true });
  return made.untilEnded();
}

function endOf({ reset, httpStatus, status }: CallOutcome): number | string | undefined {
  return reset ?? (httpStatus === '200' ? status : httpStatus);
}

describe('hostile calls', { skip }, () => {
  let server: WireProcess;
  before(async () => (server = await startWireProcess()));
  after(() => server.stop());

  for (const call of [...malformedHeads, ...notGrpc, ...wrongHeads, ...wrongMessages]) {
    it(`${call.name}: ${call.ends}`, async () => {
      const connection = await server.connect();
      const outcome = await makeCall(connection, call);
      assert.equal(endOf(outcome), call.ends, `${outcome.message} ${connection.log.describe()}`);
      // The same connection serves on: none of these is a reason to lose the other calls.
      const next = await GrpcCall.unary(connection, wirePath.echo, Buffer.from('next'));
      assert.equal(next.status, 0, connection.log.describe());
      assert.deepEqual(connection.violations, []);
      connection.destroy();
    });
  }

  it('leave the server as it was', async () => {
    await assertHoldings(server, async () => {
      for (const call of [...malformedHeads, ...notGrpc, ...wrongHeads, ...wrongMessages]) {
        const connection = await server.connect();
        await makeCall(connection, call);
        connection.destroy();
      }
    });
  });
});
