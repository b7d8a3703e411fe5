// The changes of labels, traffic and canary as the daemon gets them.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  Server,
  ServerCredentials,
  status,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
} from '@grpc/grpc-js';
import { AdminClient } from '../../../extension/daemon/admin-client.ts';
import { AdminError } from '../../../extension/daemon/admin-error.ts';
import { serviceMethods, type MessageInput, type MessageOutput } from '../../../protos/messages.ts';

const methods = serviceMethods('perch.admin.v1.Admin');
type Answer = MessageInput<'perch.admin.v1.SetLabelResponse'>;
type Seen = Record<string, unknown> & { readonly mutation: MessageOutput<'perch.admin.v1.Mutation'> | null };

describe('AdminClient', () => {
  const server = new Server();
  const seen: [string, Seen][] = [];
  let answer: Answer | 'refuse' = {};
  let client: AdminClient;

  const unary =
    (name: string) =>
    (call: ServerUnaryCall<Seen, Answer>, reply: sendUnaryData<Answer>): void => {
      seen.push([name, call.request]);
      if (answer === 'refuse') {
        reply({ code: status.ABORTED, details: 'Model m was changed meanwhile.' });
      } else {
        reply(null, answer);
      }
    };

  before(async () => {
    const { SetLabel, DeleteLabel, SetTraffic, StartCanary, PromoteCanary, WatchStatistics } = methods;
    server.addService(
      { SetLabel, DeleteLabel, SetTraffic, StartCanary, PromoteCanary, WatchStatistics },
      {
        SetLabel: unary('SetLabel'),
        DeleteLabel: unary('DeleteLabel'),
        SetTraffic: unary('SetTraffic'),
        StartCanary: unary('StartCanary'),
        PromoteCanary: unary('PromoteCanary'),
        WatchStatistics: (
          call: ServerWritableStream<
            MessageOutput<'perch.admin.v1.WatchStatisticsRequest'>,
            MessageInput<'perch.admin.v1.WatchStatisticsResponse'>
          >,
        ) => {
          call.write({ versions: [{ model: 'm', version: '3', rate: call.request.intervalMs }] });
        },
      },
    );
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    client = new AdminClient({ grpcAddress: `127.0.0.1:${port}`, token: 't' });
  });

  after(() => {
    client.dispose();
    server.forceShutdown();
  });

  const origin = { resourceVersion: '18446744073709551615', reason: 'because' };

  it('says with every change who asks, why, what was seen, and an id of its own', async () => {
    answer = { model: { name: 'm', resourceVersion: '8' } };
    seen.length = 0;
    const model = await client.setLabel('m', 'stable', '9223372036854775807', 5, origin);
    await client.deleteLabel('m', 'stable', origin);
    await client.setTraffic('m', [{ target: { kind: 'label', label: 'stable' }, percent: 100 }], origin);
    await client.startCanary('m', '3', { steps: [5, 100] }, origin);
    await client.promoteCanary('m', origin);
    assert.equal(model.resourceVersion, '8');
    const mutations = seen.map(([, request]) => request.mutation);
    assert.equal(new Set(mutations.map((mutation) => mutation?.requestId)).size, 5);
    for (const mutation of mutations) {
      assert.match(mutation?.requestId ?? '', /^[0-9a-f-]{36}$/);
      assert.deepEqual(
        { ...mutation, requestId: '' },
        {
          requestId: '',
          expectedResourceVersion: '18446744073709551615',
          actor: 'vscode',
          reason: 'because',
        },
      );
    }
    assert.deepEqual(
      seen.map(([name, { model: to, label, version, waitMs }]) => [name, to, label, version, waitMs]),
      [
        ['SetLabel', 'm', 'stable', '9223372036854775807', 5],
        ['DeleteLabel', 'm', 'stable', undefined, undefined],
        ['SetTraffic', 'm', undefined, undefined, undefined],
        ['StartCanary', 'm', undefined, '3', undefined],
        ['PromoteCanary', 'm', undefined, undefined, undefined],
      ],
    );
  });

  it("rejects in the daemon's words, and where an answer has no model", async () => {
    answer = 'refuse';
    await assert.rejects(client.promoteCanary('m', origin), (reason: unknown) => {
      assert.ok(AdminError.is(reason, 'ABORTED'));
      assert.equal(reason.message, 'Model m was changed meanwhile.');
      return true;
    });
    answer = {};
    await assert.rejects(client.promoteCanary('m', origin), /without a model/);
  });

  it('gives the rates of every message, once a second, until it is aborted', async () => {
    const abort = new AbortController();
    const got: unknown[] = [];
    await assert.rejects(
      async () => {
        for await (const rates of client.watchRates(abort.signal)) {
          got.push(...rates);
          abort.abort();
        }
      },
      (reason: unknown) => AdminError.is(reason, 'CANCELLED'),
    );
    assert.deepEqual(got, [{ model: 'm', version: '3', rate: 1_000, p99Us: NaN }]);
  });
});
