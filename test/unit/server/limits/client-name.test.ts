// Who a caller is: its address in one spelling, whichever transport tells it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  clientOfAddress,
  clientOfPeer,
  clientOfToken,
  tokenOfClient,
} from '../../../../server/limits/client-name.ts';

describe('a client', () => {
  it('is the address without the port', () => {
    const cases: Readonly<Record<string, string>> = {
      '127.0.0.1:4711': '127.0.0.1',
      '[::1]:4711': '::1',
      // As grpc-js writes it.
      '::1:4711': '::1',
      '[fe80::1%eth0]:1': 'fe80::1%eth0',
      '[::ffff:192.0.2.7]:1': '192.0.2.7',
      'unix:': 'unix',
      unknown: 'unknown',
      '': 'unknown',
    };
    for (const [peer, client] of Object.entries(cases)) {
      assert.equal(clientOfPeer(peer), client, peer);
    }
    assert.equal(clientOfAddress('::ffff:192.0.2.7'), '192.0.2.7');
    assert.equal(clientOfAddress('2001:db8::1'), '2001:db8::1');
  });

  it('with a token is none that an address could be', () => {
    assert.equal(tokenOfClient(clientOfToken('127.0.0.1')), '127.0.0.1');
    assert.notEqual(clientOfToken('unix'), clientOfPeer('unix:'));
    for (const peer of ['127.0.0.1:4711', 'unix:', '']) {
      assert.equal(tokenOfClient(clientOfPeer(peer)), undefined);
    }
  });
});
