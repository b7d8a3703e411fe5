// What the admin API tells of health, listeners, connections, load and who did what, over real sockets.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import * as grpc from '@grpc/grpc-js';
import {
  adminMetadata,
  makeModels,
  startServer,
  until,
  type RunningServer,
} from './support/running-server.ts';

const admin = 'perch.admin.v1.Admin';

interface Connection {
  readonly id: number;
  readonly peer: string;
  readonly transport: string;
  readonly tls: string;
  readonly streamsCompleted: number;
  readonly frames: readonly { readonly type: string; readonly sent: boolean; readonly atMs: number }[];
  readonly close: { readonly cause: string; readonly text: string; readonly severity: string } | null;
}

interface Network {
  readonly listeners: readonly {
    readonly name: string;
    readonly audience: string;
    readonly risk: string;
    readonly reachable: readonly { readonly address: string }[];
  }[];
  readonly grpcTransport: string;
  readonly open: readonly Connection[];
  readonly closed: readonly Connection[];
}

describe('the admin API', () => {
  let models: Awaited<ReturnType<typeof makeModels>>;
  let running: RunningServer;
  before(async () => {
    models = await makeModels('half_plus_two');
    running = await startServer([`--models_directory=${models.directory}`, '--rest_api_port=auto']);
  });
  after(async () => {
    await running.stop();
    await models.remove();
  });

  const network = async (): Promise<Network> =>
    (await running.call(admin, 'GetNetwork', {})) as unknown as Network;

  it('tells who can reach the listeners', async () => {
    const { listeners, grpcTransport } = await network();
    assert.equal(grpcTransport, 'perch');
    assert.deepEqual(
      listeners.map(({ name, audience, risk }) => [name, audience, risk]),
      [
        ['gRPC', 'machine', 'none'],
        ['REST', 'machine', 'none'],
      ],
    );
    assert.ok(listeners.every(({ reachable }) => reachable.some(({ address }) => address === '127.0.0.1')));
  });

  it('tells of the connection that asks, and of its control frames', async () => {
    const { open } = await network();
    const own = open.find(({ streamsCompleted }) => streamsCompleted > 0);
    assert.ok(own);
    assert.match(own.peer, /^127\.0\.0\.1:\d+$|^\[::1\]:\d+$/);
    assert.deepEqual([own.transport, own.tls, own.close], ['tcp', '', null]);
    assert.ok(own.frames.some(({ type, sent }) => type === 'SETTINGS' && sent));
    assert.ok(own.frames.every(({ atMs }) => atMs >= 0));
  });

  it('tells why a connection closed', async () => {
    const address = running.server.grpcAddress;
    const at = address.lastIndexOf(':');
    const socket = connect({ host: address.slice(0, at), port: Number(address.slice(at + 1)) });
    await once(socket, 'connect');
    socket.on('error', () => undefined);
    socket.resume();
    socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await once(socket, 'close');
    const closed = await until(async () =>
      (await network()).closed.find(({ close }) => close?.cause === 'wrong-protocol'),
    );
    assert.equal(closed.close?.severity, 'warning');
    assert.match(closed.close.text, /HTTP\/1\.1/);
  });

  it('tells of health with reasons', async () => {
    const detail = await until(async () => {
      const answer = await running.call(admin, 'GetHealthDetail', {});
      return answer.ready === true ? answer : undefined;
    });
    assert.equal(detail.alive, true);
    assert.deepEqual(detail.notReadyReasons, []);
    const [model] = detail.models as {
      name: string;
      ready: boolean;
      required: boolean;
      versions: object[];
    }[];
    assert.deepEqual([model?.name, model?.ready, model?.required], ['half_plus_two', true, true]);
    assert.ok((model?.versions.length ?? 0) > 0);
  });

  it('tells of the load, second by second', async () => {
    const { samples, memoryTotalBytes } = await until(async () => {
      const answer = await running.call(admin, 'GetResources', {});
      return (answer.samples as object[]).length > 0 ? answer : undefined;
    });
    const [sample] = samples as { atMs: string; rssBytes: string; hostCpuPercent: number }[];
    assert.ok(Number(memoryTotalBytes) > Number(sample?.rssBytes));
    assert.ok((sample?.hostCpuPercent ?? -1) >= 0);
    const later = await running.call(admin, 'GetResources', { sinceMs: Number.MAX_SAFE_INTEGER });
    assert.deepEqual(later.samples, []);
  });

  it('tells who changed something, and who was not let in', async () => {
    await assert.rejects(running.call(admin, 'GetNetwork', {}, adminMetadata('wrong')), {
      code: grpc.status.UNAUTHENTICATED,
    });
    await running.call(admin, 'UnloadModel', { model: 'half_plus_two' });
    const { events } = (await running.call(admin, 'ListAuditEvents', {})) as unknown as {
      events: { id: string; kind: string; method: string; outcome: string }[];
    };
    const change = events.find(({ method }) => method.endsWith('/UnloadModel'));
    assert.deepEqual([change?.kind, change?.outcome], ['admin-call', 'OK']);
    const refusal = events.find(({ kind }) => kind === 'refusal');
    assert.ok(refusal?.method.endsWith('/GetNetwork'));
    const { events: none } = await running.call(admin, 'ListAuditEvents', { afterId: events.at(-1)?.id });
    assert.deepEqual(none, []);
  });
});
