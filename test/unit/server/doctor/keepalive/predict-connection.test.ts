// The predictions of the keepalive doctor: twelve conversations that were played with real clients and a C-core server
// (connections.md §2, "Verification"), and what goes beyond them.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  clientImplementations,
  defaultServer,
  serverImplementations,
} from '../../../../../server/doctor/keepalive/connection-facts.ts';
import { predictConnection } from '../../../../../server/doctor/keepalive/predict-connection.ts';
import { facts, type Told } from '../support/told-facts.ts';

const pinging = { keepaliveMs: 700, permitWithoutCalls: true };

describe('a prediction of what a C-core server does about pings', () => {
  const closedAt = (told: Told, pings: number): void => {
    const prediction = predictConnection(facts(told));
    const atMs = pings * (told.client?.keepaliveMs ?? 0);
    assert.deepEqual(prediction, {
      outcome: 'closes',
      cause: 'too-many-pings',
      atMs,
      pings,
      cutsCalls: true,
    });
  };
  const staysOpen = (told: Told): void => {
    assert.equal(predictConnection(facts(told)).outcome, 'stays-open');
  };

  it('closes an idle connection at the fourth ping', () => closedAt({ client: pinging }, 4));
  it('allows pings at the interval that it was told to allow', () =>
    staysOpen({ client: pinging, server: { permitWithoutCalls: true, minPingIntervalMs: 500 } }));
  it('allows pings at just that interval', () =>
    staysOpen({ client: pinging, server: { permitWithoutCalls: true, minPingIntervalMs: 700 } }));
  it('closes where pings are permitted without calls, and too frequent', () =>
    closedAt({ client: pinging, server: { permitWithoutCalls: true, minPingIntervalMs: 2000 } }, 4));
  it('closes a connection with a silent stream', () =>
    closedAt({ client: { keepaliveMs: 700 }, traffic: { activeStream: true } }, 4));
  it('forgets strikes when it sends data', () =>
    staysOpen({ client: { keepaliveMs: 700 }, traffic: { activeStream: true, serverDataEveryMs: 300 } }));
  it('never closes with max_ping_strikes=0', () =>
    staysOpen({ client: pinging, server: { maxPingStrikes: 0 } }));
  it('has nothing to close where the client does not ping without calls', () =>
    staysOpen({ client: { keepaliveMs: 700 } }));
  it('counts as many strikes as it was told', () =>
    closedAt({ client: pinging, server: { maxPingStrikes: 5 } }, 7));
  it('closes where its data come too seldom', () =>
    closedAt({ client: { keepaliveMs: 700 }, traffic: { activeStream: true, serverDataEveryMs: 5000 } }, 4));
  it('does not come to it with the limit of C-core clients', () =>
    staysOpen({ client: { ...pinging, implementation: 'core' } }));
  it('does with that limit taken away', () =>
    closedAt({ client: { ...pinging, implementation: 'core', maxPingsWithoutData: 0 } }, 4));
  it('does not come to it with that limit on a silent stream', () =>
    staysOpen({
      client: { keepaliveMs: 700, implementation: 'core' },
      traffic: { activeStream: true },
    }));
});

describe('a prediction', () => {
  it('knows that Go and Java do not ping more often than every ten seconds', () => {
    for (const implementation of ['go', 'java'] as const) {
      const prediction = predictConnection(
        facts({ client: { ...pinging, implementation, maxPingsWithoutData: 0 } }),
      );
      assert.equal(prediction.outcome === 'closes' && prediction.atMs, 40_000);
    }
  });

  it('knows that grpc-js never minds pings, and that this server says what others would do', () => {
    assert.deepEqual(
      predictConnection(facts({ client: pinging, server: defaultServer('js') })).outcome,
      'stays-open',
    );
    const warned = predictConnection(
      facts({ client: pinging, server: { ...defaultServer('perch'), idleMs: Infinity } }),
    );
    assert.equal(warned.outcome === 'stays-open' && warned.warnedAtPing, 4);
  });

  it('closes an idle connection at the idle time, and pings do not postpone that', () => {
    const prediction = predictConnection(
      facts({
        client: { permitWithoutCalls: true, keepaliveMs: 400_000 },
        server: { idleMs: 900_000, permitWithoutCalls: true },
      }),
    );
    assert.deepEqual(prediction, {
      outcome: 'closes',
      cause: 'max-idle',
      atMs: 900_000,
      pings: 2,
      cutsCalls: false,
    });
  });

  it('closes at the age, and cuts streams after a grace', () => {
    const server = { ageMs: 60_000, graceMs: 5000 };
    const prediction = predictConnection(facts({ server, traffic: { activeStream: true } }));
    assert.deepEqual(prediction, {
      outcome: 'closes',
      cause: 'max-age',
      atMs: 60_000,
      pings: 0,
      cutsCalls: true,
    });
  });

  it('tells when a forgotten connection is noticed: at a ping of the client, of the server, or at the next call', () => {
    const path = { middleboxIdleMs: 350_000, middlebox: 'a load balancer' };
    const noticedAt = (told: Told): number => {
      const prediction = predictConnection(facts({ path, ...told }));
      assert.equal(prediction.outcome === 'closes' && prediction.cause, 'silent-drop');
      return prediction.outcome === 'closes' ? prediction.atMs : NaN;
    };
    const client = { permitWithoutCalls: true, keepaliveMs: 600_000, timeoutMs: 20_000 };
    assert.equal(noticedAt({ client, server: { permitWithoutCalls: true } }), 620_000);
    assert.equal(noticedAt({ server: { keepaliveMs: 500_000, timeoutMs: 10_000 } }), 510_000);
    assert.equal(noticedAt({ traffic: { callEveryMs: 1_000_000 } }), 1_000_000 + 15 * 60_000);
    // Nobody ever asks.
    assert.equal(noticedAt({ server: { keepaliveMs: Infinity } }), 350_000);
  });

  it('keeps a path alive by pings of either side, or by calls', () => {
    const path = { middleboxIdleMs: 350_000 };
    for (const told of [
      {
        client: { permitWithoutCalls: true, keepaliveMs: 170_000 },
        server: { permitWithoutCalls: true, minPingIntervalMs: 100_000 },
      },
      { server: { keepaliveMs: 170_000 } },
      { traffic: { callEveryMs: 60_000 } },
    ]) {
      assert.equal(predictConnection(facts({ path, ...told })).outcome, 'stays-open');
    }
  });

  it('knows a time-out that the way there and back does not fit into', () => {
    const path = { rttMs: 300 };
    const client = predictConnection(facts({ path, client: { ...pinging, timeoutMs: 200 } }));
    assert.equal(client.outcome === 'closes' && client.cause, 'client-watchdog');
    const server = predictConnection(facts({ path, server: { keepaliveMs: 1000, timeoutMs: 200 } }));
    assert.equal(server.outcome === 'closes' && server.cause, 'server-watchdog');
  });

  it('ends for any settings, and a less frequent ping never makes it worse', () => {
    const ms = fc.oneof(
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 100, max: 10_000_000 }),
      fc.constant(Infinity),
    );
    const any = fc.record({
      client: fc.record({
        implementation: fc.constantFrom(...clientImplementations),
        keepaliveMs: ms,
        timeoutMs: ms,
        permitWithoutCalls: fc.boolean(),
        maxPingsWithoutData: fc.integer({ min: 0, max: 5 }),
      }),
      server: fc.record({
        implementation: fc.constantFrom(...serverImplementations),
        pingPolicy: fc.constantFrom('off', 'warn', 'strict'),
        minPingIntervalMs: ms,
        permitWithoutCalls: fc.boolean(),
        maxPingStrikes: fc.integer({ min: 0, max: 5 }),
        keepaliveMs: ms,
        timeoutMs: ms,
        idleMs: ms,
        ageMs: ms,
        graceMs: ms,
        worstStallMs: fc.constant(0),
      }),
      path: fc.record({
        rttMs: fc.integer({ min: 0, max: 500 }),
        middleboxIdleMs: ms,
        middlebox: fc.constant(''),
        terminates: fc.boolean(),
      }),
      traffic: fc.record({ activeStream: fc.boolean(), serverDataEveryMs: ms, callEveryMs: ms }),
    });
    fc.assert(
      fc.property(any, (each) => {
        const prediction = predictConnection(each);
        if (prediction.outcome === 'closes' && prediction.cause === 'too-many-pings') {
          const slower = predictConnection({ ...each, client: { ...each.client, keepaliveMs: 7_200_000 } });
          assert.ok(slower.outcome === 'stays-open' || slower.atMs >= prediction.atMs);
          assert.equal(each.server.pingPolicy, 'strict');
        }
      }),
      { numRuns: 300 },
    );
  });
});
