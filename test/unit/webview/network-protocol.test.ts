// The messages of the dashboard's tab "Network": what passes the guards, and what the doctor's form offers.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  clientNames,
  examineConnection,
  serverNames,
} from '../../../server/doctor/keepalive/examine-connection.ts';
import { middleboxes } from '../../../server/doctor/keepalive/middleboxes.ts';
import {
  doctorClients,
  doctorPaths,
  doctorServers,
  longestOptions,
  type DoctorQuestion,
} from '../../../webview/dashboard/network-doctor.ts';
import { isNetworkHostMessage, isNetworkPageMessage } from '../../../webview/dashboard/network-protocol.ts';
import { exampleCode } from '../../../webview/ui/dashboard/network/presets.ts';

const question: DoctorQuestion = {
  client: 'python',
  clientOptions: '',
  server: 'this',
  serverOptions: '',
  path: 'direct',
  forgetsAfterS: 0,
  roundTripMs: 0,
  traffic: 'idle',
  everyS: 0,
};

describe('the protocol of the tab "Network"', () => {
  it('lets a page ask for what it may ask for, and nothing else', () => {
    const asks = (message: unknown): boolean => isNetworkPageMessage(message);
    assert.ok(asks({ type: 'diagnose', question, probe: 'yes' }));
    assert.ok(asks({ type: 'record', to: '127.0.0.1:8500' }));
    assert.ok(asks({ type: 'recording', act: 'save' }));
    assert.ok(asks({ type: 'copy', what: 'serverCode', fix: 2 }));
    for (const wrong of [
      { type: 'copy', what: 'token', fix: 0 },
      { type: 'copy', what: 'clientCode', fix: -1 },
      { type: 'record', to: 'x'.repeat(301) },
      { type: 'recording', act: 'delete' },
      { type: 'diagnose', question: { ...question, client: 'cobol' }, probe: 'no' },
      { type: 'diagnose', question: { ...question, everyS: NaN }, probe: 'no' },
      {
        type: 'diagnose',
        question: { ...question, clientOptions: 'x'.repeat(longestOptions + 1) },
        probe: 'no',
      },
      { type: 'snapshot' },
      null,
    ]) {
      assert.equal(asks(wrong), false, JSON.stringify(wrong).slice(0, 100));
    }
  });

  it('refuses snapshots that are not whole', () => {
    assert.ok(isNetworkHostMessage({ type: 'snapshot', snapshot: { kind: 'idle', text: 'off' } }));
    assert.equal(isNetworkHostMessage({ type: 'snapshot', snapshot: { kind: 'live' } }), false);
    assert.equal(isNetworkHostMessage({ type: 'words', words: {} }), false);
  });
});

describe("the doctor's form", () => {
  it('offers what the server knows, and all of it', () => {
    assert.deepEqual(
      doctorClients.filter((name) => !clientNames.has(name)),
      [],
    );
    assert.deepEqual(
      doctorServers.filter((name) => name !== 'this' && !serverNames.has(name)),
      [],
    );
    assert.deepEqual(
      doctorPaths.filter((name) => name !== 'direct' && name !== 'other'),
      [...middleboxes.keys()],
    );
  });

  it('has an example in each language that means the same', () => {
    for (const client of doctorClients) {
      const { facts } = examineConnection({
        client,
        clientOptions: exampleCode(client, 45_000),
        server: 'core',
        serverOptions: '',
        through: '',
        path: { rttMs: 0, middleboxIdleMs: Infinity },
        traffic: { activeStream: false, serverDataEveryMs: Infinity, callEveryMs: Infinity },
      });
      assert.deepEqual(
        [facts.client.keepaliveMs, facts.client.timeoutMs, facts.client.permitWithoutCalls],
        [45_000, 10_000, true],
        client,
      );
      assert.equal(facts.client.maxPingsWithoutData, 0, client);
    }
  });
});
