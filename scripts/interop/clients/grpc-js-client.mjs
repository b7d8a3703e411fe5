// The interop cases with grpc-js: grpc-js-client.mjs ADDRESS [CA_FILE]. Prints one JSON line per case.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import * as grpc from '@grpc/grpc-js';

const service = '/perch.test.Wire/';
const special = '\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n';
const [address, authority] = process.argv.slice(2);
const client = new grpc.Client(
  address,
  authority === undefined
    ? grpc.credentials.createInsecure()
    : grpc.credentials.createSsl(readFileSync(authority)),
);
const same = (bytes) => bytes;
const inTime = () => ({ deadline: Date.now() + 30_000 });
const sized = (sizes) => sizes.map((size) => Buffer.alloc(size, size & 0xff));
const { status } = grpc;

function unary(path, request, { metadata = new grpc.Metadata(), options = inTime() } = {}) {
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(path, same, same, Buffer.from(request), metadata, options, (error, answer) =>
      error === null ? resolve(answer) : reject(error),
    );
  });
}

async function echo(request, how) {
  assert.ok(request.equals(await unary(`${service}Echo`, request, how)));
}

function fail(request) {
  return unary(`${service}Fail`, JSON.stringify(request));
}

async function converse(messages, lockStep) {
  const call = client.makeBidiStreamRequest(`${service}Converse`, same, same, inTime());
  const answers = [];
  call.on('data', (answer) => answers.push(answer));
  for (const message of messages) {
    call.write(message);
    if (lockStep) {
      await once(call, 'data');
    }
  }
  call.end();
  await once(call, 'end');
  assert.deepEqual(answers, messages);
}

async function cancelled(call) {
  call.cancel();
  const [error] = await once(call, 'error');
  assert.equal(error.code, status.CANCELLED);
}

const cases = {
  empty_unary: () => echo(Buffer.alloc(0)),
  large_unary: async () => {
    await echo(Buffer.alloc(271_828, 'large'));
    await echo(Buffer.alloc(3_000_000, 'larger'));
  },
  client_streaming: () =>
    new Promise((resolve, reject) => {
      const call = client.makeClientStreamRequest(
        `${service}Collect`,
        same,
        same,
        new grpc.Metadata(),
        inTime(),
        (error, answer) => (error === null ? resolve(answer) : reject(error)),
      );
      sized([27182, 8, 1828, 45904]).forEach((message) => call.write(message));
      call.end();
    }).then((answer) => assert.equal(String(answer), '[4,74922]')),
  server_streaming: async () => {
    const request = Buffer.from('[31415,9,2653,58979]');
    const call = client.makeServerStreamRequest(`${service}Produce`, same, same, request, inTime());
    assert.deepEqual(
      (await call.toArray()).map((answer) => answer.length),
      [31415, 9, 2653, 58979],
    );
  },
  ping_pong: () => converse(sized([27182, 8, 1828, 45904]), true),
  half_duplex: () => converse(sized([31415, 9, 2653, 58979]), false),
  empty_stream: () => converse([], false),
  custom_metadata: async () => {
    const metadata = new grpc.Metadata();
    metadata.add('x-one', 'abc');
    metadata.add('x-three-bin', Buffer.from('bytes'));
    const answer = await unary(`${service}Metadata`, '["x-one","x-three-bin"]', { metadata });
    assert.deepEqual(JSON.parse(answer), [
      ['x-one', 'abc'],
      ['x-three-bin', 'bytes'],
    ]);
  },
  status_code_and_message: () =>
    assert.rejects(fail({ code: 'MODEL_UNKNOWN', message: 'test status message' }), {
      code: status.NOT_FOUND,
      details: 'test status message',
    }),
  special_status_message: () =>
    assert.rejects(fail({ code: 'MODEL_UNKNOWN', message: special }), {
      code: status.NOT_FOUND,
      details: special,
    }),
  trailing_metadata: () =>
    fail({ code: 'DRAINING', message: 'later', retryAfterMs: 5 }).then(
      () => assert.fail('did not fail'),
      (error) => assert.deepEqual(error.metadata.get('grpc-retry-pushback-ms'), ['5']),
    ),
  unimplemented_method: () => assert.rejects(unary(`${service}None`, ''), { code: status.UNIMPLEMENTED }),
  unimplemented_service: () => assert.rejects(unary('/none.None/Echo', ''), { code: status.UNIMPLEMENTED }),
  timeout_on_sleeping_server: () =>
    assert.rejects(unary(`${service}Wait`, '', { options: { deadline: Date.now() + 50 } }), {
      code: status.DEADLINE_EXCEEDED,
    }),
  cancel_after_begin: () => cancelled(client.makeBidiStreamRequest(`${service}Converse`, same, same)),
  cancel_after_first_response: async () => {
    const call = client.makeBidiStreamRequest(`${service}Converse`, same, same);
    call.write(Buffer.alloc(27182));
    await once(call, 'data');
    await cancelled(call);
  },
  compressed_request: () => {
    const metadata = new grpc.Metadata();
    metadata.set('grpc-internal-encoding-request', 'gzip');
    return echo(Buffer.alloc(271_828), { metadata });
  },
  many_calls: () => Promise.all(Array.from({ length: 1000 }, (_, i) => echo(Buffer.from(String(i))))),
};

for (const [name, run] of Object.entries(cases)) {
  const problem = await Promise.resolve(run()).then(
    () => '',
    (error) => String(error),
  );
  console.log(JSON.stringify({ case: name, problem }));
}
client.close();
// A call that was cancelled may keep grpc-js alive, whoever the server is.
process.exit(0);
