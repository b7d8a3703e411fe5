// Proposals as code: what is copied means, when it is read again, what was proposed.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { changeSnippet } from '../../../../../server/doctor/keepalive/change-snippet.ts';
import {
  clientNames,
  examineConnection,
  serverNames,
  type ConnectionQuestion,
} from '../../../../../server/doctor/keepalive/examine-connection.ts';
import { readPastedOptions } from '../../../../../server/doctor/keepalive/pasted-options.ts';

/** A client that is closed for its pings, in no language: the facts come from the names. */
const question = (changes: Partial<ConnectionQuestion>): ConnectionQuestion => ({
  client: '',
  clientOptions: '',
  server: '',
  serverOptions: '',
  through: 'aws-nlb',
  path: { rttMs: 0, middleboxIdleMs: Infinity },
  traffic: { activeStream: false, serverDataEveryMs: Infinity, callEveryMs: 3_600_000 },
  ...changes,
});

describe('changeSnippet', () => {
  it('writes what the reader of pasted options reads, for every client and server', () => {
    let checked = 0;
    for (const client of clientNames.keys()) {
      for (const server of serverNames.keys()) {
        const asked = question({ client, server });
        const { facts, diagnosis } = examineConnection(asked);
        for (const proposal of diagnosis.proposals) {
          const clientCode = changeSnippet(proposal, 'client', facts.client.implementation, client);
          const serverCode = changeSnippet(proposal, 'server', facts.server.implementation, server);
          assert.equal(
            clientCode === '',
            proposal.every(({ side }) => side !== 'client'),
          );
          const again = examineConnection({
            ...asked,
            clientOptions: clientCode,
            serverOptions: serverCode,
          });
          const unchanged = examineConnection(asked);
          assert.notDeepEqual(again.facts, unchanged.facts, `${clientCode}\n${serverCode}`);
          assert.equal(again.diagnosis.prediction.outcome, 'stays-open', `${clientCode}\n${serverCode}`);
          checked++;
        }
      }
    }
    assert.ok(checked > 50, String(checked));
  });

  it('writes each language as its users do', () => {
    const proposal = [
      { side: 'client', option: 'grpc.keepalive_time_ms', to: 7_200_000, code: '' },
      { side: 'client', option: 'grpc.keepalive_permit_without_calls', to: false, code: '' },
      { side: 'server', option: 'grpc.http2.min_ping_interval_without_data_ms', to: 10_000, code: '' },
    ] as const;
    const client = (name: string): string => changeSnippet(proposal, 'client', 'core', name);
    assert.equal(
      client('python'),
      'options = [\n    ("grpc.keepalive_time_ms", 7200000),\n    ("grpc.keepalive_permit_without_calls", 0),\n]',
    );
    assert.equal(
      client('cpp'),
      'args.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 7200000);\nargs.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 0);',
    );
    assert.match(
      client('tritonclient'),
      /keepalive_time_ms=7200000,\n {4}keepalive_permit_without_calls=False/,
    );
    assert.equal(
      changeSnippet(proposal, 'server', 'core', 'triton'),
      '--grpc-http2-min-recv-ping-interval-without-data=10000',
    );
    assert.equal(
      changeSnippet(proposal, 'server', 'core', 'tf-serving'),
      '--grpc_channel_arguments=grpc.http2.min_ping_interval_without_data_ms=10000',
    );
    assert.equal(readPastedOptions(client('python')).options.length, 2);
  });

  it('writes "never" as each language has it', () => {
    const never = (option: string) => [{ side: 'server', option, to: Infinity, code: '' }] as const;
    assert.match(
      changeSnippet(never('MaxConnectionIdle'), 'server', 'go', 'go'),
      /KeepaliveParams\(keepalive\.ServerParameters\{\n {4}MaxConnectionIdle: time\.Duration\(math\.MaxInt64\),/,
    );
    assert.match(
      changeSnippet(never('maxConnectionIdle'), 'server', 'java', ''),
      /Long\.MAX_VALUE, TimeUnit/,
    );
    assert.match(changeSnippet(never('grpc.max_connection_idle_ms'), 'server', 'perch', ''), /=2147483647$/);
  });
});
