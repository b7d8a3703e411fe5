// The doctor over the admin API: this server's own rules, a probe, recordings, and what GetNetwork says of pings and calls.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:http2';
import { after, before, describe, it } from 'node:test';
import * as grpc from '@grpc/grpc-js';
import { makeModels, startServer, until, type RunningServer } from './support/running-server.ts';

const admin = 'perch.admin.v1.Admin';

const busyPython = `options=[('grpc.keepalive_time_ms', 10000), ('grpc.keepalive_permit_without_calls', 1),
  ('grpc.http2.max_pings_without_data', 0)]`;

interface Connection {
  readonly peer: string;
  readonly calls: Readonly<Record<string, string>>;
  readonly pingVerdict: string;
  readonly pingAllowedMs: number;
  readonly pingsReceived: number;
  readonly lastPingIntervalMs: number;
  readonly close: { readonly cause: string } | null;
}

interface Network {
  readonly open: readonly Connection[];
  readonly closed: readonly Connection[];
  readonly rules: Readonly<Record<string, unknown>>;
  readonly closes: readonly { readonly cause: string; readonly count: string }[];
  readonly limits: readonly unknown[];
  readonly refused: readonly unknown[];
}

/** What a stream of RecordConnection gave so far. */
interface Recorded {
  readonly event: string;
  readonly started?: { readonly address: string; readonly to: string };
  readonly opened?: { readonly connection: number };
  readonly frame?: { readonly what: string; readonly from: string };
  readonly closed?: { readonly cause: string; readonly evidence: readonly string[] };
}

describe('the doctor over the admin API', () => {
  let models: Awaited<ReturnType<typeof makeModels>>;
  let running: RunningServer;
  before(async () => {
    models = await makeModels('half_plus_two');
    running = await startServer([
      `--models_directory=${models.directory}`,
      '--max_requests_per_second_per_client=1',
      '--rate_limit_burst=1',
      '--grpc_channel_arguments=grpc.http2.min_ping_interval_without_data_ms=20000,grpc.http2.max_ping_strikes=2',
    ]);
  });
  after(async () => {
    await running.stop();
    await models.remove();
  });

  const network = async (): Promise<Network> =>
    (await running.call(admin, 'GetNetwork', {})) as unknown as Network;

  const record = (request: object): { events: Recorded[]; stream: grpc.ClientReadableStream<unknown> } => {
    const events: Recorded[] = [];
    const stream = running.stream(admin, 'RecordConnection', request);
    stream.on('data', (message: Recorded) => events.push(message));
    stream.on('error', () => undefined);
    return { events, stream };
  };

  it('tells the rules that connections and requests go by, and what they refused', async () => {
    const { rules, limits } = await network();
    assert.equal(rules.pingMode, 'strict');
    assert.equal(rules.minPingIntervalMs, 20_000);
    assert.equal(rules.maxConnections, 512);
    assert.ok(Number(rules.openConnections) >= 1);
    assert.deepEqual(limits, [{ option: 'max_requests_per_second_per_client', limit: 1 }]);
    const body = JSON.stringify({ instances: [1] });
    const predict = (): Promise<Response> =>
      running.rest('/v1/models/half_plus_two:predict', { method: 'POST', body });
    while ((await predict()).status !== 429);
    const { refused } = await network();
    const [first] = refused as { option: string; model: string; count: string }[];
    assert.deepEqual([first?.option, first?.model], ['max_requests_per_second_per_client', 'half_plus_two']);
    assert.ok(Number(first?.count) >= 1);
  });

  it('counts the calls of a connection by status, and judges its pings', async () => {
    await assert.rejects(running.call(admin, 'GetSignature', { model: 'nothing' }), {
      code: grpc.status.NOT_FOUND,
    });
    const { open } = await network();
    const own = open.find(({ calls }) => calls.NOT_FOUND === '1');
    assert.ok(own);
    assert.ok(Number(own.calls.OK) >= 1);
    assert.equal(own.pingVerdict, 'none');

    const session = connect(`http://${running.server.grpcAddress}`);
    session.on('error', () => undefined);
    await once(session, 'connect');
    const port = session.socket.localPort;
    const closed = new Promise((resolve) => session.once('close', resolve));
    const pings = setInterval(() => {
      if (!session.destroyed) {
        session.ping(() => undefined);
      }
    }, 20);
    await closed;
    clearInterval(pings);
    const gone = await until(async () =>
      (await network()).closed.find(({ peer }) => peer.endsWith(`:${String(port)}`)),
    );
    assert.equal(gone.close?.cause, 'too-many-pings');
    assert.equal(gone.pingVerdict, 'too-many');
    assert.ok(gone.pingsReceived >= 4);
    assert.ok(gone.lastPingIntervalMs > 0);
    assert.equal(gone.pingAllowedMs, 7_200_000);
    const { closes } = await network();
    assert.ok(closes.some(({ cause, count }) => cause === 'too-many-pings' && Number(count) >= 1));
  });

  it('diagnoses against this server as it runs, with code to copy', async () => {
    const answer = await running.call(admin, 'DiagnoseKeepalive', {
      client: 'cpp',
      clientOptions: busyPython,
      server: 'this',
    });
    const prediction = answer.prediction as { cause: string; atMs: number };
    assert.deepEqual([prediction.cause, prediction.atMs], ['too-many-pings', 40_000]);
    const [proposal] = answer.proposals as { clientCode: string; serverCode: string }[];
    assert.deepEqual(
      [proposal?.clientCode, proposal?.serverCode],
      ['args.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 7200000);', ''],
    );
  });

  it('tries what it predicts, one at a time', async () => {
    const settings = { clientOptions: busyPython, server: 'tf-serving' };
    const first = running.call(admin, 'ProbeKeepalive', { settings });
    await assert.rejects(running.call(admin, 'ProbeKeepalive', { settings }), {
      code: grpc.status.RESOURCE_EXHAUSTED,
    });
    const answer = await first;
    const outcome = answer.outcome as { closes: boolean; cause: string };
    assert.deepEqual([outcome.closes, outcome.cause, answer.agreement], [true, 'too-many-pings', 'agrees']);
    assert.match(String(answer.evidence), /GOAWAY ENHANCE_YOUR_CALM "too_many_pings"/);
    await assert.rejects(running.call(admin, 'ProbeKeepalive', {}), { code: grpc.status.INVALID_ARGUMENT });
  });

  it('records a connection until the call ends, on loopback only', async () => {
    const { events, stream } = record({});
    const { started } = await until(() => events[0]);
    assert.ok(started);
    assert.match(started.address, /^127\.0\.0\.1:\d+$/);
    assert.equal(started.to, running.server.grpcAddress);

    const client = new grpc.Client(started.address, grpc.credentials.createInsecure());
    const bytes = (value: Buffer): Buffer => value;
    await new Promise<void>((resolve, reject) => {
      client.makeUnaryRequest('/grpc.health.v1.Health/Check', bytes, bytes, Buffer.alloc(0), (error) =>
        error === null ? resolve() : reject(error),
      );
    });
    client.close();
    const closed = await until(() => events.find(({ event }) => event === 'closed')?.closed);
    assert.equal(closed.cause, 'client-closed');
    assert.ok(closed.evidence.length > 0);
    assert.deepEqual(
      [...new Set(events.map(({ event }) => event))],
      ['started', 'opened', 'frame', 'closed'],
    );
    assert.ok(events.some(({ frame }) => frame?.what === 'SETTINGS' && frame.from === 'server'));
    assert.ok(events.some(({ frame }) => frame?.what === 'CALL'));

    stream.cancel();
    await until(async () => {
      const port = Number(started.address.split(':')[1]);
      const probe = connect(`http://127.0.0.1:${port}`);
      const outcome = await Promise.race([
        once(probe, 'connect').then(() => 'open'),
        once(probe, 'error').then(() => 'refused'),
      ]).catch(() => 'refused');
      probe.destroy();
      return outcome === 'refused';
    });
  });

  it('refuses a target that is none, and more recordings than four', async () => {
    for (const to of ['nowhere', 'host:0', 'host:70000', 'a b:1']) {
      const { stream } = record({ to });
      const [error] = (await once(stream, 'error')) as [grpc.ServiceError];
      assert.equal(error.code, grpc.status.INVALID_ARGUMENT, to);
    }
    const streams = Array.from({ length: 4 }, () => record({}));
    await until(() => streams.every(({ events }) => events.length > 0));
    const { stream } = record({});
    const [error] = (await once(stream, 'error')) as [grpc.ServiceError];
    assert.equal(error.code, grpc.status.RESOURCE_EXHAUSTED);
    streams.forEach((one) => one.stream.cancel());
    const again = await until(async () => {
      const one = record({});
      const seen = await Promise.race([
        once(one.stream, 'data').then(() => true),
        once(one.stream, 'error').then(() => false),
      ]).catch(() => false);
      one.stream.cancel();
      return seen;
    });
    assert.ok(again);
  });
});
