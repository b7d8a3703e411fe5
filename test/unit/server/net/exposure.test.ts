// Who can reach what: addresses and interfaces by kind, the risk, the words, and when the server refuses to start.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  checkExposure,
  exposureOf,
  type BoundListener,
  type Interfaces,
} from '../../../../server/net/exposure.ts';

const interfaces: Interfaces = {
  lo: [
    { address: '127.0.0.1', internal: true },
    { address: '::1', internal: true },
  ],
  eth0: [
    { address: '192.168.1.7', internal: false },
    { address: 'fe80::1234', internal: false },
  ],
  docker0: [{ address: '172.17.0.1', internal: false }],
  'br-0123456789ab': [{ address: '172.18.0.1', internal: false }],
  tailscale0: [{ address: '100.101.102.103', internal: false }],
  eth1: [
    { address: '203.0.113.9', internal: false },
    { address: '2001:db8::9', internal: false },
  ],
  'vEthernet (WSL)': [{ address: '172.29.0.1', internal: false }],
};
const plain = { isContainer: false, isWsl: false };
const listener = (bindAddresses: string[], more: Partial<BoundListener> = {}): BoundListener => ({
  name: 'gRPC',
  bindAddresses,
  tls: 'none',
  needsToken: false,
  ...more,
});
const of = (bound: BoundListener, surroundings = plain): ReturnType<typeof exposureOf> =>
  exposureOf(bound, interfaces, surroundings);

describe('exposureOf', () => {
  it('tells that loopback is for this machine only', () => {
    const exposure = of(listener(['127.0.0.1', '::1']));
    assert.deepEqual([exposure.audience, exposure.risk], ['machine', 'none']);
    assert.equal(
      exposure.text,
      'gRPC can be reached by programs of this machine (127.0.0.1 on lo, ::1 on lo).',
    );
    assert.equal(
      of(listener(['127.0.0.2'])).text,
      'gRPC can be reached by programs of this machine (127.0.0.2).',
    );
  });

  it('knows the kinds of addresses and of interfaces', () => {
    const cases = [
      ['192.168.1.7', 'private'],
      ['fe80::1234', 'private'],
      ['fe80::1234%eth0', 'private'],
      ['172.17.0.1', 'container'],
      ['172.18.0.1', 'container'],
      ['172.29.0.1', 'container'],
      ['100.101.102.103', 'vpn'],
      ['203.0.113.9', 'internet'],
      ['2001:db8::9', 'internet'],
      // On no interface that is known.
      ['10.9.9.9', 'private'],
      ['172.32.0.1', 'internet'],
      ['100.64.0.1', 'private'],
      ['fd12::1', 'private'],
      ['198.51.100.1', 'internet'],
    ] as const;
    for (const [address, audience] of cases) {
      assert.equal(of(listener([address])).audience, audience, address);
    }
  });

  it('spells out what 0.0.0.0 and :: are on this machine, each address once', () => {
    const ipv4 = of(listener(['0.0.0.0']));
    assert.deepEqual(
      ipv4.reachable.map(({ address }) => address),
      [
        '127.0.0.1',
        '192.168.1.7',
        '172.17.0.1',
        '172.18.0.1',
        '100.101.102.103',
        '203.0.113.9',
        '172.29.0.1',
      ],
    );
    assert.equal(ipv4.audience, 'internet');
    const all = of(listener(['0.0.0.0', '::']));
    assert.equal(all.reachable.length, 10);
    assert.deepEqual(all.reachable.length, of(listener(['0:0:0:0:0:0:0:0'])).reachable.length);
  });

  it('says the risk by who comes, what is encrypted, and who is let in', () => {
    const risk = (more: Partial<BoundListener>): string => of(listener(['192.168.1.7'], more)).risk;
    assert.deepEqual(
      [
        risk({}),
        risk({ needsToken: true }),
        risk({ tls: 'server' }),
        risk({ tls: 'server', needsToken: true }),
        risk({ tls: 'mutual' }),
      ],
      ['open', 'partial', 'partial', 'guarded', 'guarded'],
    );
  });

  it('says it in words', () => {
    assert.equal(
      of(listener(['192.168.1.7', '127.0.0.1'], { name: 'REST' })).text,
      'REST can be reached by programs of this machine (127.0.0.1 on lo); the local network (192.168.1.7 on eth0). Whoever reaches it may use the models. Nothing is encrypted.',
    );
    assert.match(
      of(listener(['192.168.1.7'], { needsToken: true })).text,
      /Whoever has a token may call it\. Nothing is encrypted: on the way, requests and tokens can be read/,
    );
    assert.match(
      of(listener(['203.0.113.9'], { tls: 'mutual', needsToken: true })).text,
      /the Internet, unless a firewall keeps it out \(203\.0\.113\.9 on eth1\)\. Whoever has a certificate and a token may call it\.$/,
    );
  });

  it('has a hint for containers and WSL', () => {
    const text = (address: string, more: Partial<typeof plain>): string =>
      of(listener([address]), { ...plain, ...more }).text;
    assert.match(text('127.0.0.1', { isContainer: true }), /published from it lead nowhere/);
    assert.match(text('192.168.1.7', { isContainer: true }), /reached where its ports are published/);
    assert.match(text('127.0.0.1', { isWsl: true }), /Windows itself reaches it as localhost/);
    assert.match(text('192.168.1.7', { isWsl: true }), /mirrored networking/);
  });
});

describe('checkExposure', () => {
  const refusal = (listeners: readonly BoundListener[], isInsecureAllowed = false): string => {
    try {
      checkExposure({ listeners, saidBy: '--bind_address', isInsecureAllowed });
    } catch (reason) {
      return String(reason);
    }
    return '';
  };

  it('refuses what everybody could call in clear, and says the three ways out', () => {
    assert.equal(
      refusal([listener(['127.0.0.1', '0.0.0.0']), listener(['127.0.0.1', '0.0.0.0'], { name: 'REST' })]),
      'PerchError: --bind_address makes gRPC and REST reachable from other machines at 0.0.0.0, in clear and for everybody. Choose one: TLS (--ssl_config_file=<file> --rest_ssl; "perch tls init" writes such a file for trials); a token for every call (--require_predict_token, with --token_file=<file> or PERCH_TOKEN); or --insecure_bind, which takes the risk.',
    );
    assert.match(refusal([listener(['192.168.1.7'])]), /TLS \(--ssl_config_file=<file>; "perch/);
    assert.notEqual(refusal([listener(['::'])]), '');
  });

  it('refuses REST in clear beside gRPC with TLS', () => {
    const text = refusal([
      listener(['192.168.1.7'], { tls: 'server' }),
      listener(['192.168.1.7'], { name: 'REST' }),
    ]);
    assert.match(text, /makes REST reachable from other machines at 192\.168\.1\.7, .* --rest_ssl/);
  });

  it('takes each of the ways out, and loopback without any', () => {
    assert.equal(refusal([listener(['127.0.0.1', '::1', '127.8.8.8'])]), '');
    assert.equal(refusal([listener(['0.0.0.0'], { tls: 'server' })]), '');
    assert.equal(refusal([listener(['0.0.0.0'], { needsToken: true })]), '');
    assert.equal(refusal([listener(['0.0.0.0'])], true), '');
  });
});
